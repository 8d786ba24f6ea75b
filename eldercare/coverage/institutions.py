"""Institutions and their beds as populations, in the community the institution stands in."""

from __future__ import annotations

from sqlalchemy import ColumnElement, String, and_, cast, literal
from sqlmodel import col

from eldercare.coverage.definition import Moment, Population, Unit, stands_in, table_of
from eldercare.registry.tables import BedGroup, BedKind, Institution, Operator


def open_(moment: Moment) -> ColumnElement[bool]:
    """The institution has opened and not closed."""
    return moment.within(col(Institution.opened_on), col(Institution.closed_on))


def combines_medical_care(moment: Moment) -> ColumnElement[bool]:
    """The institution combines medical and elder care (医养结合) by the moment."""
    since = col(Institution.medical_care_since)
    return and_(since.is_not(None), since <= moment.on)


def available(moment: Moment) -> ColumnElement[bool]:
    """The bed group exists at the moment."""
    return moment.within(col(BedGroup.from_on), col(BedGroup.until_on))


def nursing(_moment: Moment) -> ColumnElement[bool]:
    """Beds for people who need nursing (护理型)."""
    return col(BedGroup.kind) == BedKind.NURSING


def run_by_society(_moment: Moment) -> ColumnElement[bool]:
    """Beds run by a non-state body, even inside a public house that let a ward to one."""
    return col(BedGroup.operator) == Operator.SOCIAL


INSTITUTIONS = Population(
    unit=Unit.INSTITUTION,
    rows=table_of(Institution),
    key=col(Institution.id),
    name=col(Institution.name),
    place=stands_in(col(Institution.community_code)),
    weight=literal(1),
    conditions=(open_,),
)

BEDS = Population(
    unit=Unit.BED,
    rows=table_of(BedGroup).join(
        table_of(Institution),
        col(Institution.id) == col(BedGroup.institution_id),
    ),
    key=col(BedGroup.institution_id)
    + "/"
    + cast(col(BedGroup.kind), String)
    + "/"
    + cast(col(BedGroup.operator), String)
    + "/"
    + cast(col(BedGroup.from_on), String),
    name=col(Institution.name),
    place=stands_in(col(Institution.community_code)),
    weight=col(BedGroup.beds),
    conditions=(open_, available),
)
