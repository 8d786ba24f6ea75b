"""How far a town's day has come when it is planned anew."""

from __future__ import annotations

from dataclasses import dataclass

from eldercare.rostering.disruptions import Disruption
from solver.solution import Solution


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderWay:
    """The town's part of the roster that is planned anew, and how far its day has come."""

    minute: int
    plan: Solution
    reported: tuple[Disruption, ...] = ()
    cancelled: frozenset[str] = frozenset()
    """Visits that were called off: nobody plans them, they stay in the roster."""
    came_in_urgently: frozenset[str] = frozenset()
    overridden: frozenset[str] = frozenset()
    """Visits that may break a rule because somebody answers for it."""
    keeps_meals: bool = False
    """A rider is on the way: the meal round stays as it is."""
