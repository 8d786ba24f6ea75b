"""Elders as a population, and what can be said of one on a date."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, literal, or_
from sqlalchemy.orm import aliased
from sqlmodel import col

from eldercare.care.tables import MealRecord, Outcome, ServiceRecord, ServiceType
from eldercare.coverage.definition import Condition, Moment, Population, Unit, table_of
from eldercare.registry.as_of import community_on
from eldercare.registry.tables import (
    PLAN_PRIORITY_GROUPS,
    Assessment,
    Elder,
    ElderGroup,
    FamilyDoctorContract,
    InstitutionStay,
)

ELDER_AGE = 60
DISABLED_FROM_LEVEL = 2
"""GB/T 42195-2022: moderate, severe and complete loss of ability; mild loss (1) does not count."""


def registered(moment: Moment) -> ColumnElement[bool]:
    """In the registry, and aged 60 or more: a younger person on file is no elder yet."""
    return and_(
        moment.within(col(Elder.registered_on), col(Elder.ended_on)),
        col(Elder.birth_on) <= moment.born_by(ELDER_AGE),
    )


def lives_in(moment: Moment) -> ColumnElement[str]:
    """The community where the elder lived at the moment, whatever became of it since."""
    return community_on(moment.on)


def at_home(moment: Moment) -> ColumnElement[bool]:
    """Not staying in an institution."""
    return ~exists().where(
        col(InstitutionStay.elder_id) == col(Elder.id),
        moment.within(col(InstitutionStay.from_on), col(InstitutionStay.until_on)),
    )


def aged(years: int) -> Condition:
    """Has completed so many years."""

    def condition(moment: Moment) -> ColumnElement[bool]:
        return col(Elder.birth_on) <= moment.born_by(years)

    return condition


def disabled(moment: Moment) -> ColumnElement[bool]:
    """The latest assessment up to the moment found at least `DISABLED_FROM_LEVEL`."""
    later = aliased(Assessment)
    return exists().where(
        col(Assessment.elder_id) == col(Elder.id),
        col(Assessment.assessed_on) <= moment.on,
        col(Assessment.level) >= DISABLED_FROM_LEVEL,
        ~exists().where(
            col(later.elder_id) == col(Assessment.elder_id),
            col(later.assessed_on) > col(Assessment.assessed_on),
            col(later.assessed_on) <= moment.on,
        ),
    )


def aged_65_or_disabled(moment: Moment) -> ColumnElement[bool]:
    """The plan's key groups of family-doctor care, as far as they are elders."""
    return or_(aged(65)(moment), disabled(moment))


def in_plan_priority_group(moment: Moment) -> ColumnElement[bool]:
    """五保, 失独 or poor and disabled: those the plan puts first."""
    return exists().where(
        col(ElderGroup.elder_id) == col(Elder.id),
        col(ElderGroup.group).in_(sorted(PLAN_PRIORITY_GROUPS)),
        moment.within(col(ElderGroup.from_on), col(ElderGroup.until_on)),
    )


def has_family_doctor(moment: Moment) -> ColumnElement[bool]:
    """A contract is good: signed by the moment and expiring after it."""
    return exists().where(
        col(FamilyDoctorContract.elder_id) == col(Elder.id),
        moment.within(col(FamilyDoctorContract.signed_on), col(FamilyDoctorContract.expires_on)),
    )


def visited_at_home(moment: Moment) -> ColumnElement[bool]:
    """At least one home visit was delivered in the look-back interval."""
    return exists().where(
        col(ServiceRecord.elder_id) == col(Elder.id),
        moment.looks_back_on(col(ServiceRecord.on)),
        col(ServiceRecord.outcome) == Outcome.DELIVERED,
        col(ServiceType.code) == col(ServiceRecord.service_type_code),
        col(ServiceType.is_home_visit),
    )


def served(moment: Moment) -> ColumnElement[bool]:
    """At least one service, at home or in a centre, or meal was delivered in the look-back."""
    return or_(
        exists().where(
            col(ServiceRecord.elder_id) == col(Elder.id),
            moment.looks_back_on(col(ServiceRecord.on)),
            col(ServiceRecord.outcome) == Outcome.DELIVERED,
        ),
        exists().where(
            col(MealRecord.elder_id) == col(Elder.id),
            moment.looks_back_on(col(MealRecord.on)),
            col(MealRecord.outcome) == Outcome.DELIVERED,
        ),
    )


ELDERS = Population(
    unit=Unit.ELDER,
    rows=table_of(Elder),
    key=col(Elder.id),
    name=col(Elder.name),
    place=lives_in,
    weight=literal(1),
    conditions=(registered,),
)
HOME_DWELLING_ELDERS = ELDERS.where(at_home)
