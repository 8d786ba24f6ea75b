"""Visits of a plan item changed from a date on: shown first, then done."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field, create_model

from api.edge import TEXT, Day, Here, Writer
from api.elder_edge import WRITE
from api.ledger_rows import IfMatch, condition
from api.problems import documented
from api.shapes import given
from eldercare.care.changing import DateChange, change_visits, preview_change
from eldercare.care.item_edits import Scope
from eldercare.care.ledgers import PLAN_ITEMS
from eldercare.care.occurrences import Occurrence
from eldercare.care.tables import HolidayRule
from eldercare.database import transaction
from eldercare.registry.writing import ANY_VERSION, row_as_seen

router = APIRouter(prefix="/plan-items/{key}", tags=["plans"])

ItemKey = Annotated[str, Path(max_length=200, description="id of the plan item")]
Minute = Annotated[int, Field(strict=True, ge=0, le=1439)]
Code = Annotated[str, Field(min_length=1, max_length=32, pattern=TEXT)]


_NEW: dict[str, Any] = {
    "cancelled": Literal[True],
    "moved_to_on": Day,
    "minutes": Annotated[int, Field(strict=True, ge=1, le=480)],
    "window_start_minutes": Minute,
    "window_end_minutes": Minute,
    "preferred_start_minutes": Minute | None,
    "preferred_caregiver_id": Code | None,
    "service_type_code": Code,
    "people": Literal[1, 2],
    "weekdays": Annotated[str, Field(pattern="^[1-7]{1,7}$")],
    "every_weeks": Annotated[int, Field(strict=True, ge=1, le=8)],
    "anchor_on": Day,
    "required_sex": Literal["female", "male"] | None,
    "holiday_rule": HolidayRule,
    "week_of_month": Literal[-1, 1, 2, 3, 4] | None,
}
_FIELDS: dict[str, Any] = {name: (kind, None) for name, kind in _NEW.items()}
NewVisits = create_model(
    "NewVisits",
    __config__=ConfigDict(extra="forbid"),
    __doc__="What becomes different; what is left out stays. `cancelled` takes the visits away, "
    "`moved_to_on` speaks of one date, services and rhythms of all later ones.",
    **_FIELDS,
)


class VisitChange(BaseModel):
    """A change from the date in the visit's id on; `dry_run` shows it and writes nothing."""

    model_config = ConfigDict(extra="forbid")

    scope: Scope
    from_on: Day
    change: NewVisits  # type: ignore[valid-type]  # made above from its fields
    dry_run: bool = False


class Visit(BaseModel):
    """One visit of an item."""

    on: date
    original_on: date
    minutes: int
    window_start_minutes: int
    window_end_minutes: int
    preferred_start_minutes: int | None
    preferred_caregiver_id: str | None


class VisitPair(BaseModel):
    """A visit before and after; null: there was or will be none."""

    before: Visit | None
    after: Visit | None


class VisitsChanged(BaseModel):
    """The item that holds from then on, and the dates of a year that become different."""

    item_id: str
    dry_run: bool
    dates: list[VisitPair]


@router.post("/changes", responses=documented(*WRITE, 412, 428))
def change(
    edge: Here, user: Writer, key: ItemKey, body: VisitChange, if_match: IfMatch = None
) -> VisitsChanged:
    """Change this visit, this and all later ones, or all later ones not edited by hand.

    Needs the `ETag` of the plan item as it was read, unless it is a `dry_run`.
    """
    seen = frozenset({ANY_VERSION}) if body.dry_run else condition(if_match)
    wanted = given(body.change)
    with transaction(edge.engine) as session:
        row_as_seen(session, PLAN_ITEMS, key, seen=seen, user=user)
        today = edge.today()
        dates = preview_change(session, key, wanted, body.scope, from_on=body.from_on, on=today)
        item_id = key
        if not body.dry_run:
            item_id = change_visits(
                session,
                key,
                wanted,
                body.scope,
                from_on=body.from_on,
                on=today,
                now=edge.clock(),
                by=user.name,
            )
    return VisitsChanged(item_id=item_id, dry_run=body.dry_run, dates=[_pair(one) for one in dates])


def _pair(one: DateChange) -> VisitPair:
    return VisitPair(before=_visit(one.before), after=_visit(one.after))


def _visit(one: Occurrence | None) -> Visit | None:
    if one is None:
        return None
    return Visit(**{name: getattr(one, name) for name in Visit.model_fields})
