from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select
from sqlmodel import Session, SQLModel

from eldercare.database import create_all, make_engine
from eldercare.errors import InvalidInput
from eldercare.registry import admit
from eldercare.registry.tables import (
    Assessment,
    BedGroup,
    BedKind,
    CaregiverQualification,
    CommunityPopulation,
    Elder,
    ElderGroup,
    FamilyDoctorContract,
    InstitutionStay,
    MealSiteCommunity,
    MealSiteKind,
    Operator,
    PriorityGroup,
    RehabPlace,
    Sex,
    Shift,
    Town,
)
from tests.registry.rows import (
    COMMUNITY,
    TOWN,
    care_centre,
    caregiver,
    community,
    elder,
    institution,
    meal_site,
    places,
    put,
    qualification,
    rider,
    shift,
)
from tests.registry.wrong_rows import DAY, ON, WRONG_ROWS


@pytest.fixture
def district(session: Session) -> Session:
    return _filled(session)


@pytest.fixture(scope="module")
def standing_district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """One district for all refused rows: they leave nothing behind, whatever the database."""
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('standing') / 'test.db'}")
    create_all(engine)
    with Session(engine) as session:
        yield _filled(session)
    engine.dispose()


def _filled(session: Session) -> Session:
    put(session, *places(), meal_site("m1"), institution("n1"), elder("e1"), qualification())
    put(session, caregiver("c1"), caregiver("c2", left_on=ON), rider("r1", "m1"))
    put(
        session,
        shift("h1", ON, caregiver_id="c1"),
        InstitutionStay(elder_id="e1", from_on=ON - 9 * DAY, until_on=ON, institution_id="n1"),
        ElderGroup(elder_id="e1", group=PriorityGroup.WUBAO, from_on=ON - 9 * DAY),
    )
    return session


def problems_of(session: Session, row: SQLModel) -> dict[str, str]:
    with pytest.raises(InvalidInput) as caught:
        admit.add(session, row, on=ON)
    return {problem.pointer: problem.code for problem in caught.value.fields}


