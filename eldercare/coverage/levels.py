"""The same figures at several sizes of area from one pass over the rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session

from eldercare.coverage.areas import Level, find_areas
from eldercare.coverage.evaluation import count_by_community, make_moment, make_rows
from eldercare.coverage.indicators import INDICATORS
from eldercare.coverage.notes import general_note
from eldercare.coverage.rows import CoverageRow
from eldercare.coverage.targets import targets_in_force
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
    inside = next(iter(areas.values())) if area and areas else None
    targets = targets_in_force(session, as_of)
    found: dict[Level, list[CoverageRow]] = {level: [] for level in levels}
    for indicator in INDICATORS:
        counts = count_by_community(session, indicator, moment, inside)
        target = targets.get(indicator.code)
        share = target.share if target else None
        note = general_note(session, indicator, target, moment)
        for level, of_level in areas.items():
            found[level] += make_rows(indicator, counts, of_level, share, note)
    return found
