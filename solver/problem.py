"""The visit problem: who needs what, where and when, and who could do it.

A `Problem` is immutable and made of ids, integers and matrices. All times are integer *ticks*
counted from the start of the day (`ticks_per_minute` says how many make a minute; the product uses
1). Places are indices into the square travel matrices, one matrix for each travel mode.

Terms: a **visit** is one dated need at one home. It has one or two **parts**, each done by one
caregiver (two for a two-person bath, or for a nurse followed by a care worker). A **shift** is one
caregiver's interval; every route belongs to one shift. `docs/solver_model.md` defines every rule
and cost exactly.

Whatever can be constructed is consistent: each class refuses bad values with a `ProblemError` of
one sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver import checks
from solver.caregivers import Break, Caregiver, Shift, SkillHeld
from solver.errors import ProblemError
from solver.objective import Term, Weights
from solver.visits import Gap, Part, SkillNeed, TimeWindow, Visit

__all__ = [
    "Break",
    "Caregiver",
    "Dependency",
    "Gap",
    "IntMatrix",
    "Part",
    "Problem",
    "Shift",
    "SkillHeld",
    "SkillNeed",
    "TimeWindow",
    "Visit",
    "WindowMet",
]

IntMatrix = NDArray[np.int32]


class WindowMet(StrEnum):
    """Which instant of a visit must lie before the end of its window."""

    AT_START = "at_service_start"
    AT_END = "at_service_end"


@dataclass(frozen=True, slots=True)
class Dependency:
    """Visit `after` starts `gap.minimum` to `gap.maximum` ticks after visit `before` starts.

    It binds where both are served.
    """

    before: str
    after: str
    gap: Gap


@dataclass(frozen=True, kw_only=True, eq=False)
class Problem:
    """A day (or a shard of it): visits, caregivers, travel times in ticks by mode, weights."""

    visits: tuple[Visit, ...]
    caregivers: tuple[Caregiver, ...]
    travel: Mapping[str, IntMatrix]
    weights: Weights
    window_met: WindowMet = WindowMet.AT_START
    dependencies: tuple[Dependency, ...] = ()
    ticks_per_minute: int = 1
    name: str = ""

    def __post_init__(self) -> None:
        """Freeze the matrices and refuse what does not fit together."""
        checks.whole("problem", "ticks_per_minute", self.ticks_per_minute, minimum=1)
        matrices = {mode: checks.travel_matrix(mode, given) for mode, given in self.travel.items()}
        object.__setattr__(self, "travel", matrices)
        checks.unique("visit", (visit.id for visit in self.visits))
        checks.unique("caregiver", (caregiver.id for caregiver in self.caregivers))
        checks.unique("shift", (shift.id for one in self.caregivers for shift in one.shifts))
        self._check_places()
        self._check_references()
        self._check_range()

    def _check_places(self) -> None:
        sizes = {mode: len(matrix) for mode, matrix in self.travel.items()}
        if len(set(sizes.values())) > 1:
            raise ProblemError(f"travel: the matrices differ in size ({sizes})")
        places = next(iter(sizes.values()), 0)
        for caregiver in self.caregivers:
            if caregiver.mode not in self.travel:
                item = f"caregiver {caregiver.id}"
                raise ProblemError(f"{item}: no travel matrix for mode {caregiver.mode!r}")
            for shift in caregiver.shifts:
                for name, place in (("start", shift.start_place), ("end", shift.end_place)):
                    _place(f"shift {shift.id}", f"{name}_place", place, places)
        for visit in self.visits if self.travel else ():
            _place(f"visit {visit.id}", "place", visit.place, places)

    def _check_references(self) -> None:
        for visit in self.visits:
            for name, caregiver in visit.named_caregivers:
                if caregiver not in self.caregiver_by_id:
                    raise ProblemError(f"visit {visit.id}: {name} has unknown {caregiver!r}")
        edges = [(one.before, one.after) for one in self.dependencies]
        for before, after in edges:
            for visit_id in (before, after):
                if visit_id not in self.visit_by_id:
                    item = f"dependency {before} -> {after}"
                    raise ProblemError(f"{item}: visit {visit_id} is unknown")
        checks.unique("dependency", (f"{before} -> {after}" for before, after in edges))
        checks.acyclic("dependency", edges)

    def _check_range(self) -> None:
        """Refuse weights with which some plan could cost more than 64 bits hold."""
        largest = sum((self.weights.of(term) or 0) * self.bound(term) for term in Term)
        if largest > checks.LARGEST_COST:
            raise ProblemError(f"weights: a plan could cost {largest}, more than 64 bits hold")

    def bound(self, term: Term) -> int:
        """An upper bound of a term's unweighted value, over every plan."""
        parts = sum(len(visit.parts) for visit in self.visits)
        rests = [shift.rest for one in self.caregivers for shift in one.shifts if shift.rest]
        match term:
            case Term.UNSERVED:
                return sum(visit.drop_cost or 0 for visit in self.visits)
            case Term.MISSED_BREAK:
                return sum(rest.miss_cost or 0 for rest in rests)
            case Term.PREFERENCE:
                return parts
            case Term.CONTINUITY:
                return 100 * parts
            case Term.CAREGIVERS_USED:
                return len(self.caregivers)
            case Term.BALANCE:
                past = sum(one.past_workload for one in self.caregivers)
                return self.horizon * (parts + len(self.caregivers)) + past
            case _:
                return self.horizon * (parts + len(self.caregivers) + 1)

    @cached_property
    def horizon(self) -> int:
        """An instant by which any sensible plan has ended: all travel and care in a row."""
        longest = max((int(one.max()) for one in self.travel.values() if one.size), default=0)
        shifts = [shift for one in self.caregivers for shift in one.shifts]
        ends = [shift.end for shift in shifts]
        ends += [visit.windows[-1].end for visit in self.visits]
        ends += [shift.rest.latest_end for shift in shifts if shift.rest]
        care = sum(part.duration + one.setup for one in self.visits for part in one.parts)
        gaps = sum(one.sync.minimum for one in self.visits if one.sync)
        gaps += sum(one.gap.minimum for one in self.dependencies)
        legs = longest * (sum(len(one.parts) for one in self.visits) + len(shifts))
        return max(ends, default=0) + care + gaps + legs

    @cached_property
    def visit_by_id(self) -> Mapping[str, Visit]:
        """Visits by id."""
        return {visit.id: visit for visit in self.visits}

    @cached_property
    def caregiver_by_id(self) -> Mapping[str, Caregiver]:
        """Caregivers by id."""
        return {caregiver.id: caregiver for caregiver in self.caregivers}

    @cached_property
    def shift_by_id(self) -> Mapping[str, tuple[Caregiver, Shift]]:
        """(caregiver, shift) by shift id."""
        return {shift.id: (one, shift) for one in self.caregivers for shift in one.shifts}

    def __eq__(self, other: object) -> bool:
        """Equal in every field; matrices by value."""
        if not isinstance(other, Problem):
            return NotImplemented
        names = [one.name for one in fields(self) if one.name != "travel"]
        return (
            all(getattr(self, name) == getattr(other, name) for name in names)
            and self.travel.keys() == other.travel.keys()
            and all(np.array_equal(self.travel[mode], other.travel[mode]) for mode in self.travel)
        )

    __hash__ = None  # type: ignore[assignment]  # equal by value and holding matrices

    def __getstate__(self) -> dict[str, Any]:
        """What travels to another process: the fields, not the lookups."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Restore, with the matrices read-only again (pickling forgets that)."""
        for matrix in state["travel"].values():
            matrix.setflags(write=False)
        self.__dict__.update(state)


def _place(item: str, name: str, place: int, places: int) -> None:
    if place >= places:
        raise ProblemError(
            f"{item}: {name} {place} is outside the travel matrix of {places} places"
        )
