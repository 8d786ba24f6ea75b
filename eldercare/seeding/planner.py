"""From a town's elders and caregivers to care plans that its caregivers can serve.

Town by town, because a town's caregivers serve it: services are added until their days are full.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from eldercare.seeding.conditions import Conditions
from eldercare.seeding.people import People
from eldercare.seeding.plans import Item, Plan
from eldercare.seeding.service_choice import CARE_HABIT, FIRST_HABIT, HABITS, Habit, checked_minutes
from eldercare.seeding.sources import ServiceSource, Sources
from eldercare.seeding.streams import Bools, Generator, Ints, stream, weighted_order
from eldercare.seeding.visited import choose_visited, visit_weights
from eldercare.seeding.workforce import CARE, NURSE, SOCIAL, THERAPIST, Carer
from eldercare.seeding.workload import HOME_LEG_MINUTES, WEEKS, Rhythm, Workload, leg_minutes

FULLNESS = 0.75
"""Part of a shift that visits and ways may fill: the rest is lost between windows (measured)."""
SPECIALIST_VISITS_PER_DAY = 4.5
"""Specialists keep time for ordinary care: their own visits alone must always fit."""
VISITS_A_DAY, MEAN_MINUTES = 7, 40.5
"""Of a caregiver, and of a visit with all who come: what HABITS lead to, for estimating."""
PLANS_BEGAN_ON = date(2018, 1, 2)
PREFERRED_SHARE = 0.85
DAY_MINUTES = 24 * 60
NARROWEST_MINUTES = 30
HALVED_FROM, TIGHT_FROM = 0.68, 0.92
"""Of a draw from 0 to 1: two thirds take the whole window, every twelfth half an hour (assumed)."""


def make_plans(
    sources: Sources, people: People, conditions: Conditions, carers: list[Carer], *, seed: int
) -> list[Plan]:
    """Plans of every town with caregivers, in the order of the towns."""
    weights = visit_weights(sources, people, conditions, seed)
    levels = conditions.assessed_level(people)
    plans: list[Plan] = []
    for town in range(len(sources.towns)):
        staff = [number for number, carer in enumerate(carers) if carer.town == town]
        if not staff:
            continue
        chance = stream(seed, "care_plan", sources.towns[town].code)
        chosen = choose_visited(sources, people, conditions, weights, town, chance)
        legs = leg_minutes(people, chosen, VISITS_A_DAY * len(staff))
        planner = _TownPlanner(sources, people, carers, staff, chance, legs)
        own = [_plan(sources, people, conditions, int(elder), levels, chance) for elder in chosen]
        plans += planner.fill(own)
    return plans


def _plan(
    sources: Sources,
    people: People,
    conditions: Conditions,
    elder: int,
    levels: Ints,
    chance: Generator,
) -> Plan:
    began = people.on - timedelta(days=8 + int(chance.exponential(260.0)))
    earliest = max(PLANS_BEGAN_ON, people.ages.registered[elder].item())
    return Plan(
        elder=elder,
        id=f"P{people.ids[elder][1:]}",
        from_on=min(max(began, earliest), people.on),
        entitled_minutes=_entitled(sources, people, conditions, elder, int(levels[elder])),
        level=int(levels[elder]),
    )


def _entitled(
    sources: Sources, people: People, conditions: Conditions, elder: int, level: int
) -> int | None:
    """The largest number of minutes a month that any of the elder's groups gives."""
    given = [
        row.minutes_per_month
        for row in sources.entitlements
        if row.valid_from <= people.on <= row.valid_until
        and row.level == max(level, 0)
        and bool(conditions.groups[row.group][elder])
    ]
    return max(given) if given else None


