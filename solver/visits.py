"""What is needed: visits, their parts, time windows and ties."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from solver import checks
from solver.errors import ProblemError


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """Service may start from `start` on; after `end` it is late (`Problem.window_met` says how)."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SkillNeed:
    """A skill the caregiver of a part must hold, at `level` or higher."""

    skill: str
    level: int = 0

    def __post_init__(self) -> None:
        """Refuse a level below 0."""
        checks.whole(f"skill {self.skill}", "level", self.level)


@dataclass(frozen=True, slots=True)
class Part:
    """One caregiver's share of a visit."""

    duration: int
    skills: tuple[SkillNeed, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """Start of the later minus start of the earlier lies in [minimum, maximum].

    0..0 is simultaneous; `maximum` None: no upper bound.
    """

    minimum: int = 0
    maximum: int | None = 0

    def __post_init__(self) -> None:
        """Refuse an empty interval."""
        checks.whole("gap", "minimum", self.minimum)
        checks.whole_or_none("gap", "maximum", self.maximum)
        if self.maximum is not None and self.maximum < self.minimum:
            raise ProblemError(f"gap: maximum {self.maximum} is below minimum {self.minimum}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One dated need at one home; it starts when its part 0 starts.

    `windows` ascend; `late_is_hard` forbids lateness. `drop_cost` is what leaving it unserved
    costs; None means it must be served. `sync` ties the starts of the two parts (None:
    independent); two parts always have two different caregivers.

    `only_caregivers` (None: anybody) and `refused_caregivers` are hard, as are `required_tags`,
    which the caregiver must all have (sex, language). `preferred_caregivers`, where there are any,
    costs `Weights.preference` for each part given by another. `familiarity` (0..100), where it
    names anybody, costs `Weights.continuity` x (100 - familiarity) for each part.

    `locked_caregivers` (one for each part) and `locked_start` bind when set. `setup` ticks precede
    the service unless the stop before was in the same `building`.
    """

    id: str
    place: int
    parts: tuple[Part, ...]
    windows: tuple[TimeWindow, ...]
    sync: Gap | None = None
    elder: str = ""
    drop_cost: int | None = None
    priority: int = 0
    late_is_hard: bool = True
    preferred_start: int | None = None
    preferred_caregivers: frozenset[str] = frozenset()
    refused_caregivers: frozenset[str] = frozenset()
    only_caregivers: frozenset[str] | None = None
    familiarity: Mapping[str, int] = field(default_factory=dict)
    required_tags: frozenset[str] = frozenset()
    locked_caregivers: tuple[str, ...] | None = None
    locked_start: int | None = None
    building: str = ""
    setup: int = 0

    def __post_init__(self) -> None:
        """Refuse a visit that contradicts itself."""
        checks.identifier("visit", self.id)
        object.__setattr__(self, "familiarity", dict(self.familiarity))
        self._check_times(item := f"visit {self.id}")
        self._check_wishes(item)

    def _check_times(self, item: str) -> None:
        checks.whole(item, "place", self.place)
        if len(self.parts) not in {1, 2}:
            raise ProblemError(f"{item}: it has {len(self.parts)} parts where 1 or 2 are possible")
        for number, part in enumerate(self.parts, 1):
            checks.whole(item, f"duration of part {number}", part.duration)
        if not self.windows:
            raise ProblemError(f"{item}: it has no time window")
        last: TimeWindow | None = None
        for number, window in enumerate(self.windows, 1):
            checks.whole(item, f"start of window {number}", window.start)
            checks.whole(item, f"end of window {number}", window.end)
            label = f"{item}: window {number}"
            if window.end < window.start:
                raise ProblemError(f"{label} ends ({window.end}) before it starts ({window.start})")
            if last is not None and (window.start <= last.start or window.end <= last.end):
                raise ProblemError(f"{label} does not lie later than window {number - 1}")
            last = window
        if self.sync is not None and len(self.parts) == 1:
            raise ProblemError(f"{item}: a single part cannot be synchronised")
        checks.whole(item, "setup", self.setup)
        checks.whole_or_none(item, "preferred_start", self.preferred_start)
        checks.whole_or_none(item, "locked_start", self.locked_start)

    def _check_wishes(self, item: str) -> None:
        checks.whole_or_none(item, "drop_cost", self.drop_cost)
        checks.whole(item, "priority", self.priority, minimum=None)
        for caregiver, value in self.familiarity.items():
            checks.whole(item, f"familiarity with {caregiver}", value)
            if value > 100:
                raise ProblemError(f"{item}: familiarity with {caregiver} is {value}, above 100")
        locked = self.locked_caregivers
        if locked is not None and len(locked) != len(self.parts):
            count = len(self.parts)
            raise ProblemError(f"{item}: {len(locked)} locked caregivers stand for {count} part(s)")
        if locked is not None and len(set(locked)) < len(locked):
            raise ProblemError(f"{item}: both parts are locked to caregiver {locked[0]}")

    @property
    def named_caregivers(self) -> Iterator[tuple[str, str]]:
        """Every (field, caregiver id) the visit names."""
        for name in (
            "preferred_caregivers",
            "refused_caregivers",
            "only_caregivers",
            "familiarity",
        ):
            yield from ((name, one) for one in sorted(getattr(self, name) or ()))
        yield from (("locked_caregivers", one) for one in self.locked_caregivers or ())
