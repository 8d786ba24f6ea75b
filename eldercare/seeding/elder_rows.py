"""Rows of towns, communities and elders."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from math import isnan

import numpy as np

from eldercare.registry.tables import EndReason, LivingArrangement, Sex
from eldercare.seeding.conditions import Conditions
from eldercare.seeding.facilities import rural_with_rehab_conditions
from eldercare.seeding.names import phones
from eldercare.seeding.people import People
from eldercare.seeding.sources import Sources
from eldercare.seeding.streams import Generator, one_of, stream
from eldercare.seeding.writing import Row

NOTES = (
    "听力差，请大声敲门",
    "门锁不灵，请先打电话",
    "家中有小狗，已拴好",
    "视力差，进门请先自我介绍",
    "六楼无电梯",
    "血糖偏高，勿带甜食",
    "钥匙在邻居家，请先联系社区",
    "记性差，请核对姓名",
)
NOTE_SHARE = 0.06
FRAIL_NOTE_SHARE = 0.25
ENTITLEMENT_SOURCE = "assumed by the makers of the seed: seed_data/entitlements.csv"


def town_rows(sources: Sources) -> Iterator[Row]:
    """Rows of `town`."""
    for town in sources.towns:
        yield {
            "code": town.code,
            "name": town.name,
            "parent_code": town.parent_code,
            "longitude": town.longitude,
            "latitude": town.latitude,
        }


def community_rows(sources: Sources, seed: int) -> Iterator[Row]:
    """Rows of `community`."""
    able = rural_with_rehab_conditions(sources, seed)
    for index, place in enumerate(sources.communities):
        yield {
            "code": place.code,
            "name": place.name,
            "official_name": place.official_name,
            "town_code": place.town_code,
            "urban_rural_class": place.urban_rural_class,
            "is_quasi": place.is_quasi,
            "has_rehab_conditions": place.is_urban or index in able,
            "longitude": place.longitude,
            "latitude": place.latitude,
            "position_is_estimated": place.position_is_estimated,
        }


def population_rows(sources: Sources, on: date) -> Iterator[Row]:
    """Rows of `community_population`: the whole population, whatever the scale."""
    for row in sources.population:
        if row.year > on.year:
            continue
        yield {
            "community_code": row.community_code,
            "year": row.year,
            "aged_60": row.aged_60,
            "aged_65": row.aged_65,
            "aged_80": row.aged_80,
            "is_estimated": row.is_estimated,
        }


def qualification_kind_rows(sources: Sources) -> Iterator[Row]:
    """Rows of `qualification`."""
    for kind in sources.qualifications.values():
        yield {"code": kind.code, "name": kind.name, "maximum_level": kind.maximum_level}


def service_type_rows(sources: Sources) -> Iterator[Row]:
    """Rows of `service_type`."""
    for service in sources.services.values():
        yield {
            "code": service.code,
            "name": service.name,
            "default_minutes": service.default_minutes,
            "minimum_minutes": service.minimum_minutes,
            "maximum_minutes": service.maximum_minutes,
            "qualification_code": service.qualification_code,
            "qualification_level": service.qualification_level,
            "alternative_qualification_code": service.alternative_qualification_code,
            "two_person_from_level": service.two_person_from_level,
            "is_home_visit": service.is_home_visit,
        }


def entitlement_rows(sources: Sources) -> Iterator[Row]:
    """Rows of `entitlement`; the file's last days are inclusive."""
    for row in sources.entitlements:
        last_on = row.valid_until
        yield {
            "group": row.group,
            "care_level": row.level,
            "minutes_per_month": row.minutes_per_month,
            "from_on": row.valid_from,
            "until_on": None if last_on == date.max else last_on + timedelta(days=1),
            "source": ENTITLEMENT_SOURCE,
        }


LIVING = tuple(LivingArrangement)


def elder_rows(
    sources: Sources, people: People, conditions: Conditions, seed: int
) -> Iterator[Row]:
    """Rows of `elder`, community after community."""
    for block in people.blocks:
        part = slice(block.start, block.stop)
        ages = people.ages
        columns = zip(
            people.ids[part],
            people.names[part],
            ages.female[part].tolist(),
            ages.born[part].tolist(),
            people.addresses[part],
            people.buildings[part],
            _elder_phones(stream(seed, "elder.phone", block.code), block.stop - block.start),
            people.longitudes[part].tolist(),
            people.latitudes[part].tolist(),
            people.living[part].tolist(),
            people.dialect[part].tolist(),
            ages.registered[part].tolist(),
            ages.ended[part].tolist(),
            ages.died[part].tolist(),
            _notes(stream(seed, "elder.note", block.code), conditions.assessed_level(people)[part]),
            strict=True,
        )
        estimated = sources.communities[block.community].position_is_estimated
        for (
            elder_id, name, female, born, address, building, phone, longitude, latitude,
            living, dialect, registered, ended, died, note,
        ) in columns:  # fmt: skip
            known = not isnan(longitude)
            yield {
                "id": elder_id,
                "name": name,
                "sex": Sex.FEMALE if female else Sex.MALE,
                "birth_on": born,
                "community_code": block.code,
                "address": address,
                "building": building,
                "phone": phone,
                "longitude": longitude if known else None,
                "latitude": latitude if known else None,
                "position_is_estimated": known and estimated,
                "living_arrangement": LIVING[living],
                "language": "changzhou" if dialect else "mandarin",
                "registered_on": registered,
                "ended_on": ended,
                "end_reason": _reason(died=died) if ended is not None else None,
                "care_note": note,
            }


def _reason(*, died: bool) -> EndReason:
    return EndReason.DIED if died else EndReason.MOVED


def _elder_phones(chance: Generator, count: int) -> list[str]:
    """Nine in ten have a phone."""
    has = chance.random(count) < 0.9
    return [phone if own else "" for phone, own in zip(phones(chance, count), has, strict=True)]


def _notes(chance: Generator, levels: np.ndarray) -> list[str]:
    share = np.where(levels >= 2, FRAIL_NOTE_SHARE, NOTE_SHARE)
    has = chance.random(len(levels)) < share
    notes = one_of(chance, NOTES, len(levels))
    return [note if own else "" for note, own in zip(notes, has, strict=True)]
