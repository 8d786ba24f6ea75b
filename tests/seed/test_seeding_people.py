"""Elders as the sources describe the district: how many, how old, with whom, how well, where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import sqrt

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from eldercare.registry.admission.people import age_on
from eldercare.registry.tables import (
    Assessment,
    Community,
    Elder,
    ElderGroup,
    EndReason,
    FamilyDoctorContract,
    InstitutionStay,
    LivingArrangement,
    PriorityGroup,
    Sex,
    Town,
)
from eldercare.seeding.sources import Sources, read_sources
from eldercare.settings import DEMO_ON
from tests.seed.conftest import SCALE, Seeded

FARTHEST_METRES = {True: 2 * 210 + 2 * 60 + 5, False: 2 * 600 + 2 * 130 + 5}
"""From the community's point: two standard deviations of estate and building."""


@pytest.fixture(scope="module")
def sources() -> Sources:
    return read_sources()


@pytest.fixture
def elders(district: Session) -> list[Elder]:
    """Those registered on the demo day."""
    return list(
        district.scalars(select(Elder).where(col(Elder.ended_on).is_(None)).order_by(Elder.id))
    )


def near(share: float, expected: float, count: int) -> bool:
    """Within four standard errors of a draw of `count`."""
    return abs(share - expected) <= 4 * sqrt(max(expected * (1 - expected), 0.001) / count)


def share(values: Iterable[bool]) -> float:
    flags = list(values)
    return sum(flags) / len(flags)


def test_communities_have_their_part_of_the_district(
    district: Session, elders: list[Elder]
) -> None:
    communities = {place.code: place for place in district.scalars(select(Community))}
    assert len(communities) == 147
    assert district.scalar(select(func.count()).select_from(Town)) == 10
    found = Counter(elder.community_code for elder in elders)
    sources = read_sources()
    for row in sources.population:
        if row.year == 2020:
            expected = row.aged_60 * SCALE * 0.99
            assert abs(found[row.community_code] - expected) <= 1 + 0.02 * expected
        if row.aged_60 == 0:
            assert communities[row.community_code].is_quasi
            assert found[row.community_code] == 0
    assert abs(len(elders) - 163_280 * SCALE) <= 10


