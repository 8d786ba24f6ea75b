"""Pairs of rows that may be one person: by ID number, and by name, birth date and address.

Only elders born on the same day whose names sound alike are compared, never all with all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import Session, col

from eldercare.registry.admission.tables import table_of
from eldercare.registry.as_of import is_registered
from eldercare.registry.duplicates.addresses import likeness
from eldercare.registry.duplicates.names import same_characters, sound
from eldercare.registry.people import Elder, EndReason
from eldercare.registry.queries import communities_of
from eldercare.registry.same_person import DuplicateDismissal
from eldercare.settings import DISTRICT_CODE

LIKELY_FROM = 0.8
POSSIBLE_FROM = 0.55
"""Likeness of addresses; below the second a shared name and birthday is taken for chance."""
NEIGHBOURS = 20
"""Rows of one name and birthday are compared with so many next to them by address, so that a file
which gives everybody one birthday costs no more than its length."""
BATCH = 500


class Likelihood(StrEnum):
    """How sure a pair is: the same ID number; all alike; worth a look."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Two ids that may be one person (a new elder's first), with the reasons in words."""

    first_id: str
    second_id: str
    likelihood: Likelihood
    address_likeness: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Suspicions, the surest first, and how many pairs were compared for them."""

    suspicions: tuple[Suspicion, ...]
    comparisons: int


@dataclass(frozen=True, slots=True)
class _Person:
    """What is compared of an elder."""

    id: str
    name: str
    birth_on: date
    community_code: str
    address: str
    phone: str
    id_number_hash: str | None
    ended_on: date | None


_NAMES = tuple(field.name for field in fields(_Person))
_COMPARED = itemgetter(*_NAMES)
_Compared = tuple[Any, ...]
"""The values of a person: most are never compared with anybody, so no `_Person` is made of them."""
_COLUMNS = tuple(table_of(Elder).c[name] for name in _NAMES)


def find_duplicates(session: Session, *, on: date, area_code: str = DISTRICT_CODE) -> Found:
    """Pairs of elders registered on a date, at least one of each pair in the area.

    Pairs that somebody dismissed, and those with two different ID numbers, are left out; two rows
    with the same number cannot be stored. Raises NotFound for an unknown area.
    """
    statement = select(*_COLUMNS).where(is_registered(on)).order_by(col(Elder.id))
    inside: set[str] | None = None
    if area_code != DISTRICT_CODE:
        inside = {community.code for community in communities_of(session, area_code)}
        born_there = select(col(Elder.birth_on)).where(
            is_registered(on), col(Elder.community_code).in_(inside)
        )
        statement = statement.where(col(Elder.birth_on).in_(born_there))
    blocks: defaultdict[tuple[date, str], list[_Person]] = defaultdict(list)
    for row in session.execute(statement):
        person = _Person(*row)
        blocks[person.birth_on, sound(person.name)].append(person)
    pairs = [pair for block in blocks.values() for pair in _pairs(block, inside)]
    dismissed = _dismissed(session)
    compared = [_compare(one, other) for one, other in pairs]
    return Found(
        _ranked(
            found
            for found in compared
            if found is not None and frozenset((found.first_id, found.second_id)) not in dismissed
        ),
        len(pairs),
    )


def _pairs(block: list[_Person], inside: set[str] | None) -> Iterator[tuple[_Person, _Person]]:
    ordered = sorted(block, key=lambda person: (person.address, person.id))
    for place, one in enumerate(ordered):
        for other in ordered[place + 1 : place + 1 + NEIGHBOURS]:
            if inside is None or not inside.isdisjoint((one.community_code, other.community_code)):
                first, second = sorted((one, other), key=lambda person: person.id)
                yield first, second


def warn_for(session: Session, candidate: Elder) -> tuple[Suspicion, ...]:
    """Stored elders who may be the same person as one that is to be entered; see `warn_for_all`."""
    return warn_for_all(session, [candidate]).get(candidate.id, ())


def warn_for_all(session: Session, candidates: Sequence[Elder]) -> dict[str, tuple[Suspicion, ...]]:
    """Suspicions by id of elders to be entered, for a whole file in few queries.

    A candidate's `id_number_hash` is compared where it is set (`IdVault.digest`). Elders who left
    the registry count too: the reasons say so. Merged rows do not. Candidates are not compared with
    each other: `find_duplicates` does that once they are stored.
    """
    found: dict[str, tuple[Suspicion, ...]] = {}
    dismissed = _dismissed(session)
    for start in range(0, len(candidates), BATCH):
        batch = [_person(candidate) for candidate in candidates[start : start + BATCH]]
        stored = _stored_like(session, batch)
        for one in batch:
            alike = [
                _compare(one, other)
                for other in stored.like(one)
                if frozenset((one.id, other.id)) not in dismissed
            ]
            ranked = _ranked(suspicion for suspicion in alike if suspicion is not None)
            if ranked:
                found[one.id] = ranked
    return found


class Gathering:
    """People whom newcomers are compared with: those stored, and the newcomers before them.

    Only who shares a birthday and the sound of a name is compared, and at most `NEIGHBOURS` of
    them, so that a file of a whole district costs no more than its length.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._births: set[date] | None = set()
        self._blocks: defaultdict[tuple[date, str], list[_Compared]] = defaultdict(list)

    def expect(self, births: Collection[date]) -> None:
        """Newcomers born on these days will join: fetch who is stored, many days all at once."""
        if self._births is None or not (asked := set(births) - self._births):
            return
        unmerged = or_(col(Elder.end_reason).is_(None), col(Elder.end_reason) != EndReason.MERGED)
        statement = select(*_COLUMNS).where(unmerged).order_by(col(Elder.id))
        if len(asked) <= BATCH:
            statement = statement.where(col(Elder.birth_on).in_(asked))
        for row in self._session.execute(statement):
            person = _Person(*row)
            if person.birth_on not in self._births:
                self._blocks[person.birth_on, sound(person.name)].append(tuple(row))
        self._births = self._births | asked if len(asked) <= BATCH else None

    def join(self, values: Mapping[str, Any]) -> tuple[Suspicion, ...]:
        """Suspicions of a newcomer, given by the fields of Elder, who then belongs to them."""
        block = self._blocks[values["birth_on"], sound(values["name"])]
        newcomer = _COMPARED(values)
        others = block[-NEIGHBOURS:]
        block.append(newcomer)
        if not others:
            return ()
        one = _Person(*newcomer)
        found = [_compare(one, _Person(*other)) for other in others if other[0] != one.id]
        return _ranked(suspicion for suspicion in found if suspicion is not None)


