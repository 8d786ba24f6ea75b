"""A town whose solver failed: every need is kept and named, none is lost."""

from __future__ import annotations

from eldercare.care.tables import MealMode
from eldercare.rostering.planned import Fate, PlannedTown
from eldercare.rostering.rows import TownRows
from eldercare.rostering.solving import Effort
from eldercare.rostering.tables import Placement
from solver.solution import Proof


def unplanned_town(rows: TownRows, effort: Effort, fault: BaseException) -> PlannedTown:
    """All visits and deliveries unserved, because the engine broke off with `fault`."""
    fate = Fate(
        Placement.UNSERVED,
        "engine_failed",
        Proof.NOT_FOUND.value,
        f"the engine broke off: {type(fault).__name__}: {fault}",
    )
    return PlannedTown(
        rows=rows,
        engine=effort.engine,
        seed=effort.seed,
        seconds=0.0,
        violations=0,
        visit_fates={visit.id: fate for visit in rows.visits},
        meal_fates={
            order.id: fate if order.mode is MealMode.DELIVERY else Fate(Placement.ON_SITE)
            for order in rows.meal_orders
        },
        routes=(),
    )
