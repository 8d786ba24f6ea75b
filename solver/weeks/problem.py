"""The week before its days are routed: needs with flexible days, and what the days can hold.

Ids and integers; a day is a number from 0 to `days` - 1. Whatever can be constructed is consistent:
bad values are refused with a `ProblemError` of one sentence. A need that cannot be met, alone or
beside the others, is no error: it is told in the plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from solver import checks
from solver.errors import ProblemError

# Two weeks; every choice of a need's days is looked at, and of more days there are too many.
MOST_DAYS = 14


class LeftReason(StrEnum):
    """Why a visit of a need got no day.

    NO_ALLOWED_DAYS: even an empty week has none for it. KEPT_APART: there would be one but for the
    needs it is kept apart from. CAPACITY: whatever days the need took, the others leave no room.
    """

    NO_ALLOWED_DAYS = "no_allowed_days"
    KEPT_APART = "kept_apart"
    CAPACITY = "capacity"


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekNeed:
    """So many visits of one elder and service in the week, at most one a day.

    `allowed_days` None: any. `fixed_days` are given and stay, whatever else is said. Two days of
    the need are at least `least_distance` days apart (2: not on consecutive days). `last_days` are
    the days of the last week. `zone` is the community that is reached for it; `skill` the scarce
    qualification it takes, which has its own capacity ("": none). A visit left out costs
    `WeekWeights.left_out` x (1 + `priority`).
    """

    id: str
    visits: int
    minutes: int
    allowed_days: frozenset[int] | None = None
    fixed_days: frozenset[int] = frozenset()
    least_distance: int = 1
    last_days: frozenset[int] = frozenset()
    zone: str = ""
    skill: str = ""
    priority: int = 0

    def __post_init__(self) -> None:
        """Refuse numbers that are none, and more fixed days than visits."""
        checks.identifier("need", self.id)
        item = f"need {self.id}"
        checks.whole(item, "visits", self.visits, minimum=1)
        checks.whole(item, "minutes", self.minutes, minimum=1)
        checks.whole(item, "least_distance", self.least_distance, minimum=1)
        checks.whole(item, "priority", self.priority)
        if len(self.fixed_days) > self.visits:
            raise ProblemError(
                f"{item}: {len(self.fixed_days)} days are fixed where {self.visits} are needed"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekWeights:
    """What a week is measured by.

    `left_out`: a visit without a day, times 1 + priority of its need; `moved`: a visit on a day
    that was none of last week's, where there was a last week; `zone_day`: a zone reached on a day;
    `balance`: a minute of a day above its share of all work, shares being those of the capacity.
    """

    left_out: int = 10_000
    moved: int = 60
    zone_day: int = 15
    balance: int = 1

    def __post_init__(self) -> None:
        """Refuse prices below 0."""
        for name in ("left_out", "moved", "zone_day", "balance"):
            checks.whole("weights", name, getattr(self, name))


@dataclass(frozen=True, kw_only=True)
class WeekProblem:
    """Needs of a week and what its days hold.

    `capacity` has the minutes of care of each day, `skill_capacity` of each day by skill; a skill
    that is not named there is not scarce. `apart` are pairs of needs that never fall on one day.
    """

    needs: tuple[WeekNeed, ...]
    capacity: tuple[int, ...]
    skill_capacity: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    apart: frozenset[tuple[str, str]] = frozenset()
    weights: WeekWeights = field(default_factory=WeekWeights)

    def __post_init__(self) -> None:
        """Refuse what does not fit together."""
        checks.unique("need", (one.id for one in self.needs))
        if not 1 <= self.days <= MOST_DAYS:
            raise ProblemError(f"week: it has {self.days} days where 1 to {MOST_DAYS} are possible")
        for day, minutes in enumerate(self.capacity):
            checks.whole("week", f"capacity of day {day}", minutes)
        for skill, minutes_by_day in self.skill_capacity.items():
            if len(minutes_by_day) != self.days:
                raise ProblemError(
                    f"skill {skill}: {len(minutes_by_day)} days have a capacity, of {self.days}"
                )
            for day, minutes in enumerate(minutes_by_day):
                checks.whole(f"skill {skill}", f"capacity of day {day}", minutes)
        for need in self.needs:
            self._check_days(need, "allowed_days", need.allowed_days or ())
            self._check_days(need, "fixed_days", need.fixed_days)
            self._check_days(need, "last_days", need.last_days)
        for pair in self.apart:
            for one in pair:
                if one not in self.need_by_id:
                    raise ProblemError(f"apart {pair[0]}, {pair[1]}: need {one} is unknown")
            if pair[0] == pair[1]:
                raise ProblemError(f"apart {pair[0]}, {pair[1]}: a need is no neighbour of itself")

    def _check_days(self, need: WeekNeed, name: str, days: Iterable[int]) -> None:
        for day in days:
            if type(day) is not int or not 0 <= day < self.days:
                last = self.days - 1
                raise ProblemError(
                    f"need {need.id}: {name} has {day!r}, not a day from 0 to {last}"
                )

    @property
    def days(self) -> int:
        """Days of the week, or of whatever span is planned."""
        return len(self.capacity)

    @cached_property
    def need_by_id(self) -> Mapping[str, WeekNeed]:
        """Needs by id."""
        return {one.id: one for one in self.needs}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """So many visits of a need have no day; `detail` is a sentence."""

    need_id: str
    visits: int
    reason: LeftReason
    detail: str


@dataclass(frozen=True, slots=True)
class WeekPlan:
    """Days by need (every need is there, if only with no day), who is left out, and the cost.

    `proved` says that no other plan costs less.
    """

    days: Mapping[str, frozenset[int]]
    left_out: tuple[LeftOut, ...]
    cost: int
    proved: bool = False
