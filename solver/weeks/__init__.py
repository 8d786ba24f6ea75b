"""Days for the visits of a week: flexible needs, continuity, balance, neighbours on one day."""

from solver.weeks.assigning import assign_days
from solver.weeks.checking import check_week, week_cost
from solver.weeks.problem import (
    LeftOut,
    LeftReason,
    WeekNeed,
    WeekPlan,
    WeekProblem,
    WeekWeights,
)

__all__ = [
    "LeftOut",
    "LeftReason",
    "WeekNeed",
    "WeekPlan",
    "WeekProblem",
    "WeekWeights",
    "assign_days",
    "check_week",
    "week_cost",
]
