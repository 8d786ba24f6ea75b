"""Named terms of the cost of a visit plan and their weights."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from solver import checks


class Term(StrEnum):
    """Every term a plan can cost; the value before weighting is given by `solver.verify`."""

    TRAVEL = "travel"
    WAITING = "waiting"
    LATENESS = "lateness"
    HIGHEST_LATENESS = "highest_lateness"
    OVERTIME = "overtime"
    LARGEST_IDLE = "largest_idle"
    UNSERVED = "unserved"
    MISSED_BREAK = "missed_break"
    PREFERENCE = "preference"
    CONTINUITY = "continuity"
    START_DEVIATION = "start_deviation"
    CAREGIVERS_USED = "caregivers_used"
    BALANCE = "balance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Price of one unit of each term; None forbids the term to be more than zero.

    travel, waiting, lateness, highest_lateness, overtime, largest_idle, start_deviation and
    balance: per tick. unserved: per unit of `Visit.drop_cost`; missed_break: per unit of
    `Break.miss_cost`. preference: per part given by a caregiver who is not preferred. continuity:
    per part and hundredth of familiarity missing. caregivers_used: per caregiver with a stop.
    """

    travel: int | None = 1
    waiting: int | None = 0
    lateness: int | None = 0
    highest_lateness: int | None = 0
    overtime: int | None = 0
    largest_idle: int | None = 0
    unserved: int | None = 1
    missed_break: int | None = 1
    preference: int | None = 0
    continuity: int | None = 0
    start_deviation: int | None = 0
    caregivers_used: int | None = 0
    balance: int | None = 0

    def __post_init__(self) -> None:
        """Refuse a weight that is neither None nor a whole number of at least 0."""
        for term in Term:
            checks.whole_or_none("weights", term.value, self.of(term))

    def of(self, term: Term) -> int | None:
        """Weight of a term by its name."""
        value: int | None = getattr(self, term.value)
        return value
