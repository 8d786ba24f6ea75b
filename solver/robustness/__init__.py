"""Days that do not go as planned: how often a plan holds, and slack for those that should."""

from solver.robustness.odds import FragileSpot, Robustness, RouteOdds, VisitOdds, simulate
from solver.robustness.variation import Spread, Variation

__all__ = [
    "FragileSpot",
    "Robustness",
    "RouteOdds",
    "Spread",
    "Variation",
    "VisitOdds",
    "simulate",
]
