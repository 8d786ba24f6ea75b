"""An indicator over time, from snapshots: the line in a card and behind a forecast."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from dateutil.relativedelta import relativedelta
from sqlalchemy import func
from sqlmodel import Session, col, select

from eldercare.coverage.areas import Level, find_areas
from eldercare.coverage.indicators import find_indicator
from eldercare.coverage.notes import says_no_records, says_partial
from eldercare.coverage.tables import CoverageFigure, CoverageSnapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesPoint:
    """A figure of a date.

    There is no value without a snapshot of the date, without a population, and before the first
    service record, when nobody knows who was served.
    """

    on: date
    snapshot_id: int | None
    numerator: int = 0
    denominator: int = 0
    note: str = ""

    @property
    def value(self) -> Fraction | None:
        """The exact share, or None."""
        if not self.denominator or says_no_records(self.note):
            return None
        return Fraction(self.numerator, self.denominator)

    @property
    def is_partial(self) -> bool:
        """The records do not fill the look-back, so that the true share may be higher."""
        return says_partial(self.note)


def month_ends(up_to: date, months: int) -> list[date]:
    """The last days of the `months` months before `up_to`, oldest first, then `up_to` itself."""
    first = up_to.replace(day=1)
    ends = [first - relativedelta(months=back) - timedelta(days=1) for back in range(months)]
    return [*sorted(ends), up_to]


def series(
    session: Session, indicator: str, area: str | None, dates: Iterable[date]
) -> list[SeriesPoint]:
    """One point for each date, in order; of several snapshots of a date, the one taken last.

    Raises NotFound for an unknown indicator or area.
    """
    code = find_indicator(indicator).code
    areas = find_areas(session, Level.COMMUNITY, area)
    wanted = sorted(set(dates))
    latest = {
        snapshot.as_of: snapshot
        for snapshot in session.exec(
            select(CoverageSnapshot)
            .where(col(CoverageSnapshot.as_of).in_(wanted))
            .order_by(col(CoverageSnapshot.id))
        )
    }
    sums = (
        select(
            col(CoverageFigure.snapshot_id),
            func.sum(col(CoverageFigure.numerator)),
            func.sum(col(CoverageFigure.denominator)),
        )
        .where(
            col(CoverageFigure.snapshot_id).in_([each.id for each in latest.values()]),
            CoverageFigure.indicator_code == code,
            col(CoverageFigure.community_code).in_(areas.communities),
        )
        .group_by(col(CoverageFigure.snapshot_id))
    )
    totals = {key: (int(part), int(whole)) for key, part, whole in session.exec(sums)}
    points: list[SeriesPoint] = []
    for on in wanted:
        snapshot = latest.get(on)
        if snapshot is None or snapshot.id is None:
            points.append(SeriesPoint(on=on, snapshot_id=None))
            continue
        part, whole = totals.get(snapshot.id, (0, 0))
        points.append(
            SeriesPoint(
                on=on,
                snapshot_id=snapshot.id,
                numerator=part,
                denominator=whole,
                note=snapshot.notes.get(code, ""),
            )
        )
    return points
