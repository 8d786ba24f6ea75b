"""Finds people by what a coordinator knows: a piece of a name, id, phone or address, or pinyin."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, literal, or_, select, union_all
from sqlmodel import Session, SQLModel, col

from eldercare.registry.as_of import care_level, is_registered, started_not_ended
from eldercare.registry.name_keys import bearers, plain_words
from eldercare.registry.people import Elder
from eldercare.registry.places import Community, Town
from eldercare.registry.workers import Caregiver, CaregiverQualification, Qualification


@dataclass(frozen=True, slots=True)
class FoundElder:
    """An elder registered on the date, with the community's name and the care level, if any."""

    elder: Elder
    community_name: str
    care_level: int | None


@dataclass(frozen=True, slots=True)
class HeldQualification:
    """A qualification of a caregiver; None: good for ever."""

    name: str
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class FoundCaregiver:
    """A caregiver employed on the date, with the town's name and what she is qualified for."""

    caregiver: Caregiver
    town_name: str
    qualifications: tuple[HeldQualification, ...]


def find_elders(
    session: Session,
    on: date,
    *,
    words: str = "",
    town_code: str | None = None,
    towns: Sequence[str] | None = None,
    personal: bool = True,
    after: str | None = None,
    limit: int = 100,
    where: Sequence[ColumnElement[bool]] | None = None,
) -> list[FoundElder]:
    """Elders registered on a date behind the id `after`, in order of id, at most `limit`.

    `where` asks for others than those who are registered.

    `words` may stand anywhere in name, id, phone or address, or be the beginning of the name's
    pinyin or initials; without `personal` they stand in the id only, so that a search cannot tell
    what may not be shown. All towns where `town_code` and `towns` are None.
    """
    statement = (
        select(Elder, col(Community.name), care_level(on))
        .join(Community, col(Community.code) == col(Elder.community_code))
        .where(*([is_registered(on)] if where is None else where))
        .order_by(col(Elder.id))
        .limit(limit)
    )
    if town_code is not None:
        statement = statement.where(col(Community.town_code) == town_code)
    if towns is not None:
        statement = statement.where(col(Community.town_code).in_(towns))
    if after is not None:
        statement = statement.where(col(Elder.id) > after)
    if words:
        statement = statement.where(fits(Elder, words, personal=personal))
    return [FoundElder(*row) for row in session.execute(statement)]


SEARCHED: Mapping[type[SQLModel], tuple[Any, ...]] = {
    Elder: (Elder.id, Elder.name, Elder.phone, Elder.address),
    Caregiver: (Caregiver.id, Caregiver.name, Caregiver.phone),
}
"""Where the words may stand: the id, and behind it what only those see who may see people."""


def fits(model: type[SQLModel], words: str, *, personal: bool) -> ColumnElement[bool]:
    """Whether a row is meant; letters alone are pinyin and are answered from its index."""
    key, *hidden = SEARCHED[model]
    typed = plain_words(words)
    if personal and typed.isascii() and typed.isalpha():
        return col(key).in_(union_all(bearers(model, words), select(literal(words))))
    return _holds_words(words, [key, *hidden] if personal else [key])


def _holds_words(words: str, columns: list[str]) -> ColumnElement[bool]:
    # autoescape: a percent sign in the search is a percent sign
    return or_(*(col(column).contains(words, autoescape=True) for column in columns))


def find_caregivers(
    session: Session,
    on: date,
    *,
    words: str = "",
    town_code: str | None = None,
    personal: bool = True,
) -> list[FoundCaregiver]:
    """Caregivers employed on a date, by town and id; `words` as for elders, without an address."""
    statement = (
        select(Caregiver, col(Town.name))
        .join(Town, col(Town.code) == col(Caregiver.town_code))
        .where(started_not_ended(Caregiver.hired_on, Caregiver.left_on, on))
        .order_by(col(Caregiver.town_code), col(Caregiver.id))
    )
    if town_code is not None:
        statement = statement.where(col(Caregiver.town_code) == town_code)
    if words:
        statement = statement.where(fits(Caregiver, words, personal=personal))
    held = _qualifications(session)
    return [
        FoundCaregiver(caregiver, town, tuple(held.get(caregiver.id, ())))
        for caregiver, town in session.execute(statement)
    ]


def _qualifications(session: Session) -> dict[str, list[HeldQualification]]:
    found: defaultdict[str, list[HeldQualification]] = defaultdict(list)
    statement = (
        select(
            col(CaregiverQualification.caregiver_id),
            col(Qualification.name),
            col(CaregiverQualification.expires_on),
        )
        .join(
            Qualification,
            col(Qualification.code) == col(CaregiverQualification.qualification_code),
        )
        .order_by(col(Qualification.code), col(CaregiverQualification.obtained_on))
    )
    for caregiver_id, name, expires_on in session.execute(statement):
        found[caregiver_id].append(HeldQualification(name, expires_on))
    return found
