"""What coordinators decided about a visit by hand, as the solver's rules for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from eldercare.rostering.tables import RosterVisit
from solver.problem import Problem
from solver.problem import Visit as Need


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The decisions about one visit; the fields are those of `RosterVisit`."""

    is_phoned: bool = False
    is_left_out: bool = False
    locked_caregiver_ids: tuple[str, ...] | None = None
    locked_start_minutes: int | None = None
    override_reason: str | None = None
    override_by: str | None = None

    @staticmethod
    def of(row: RosterVisit) -> Decision:
        """The decisions a row holds."""
        carers = row.locked_caregiver_ids
        return Decision(
            is_phoned=row.is_phoned,
            is_left_out=row.is_left_out,
            locked_caregiver_ids=tuple(carers) if carers else None,
            locked_start_minutes=row.locked_start_minutes,
            override_reason=row.override_reason,
            override_by=row.override_by,
        )

    def write(self, row: RosterVisit) -> None:
        """Put the decisions into a row."""
        for name, value in asdict(self).items():
            setattr(row, name, list(value) if isinstance(value, tuple) else value)


def decided(problem: Problem, decisions: Mapping[str, Decision]) -> Problem:
    """The day with locks, and with the visits that are left out on purpose."""
    known = problem.caregiver_by_id.keys()

    def of(visit: Need) -> Need:
        decision = decisions.get(visit.id)
        if decision is None:
            return visit
        if decision.is_left_out:
            return replace(visit, only_caregivers=frozenset(), drop_cost=0)
        carers = decision.locked_caregiver_ids or ()
        fits = len(carers) == len(visit.parts) and set(carers) <= known
        return replace(
            visit,
            locked_caregivers=carers if fits else None,
            locked_start=decision.locked_start_minutes,
        )

    return replace(problem, visits=tuple(of(visit) for visit in problem.visits))
