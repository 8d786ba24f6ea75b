"""Pages of the registry's rows, in the order of their keys, inside an area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, select
from sqlmodel import Session, SQLModel, col

from eldercare.errors import FieldProblem, InvalidInput, NotFound
from eldercare.registry.admission.tables import key_columns
from eldercare.registry.as_of import care_level, holds
from eldercare.registry.ledger import (
    Ledger,
    after_key,
    has_words,
    key_text,
    lies_in,
    unknown_area,
)
from eldercare.registry.people import Elder, ElderGroup, PriorityGroup
from eldercare.registry.places import Town
from eldercare.settings import DISTRICT_CODE

LONGEST_PAGE = 500


class Standing(StrEnum):
    """Which rows a list shows: those that hold on its date, those that ended before, or all."""

    CURRENT = "current"
    ENDED = "ended"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed by; `on` is the date that standing, level and group are asked of.

    Without `personal`, words find no name of a person.
    """

    on: date
    area_code: str = DISTRICT_CODE
    words: str | None = None
    personal: bool = False
    standing: Standing = Standing.ALL
    care_level: int | None = None
    group: PriorityGroup | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and the key to go on after (None: these were the last)."""

    rows: tuple[SQLModel, ...]
    next_key: str | None


def page_of(
    session: Session,
    ledger: Ledger,
    filters: Filters,
    *,
    after: str | None = None,
    limit: int = 100,
) -> Page:
    """At most `limit` rows behind the key `after`.

    Raises NotFound for an unknown area, InvalidInput for a limit out of bounds, a cursor of another
    list, and a level or group asked of rows that belong to no elder.
    """
    if not 1 <= limit <= LONGEST_PAGE:
        reason = f"must be from 1 to {LONGEST_PAGE}"
        raise InvalidInput(f"limit {limit} {reason}", fields=[FieldProblem("/limit", reason)])
    keys = [ledger.column(name) for name in key_columns(ledger.table)]
    statement = (
        select(ledger.table)
        .where(lies_in(session, ledger, filters.area_code), *_conditions(ledger, filters))
        .order_by(*keys)
        .limit(limit + 1)
    )
    if after is not None:
        try:
            statement = statement.where(after_key(ledger, after))
        except NotFound as error:
            reason = "not a cursor"
            raise InvalidInput(
                "the cursor is none of this list: pass `next` of the page before",
                fields=[FieldProblem("/after", reason)],
            ) from error
    rows = list(session.scalars(statement))
    more = len(rows) > limit
    rows = rows[:limit]
    return Page(tuple(rows), key_text(rows[-1]) if more else None)


def _conditions(ledger: Ledger, filters: Filters) -> list[ColumnElement[bool]]:
    found = []
    if filters.words:
        found.append(has_words(ledger, filters.words, personal=filters.personal))
    if filters.standing is Standing.CURRENT:
        found.append(ledger.holds(filters.on))
    elif filters.standing is Standing.ENDED:
        found.append(ledger.has_ended(filters.on))
    if filters.care_level is not None:
        level = care_level(filters.on) == filters.care_level
        found.append(_elder_id(ledger, "care_level").in_(select(col(Elder.id)).where(level)))
    if filters.group is not None:
        members = select(col(ElderGroup.elder_id)).where(
            col(ElderGroup.group) == filters.group, holds(ElderGroup, filters.on)
        )
        found.append(_elder_id(ledger, "group").in_(members))
    return found


def speaks_of_elders(ledger: Ledger) -> bool:
    """Whether rows are elders or belong to one each: then level and group may be asked for."""
    return ledger.table is Elder or "elder_id" in ledger.table.model_fields


def _elder_id(ledger: Ledger, asked: str) -> ColumnElement[str]:
    if not speaks_of_elders(ledger):
        reason = f"{ledger.noun}: rows belong to no elder, leave it out"
        raise InvalidInput(f"{asked}: {reason}", fields=[FieldProblem(f"/{asked}", reason)])
    column: ColumnElement[str] = ledger.column("id" if ledger.table is Elder else "elder_id")
    return column


def require_towns(session: Session, codes: Sequence[str]) -> None:
    """Refuse a code that names no town."""
    for code in codes:
        if session.get(Town, code) is None:
            raise unknown_area(code)
