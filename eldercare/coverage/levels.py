"""The same figures at several sizes of area from one pass over the rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session

from eldercare.coverage.areas import Level, find_areas
from eldercare.coverage.evaluation import figures, make_moment
from eldercare.coverage.indicators import INDICATORS
from eldercare.coverage.rows import CoverageRow
from eldercare.settings import LOOK_BACK_DAYS


def evaluate_levels(
    session: Session,
    *,
    as_of: date,
    levels: Sequence[Level],
    area: str | None = None,
    look_back_days: int = LOOK_BACK_DAYS,
) -> dict[Level, list[CoverageRow]]:
    """Level → every indicator's rows, each as `evaluate` gives them, read only once.

    Raises what `evaluate` raises.
    """
    moment = make_moment(as_of, look_back_days)
    areas = {level: find_areas(session, level, area) for level in levels}
    inside = next(iter(areas.values()), None) if area else None
    return figures(session, moment, INDICATORS, areas, inside=inside)