def test_ages_and_sexes_follow_the_age_structure(elders: list[Elder], sources: Sources) -> None:
    cells = Counter(
        (elder.sex is Sex.FEMALE, min(age_on(elder.birth_on, DEMO_ON) // 5 * 5, 100))
        for elder in elders
    )
    assert min(age for _, age in cells) == 60
    for cell in sources.ages:
        found = cells[cell.female, cell.age_from] / len(elders)
        assert abs(found - cell.share) <= max(0.006, 0.08 * cell.share), cell


def test_living_arrangements_follow_age(elders: list[Elder], sources: Sources) -> None:
    kinds = list(LivingArrangement)
    for age_from, shares in sources.living:
        band = [e for e in elders if age_from <= age_on(e.birth_on, DEMO_ON) < age_from + 5]
        if len(band) < 200:
            continue
        for kind, expected in zip(kinds, shares, strict=True):
            found = share(elder.living_arrangement is kind for elder in band)
            assert near(found, float(expected), len(band)), (age_from, kind)


def test_who_left_had_been_there(district: Session, elders: list[Elder]) -> None:
    everybody = list(district.scalars(select(Elder)))
    left = [elder for elder in everybody if elder.ended_on is not None]
    assert 0.02 <= len(left) / len(elders) <= 0.035
    assert {elder.end_reason for elder in left} == {EndReason.DIED, EndReason.MOVED}
    for elder in everybody:
        assert elder.registered_on <= DEMO_ON
        assert age_on(elder.birth_on, elder.registered_on) >= 60
        assert (elder.ended_on is None) == (elder.end_reason is None)
        if elder.ended_on is not None:
            assert elder.registered_on < elder.ended_on <= DEMO_ON


def test_nobody_can_be_called_and_names_are_chinese(elders: list[Elder]) -> None:
    for elder in elders:
        assert elder.phone == "" or (elder.phone.startswith("000") and len(elder.phone) == 11)
        assert 2 <= len(elder.name) <= 5
        assert all("一" <= character <= "鿿" for character in elder.name)
    assert len({elder.name for elder in elders}) > 0.8 * len(elders)


def test_homes_lie_around_their_community(district: Session, elders: list[Elder]) -> None:
    communities = {place.code: place for place in district.scalars(select(Community))}
    unknown = [elder for elder in elders if elder.longitude is None]
    assert 1 <= len(unknown) <= 0.006 * len(elders)
    for elder in elders:
        place = communities[elder.community_code]
        assert elder.address.startswith(place.name)
        assert elder.building
        assert elder.address.startswith(elder.building)
        if elder.longitude is None or elder.latitude is None:
            assert not elder.position_is_estimated
            continue
        assert elder.position_is_estimated == place.position_is_estimated
        east = (elder.longitude - place.longitude) * 94_500
        north = (elder.latitude - place.latitude) * 111_200
        assert sqrt(east**2 + north**2) <= FARTHEST_METRES[place.is_urban]


def test_neighbours_share_a_building_and_its_position(elders: list[Elder]) -> None:
    positions: dict[str, set[tuple[float | None, float | None]]] = {}
    for elder in elders:
        if elder.longitude is not None:
            spot = (elder.longitude, elder.latitude)
            positions.setdefault(elder.building, set()).add(spot)
    assert all(len(spots) == 1 for spots in positions.values())
    shared = Counter(elder.building for elder in elders)
    assert share(shared[elder.building] > 1 for elder in elders) > 0.6


def test_groups_have_their_shares_and_make_sense(
    district: Session, elders: list[Elder], sources: Sources
) -> None:
    by_id = {elder.id: elder for elder in elders}
    members: dict[PriorityGroup, set[str]] = {group: set() for group in PriorityGroup}
    for row in district.scalars(select(ElderGroup)):
        if row.elder_id in by_id:
            members[row.group].add(row.elder_id)
    for group, expected in sources.group_shares.items():
        assert near(len(members[group]) / len(elders), expected, len(elders)), group
    income = [members[PriorityGroup.WUBAO], members[PriorityGroup.DIBAO]]
    income.append(members[PriorityGroup.DIBAO_MARGIN])
    assert len(set.union(*income)) == sum(len(group) for group in income)
    aged = [by_id[elder_id] for elder_id in members[PriorityGroup.AGED_ALONE]]
    assert all(age_on(elder.birth_on, DEMO_ON) >= 80 for elder in aged)
    levels = latest_levels(district)
    assert all(levels[elder_id] >= 2 for elder_id in members[PriorityGroup.POOR_DISABLED])


def latest_levels(session: Session) -> dict[str, int]:
    rows = session.scalars(select(Assessment).order_by(col(Assessment.assessed_on)))
    return {row.elder_id: row.level for row in rows}


def test_assessments_concentrate_on_the_old(district: Session, elders: list[Elder]) -> None:
    levels = latest_levels(district)
    assessed = [elder for elder in elders if elder.id in levels]
    assert 0.08 <= len(assessed) / len(elders) <= 0.22
    assert share(age_on(elder.birth_on, DEMO_ON) >= 75 for elder in assessed) > 0.55
    assert set(levels.values()) == {0, 1, 2, 3, 4}
    bands = read_sources().level_scores
    for row in district.scalars(select(Assessment)):
        assert bands[row.level][0] <= row.score <= bands[row.level][1]


def test_residents_of_institutions_fit_into_the_beds(district: Session, seeded: Seeded) -> None:
    stays = list(district.scalars(select(InstitutionStay)))
    assert 0.010 <= len(stays) / seeded.summary.counts["elder"] <= 0.03
    assert len({stay.elder_id for stay in stays}) == len(stays)
    assert all(stay.from_on < DEMO_ON for stay in stays)


def test_contracts_follow_one_another(district: Session) -> None:
    rows = district.scalars(
        select(FamilyDoctorContract).order_by(
            col(FamilyDoctorContract.elder_id), col(FamilyDoctorContract.signed_on)
        )
    )
    before: FamilyDoctorContract | None = None
    for row in rows:
        assert row.signed_on <= DEMO_ON
        assert row.signed_on < row.expires_on
        if before is not None and before.elder_id == row.elder_id:
            assert row.signed_on == before.expires_on
        before = row
    assert before is not None
