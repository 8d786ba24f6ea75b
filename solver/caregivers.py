"""Who can do it: caregivers, their skills, shifts and breaks."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from solver import checks
from solver.errors import ProblemError


@dataclass(frozen=True, slots=True)
class SkillHeld:
    """A skill with its level; not valid for parts that end after `valid_until` (None: always)."""

    skill: str
    level: int = 0
    valid_until: int | None = None

    def __post_init__(self) -> None:
        """Refuse a level below 0 or a validity that is no instant."""
        checks.whole(f"skill {self.skill}", "level", self.level)
        checks.whole_or_none(f"skill {self.skill}", "valid_until", self.valid_until, minimum=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A rest of at least `duration` ticks inside [earliest, latest_end].

    Missing it costs `miss_cost` (None: it must not be missed). A shift without stops owes no rest,
    unless `due_without_stops`.
    """

    earliest: int
    latest_end: int
    duration: int
    miss_cost: int | None = None
    due_without_stops: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One interval of one caregiver.

    `maximum_overtime` bounds the return after `end` (None: unbounded).
    """

    id: str
    start: int
    end: int
    start_place: int
    end_place: int
    rest: Break | None = None
    maximum_overtime: int | None = 0

    def __post_init__(self) -> None:
        """Refuse a shift without an end, an empty one, or a rest that cannot fit."""
        checks.identifier("shift", self.id)
        item = f"shift {self.id}"
        for name in ("start", "end"):
            if getattr(self, name) is None:
                raise ProblemError(f"{item}: it has no {name}")
            checks.whole(item, name, getattr(self, name))
        if self.end <= self.start:
            raise ProblemError(f"{item}: it ends ({self.end}) before it starts ({self.start})")
        checks.whole(item, "start_place", self.start_place)
        checks.whole(item, "end_place", self.end_place)
        checks.whole_or_none(item, "maximum_overtime", self.maximum_overtime)
        if (rest := self.rest) is not None:
            checks.whole(item, "earliest of the rest", rest.earliest)
            checks.whole(item, "latest_end of the rest", rest.latest_end)
            checks.whole(item, "duration of the rest", rest.duration)
            checks.whole_or_none(item, "miss_cost of the rest", rest.miss_cost)
            if rest.earliest + rest.duration > rest.latest_end:
                span = f"{rest.earliest} to {rest.latest_end}"
                raise ProblemError(f"{item}: a rest of {rest.duration} does not fit into {span}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caregiver:
    """One worker: skills, tags, travel mode and shifts.

    `maximum_work` bounds travel + setup + service of the day, all shifts together;
    `past_workload` (ticks of the same kind) enters the balance term.
    """

    id: str
    shifts: tuple[Shift, ...]
    mode: str
    skills: tuple[SkillHeld, ...] = ()
    tags: frozenset[str] = frozenset()
    maximum_work: int | None = None
    past_workload: int = 0

    def __post_init__(self) -> None:
        """Refuse negative limits and shifts that overlap."""
        checks.identifier("caregiver", self.id)
        item = f"caregiver {self.id}"
        checks.whole_or_none(item, "maximum_work", self.maximum_work)
        checks.whole(item, "past_workload", self.past_workload)
        ordered = sorted(self.shifts, key=lambda shift: shift.start)
        for earlier, later in pairwise(ordered):
            if later.start < earlier.end:
                raise ProblemError(f"{item}: shifts {earlier.id} and {later.id} overlap")
