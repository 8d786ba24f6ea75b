"""What the checker says: rules by code, violations, cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from solver.objective import Term


class Rule(StrEnum):
    """Code of every rule of a visit plan; `docs/solver_model.md` words them."""

    UNKNOWN_SHIFT = "unknown_shift"
    UNKNOWN_VISIT = "unknown_visit"
    UNKNOWN_PART = "unknown_part"
    ROUTE_TWICE = "route_twice"
    SHIFT_OVERLAP = "shift_overlap"
    NOT_COVERED = "not_covered"
    SERVED_TWICE = "served_twice"
    SERVED_AND_UNSERVED = "served_and_unserved"
    UNSERVED_TWICE = "unserved_twice"
    MANDATORY_UNSERVED = "mandatory_unserved"
    SAME_CAREGIVER = "same_caregiver"
    SKILL_MISSING = "skill_missing"
    SKILL_LEVEL = "skill_level"
    SKILL_EXPIRED = "skill_expired"
    TAG_MISSING = "tag_missing"
    CAREGIVER_REFUSED = "caregiver_refused"
    CAREGIVER_NOT_ALLOWED = "caregiver_not_allowed"
    LOCKED_CAREGIVER = "locked_caregiver"
    LOCKED_START = "locked_start"
    EARLY = "early"
    LATE = "late"
    SYNC_GAP = "sync_gap"
    DEPENDENCY_GAP = "dependency_gap"
    ORDER = "order"
    TRAVEL_TIME = "travel_time"
    STATED_ARRIVAL = "stated_arrival"
    BEFORE_ARRIVAL = "before_arrival"
    SETUP_TIME = "setup_time"
    DURATION = "duration"
    SHIFT_START = "shift_start"
    STATED_RETURN = "stated_return"
    OVERTIME_EXCEEDED = "overtime_exceeded"
    MAXIMUM_WORK = "maximum_work"
    BREAK_MISSED = "break_missed"
    BREAK_NOT_DUE = "break_not_due"
    BREAK_POSITION = "break_position"
    BREAK_WINDOW = "break_window"
    BREAK_SHORT = "break_short"
    BREAK_OVERLAP = "break_overlap"
    FALSE_PROOF = "false_proof"
    FORBIDDEN_COST = "forbidden_cost"


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule: code, item, and one sentence with the figures (ticks)."""

    rule: Rule
    item: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Report:
    """The checker's verdict.

    `terms` are unweighted, `cost` weighted (0 for a term whose weight is None: any value above 0 is
    a violation instead); `total` is their sum. All are computed even where the plan is infeasible.
    """

    feasible: bool
    violations: tuple[Violation, ...]
    terms: Mapping[Term, int]
    cost: Mapping[Term, int]
    total: int
