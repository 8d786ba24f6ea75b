"""Days that do not go as planned: how often a plan holds, and slack for those that should."""

from solver.robustness.odds import FragileSpot, Robustness, RouteOdds, VisitOdds, simulate
from solver.robustness.slack import Slack, on_true_day, solve_with_slack, with_slack
from solver.robustness.variation import Spread, Variation

__all__ = [
    "FragileSpot",
    "Robustness",
    "RouteOdds",
    "Slack",
    "Spread",
    "Variation",
    "VisitOdds",
    "on_true_day",
    "simulate",
    "solve_with_slack",
    "with_slack",
]