class _TownPlanner:
    """Gives a town's elders their services until its caregivers' days are full."""

    def __init__(
        self,
        sources: Sources,
        people: People,
        carers: list[Carer],
        staff: list[int],
        chance: Generator,
        leg_minutes: float,
    ) -> None:
        self.sources, self.people, self.carers = sources, people, carers
        self.staff, self.chance = staff, chance
        self.workload = Workload([carers[number] for number in staff], leg_minutes)
        self.budget = self.workload.working_minutes * FULLNESS / (MEAN_MINUTES + leg_minutes)
        self.booked = 0.0
        self.minutes_of = dict.fromkeys(staff, 0.0)
        self.hours: dict[tuple[str, str], tuple[int, int]] = {}

    def fill(self, plans: list[Plan]) -> list[Plan]:
        """Add items to the plans; plans that got none are left out."""
        for habit in HABITS:
            self._spend(plans, habit, habit.share * self.budget)
        for plan in plans:
            if not plan.items:
                self._add(plan, FIRST_HABIT)
        self._spend(plans, CARE_HABIT, self.budget - self.booked)
        return [plan for plan in plans if plan.items]

    def _spend(self, plans: list[Plan], habit: Habit, budget: float) -> None:
        qualification = self.sources.services[habit.code].qualification_code or CARE
        if qualification in (NURSE, THERAPIST, SOCIAL):
            limit = self.workload.days_of(qualification) * SPECIALIST_VISITS_PER_DAY
            budget = min(budget, limit)
        weights = [habit.weight[max(plan.level, 0)] for plan in plans]
        for index in weighted_order(self.chance, weights):
            if budget <= 0 or weights[int(index)] == 0:
                return
            budget -= self._add(plans[int(index)], habit)

    def _add(self, plan: Plan, habit: Habit) -> float:
        """Add one item; the visits in four weeks that it asks for."""
        service = self.sources.services[habit.code]
        often = habit.weekly[max(plan.level, 0)]
        if often == 0:
            return 0.0
        choices = [minutes for minutes, _ in habit.minutes]
        shares = np.cumsum([share for _, share in habit.minutes])
        drawn = choices[int(np.searchsorted(shares, self.chance.random() * shares[-1]))]
        minutes = checked_minutes(service, drawn)
        threshold = service.two_person_from_level
        two = threshold is not None and plan.level >= threshold
        placed = self.workload.place(
            service.qualification_code or CARE,
            often,
            service.windows + habit.windows,
            minutes,
            2 if two else 1,
            self._too_few(service, 2 if two else 1),
        )
        if placed is None:
            return 0.0
        rhythm, window = placed
        sex = self._required_sex(plan, habit, two=two)
        favourite = self._favourite(plan, service, rhythm, minutes, sex)
        plan.items.append(
            Item(
                service=service,
                minutes=minutes,
                people=2 if two else 1,
                rhythm=rhythm,
                window=self._narrowed(self._reachable(window, service, rhythm, minutes)),
                preferred=favourite if self.chance.random() < PREFERRED_SHARE else None,
                required_sex=sex,
                favourite=favourite,
            )
        )
        self.booked += rhythm.visits_in_four_weeks
        return float(rhythm.visits_in_four_weeks)

    def _too_few(self, service: ServiceSource, people: int) -> Bools:
        """The days of a week on which fewer than so many who may are at work."""
        able = [
            self.carers[number] for number in self.staff if self.carers[number].may_give(service)
        ]
        return np.array(
            [sum(str(day) in carer.days for carer in able) < people for day in range(1, 8)]
        )

    def _required_sex(self, plan: Plan, habit: Habit, *, two: bool) -> str | None:
        """Some women insist on a woman; men cannot where few men work."""
        insists = self.chance.random() < habit.sex_insisted
        return "female" if insists and not two and self.people.ages.female[plan.elder] else None

    def _favourite(
        self, plan: Plan, service: ServiceSource, rhythm: Rhythm, minutes: int, sex: str | None
    ) -> int | None:
        """The least busy one who may and works on most of the days; one already known wins."""
        able = [
            number
            for number in self.staff
            if self.carers[number].may_give(service) and (sex is None or self.carers[number].female)
        ]
        if not able:
            return None
        known = {item.favourite for item in plan.items}

        def burden(number: int) -> tuple[int, bool, float, int]:
            off = len(set(rhythm.days) - set(self.carers[number].days))
            return off, number not in known, self.minutes_of[number], number

        best = min(able, key=burden)
        self.minutes_of[best] += minutes * rhythm.visits_in_four_weeks / WEEKS
        return best

    def _reachable(
        self, window: tuple[int, int], service: ServiceSource, rhythm: Rhythm, minutes: int
    ) -> tuple[int, int]:
        """The part of a window in which somebody who may is at work on each of the days.

        Where it is next to nothing, the widest such part of the service's usual windows.
        """
        key = (service.code, rhythm.days)
        if key not in self.hours:
            self.hours[key] = self._hours(service, rhythm)
        earliest, latest = self.hours[key]
        parts = [
            (-(-max(start, earliest) // 5) * 5, min(end, latest - minutes) // 5 * 5)
            for start, end in (window, *service.windows)
        ]
        if parts[0][1] - parts[0][0] >= NARROWEST_MINUTES:
            return parts[0]
        start, end = max(parts, key=lambda part: part[1] - part[0])
        return (start, end) if start <= end else window

    def _hours(self, service: ServiceSource, rhythm: Rhythm) -> tuple[int, int]:
        """From when to when somebody who may is at work on every one of the days."""
        earliest, latest = 0, DAY_MINUTES
        for day in rhythm.days:
            shapes = [
                carer.shape
                for carer in (self.carers[number] for number in self.staff)
                if day in carer.days and carer.may_give(service)
            ]
            if shapes:
                earliest = max(earliest, min(shape.start for shape in shapes) + HOME_LEG_MINUTES)
                latest = min(latest, max(shape.end for shape in shapes) - HOME_LEG_MINUTES)
        return earliest, latest

    def _narrowed(self, window: tuple[int, int]) -> tuple[int, int]:
        """Most elders leave the whole window, some half of it, a few half an hour."""
        start, end = window
        draw, where = self.chance.random(2)
        width = end - start
        if draw > TIGHT_FROM:
            width = min(width, NARROWEST_MINUTES)
        elif draw > HALVED_FROM:
            width = min(width, max(60, width // 2))
        begin = start + int(where * (end - start - width) / 15) * 15
        return begin, begin + width
