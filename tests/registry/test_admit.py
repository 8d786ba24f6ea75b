from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
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
    EndReason,
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

ON = date(2020, 9, 17)
DAY = timedelta(days=1)

Wrong = tuple[SQLModel, dict[str, str]]
"""A row, and the code of each problem expected by pointer."""


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


WRONG_ROWS: dict[str, Wrong] = {
    "unknown community": (
        elder("x", community_code="320411999001"),
        {"/community_code": "unknown_community"},
    ),
    "born in the future": (
        elder("x", birth_on=ON + DAY),
        {
            "/birth_on": "in_the_future",
            "/registered_on": "ends_before_start",
        },
    ),
    "too young": (elder("x", birth_on=date(1960, 9, 18)), {"/birth_on": "too_young"}),
    "too old": (elder("x", birth_on=date(1880, 1, 1)), {"/birth_on": "too_old"}),
    "duplicate id": (elder("e1"), {"/id": "duplicate"}),
    "no name": (elder("x", name=" "), {"/name": "missing"}),
    "name too long": (elder("x", name="长" * 41), {"/name": "string_too_long"}),
    "no birth date": (elder("x", birth_on=None), {"/birth_on": "missing"}),
    "no date": (elder("x", birth_on="31/12/1940"), {"/birth_on": "date_from_datetime_parsing"}),
    "no choice": (elder("x", sex="other"), {"/sex": "enum"}),
    "half a position": (elder("x", latitude=None), {"/latitude": "half_position"}),
    "outside the district": (elder("x", longitude=121.5), {"/longitude": "out_of_district"}),
    "swapped degrees": (
        elder("x", longitude=31.83, latitude=119.97),
        {"/longitude": "out_of_district", "/latitude": "out_of_district"},
    ),
    "ended before registered": (
        elder("x", ended_on=date(2014, 1, 1), end_reason=EndReason.DIED),
        {"/ended_on": "ends_before_start"},
    ),
    "ended without a reason": (elder("x", ended_on=ON), {"/end_reason": "missing"}),
    "a reason without an end": (elder("x", end_reason=EndReason.MOVED), {"/ended_on": "missing"}),
    "registered in the future": (
        elder("x", registered_on=ON + DAY),
        {"/registered_on": "in_the_future"},
    ),
    "group twice at a time": (
        ElderGroup(elder_id="e1", group=PriorityGroup.WUBAO, from_on=ON),
        {"/from_on": "overlap"},
    ),
    "group that ends before it starts": (
        ElderGroup(elder_id="e1", group=PriorityGroup.SHIDU, from_on=ON, until_on=ON),
        {"/until_on": "ends_before_start"},
    ),
    "two stays at a time": (
        InstitutionStay(elder_id="e1", from_on=ON - DAY, institution_id="n1"),
        {"/from_on": "overlap"},
    ),
    "unknown institution": (
        InstitutionStay(elder_id="e1", from_on=ON, institution_id="n9"),
        {"/institution_id": "unknown_institution"},
    ),
    "assessed tomorrow": (
        Assessment(elder_id="e1", assessed_on=ON + DAY, score=90, level=0),
        {"/assessed_on": "in_the_future"},
    ),
    "level too mild": (
        Assessment(elder_id="e1", assessed_on=ON, score=40, level=2),
        {"/level": "level_below_score"},
    ),
    "score out of range": (
        Assessment(elder_id="e1", assessed_on=ON, score=91, level=0),
        {"/score": "less_than_equal"},
    ),
    "contract that ends before it starts": (
        FamilyDoctorContract(elder_id="e1", signed_on=ON, expires_on=ON - DAY),
        {"/expires_on": "ends_before_start"},
    ),
    "shift without end": (
        shift("x", ON + DAY, caregiver_id="c1", end_minutes=None),
        {"/end_minutes": "missing"},
    ),
    "shift that ends before it starts": (
        shift("x", ON + DAY, caregiver_id="c1", end_minutes=400),
        {"/end_minutes": "ends_before_start"},
    ),
    "overlapping shift": (
        shift("x", ON, caregiver_id="c1", start_minutes=1019, end_minutes=1100),
        {"/start_minutes": "overlap"},
    ),
    "nobody's shift": (shift("x", ON), {"/caregiver_id": "missing"}),
    "shift of two": (
        shift("x", ON + DAY, caregiver_id="c1", rider_id="r1"),
        {"/rider_id": "two_workers"},
    ),
    "shift of an unknown caregiver": (
        shift("x", ON, caregiver_id="c9"),
        {"/caregiver_id": "unknown_caregiver"},
    ),
    "shift after leaving": (shift("x", ON, caregiver_id="c2"), {"/on": "not_employed"}),
    "break outside the shift": (
        shift(
            "x",
            ON + DAY,
            caregiver_id="c1",
            break_minutes=30,
            break_earliest_minutes=400,
            break_latest_end_minutes=1100,
        ),
        {
            "/break_earliest_minutes": "break_outside_shift",
            "/break_latest_end_minutes": "break_outside_shift",
        },
    ),
    "break that does not fit": (
        shift(
            "x",
            ON + DAY,
            caregiver_id="c1",
            break_minutes=61,
            break_earliest_minutes=660,
            break_latest_end_minutes=720,
        ),
        {"/break_minutes": "break_too_long"},
    ),
    "break without times": (
        shift("x", ON + DAY, caregiver_id="c1", break_minutes=30),
        {"/break_earliest_minutes": "missing", "/break_latest_end_minutes": "missing"},
    ),
    "times without a break": (
        shift("x", ON + DAY, caregiver_id="c1", break_earliest_minutes=660),
        {"/break_minutes": "missing"},
    ),
    "negative break": (
        shift("x", ON + DAY, caregiver_id="c1", break_minutes=-5),
        {"/break_minutes": "not_positive"},
    ),
    "unknown qualification": (
        CaregiverQualification(caregiver_id="c1", qualification_code="magic", obtained_on=ON),
        {"/qualification_code": "unknown_qualification"},
    ),
    "level that does not exist": (
        CaregiverQualification(
            caregiver_id="c1", qualification_code="care_worker", obtained_on=ON, level=6
        ),
        {"/level": "no_such_level"},
    ),
    "kind with a negative level": (
        qualification("x", maximum_level=-1),
        {"/maximum_level": "not_positive"},
    ),
    "left before hired": (
        caregiver("x", left_on=date(2014, 1, 1)),
        {"/left_on": "ends_before_start"},
    ),
    "base outside the district": (
        caregiver("x", base_latitude=30.0),
        {"/base_latitude": "out_of_district"},
    ),
    "rider without room": (
        rider("x", "m1", capacity_portions=0),
        {"/capacity_portions": "greater_than"},
    ),
    "kitchen without capacity": (
        meal_site("x", kitchen_capacity=0),
        {"/kitchen_capacity": "not_positive"},
    ),
    "point with a kitchen and no supplier": (
        meal_site("x", kind=MealSiteKind.POINT),
        {"/kitchen_capacity": "not_zero", "/supplied_by_id": "missing"},
    ),
    "site that supplies itself": (
        meal_site("m1", supplied_by_id="m1"),
        {"/id": "duplicate"},
    ),
    "centre standardised before it opened": (
        care_centre("x", standardised_since=date(2014, 1, 1)),
        {"/standardised_since": "ends_before_start"},
    ),
    "no beds": (
        BedGroup(
            institution_id="n1", kind=BedKind.NURSING, operator=Operator.SOCIAL, from_on=ON, beds=0
        ),
        {"/beds": "not_positive"},
    ),
    "place that closed before it opened": (
        RehabPlace(id="x", name="站", community_code=COMMUNITY, opened_on=ON, closed_on=ON - DAY),
        {"/closed_on": "ends_before_start"},
    ),
    "code of too few digits": (
        Town(code="320411", name="镇", parent_code="x", longitude=119.9, latitude=31.9),
        {"/code": "not_a_code"},
    ),
    "community of another town": (
        community("320411005001", TOWN),
        {"/code": "not_in_town"},
    ),
    "class that does not exist": (
        community("320411001009", TOWN, urban_rural_class=300),
        {"/urban_rural_class": "not_a_choice"},
    ),
    "more aged 80 than 65": (
        CommunityPopulation(community_code=COMMUNITY, year=2021, aged_60=9, aged_65=2, aged_80=6),
        {"/aged_80": "more_than_whole", "/year": "no_such_year"},
    ),
}


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
        Shift(id="e", on=ON + DAY, caregiver_id="c1", start_minutes="x", end_minutes=9),  # type: ignore[arg-type]
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
