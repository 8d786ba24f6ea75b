from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import Session

from eldercare.registry.search import find_caregivers, find_elders
from eldercare.registry.tables import Assessment, CaregiverQualification
from tests.registry.rows import (
    OTHER_COMMUNITY,
    OTHER_TOWN,
    TOWN,
    caregiver,
    elder,
    places,
    put,
    qualification,
)

ON = date(2020, 9, 17)


@pytest.fixture
def people(session: Session) -> Session:
    put(
        session,
        *places(),
        elder("E1", name="周桂兰", phone="13900000001", address="飞龙新苑12幢"),
        elder("E2", name="周阿大", community_code=OTHER_COMMUNITY),
        elder("E3", name="李德明", ended_on=ON),
        elder("E4", name="百分%号", registered_on=ON),
        elder("E5", name="未来人", registered_on=date(2020, 9, 18)),
        Assessment(elder_id="E1", assessed_on=date(2019, 1, 1), score=30, level=3),
        Assessment(elder_id="E1", assessed_on=date(2020, 9, 18), score=80, level=1),
        qualification(),
        qualification("nurse", name="护士"),
        caregiver("C1", name="陈美芳", phone="13800000001"),
        caregiver("C2", name="蒋小燕", town_code=OTHER_TOWN),
        caregiver("C3", name="离职者", left_on=ON),
    )
    held = CaregiverQualification(
        caregiver_id="C1",
        qualification_code="nurse",
        obtained_on=date(2019, 1, 1),
        expires_on=date(2020, 1, 1),
    )
    put(session, held)
    return session


def ids(session: Session, **asked: object) -> list[str]:
    return [one.elder.id for one in find_elders(session, ON, **asked)]  # type: ignore[arg-type]  # wrong or loose on purpose


def test_only_those_registered_on_the_date(people: Session) -> None:
    assert ids(people) == ["E1", "E2", "E4"]


@pytest.mark.parametrize(
    ("words", "found"),
    [("周", ["E1", "E2"]), ("0001", ["E1"]), ("新苑", ["E1"]), ("E2", ["E2"]), ("%", ["E4"])],
)
def test_words_stand_anywhere(people: Session, words: str, found: list[str]) -> None:
    assert ids(people, words=words) == found


def test_without_personal_data_only_ids_are_searched(people: Session) -> None:
    assert ids(people, words="周", personal=False) == []
    assert ids(people, words="E2", personal=False) == ["E2"]
    assert find_caregivers(people, ON, words="陈", personal=False) == []


def test_town_and_pages(people: Session) -> None:
    assert ids(people, town_code=TOWN) == ["E1", "E4"]
    assert ids(people, limit=1) == ["E1"]
    assert ids(people, after="E1", limit=1) == ["E2"]


def test_place_and_care_level_of_the_date(people: Session) -> None:
    first, second, _ = find_elders(people, ON)
    assert (first.community_name, first.care_level) == ("社区001", 3)
    assert second.care_level is None


def test_caregivers_with_their_qualifications(people: Session) -> None:
    first, second = find_caregivers(people, ON)
    assert (first.caregiver.id, first.town_name) == ("C1", "甲街道")
    assert [(one.name, one.expires_on) for one in first.qualifications] == [
        ("护士", date(2020, 1, 1))
    ]
    assert (second.caregiver.id, second.qualifications) == ("C2", ())
    assert [one.caregiver.id for one in find_caregivers(people, ON, town_code=OTHER_TOWN)] == ["C2"]
    assert [one.caregiver.id for one in find_caregivers(people, ON, words="小燕")] == ["C2"]
