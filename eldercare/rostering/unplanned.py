"""When the engine breaks off: every need is kept and named, none is lost."""

from __future__ import annotations

from eldercare.rostering.planned import Fate, PlannedTown
from eldercare.rostering.rows import TownRows
from eldercare.rostering.tables import Placement
from solver.solution import Proof


def engine_failed(fault: BaseException) -> Fate:
    """The fate of a need whose search broke off with `fault`."""
    return Fate(
        Placement.UNSERVED,
        "engine_failed",
        Proof.NOT_FOUND.value,
        f"the engine broke off: {type(fault).__name__}: {fault}",
    )


def unplanned_town(rows: TownRows, *, engine: str, seed: int, fault: BaseException) -> PlannedTown:
    """A town whose process died: all its visits and orders unserved."""
    fate = engine_failed(fault)
    return PlannedTown(
        rows=rows,
        engine=engine,
        seed=seed,
        seconds=0.0,
        violations=0,
        visit_fates={visit.id: fate for visit in rows.visits},
        meal_fates={order.id: fate for order in rows.meal_orders},
        routes=(),
    )
