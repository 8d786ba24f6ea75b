"""The list of names behind a figure: who counts, and who is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, case, or_
from sqlmodel import Session, col, select

from eldercare.coverage.areas import Level, find_areas
from eldercare.coverage.definition import Indicator, Moment
from eldercare.coverage.evaluation import make_moment
from eldercare.coverage.indicators import find_indicator
from eldercare.errors import FieldProblem, InvalidInput
from eldercare.registry.tables import Community
from eldercare.settings import LOOK_BACK_DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRow:
    """An elder, community, institution or group of beds behind a figure."""

    key: str
    name: str
    community_code: str
    community_name: str
    weight: int
    counted: bool

    @property
    def cursor(self) -> str:
        """Where the list goes on after this row."""
        return f"{self.community_code}:{self.key}"


def names(
    session: Session,
    indicator: str,
    as_of: date,
    area: str | None = None,
    *,
    counted: bool | None = None,
    look_back_days: int = LOOK_BACK_DAYS,
    limit: int | None = None,
    after: str | None = None,
) -> list[NamedRow]:
    """The rows behind a figure, ordered by community and key; their weights add up to it exactly.

    `counted` True lists the numerator, False who is missing from it, None both. A long list is
    read in pages: `limit` rows from behind the cursor `after` of the last row. Errors as in
    `evaluate`.
    """
    definition = find_indicator(indicator)
    moment = make_moment(as_of, look_back_days)
    areas = find_areas(session, Level.COMMUNITY, area)
    query = _query(definition, moment, counted)
    community_code, key_column = definition.population.place(moment), definition.population.key
    if area is not None:
        query = query.where(community_code.in_(areas.communities))
    if after is not None:
        community, key = _read_cursor(after)
        further = and_(community_code == community, key_column > key)
        query = query.where(or_(community_code > community, further))
    community_names = dict(session.exec(select(col(Community.code), col(Community.name))).all())
    return [
        NamedRow(
            key=key,
            name=name,
            community_code=community,
            community_name=community_names[community],
            weight=weight,
            counted=bool(is_counted),
        )
        for key, name, community, weight, is_counted in session.execute(query.limit(limit))
    ]


def _query(definition: Indicator, moment: Moment, counted: bool | None) -> Select[Any]:
    """The members in order: key, name, community, weight, and 1 where counted."""
    population, condition = definition.population, definition.counted(moment)
    place = population.place(moment)
    query = population.members(
        moment,
        population.key,
        population.name,
        place,
        population.weight,
        case((condition, 1), else_=0),
    )
    if counted is not None:
        # The plain condition, and no CASE around it: only so the database can join on it.
        query = query.where(condition if counted else ~condition)
    return query.order_by(place, population.key)


def _read_cursor(cursor: str) -> tuple[str, str]:
    community, mark, key = cursor.partition(":")
    if not mark:
        raise InvalidInput(
            f"{cursor!r} is no place in this list: pass the cursor of the last row, or none",
            fields=[FieldProblem("/after", "not a cursor")],
        )
    return community, key