def _person(elder: Elder) -> _Person:
    return _Person(**{field.name: getattr(elder, field.name) for field in fields(_Person)})


class _Stored:
    """Stored people by what a candidate may share with them."""

    def __init__(self, people: Iterable[_Person]) -> None:
        self._by_sound: defaultdict[tuple[date, str], list[_Person]] = defaultdict(list)
        self._by_number: defaultdict[str, list[_Person]] = defaultdict(list)
        for person in people:
            self._by_sound[person.birth_on, sound(person.name)].append(person)
            if person.id_number_hash is not None:
                self._by_number[person.id_number_hash].append(person)

    def like(self, one: _Person) -> list[_Person]:
        """Others with the same ID number, or the same birthday and sound of name, each once."""
        found = [
            *self._by_number.get(one.id_number_hash or "", ()),
            *self._by_sound.get((one.birth_on, sound(one.name)), ()),
        ]
        return [other for other in dict.fromkeys(found) if other.id != one.id]


def _stored_like(session: Session, batch: Sequence[_Person]) -> _Stored:
    births = {person.birth_on for person in batch}
    hashes = {person.id_number_hash for person in batch if person.id_number_hash is not None}
    alike: ColumnElement[bool] = or_(
        col(Elder.birth_on).in_(births), col(Elder.id_number_hash).in_(hashes)
    )
    unmerged = or_(col(Elder.end_reason).is_(None), col(Elder.end_reason) != EndReason.MERGED)
    statement = select(*_COLUMNS).where(alike, unmerged).order_by(col(Elder.id))
    return _Stored(_Person(*row) for row in session.execute(statement))


def _dismissed(session: Session) -> set[frozenset[str]]:
    pairs = select(col(DuplicateDismissal.first_id), col(DuplicateDismissal.second_id))
    return {frozenset(pair) for pair in session.execute(pairs)}


def _compare(one: _Person, other: _Person) -> Suspicion | None:
    """The suspicion that two people with the same birthday and sound of name, or ID, are one."""
    alike = likeness(one.address, other.address)
    left = [f"{other.id} left the registry on {other.ended_on}"] if other.ended_on else []
    if None not in (one.id_number_hash, other.id_number_hash):
        if one.id_number_hash != other.id_number_hash:
            return None
        reasons = ("the same ID number", *left)
        return Suspicion(one.id, other.id, Likelihood.CERTAIN, alike, reasons)
    same_phone = bool(one.phone) and one.phone == other.phone
    if not same_phone and alike < POSSIBLE_FROM:
        return None
    same_name = same_characters(one.name) == same_characters(other.name)
    reasons = (
        "the same name" if same_name else "names that sound alike",
        "the same birth date",
        *(["the same phone"] if same_phone else []),
        f"addresses alike to {alike:.0%}",
        *left,
    )
    is_likely = same_phone or (same_name and alike >= LIKELY_FROM)
    likelihood = Likelihood.LIKELY if is_likely else Likelihood.POSSIBLE
    return Suspicion(one.id, other.id, likelihood, alike, reasons)


def _ranked(suspicions: Iterable[Suspicion]) -> tuple[Suspicion, ...]:
    order = list(Likelihood)
    return tuple(
        sorted(
            suspicions,
            key=lambda found: (
                order.index(found.likelihood),
                -found.address_likeness,
                found.first_id,
                found.second_id,
            ),
        )
    )
