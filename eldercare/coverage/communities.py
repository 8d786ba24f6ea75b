"""Communities as a population, and which facilities one has on a date."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, literal, or_
from sqlalchemy.orm import aliased
from sqlmodel import col

from eldercare.coverage.definition import Moment, Population, Unit, stands_in, table_of
from eldercare.registry.places import FIRST_RURAL_CLASS
from eldercare.registry.tables import (
    CareCentre,
    Community,
    MealSite,
    MealSiteCommunity,
    RehabPlace,
)


def inhabited(_moment: Moment) -> ColumnElement[bool]:
    """Not a quasi unit (an industrial park or management area in the official list)."""
    return ~col(Community.is_quasi)


def urban(_moment: Moment) -> ColumnElement[bool]:
    """Urban by the official class (1xx)."""
    return col(Community.urban_rural_class) < FIRST_RURAL_CLASS


def rural(_moment: Moment) -> ColumnElement[bool]:
    """Rural by the official class (2xx)."""
    return col(Community.urban_rural_class) >= FIRST_RURAL_CLASS


def has_rehab_conditions(_moment: Moment) -> ColumnElement[bool]:
    """The conditions for a rehabilitation place exist; the plan asks no other rural community."""
    return col(Community.has_rehab_conditions).is_(True)


def has_meals(moment: Moment) -> ColumnElement[bool]:
    """An open meal site serves it; a site supplied by another needs that one open, too."""
    supplier = aliased(MealSite)
    return exists().where(
        col(MealSiteCommunity.community_code) == col(Community.code),
        moment.within(col(MealSiteCommunity.since_on), col(MealSiteCommunity.until_on)),
        col(MealSite.id) == col(MealSiteCommunity.meal_site_id),
        moment.within(col(MealSite.opened_on), col(MealSite.closed_on)),
        or_(
            col(MealSite.supplied_by_id).is_(None),
            exists().where(
                col(supplier.id) == col(MealSite.supplied_by_id),
                moment.within(col(supplier.opened_on), col(supplier.closed_on)),
            ),
        ),
    )


def has_standardised_centre(moment: Moment) -> ColumnElement[bool]:
    """An open home-care centre stands in it that is standardised by the moment."""
    return exists().where(
        col(CareCentre.community_code) == col(Community.code),
        moment.within(col(CareCentre.opened_on), col(CareCentre.closed_on)),
        col(CareCentre.standardised_since) <= moment.on,
    )


def has_rehab_place(moment: Moment) -> ColumnElement[bool]:
    """An open rehabilitation activity place stands in it."""
    return exists().where(
        col(RehabPlace.community_code) == col(Community.code),
        moment.within(col(RehabPlace.opened_on), col(RehabPlace.closed_on)),
    )


COMMUNITIES = Population(
    unit=Unit.COMMUNITY,
    rows=table_of(Community),
    key=col(Community.code),
    name=col(Community.name),
    place=stands_in(col(Community.code)),
    weight=literal(1),
    conditions=(inhabited,),
)
URBAN_COMMUNITIES = COMMUNITIES.where(urban)
RURAL_COMMUNITIES = COMMUNITIES.where(rural)
