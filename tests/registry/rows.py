"""Rows for tests: every field has a plausible value; a test names only those it speaks of."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlmodel import Session, SQLModel

from eldercare.registry.tables import (
    CareCentre,
    Caregiver,
    Community,
    Elder,
    Institution,
    LivingArrangement,
    MealSite,
    MealSiteKind,
    Operator,
    Qualification,
    Rider,
    Sex,
    Shift,
    Town,
    TravelMode,
)

TOWN = "320411001000"
OTHER_TOWN = "320411100000"
COMMUNITY = "320411001001"
OTHER_COMMUNITY = "320411100201"
LONG_AGO = date(2015, 1, 1)


def put(session: Session, *rows: SQLModel) -> None:
    """Write rows one after the other: parents stand before what refers to them."""
    for row in rows:
        session.add(row)
        session.flush()


def places() -> list[Town | Community]:
    """Two towns with a community each, one urban and one rural."""
    return [
        Town(
            code=TOWN, name="甲街道", parent_code="320411000000", longitude=119.97, latitude=31.83
        ),
        Town(
            code=OTHER_TOWN,
            name="乙镇",
            parent_code="320411000000",
            longitude=119.9,
            latitude=31.95,
        ),
        community(COMMUNITY, TOWN),
        community(OTHER_COMMUNITY, OTHER_TOWN, urban_rural_class=220),
    ]


def community(code: str, town_code: str, **fields: Any) -> Community:
    """A community; urban where nothing else is said."""
    given: dict[str, Any] = {
        "urban_rural_class": 111,
        "longitude": 119.97,
        "latitude": 31.83,
    } | fields
    return Community(
        code=code,
        name=f"社区{code[-3:]}",
        official_name=f"社区{code}居委会",
        town_code=town_code,
        **given,
    )


def elder(id: str, **fields: Any) -> Elder:  # noqa: A002 - the column's own name
    """An elder of the first community, aged 80 in 2020."""
    given: dict[str, Any] = {
        "name": "张三",
        "sex": Sex.FEMALE,
        "birth_on": date(1940, 3, 5),
        "community_code": COMMUNITY,
        "address": "某路1号",
        "longitude": 119.97,
        "latitude": 31.83,
        "living_arrangement": LivingArrangement.ALONE,
        "registered_on": LONG_AGO,
    } | fields
    return Elder(id=id, **given)


def caregiver(id: str, **fields: Any) -> Caregiver:  # noqa: A002 - the column's own name
    """A caregiver of the first town."""
    given: dict[str, Any] = {
        "name": "李四",
        "sex": Sex.FEMALE,
        "town_code": TOWN,
        "base_longitude": 119.97,
        "base_latitude": 31.83,
        "travel_mode": TravelMode.E_BIKE,
        "hired_on": LONG_AGO,
    } | fields
    return Caregiver(id=id, **given)


def qualification(code: str = "care_worker", **fields: Any) -> Qualification:
    """A kind of qualification."""
    return Qualification(code=code, **{"name": "养老护理员", "maximum_level": 5, **fields})


def care_centre(id: str, **fields: Any) -> CareCentre:  # noqa: A002 - the column's own name
    """A care centre of the first community."""
    given: dict[str, Any] = {
        "name": "某居家养老服务中心",
        "community_code": COMMUNITY,
        "longitude": 119.97,
        "latitude": 31.83,
        "operator": Operator.PUBLIC,
        "opened_on": LONG_AGO,
    } | fields
    return CareCentre(id=id, **given)


def meal_site(id: str, **fields: Any) -> MealSite:  # noqa: A002 - the column's own name
    """A kitchen of the first community."""
    given: dict[str, Any] = {
        "name": "某助餐点",
        "kind": MealSiteKind.KITCHEN,
        "community_code": COMMUNITY,
        "longitude": 119.97,
        "latitude": 31.83,
        "kitchen_capacity": 200,
        "opened_on": LONG_AGO,
    } | fields
    return MealSite(id=id, **given)


def institution(id: str, **fields: Any) -> Institution:  # noqa: A002 - the column's own name
    """An institution of the first community."""
    given: dict[str, Any] = {
        "name": "某养老院",
        "community_code": COMMUNITY,
        "longitude": 119.97,
        "latitude": 31.83,
        "operator": Operator.PUBLIC,
        "opened_on": LONG_AGO,
    } | fields
    return Institution(id=id, **given)


def rider(id: str, meal_site_id: str, **fields: Any) -> Rider:  # noqa: A002 - the column's own name
    """A rider of a meal site."""
    given: dict[str, Any] = {
        "name": "王五",
        "travel_mode": TravelMode.E_BIKE,
        "capacity_portions": 40,
        "hired_on": LONG_AGO,
    } | fields
    return Rider(id=id, meal_site_id=meal_site_id, **given)


def shift(id: str, on: date, **fields: Any) -> Shift:  # noqa: A002 - the column's own name
    """A shift from 8:00 to 17:00."""
    return Shift(id=id, on=on, **{"start_minutes": 480, "end_minutes": 1020, **fields})
