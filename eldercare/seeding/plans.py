"""Care plans: who is visited at home, for what, how often, when and mostly by whom.

Town by town, because a town's caregivers serve it: first who is visited (the plan's priority
groups, then by care level), then services until the town's caregivers have a full, feasible day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from eldercare.care.recurrence import monday_of
from eldercare.registry.tables import PLAN_PRIORITY_GROUPS, PriorityGroup
from eldercare.seeding.conditions import Conditions
from eldercare.seeding.people import ALONE, People
from eldercare.seeding.services import CARE_HABIT, FIRST_HABIT, HABITS, Habit, checked_minutes
from eldercare.seeding.sources import ServiceSource, Sources
from eldercare.seeding.streams import Floats, Generator, Ints, stream, weighted_order
from eldercare.seeding.workforce import CARE, NURSE, SOCIAL, THERAPIST, Carer
from eldercare.seeding.workload import WEEKS, Rhythm, Workload
from eldercare.seeding.writing import Row

VISITS_PER_CAREGIVER_DAY = 7.2
SPECIALIST_VISITS_PER_DAY = 4.5
"""Specialists keep time for ordinary care: their own visits alone must always fit."""
PLANS_BEGAN_ON = date(2018, 1, 2)
NOT_YET_REACHED = 0.985
"""Share of the elders on a plan who were really visited in the look-back (new plans, no-shows)."""
TOWN_SPREAD = 0.18
PREFERRED_SHARE = 0.85
GROUP_WEIGHT = {
    PriorityGroup.DIBAO: 9.0,
    PriorityGroup.DIBAO_MARGIN: 4.0,
    PriorityGroup.HONOURED: 4.0,
    PriorityGroup.AGED_ALONE: 6.0,
}
LEVEL_WEIGHT = (0.12, 0.25, 1.0, 4.0, 8.0, 12.0)
"""Weight of being visited: never assessed, then care level 0 to 4 (assumed)."""
PRIORITY_WEIGHT = 300.0


@dataclass(slots=True)
class Item:
    """A plan item; `preferred` is the number of a caregiver."""

    service: ServiceSource
    minutes: int
    people: int
    rhythm: Rhythm
    window: tuple[int, int]
    preferred: int | None
    required_sex: str | None
    favourite: int | None
    """Who usually comes, whether the plan says so or not."""


@dataclass(slots=True)
class Plan:
    """An elder's plan."""

    elder: int
    id: str
    from_on: date
    entitled_minutes: int | None
    level: int
    items: list[Item] = field(default_factory=list)


def make_plans(
    sources: Sources, people: People, conditions: Conditions, carers: list[Carer], *, seed: int
) -> list[Plan]:
    """Plans of every town with caregivers, in the order of the towns."""
    weights = visit_weights(people, conditions)
    levels = conditions.assessed_level(people)
    plans: list[Plan] = []
    for town in range(len(sources.towns)):
        staff = [number for number, carer in enumerate(carers) if carer.town == town]
        if not staff:
            continue
        chance = stream(seed, "care_plan", sources.towns[town].code)
        chosen = _chosen(sources, people, conditions, weights, town, chance)
        planner = _TownPlanner(sources, people, carers, staff, chance, levels)
        own = [_plan(sources, people, conditions, int(elder), levels, chance) for elder in chosen]
        plans += planner.fill(own)
    return plans


def visit_weights(people: People, conditions: Conditions) -> Floats:
    """How likely each elder is to be visited at home; 0 for those who cannot be."""
    weight = np.array(LEVEL_WEIGHT)[conditions.assessed_level(people) + 1]
    weight = weight * np.where(people.ages.years >= 80, 2.0, 1.0)
    weight = weight * np.where(people.living == ALONE, 1.5, 1.0)
    for group, members in conditions.groups.items():
        more = PRIORITY_WEIGHT if group in PLAN_PRIORITY_GROUPS else GROUP_WEIGHT[group]
        weight = np.where(members, np.maximum(weight, more), weight)
    return np.where(people.active & conditions.at_home, weight, 0.0)


def _chosen(
    sources: Sources,
    people: People,
    conditions: Conditions,
    weights: Floats,
    town: int,
    chance: Generator,
) -> Ints:
    share = sources.baseline.value("home_service_share", people.on) / NOT_YET_REACHED
    here = np.flatnonzero(people.town == town)
    home = int((people.active & conditions.at_home)[here].sum())
    tilt = 1 + chance.uniform(-TOWN_SPREAD, TOWN_SPREAD)
    order = weighted_order(chance, weights[here])
    return np.asarray(here[order[: round(share * tilt * home)]])


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
        levels: Ints,
    ) -> None:
        self.sources, self.people, self.carers = sources, people, carers
        self.staff, self.chance, self.levels = staff, chance, levels
        self.workload = Workload([carers[number] for number in staff])
        self.budget = VISITS_PER_CAREGIVER_DAY * self.workload.full_days
        self.booked = 0.0
        self.minutes_of = dict.fromkeys(staff, 0.0)

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
            service.qualification_code or CARE, often, service.windows, minutes, 2 if two else 1
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
                window=self._narrowed(window),
                preferred=favourite if self.chance.random() < PREFERRED_SHARE else None,
                required_sex=sex,
                favourite=favourite,
            )
        )
        self.booked += rhythm.visits_in_four_weeks
        return float(rhythm.visits_in_four_weeks)

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
            if self.carers[number].can(service.qualification_code, service.qualification_level)
            and (sex is None or self.carers[number].female)
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

    def _narrowed(self, window: tuple[int, int]) -> tuple[int, int]:
        """Most elders leave the whole window, some half of it, a few half an hour."""
        start, end = window
        draw, where = self.chance.random(2)
        width = end - start
        if draw > 0.85:
            width = min(width, 30)
        elif draw > 0.55:
            width = min(width, max(60, width // 2))
        begin = start + int(where * (end - start - width) / 15) * 15
        return begin, begin + width


def plan_rows(people: People, plans: list[Plan]) -> Iterator[Row]:
    """Rows of `care_plan`."""
    for plan in plans:
        yield {
            "id": plan.id,
            "elder_id": people.ids[plan.elder],
            "from_on": plan.from_on,
            "until_on": None,
            "entitled_minutes_per_month": plan.entitled_minutes,
        }


def item_id(plan: Plan, number: int) -> str:
    """Id of the item at a position of the plan."""
    return f"I{plan.id[1:]}-{number + 1}"


def anchor_of(plan: Plan, rhythm: Rhythm, on: date) -> date:
    """The first Monday, from the plan's first week on, of a week in which the rhythm falls due."""
    weeks = (monday_of(on) - monday_of(plan.from_on)).days // 7
    wait = (rhythm.phase + weeks) % rhythm.every
    return monday_of(plan.from_on) + timedelta(weeks=wait)


def item_rows(people: People, plans: list[Plan], carers: list[Carer]) -> Iterator[Row]:
    """Rows of `plan_item`."""
    for plan in plans:
        for number, item in enumerate(plan.items):
            preferred = None if item.preferred is None else carers[item.preferred].id
            yield {
                "id": item_id(plan, number),
                "care_plan_id": plan.id,
                "service_type_code": item.service.code,
                "minutes": item.minutes,
                "people": item.people,
                "weekdays": item.rhythm.days,
                "every_weeks": item.rhythm.every,
                "anchor_on": anchor_of(plan, item.rhythm, people.on),
                "window_start_minutes": item.window[0],
                "window_end_minutes": item.window[1],
                "preferred_caregiver_id": preferred,
                "required_sex": item.required_sex,
            }
