"""The week before its days are planned: days for plan items that do not say which.

Reading and storing are one short transaction each; none is open while the days are chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import combinations, pairwise

from sqlalchemy import Engine
from sqlmodel import Session

from eldercare.accounts.audit import record
from eldercare.care.holidays import week_from
from eldercare.care.week_days import choose_days
from eldercare.care.week_items import FlexibleItem, flexible_items
from eldercare.clock import local_date
from eldercare.database import reading, transaction
from eldercare.errors import Conflict, InvalidInput
from eldercare.registry.lookup import elders_by_id
from eldercare.registry.queries import groups_as_of
from eldercare.rostering.in_force import rosters_in_force
from eldercare.rostering.rows import priority_of
from eldercare.rostering.week_room import Room, room_of_week
from solver.weeks import LeftReason, WeekNeed, WeekPlan, WeekProblem, assign_days

WEEK = timedelta(days=7)
WORK = 0.5
"""Bound of one town's search in CP-SAT's units of work, about two seconds; it repeats exactly."""


@dataclass(frozen=True, slots=True)
class ItemDays:
    """A plan item's days in the week; `is_chosen` False: the usual spread, nobody chose yet."""

    plan_item_id: str
    elder_id: str
    elder_name: str
    town_code: str
    service_type_code: str
    minutes: int
    times: int
    days: tuple[date, ...]
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class WeekView:
    """The items with flexible days of a week, by town and item; `missing` visits have no day."""

    monday: date
    items: tuple[ItemDays, ...]
    missing: int


@dataclass(frozen=True, slots=True)
class Crowded:
    """Visits for which a day was chosen although it seems full: the day's plan will tell."""

    plan_item_id: str
    elder_id: str
    town_code: str
    visits: int
    detail: str


@dataclass(frozen=True, slots=True)
class WeekReport:
    """What was chosen, and what is tight; `moved` visits are on another weekday than last week."""

    week: WeekView
    crowded: tuple[Crowded, ...]
    moved: int


def read_week(session: Session, monday: date, *, towns: Sequence[str] | None = None) -> WeekView:
    """The week as it stands; `towns` None: all. Raises InvalidInput where it is no Monday."""
    _require_monday(monday)
    items = flexible_items(session, monday, towns=towns)
    return _view(session, monday, items, {one.id: one.due_on for one in items})


def assign_week(
    database: Engine,
    monday: date,
    *,
    now: datetime,
    by: str,
    seed: int = 1,
    towns: Sequence[str] | None = None,
) -> WeekReport:
    """Choose the days of a week and store them in place of those chosen before.

    Days that are over, today's, those of a published roster and visits changed by hand stay as
    they are. A visit for which no day has room gets the least crowded one it may have: the day's
    plan says then what becomes of it, and no need is lost on the way. Raises InvalidInput where
    `monday` is none or the week is over, Conflict where a roster was published meanwhile.
    """
    _require_monday(monday)
    today = local_date(now)
    if monday + WEEK <= today:
        raise InvalidInput(
            f"the week of {monday} is over on {today}: choose days of a later one",
            code="in_the_past",
        )
    with reading(database) as session:
        items = flexible_items(session, monday, towns=towns)
        told = _told(session, monday)
        rooms = room_of_week(session, monday, {one.id for one in items}) if items else {}
        groups = groups_as_of(session, {one.elder_id for one in items}, monday)
    closed = told | {day for day in week_from(monday) if day <= today}
    ranks = {one.id: priority_of(groups.get(one.elder_id, frozenset())) for one in items}
    days: dict[str, frozenset[date]] = {}
    crowded: list[Crowded] = []
    for code in sorted({one.town_code for one in items}):
        own = [one for one in items if one.town_code == code]
        chosen = _Town(monday, own, rooms[code], closed, ranks).choose(seed)
        days |= chosen.days
        crowded += chosen.crowded
    with transaction(database) as session:
        _require_same(told, _told(session, monday), monday)
        choose_days(session, monday, days, now)
        record(
            session,
            at=now,
            user_name=by,
            action="week.assign",
            subject=f"week/{monday}",
            after={"items": len(days), "visits": sum(map(len, days.values()))},
        )
        view = _view(session, monday, items, days, is_chosen=True)
    return WeekReport(view, tuple(crowded), _moved(items, days))


def _moved(items: Iterable[FlexibleItem], days: Mapping[str, Iterable[date]]) -> int:
    """Visits on another weekday than last week, where there was a last week."""
    last = {one.id: {day.weekday() for day in one.last_on} for one in items}
    return sum(
        bool(last[key]) and day.weekday() not in last[key] for key in days for day in days[key]
    )


def _told(session: Session, monday: date) -> frozenset[date]:
    """The dates of the week with a published roster."""
    return frozenset(rosters_in_force(session, monday, monday + WEEK).values())


def _require_same(before: frozenset[date], now: frozenset[date], monday: date) -> None:
    if now != before:
        raise Conflict(
            f"a roster of the week of {monday} was published meanwhile: choose its days again",
            code="published_meanwhile",
        )


def _require_monday(monday: date) -> None:
    if monday.isoweekday() != 1:
        before = monday - timedelta(days=monday.weekday())
        raise InvalidInput(f"{monday} is no Monday: give {before} for its week", code="no_monday")


