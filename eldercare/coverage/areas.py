"""The areas figures are given for, and how communities add up to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session, col, select

from eldercare.errors import FieldProblem, InvalidInput, NotFound
from eldercare.registry.tables import Community, Town
from eldercare.settings import DISTRICT_CODE, DISTRICT_NAME


class Level(StrEnum):
    """Size of the areas of a table, largest first."""

    DISTRICT = "district"
    TOWN = "town"
    COMMUNITY = "community"


@dataclass(frozen=True, slots=True)
class Areas:
    """The areas of a level inside an area: names by code, and each community's area."""

    names: Mapping[str, str]
    of_community: Mapping[str, str]

    @property
    def communities(self) -> list[str]:
        """Codes of every community inside."""
        return list(self.of_community)


def level_of(session: Session, area: str | None) -> Level:
    """What kind of area a code names (None: the district); NotFound for an unknown code."""
    if area is None or area == DISTRICT_CODE:
        return Level.DISTRICT
    if session.get(Town, area) is not None:
        return Level.TOWN
    if session.get(Community, area) is not None:
        return Level.COMMUNITY
    raise NotFound(
        f"there is no district, town or community with the code {area!r}",
        code="area_not_found",
        fields=[FieldProblem("/area", "unknown official code")],
    )


def find_areas(session: Session, by: Level, area: str | None = None) -> Areas:
    """The areas of level `by` inside `area`, ordered by code; a level above `area` is refused."""
    inside = level_of(session, area)
    order = list(Level)
    if order.index(by) < order.index(inside):
        raise InvalidInput(
            f"a table by {by} cannot be made inside the {inside} {area}: "
            f"ask by {inside} or smaller, or leave the area out",
            fields=[FieldProblem("/by", f"larger than the area, which is a {inside}")],
        )
    towns = dict(session.exec(select(Town.code, Town.name).order_by(col(Town.code))).all())
    query = select(Community.code, Community.name, Community.town_code)
    if inside is Level.TOWN:
        query = query.where(Community.town_code == area)
    elif inside is Level.COMMUNITY:
        query = query.where(Community.code == area)
    communities = session.exec(query.order_by(col(Community.code))).all()
    if by is Level.DISTRICT:
        return Areas({DISTRICT_CODE: DISTRICT_NAME}, {c: DISTRICT_CODE for c, _, _ in communities})
    if by is Level.TOWN:
        chosen = towns if inside is Level.DISTRICT else {str(area): towns[str(area)]}
        return Areas(chosen, {code: town for code, _, town in communities})
    return Areas({code: name for code, name, _ in communities}, {c: c for c, _, _ in communities})