def count(session: Session, table: type[SQLModel]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_sound_row_of_every_kind_is_stored(district: Session) -> None:
    admit.add_all(
        district,
        [
            Town(code="320411003000", name="丙镇", parent_code="x", longitude=119.9, latitude=31.9),
            community("320411003001", "320411003000"),
            CommunityPopulation(
                community_code=COMMUNITY, year=2019, aged_60=9, aged_65=6, aged_80=2
            ),
            elder("e2", community_code="320411003001", longitude=None, latitude=None),
            Assessment(elder_id="e2", assessed_on=ON, score=50, level=3),
            ElderGroup(elder_id="e2", group=PriorityGroup.DIBAO, from_on=ON),
            InstitutionStay(elder_id="e1", from_on=ON, institution_id="n1"),
            FamilyDoctorContract(elder_id="e2", signed_on=ON, expires_on=ON + 365 * DAY),
            care_centre("k1", standardised_since=date(2016, 1, 1)),
            meal_site("m2", kind=MealSiteKind.POINT, kitchen_capacity=0, supplied_by_id="m1"),
            MealSiteCommunity(meal_site_id="m2", community_code=COMMUNITY, since_on=ON),
            BedGroup(
                institution_id="n1",
                kind=BedKind.NURSING,
                operator=Operator.SOCIAL,
                from_on=ON,
                beds=10,
            ),
            RehabPlace(id="p1", name="某康复站", community_code=COMMUNITY, opened_on=ON),
            caregiver("c3"),
            CaregiverQualification(
                caregiver_id="c3", qualification_code="care_worker", obtained_on=ON, level=5
            ),
            shift("h2", ON, caregiver_id="c3"),
            shift("h3", ON, rider_id="r1", start_minutes=600, end_minutes=800),
        ],
        on=ON,
    )
    assert district.get_one(Elder, "e2").community_code == "320411003001"
    assert count(district, Shift) == 3


@pytest.mark.parametrize("name", WRONG_ROWS)
def test_what_is_wrong_is_refused_with_its_field(standing_district: Session, name: str) -> None:
    district = standing_district
    row, expected = WRONG_ROWS[name]
    fresh = type(row)(**{field: getattr(row, field) for field in type(row).model_fields})
    before = count(district, type(row))
    assert problems_of(district, fresh) == expected
    assert count(district, type(row)) == before


def test_all_problems_of_a_row_are_told_at_once_with_value_and_mending(district: Session) -> None:
    row = elder(
        "e1",
        community_code="999",
        birth_on=date(2000, 1, 1),
        sex="?",
        longitude=None,
        registered_on=date(1999, 1, 1),
    )
    with pytest.raises(InvalidInput) as caught:
        admit.add(district, row, on=ON)
    told = {problem.pointer: problem.reason for problem in caught.value.fields}
    assert set(told) == {
        "/sex",
        "/community_code",
        "/id",
        "/birth_on",
        "/registered_on",
        "/longitude",
    }
    assert told["/community_code"] == (
        "no community has the code '999': correct it or add the community first"
    )
    assert "'?' is not among the choices: 'female' or 'male'" in told["/sex"]
    assert "'e1'" in told["/id"]
    assert "2000-01-01 makes 20 years on 2020-09-17" in told["/birth_on"]
    assert all(reason in str(caught.value) for reason in told.values())


def test_values_given_as_text_take_their_type(district: Session) -> None:
    row = elder("e2", birth_on="1941-02-03", sex="male", longitude="119.9")
    admit.add(district, row, on=ON)
    district.expire_all()
    stored = district.get_one(Elder, "e2")
    assert (stored.birth_on, stored.sex, stored.longitude) == (date(1941, 2, 3), Sex.MALE, 119.9)


def test_one_bad_row_of_a_whole_leaves_nothing_behind(district: Session) -> None:
    rows = [elder("e2"), elder("e3", community_code="999"), elder("e4", birth_on=ON)]
    with pytest.raises(InvalidInput, match="2 of 3 rows were refused") as caught:
        admit.add_all(district, rows, on=ON)
    assert [problem.pointer for problem in caught.value.fields] == [
        "/1/community_code",
        "/2/birth_on",
        "/2/registered_on",
    ]
    assert count(district, Elder) == 1


def test_sound_rows_are_stored_beside_bad_ones(district: Session) -> None:
    rows = [elder("e2"), elder("e3", community_code="999"), elder("e2"), elder("e4")]
    refused = admit.add_sound(district, rows, on=ON)
    assert [(refusal.index, refusal.problems[0].code) for refusal in refused] == [
        (1, "unknown_community"),
        (2, "duplicate"),
    ]
    assert {row.id for row in district.scalars(select(Elder))} == {"e1", "e2", "e4"}


def test_rows_may_refer_to_each_other_in_any_order(district: Session) -> None:
    rows: list[SQLModel] = [
        ElderGroup(elder_id="e2", group=PriorityGroup.WUBAO, from_on=ON),
        meal_site("m3", kind=MealSiteKind.POINT, kitchen_capacity=0, supplied_by_id="m2"),
        elder("e2", community_code="320411001002"),
        meal_site("m2"),
        community("320411001002", TOWN),
    ]
    admit.add_all(district, rows, on=ON)
    assert count(district, ElderGroup) == 2


def test_what_refers_to_a_refused_row_is_refused_too(district: Session) -> None:
    rows: list[SQLModel] = [
        elder("e2", birth_on=date(2000, 1, 1)),
        ElderGroup(elder_id="e2", group=PriorityGroup.WUBAO, from_on=ON),
    ]
    refused = admit.add_sound(district, rows, on=ON)
    assert [refusal.problems[0].pointer for refusal in refused] == ["/birth_on", "/elder_id"]


def test_shifts_of_one_batch_are_checked_against_each_other(district: Session) -> None:
    rows = [
        shift("a", ON + DAY, caregiver_id="c1", start_minutes=480, end_minutes=720),
        shift("b", ON + DAY, caregiver_id="c1", start_minutes=720, end_minutes=900),
        shift("c", ON + DAY, caregiver_id="c1", start_minutes=899, end_minutes=960),
        shift("d", ON + 2 * DAY, caregiver_id="c1", start_minutes=480, end_minutes=720),
        Shift(id="e", on=ON + DAY, caregiver_id="c1", start_minutes="x", end_minutes=9),  # type: ignore[arg-type]  # wrong or loose on purpose
    ]
    refused = admit.add_sound(district, rows, on=ON)
    assert [(refusal.index, refusal.problems[0].code) for refusal in refused] == [
        (2, "overlap"),
        (4, "int_parsing"),
    ]
    assert "'b'" in refused[0].problems[0].reason


def test_a_site_is_supplied_by_another_one_that_cooks(district: Session) -> None:
    point = meal_site("m2", kind=MealSiteKind.POINT, kitchen_capacity=0, supplied_by_id="m1")
    put(district, point)
    assert problems_of(district, meal_site("m3", supplied_by_id="m2")) == {
        "/supplied_by_id": "supplier_cooks_nothing"
    }
    with pytest.raises(InvalidInput) as caught:
        admit.change(district, point, {"supplied_by_id": "m2"}, on=ON)
    assert [problem.code for problem in caught.value.fields] == ["supplies_itself"]


def test_a_change_is_checked_like_a_new_row(district: Session) -> None:
    row = district.get_one(Elder, "e1")
    admit.change(district, row, {"address": "某路2号", "birth_on": "1939-01-01"}, on=ON)
    district.expire_all()
    assert (row.address, row.birth_on) == ("某路2号", date(1939, 1, 1))
    changes: dict[str, Any] = {
        "id": "e9",
        "nickname": "x",
        "birth_on": date(2000, 1, 1),
        "address": "某路3号",
        "community_code": "999",
    }
    with pytest.raises(InvalidInput) as caught:
        admit.change(district, row, changes, on=ON)
    assert {problem.pointer: problem.code for problem in caught.value.fields} == {
        "/id": "key_stays",
        "/nickname": "unknown_field",
        "/birth_on": "too_young",
        "/community_code": "unknown_community",
    }
    assert (row.address, row.birth_on) == ("某路2号", date(1939, 1, 1))


def test_a_changed_shift_does_not_overlap_itself(district: Session) -> None:
    row = district.get_one(Shift, "h1")
    put(district, shift("h9", ON, caregiver_id="c1", start_minutes=1100, end_minutes=1200))
    admit.change(district, row, {"end_minutes": 1100}, on=ON)
    with pytest.raises(InvalidInput, match="h9"):
        admit.change(district, row, {"end_minutes": 1101}, on=ON)
    assert row.end_minutes == 1100


def test_many_rows_take_few_queries(sqlite_engine: Engine) -> None:
    statements: list[str] = []
    with Session(sqlite_engine) as session:
        put(session, *places())
        event.listen(
            sqlite_engine, "before_cursor_execute", lambda *args: statements.append(args[2])
        )
        rows: list[SQLModel] = [elder(f"e{number}") for number in range(1500)]
        rows += [
            ElderGroup(elder_id=f"e{number}", group=PriorityGroup.DIBAO, from_on=ON)
            for number in range(1500)
        ]
        admit.add_all(session, rows, on=ON)
        assert count(session, Elder) == 1500
    assert len(statements) < 20