@dataclass(frozen=True, slots=True)
class _Chosen:
    days: dict[str, frozenset[date]]
    crowded: list[Crowded]


@dataclass(frozen=True, slots=True)
class _Town:
    """The week of one town: items, what its days hold, days that stay, ranks by item."""

    monday: date
    items: Sequence[FlexibleItem]
    room: Room
    closed: frozenset[date]
    ranks: Mapping[str, int]

    def choose(self, seed: int) -> _Chosen:
        """Days of every item, also where they are full already."""
        needs = {one.id: self._need(one) for one in self.items}
        work = sum(one.visits * one.minutes for one in needs.values())
        problem = WeekProblem(
            needs=tuple(needs.values()),
            # Nobody's shifts are known yet: then nothing is full, and days are alike.
            capacity=self.room.minutes if any(self.room.minutes) else (work,) * len(self.week),
            skill_capacity={
                skill: minutes
                for skill, minutes in self.room.by_skill.items()
                if any(minutes) and any(one.skill == skill for one in needs.values())
            },
        )
        plan = assign_days(problem, work=WORK, seed=seed)
        days, crowded = self._with_crowded(problem, plan)
        dates = {
            key: frozenset(self.monday + timedelta(days=day) for day in own)
            for key, own in days.items()
        }
        return _Chosen(dates, crowded)

    @property
    def week(self) -> list[date]:
        """The seven dates."""
        return week_from(self.monday)

    def _need(self, item: FlexibleItem) -> WeekNeed:
        fixed = item.touched_on | (item.due_on & self.closed)
        allowed = set(item.allowed_on) - self.closed
        return WeekNeed(
            id=item.id,
            visits=max(item.times, len(fixed)),
            minutes=item.minutes * item.people,
            allowed_days=self._numbers(allowed),
            fixed_days=self._numbers(fixed),
            least_distance=item.least_days_apart,
            last_days=frozenset(day.weekday() for day in item.last_on),
            zone=item.community_code,
            skill=item.scarce_code,
            priority=self.ranks[item.id],
        )

    def _numbers(self, days: Iterable[date]) -> frozenset[int]:
        return frozenset((day - self.monday).days for day in days)

    def _with_crowded(
        self, problem: WeekProblem, plan: WeekPlan
    ) -> tuple[dict[str, frozenset[int]], list[Crowded]]:
        """The plan's days, and for visits without room the least full days they may have."""
        days = dict(plan.days)
        load = [
            sum(need.minutes for need in problem.needs if day in days[need.id])
            for day in range(problem.days)
        ]
        towns = {one.id: one for one in self.items}
        crowded = []
        for one in plan.left_out:
            if one.reason is LeftReason.NO_ALLOWED_DAYS:
                continue
            need = problem.need_by_id[one.need_id]
            free = [problem.capacity[day] - load[day] for day in range(problem.days)]
            before = days[need.id]
            days[need.id] = after = squeezed(need, before, free)
            for day in before ^ after:
                load[day] += need.minutes if day in after else -need.minutes
            item = towns[need.id]
            more = len(after) - len(before)
            crowded.append(Crowded(item.id, item.elder_id, item.town_code, more, one.detail))
        return days, [one for one in crowded if one.visits > 0]


def squeezed(need: WeekNeed, days: frozenset[int], free: Sequence[int]) -> frozenset[int]:
    """As many days as the need may have, whatever room there is, where most minutes are free.

    `days`, which it has already, are kept where that costs no visit.
    """
    allowed = set(range(len(free)) if need.allowed_days is None else need.allowed_days)
    for count in range(need.visits - len(need.fixed_days), 0, -1):
        choices = [
            need.fixed_days.union(one)
            for one in combinations(sorted(allowed - need.fixed_days), count)
            if _far_enough(need, one)
        ]
        if choices:
            return max(
                choices,
                key=lambda own: (
                    len(own & days),
                    sum(free[day] for day in own - days),
                    sorted(own),
                ),
            )
    return need.fixed_days


def _far_enough(need: WeekNeed, days: Iterable[int]) -> bool:
    """No two days closer than the least distance, but for two that are fixed."""
    new = set(days)
    return all(
        later - earlier >= need.least_distance
        for earlier, later in pairwise(sorted(need.fixed_days | new))
        if earlier in new or later in new
    )


def _view(
    session: Session,
    monday: date,
    items: Sequence[FlexibleItem],
    days: Mapping[str, Iterable[date]],
    *,
    is_chosen: bool = False,
) -> WeekView:
    elders = elders_by_id(session, {one.elder_id for one in items})
    shown = tuple(
        ItemDays(
            plan_item_id=one.id,
            elder_id=one.elder_id,
            elder_name=elders[one.elder_id].name,
            town_code=one.town_code,
            service_type_code=one.service_type_code,
            minutes=one.minutes,
            times=one.times,
            days=tuple(sorted(days[one.id])),
            is_chosen=is_chosen or one.is_chosen,
        )
        for one in sorted(items, key=lambda one: (one.town_code, one.id))
    )
    missing = sum(max(0, one.times - len(one.days)) for one in shown)
    return WeekView(monday, shown, missing)
