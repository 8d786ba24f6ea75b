"""Who carried how much lately, and who sees too many faces: sums that feed the next plan.

Rows in, figures out; dates and look-backs are given. A look-back of n days before `on` holds the n
dates before it, not `on` itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from solver import checks
from solver.errors import ProblemError

# Before half past seven and after six in the evening nobody likes to work (minutes of the day).
EARLY, LATE = 7 * 60 + 30, 18 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkedDay:
    """What a caregiver did on a date.

    `work_minutes` are travel, setup and service; of them `travel_minutes` on the way, and
    `unpopular_minutes` at times that the function of that name counts.
    """

    caregiver: str
    on: date
    work_minutes: int
    travel_minutes: int = 0
    unpopular_minutes: int = 0

    def __post_init__(self) -> None:
        """Refuse minutes below 0, and a part larger than the whole."""
        item = f"work of caregiver {self.caregiver} on {self.on}"
        checks.whole(item, "work_minutes", self.work_minutes)
        for name in ("travel_minutes", "unpopular_minutes"):
            checks.whole(item, name, getattr(self, name))
            if getattr(self, name) > self.work_minutes:
                raise ProblemError(f"{item}: {name} exceed the {self.work_minutes} minutes of work")


@dataclass(frozen=True, slots=True)
class Carried:
    """Sums of one caregiver over the look-back, and each as a share of the group's median.

    A share is None where the median is 0: nothing can be compared then.
    """

    caregiver: str
    days: int
    work_minutes: int
    travel_minutes: int
    unpopular_minutes: int
    work_share: float | None
    travel_share: float | None
    unpopular_share: float | None


@dataclass(frozen=True, slots=True)
class Fairness:
    """A group over a look-back: `carried` by caregiver id, and how unequal each sum is (Gini)."""

    carried: tuple[Carried, ...]
    work_gini: float
    travel_gini: float
    unpopular_gini: float


@dataclass(frozen=True, slots=True)
class Cared:
    """A caregiver was at an elder's on a date."""

    elder: str
    caregiver: str
    on: date


@dataclass(frozen=True, slots=True)
class Carers:
    """The different caregivers of an elder in the look-back; `too_many` warns."""

    elder: str
    caregivers: frozenset[str]
    limit: int

    @property
    def too_many(self) -> bool:
        """More than the limit."""
        return len(self.caregivers) > self.limit


def unpopular_minutes(start: int, end: int, *, is_rest_day: bool) -> int:
    """Minutes of [start, end) that are early, late, or on a weekend or holiday.

    Times are minutes of the day; a service over midnight counts on.
    """
    if end <= start:
        return 0
    if is_rest_day:
        return end - start
    return max(0, min(end, EARLY) - start) + max(0, end - max(start, LATE))


def fairness(
    rows: Iterable[WorkedDay], *, on: date, days: int, group: Iterable[str] | None = None
) -> Fairness:
    """Sum the look-back for a group of caregivers (None: whoever has a row in it).

    A caregiver of the group without a row carried nothing, and counts.
    """
    recent = [row for row in rows if _is_recent(row.on, on, days)]
    sums: dict[str, list[int]] = {}
    dates: dict[str, set[date]] = {}
    for name in sorted({row.caregiver for row in recent} if group is None else set(group)):
        sums[name], dates[name] = [0, 0, 0], set()
    for row in recent:
        if row.caregiver in sums:
            mine = sums[row.caregiver]
            mine[0] += row.work_minutes
            mine[1] += row.travel_minutes
            mine[2] += row.unpopular_minutes
            dates[row.caregiver].add(row.on)
    columns = [[each[place] for each in sums.values()] for place in range(3)]
    middles = [median(column) if column else 0 for column in columns]
    carried = tuple(
        Carried(
            name,
            len(dates[name]),
            *each,
            *(
                value / middle if middle else None
                for value, middle in zip(each, middles, strict=True)
            ),
        )
        for name, each in sums.items()
    )
    return Fairness(carried, *(gini(column) for column in columns))


def gini(values: Sequence[int]) -> float:
    """How unequal amounts of at least 0 are: 0 all alike, towards 1 one has everything.

    Half the mean difference of all pairs over the mean (C. Gini, 1912); 0 where all are 0.
    """
    total, count = sum(values), len(values)
    if not total:
        return 0.0
    ranked = sum(rank * value for rank, value in enumerate(sorted(values), 1))
    return (2 * ranked - (count + 1) * total) / (count * total)


def past_workload(
    rows: Iterable[WorkedDay],
    *,
    on: date,
    days: int,
    contract_percent: Mapping[str, int],
    away_days: Mapping[str, int] | None = None,
    unpopular_percent: int = 100,
) -> dict[str, int]:
    """What goes into `solver.problem.Caregiver.past_workload`, by caregiver, in minutes.

    The balance term levels work above the mean and does not see what all have in common, so the
    least burdened is 0 and the others have what they carried more.

    Args:
        rows: worked days, those of other caregivers and other dates too.
        on: the date that is planned.
        days: dates before it that count.
        contract_percent: of full time, by caregiver of the group; who works half the time and has
            half the minutes has carried as much.
        away_days: days of leave or sickness in the look-back; each is credited with the median
            day of the group, so that nobody comes back to a mountain of work.
        unpopular_percent: extra weight of an unpopular minute.

    Raises:
        ProblemError: a percentage is not at least 1 (of unpopular minutes 0), or days away are
            fewer than 0 or more than the look-back.
    """
    checks.whole("fairness", "unpopular_percent", unpopular_percent)
    for name, percent in contract_percent.items():
        checks.whole(f"caregiver {name}", "contract_percent", percent, minimum=1)
    away = {name: (away_days or {}).get(name, 0) for name in contract_percent}
    for name, number in away.items():
        checks.whole(f"caregiver {name}", "away_days", number)
        if number > days:
            raise ProblemError(f"caregiver {name}: {number} away_days in a look-back of {days}")
    group = fairness(rows, on=on, days=days, group=contract_percent).carried
    full_time = {
        one.caregiver: (100 * one.work_minutes + unpopular_percent * one.unpopular_minutes)
        / contract_percent[one.caregiver]
        for one in group
    }
    present = [full_time[name] / (days - away[name]) for name in full_time if away[name] < days]
    usual = median(present) if present else 0.0
    burden = {name: round(full_time[name] + away[name] * usual) for name in full_time}
    least = min(burden.values(), default=0)
    return {name: value - least for name, value in burden.items()}


def carers(rows: Iterable[Cared], *, on: date, days: int = 30, limit: int) -> tuple[Carers, ...]:
    """Different caregivers of each elder in the look-back, most first, then by elder."""
    seen: dict[str, set[str]] = {}
    for row in rows:
        if _is_recent(row.on, on, days):
            seen.setdefault(row.elder, set()).add(row.caregiver)
    found = [Carers(elder, frozenset(people), limit) for elder, people in seen.items()]
    return tuple(sorted(found, key=lambda one: (-len(one.caregivers), one.elder)))


def _is_recent(day: date, on: date, days: int) -> bool:
    return on - timedelta(days=days) <= day < on
