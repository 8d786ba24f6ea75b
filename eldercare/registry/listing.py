"""Pages of the registry's rows, in the order of their keys, inside an area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, select
from sqlmodel import Session, SQLModel, col

from eldercare.errors import FieldProblem, InvalidInput, NotFound
from eldercare.registry.tables import (
    CareCentre,
    Caregiver,
    Community,
    Elder,
    Institution,
    MealSite,
    Town,
)
from eldercare.settings import DISTRICT_CODE

Row = TypeVar("Row", bound=SQLModel)

LONGEST_PAGE = 500

_KEY_AND_AREA: dict[type[SQLModel], tuple[Any, Any]] = {
    Community: (Community.code, Community.code),
    Elder: (Elder.id, Elder.community_code),
    Caregiver: (Caregiver.id, Caregiver.town_code),
    CareCentre: (CareCentre.id, CareCentre.community_code),
    MealSite: (MealSite.id, MealSite.community_code),
    Institution: (Institution.id, Institution.community_code),
}
"""What may be listed: the key that orders it, and the official code that places it."""


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, and the key to go on after (None: these were the last)."""

    rows: tuple[Row, ...]
    next_key: str | None


def page_of(
    session: Session,
    table: type[Row],
    *,
    area_code: str = DISTRICT_CODE,
    after: str | None = None,
    limit: int = 100,
) -> Page[Row]:
    """At most `limit` rows behind the key `after`, in a district, town or community.

    Raises NotFound for an unknown area, InvalidInput for a limit out of bounds.
    """
    if not 1 <= limit <= LONGEST_PAGE:
        reason = f"must be from 1 to {LONGEST_PAGE}"
        raise InvalidInput(f"limit {limit} {reason}", fields=[FieldProblem("/limit", reason)])
    key, _ = _KEY_AND_AREA[table]
    statement = select(table).order_by(col(key)).limit(limit + 1)
    if area_code != DISTRICT_CODE:
        statement = statement.where(_lies_in(session, table, area_code))
    if after is not None:
        statement = statement.where(col(key) > after)
    rows = list(session.scalars(statement))
    more = len(rows) > limit
    rows = rows[:limit]
    return Page(tuple(rows), str(getattr(rows[-1], key.key)) if more else None)


def _lies_in(session: Session, table: type[SQLModel], area_code: str) -> ColumnElement[bool]:
    """Whether a row lies in a town or community; raises NotFound for an unknown code."""
    _, place = _KEY_AND_AREA[table]
    if session.get(Town, area_code) is not None:
        if table is Caregiver:
            return col(place) == area_code
        inside = select(col(Community.code)).where(col(Community.town_code) == area_code)
        return col(place).in_(inside)
    if session.get(Community, area_code) is not None:
        return col(place) == area_code
    raise unknown_area(area_code)


def require_towns(session: Session, codes: Sequence[str]) -> None:
    """Refuse a code that names no town."""
    for code in codes:
        if session.get(Town, code) is None:
            raise unknown_area(code)


def unknown_area(code: str) -> NotFound:
    """The error for an official code that nothing has."""
    return NotFound(
        f"no district, town or community has the code {code}",
        code="area_not_found",
        fields=[FieldProblem("/area", "unknown official code", code="unknown")],
    )
