from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete
from sqlmodel import Session

from eldercare.errors import NotFound
from eldercare.registry import queries
from eldercare.registry.tables import (
    Assessment,
    CaregiverQualification,
    ElderGroup,
    InstitutionStay,
    PriorityGroup,
)
from eldercare.settings import DISTRICT_CODE
from tests.registry.rows import (
    COMMUNITY,
    OTHER_COMMUNITY,
    OTHER_TOWN,
    TOWN,
    caregiver,
    elder,
    institution,
    meal_site,
    places,
    put,
    qualification,
    rider,
    shift,
)

ON = date(2020, 9, 17)
DAY = timedelta(days=1)


@pytest.fixture
def district(session: Session) -> Session:
    put(session, *places(), meal_site("m1"), institution("n1"))
    put(session, elder("e1"), elder("e2", community_code=OTHER_COMMUNITY))
    put(session, caregiver("c1"), caregiver("c2", town_code=OTHER_TOWN), rider("r1", "m1"))
    return session


def test_communities_of_district_town_and_community(district: Session) -> None:
    def codes(area: str) -> list[str]:
        return [community.code for community in queries.communities_of(district, area)]

    assert codes(DISTRICT_CODE) == [COMMUNITY, OTHER_COMMUNITY]
    assert codes(TOWN) == [COMMUNITY]
    assert codes(OTHER_COMMUNITY) == [OTHER_COMMUNITY]
    with pytest.raises(NotFound, match="320411999000"):
        codes("320411999000")


def test_rows_by_id_or_a_sentence_with_the_id(district: Session) -> None:
    assert queries.get_elder(district, "e1").id == "e1"
    assert queries.get_caregiver(district, "c1").id == "c1"
    assert queries.get_rider(district, "r1").id == "r1"
    for ask in (queries.get_elder, queries.get_caregiver, queries.get_rider):
        with pytest.raises(NotFound, match="X9") as caught:
            ask(district, "X9")
        assert caught.value.code.endswith("_not_found")


def test_the_latest_assessment_by_the_date_gives_the_care_level(district: Session) -> None:
    put(
        district,
        Assessment(elder_id="e1", assessed_on=ON - 30 * DAY, score=70, level=1),
        Assessment(elder_id="e1", assessed_on=ON, score=20, level=3),
        Assessment(elder_id="e2", assessed_on=ON + DAY, score=20, level=3),
    )
    assert queries.care_levels(district, None, ON - DAY) == {"e1": 1}
    assert queries.care_levels(district, None, ON) == {"e1": 3}
    assert queries.care_levels(district, None, ON + DAY) == {"e1": 3, "e2": 3}
    assert queries.care_levels(district, ["e2", "nobody"], ON + DAY) == {"e2": 3}
    assert queries.care_levels(district, [], ON + DAY) == {}


def test_groups_hold_from_up_to_before(district: Session) -> None:
    put(
        district,
        ElderGroup(elder_id="e1", group=PriorityGroup.WUBAO, from_on=ON),
        ElderGroup(elder_id="e1", group=PriorityGroup.SHIDU, from_on=ON - DAY, until_on=ON),
        ElderGroup(elder_id="e2", group=PriorityGroup.DIBAO, from_on=ON - DAY, until_on=ON + DAY),
    )
    assert queries.groups_as_of(district, None, ON) == {
        "e1": {PriorityGroup.WUBAO},
        "e2": {PriorityGroup.DIBAO},
    }
    assert queries.groups_as_of(district, ["e1"], ON - DAY) == {"e1": {PriorityGroup.SHIDU}}


def test_elders_at_home_are_registered_and_in_no_institution(district: Session) -> None:
    put(
        district,
        elder("e3", ended_on=ON),
        elder("e4", registered_on=ON + DAY),
        elder("e5"),
        InstitutionStay(elder_id="e5", from_on=ON, institution_id="n1"),
    )

    def ids(on: date, area: str = DISTRICT_CODE) -> list[str]:
        return [one.id for one in queries.elders_at_home(district, on, area_code=area)]

    assert ids(ON - DAY) == ["e1", "e2", "e3", "e5"]
    assert ids(ON) == ["e1", "e2"]
    assert ids(ON + DAY, TOWN) == ["e1", "e4"]
    assert ids(ON + DAY, OTHER_COMMUNITY) == ["e2"]


def test_shifts_of_a_date_come_with_what_the_caregiver_may_do(district: Session) -> None:
    put(
        district,
        *(qualification(code) for code in ("nurse", "worker", "rehab")),
        _held("c1", "worker", ON - 9 * DAY, level=3),
        _held("c1", "worker", ON - 99 * DAY, level=2),
        _held("c1", "nurse", ON - 9 * DAY, expires_on=ON),
        _held("c1", "rehab", ON + DAY),
        shift("h2", ON, caregiver_id="c2"),
        shift("h1", ON, caregiver_id="c1"),
        shift("h3", ON + DAY, caregiver_id="c1"),
        shift("h4", ON, rider_id="r1"),
        caregiver("c3", left_on=ON),
        shift("h5", ON, caregiver_id="c3"),
    )
    found = queries.caregiver_shifts(district, ON)
    assert [(one.shift.id, one.caregiver.id, one.qualifications) for one in found] == [
        ("h1", "c1", {"worker": 3}),
        ("h2", "c2", {}),
    ]
    assert [one.shift.id for one in queries.caregiver_shifts(district, ON, towns=[TOWN])] == ["h1"]
    assert [(one.shift.id, one.rider.id) for one in queries.rider_shifts(district, ON)] == [
        ("h4", "r1")
    ]


def _held(
    caregiver_id: str, code: str, on: date, level: int = 0, expires_on: date | None = None
) -> CaregiverQualification:
    return CaregiverQualification(
        caregiver_id=caregiver_id,
        qualification_code=code,
        obtained_on=on,
        level=level,
        expires_on=expires_on,
    )


days = st.dates(ON - 5 * DAY, ON + 5 * DAY)
histories = st.dictionaries(
    st.sampled_from(["e1", "e2"]), st.dictionaries(days, st.integers(0, 4), max_size=4)
)


# The test empties the table itself for each example.
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories=histories, as_of=days)
def test_care_levels_agree_with_reading_the_history(
    engine_with_two: Engine, histories: dict[str, dict[date, int]], as_of: date
) -> None:
    with Session(engine_with_two) as session:
        session.execute(delete(Assessment))
        for elder_id, history in histories.items():
            for on, level in history.items():
                session.add(Assessment(elder_id=elder_id, assessed_on=on, score=50, level=level))
        session.flush()
        expected = {}
        for elder_id, history in histories.items():
            for on in sorted(history):
                if on <= as_of:
                    expected[elder_id] = history[on]
        assert queries.care_levels(session, None, as_of) == expected
        assert queries.care_levels(session, ["e1", "e2"], as_of) == expected


@pytest.fixture
def engine_with_two(engine: Engine) -> Engine:
    with Session(engine) as session, session.begin():
        put(session, *places(), elder("e1"), elder("e2"))
    return engine
