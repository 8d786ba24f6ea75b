"""How far the district is: figures against targets, the names behind them, kept snapshots."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.edge import AreaCode, Day, Here, ReadSession, SignedIn
from api.paging import Cursor, Limit, PageOf, page_of_list, read_cursor, write_cursor
from api.problems import documented
from eldercare.accounts.permissions import Action, require
from eldercare.accounts.scope import area_for
from eldercare.coverage.areas import Level, level_of
from eldercare.coverage.evaluation import evaluate
from eldercare.coverage.named_lists import NamedRow, names
from eldercare.coverage.rows import CoverageRow, Status
from eldercare.coverage.snapshots import list_snapshots

router = APIRouter(tags=["coverage"])

Code = Annotated[str, Field(pattern="^[a-z_]{1,40}$")]


class Figure(BaseModel):
    """One indicator in one area; `value` is null where there is nothing to divide by."""

    indicator: str
    area: str
    area_name: str
    numerator: int
    denominator: int
    value: float | None
    target: float | None
    met: bool | None
    status: Status
    shortfall: int | None = Field(description="how many more must count to meet the target")
    note: str


class Figures(BaseModel):
    """The figures of a date."""

    as_of: date
    by: Level
    rows: list[Figure]


class SnapshotLine(BaseModel):
    """A kept snapshot; the same data have the same `data_version`."""

    id: int
    as_of: date
    taken_at: datetime
    data_version: str
    look_back_days: int


@router.get("/coverage", responses=documented(401, 403, 404, 422, 503))
def coverage(
    edge: Here,
    session: ReadSession,
    user: SignedIn,
    as_of: Day | None = None,
    by: Level | None = None,
    indicator: Annotated[list[Code] | None, Query(max_length=50)] = None,
    area: AreaCode | None = None,
) -> Figures:
    """Figures as of a date (none: today), by areas of a level (none: one figure for the area)."""
    inside = area_for(user, Action.READ_COVERAGE, area)
    level = by or level_of(session, inside)
    on = as_of or edge.today()
    settings = edge.settings
    rows = evaluate(
        session,
        as_of=on,
        by=level,
        indicators=indicator,
        area=inside,
        look_back_days=settings.coverage_look_back_days,
    )
    near = settings.coverage_near_points
    return Figures(as_of=on, by=level, rows=[_figure(row, near) for row in rows])


def _figure(row: CoverageRow, near_points: int) -> Figure:
    return Figure(
        **row.as_dict(),
        area_name=row.area_name,
        status=row.status(near_points),
        shortfall=row.shortfall,
    )


@router.get("/coverage/{indicator}/names", responses=documented(401, 403, 404, 422, 503))
def coverage_names(
    *,
    edge: Here,
    session: ReadSession,
    user: SignedIn,
    indicator: Code,
    as_of: Day | None = None,
    area: AreaCode | None = None,
    counted: bool | None = None,
    limit: Limit = 100,
    after: Cursor = None,
) -> PageOf[NamedRow]:
    """Who is behind a figure: `counted` true lists who counts, false who is missing, none both."""
    rows = names(
        session,
        indicator,
        as_of or edge.today(),
        area_for(user, Action.READ_NAMES, area),
        counted=counted,
        look_back_days=edge.settings.coverage_look_back_days,
        limit=limit + 1,
        after=read_cursor(after),
    )
    more = len(rows) > limit
    rows = rows[:limit]
    return PageOf(items=rows, next=write_cursor(rows[-1].cursor) if more else None)


@router.get("/snapshots", responses=documented(401, 403, 422, 503))
def snapshots(
    session: ReadSession,
    user: SignedIn,
    since: Day | None = None,
    until: Day | None = None,
    limit: Limit = 100,
    after: Cursor = None,
) -> PageOf[SnapshotLine]:
    """Kept snapshots of dates in an interval (both ends included), the newest first."""
    require(user, Action.READ_COVERAGE)
    lines = [
        SnapshotLine.model_validate(row, from_attributes=True)
        for row in list_snapshots(session, since_on=since, up_to=until)
    ]
    return page_of_list(lines, lambda line: str(line.id), after=after, limit=limit)
