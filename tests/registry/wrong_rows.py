"""Rows that must be refused, and the code of each problem by its pointer."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlmodel import SQLModel

from eldercare.registry.tables import (
    Assessment,
    BedGroup,
    BedKind,
    CaregiverQualification,
    CommunityPopulation,
    DuplicateDismissal,
    ElderGroup,
    EndReason,
    FamilyDoctorContract,
    InstitutionStay,
    MealSiteKind,
    Operator,
    PriorityGroup,
    RehabPlace,
    Town,
)
from tests.registry.rows import (
    COMMUNITY,
    TOWN,
    care_centre,
    caregiver,
    community,
    elder,
    meal_site,
    qualification,
    rider,
    shift,
)

ON = date(2020, 9, 17)
DAY = timedelta(days=1)

Wrong = tuple[SQLModel, dict[str, str]]
"""A row, and the code of each problem expected by pointer."""

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
    "outside the province": (elder("x", longitude=122.5), {"/longitude": "out_of_province"}),
    "swapped degrees": (
        elder("x", longitude=31.83, latitude=119.97),
        {"/longitude": "out_of_province", "/latitude": "out_of_province"},
    ),
    "ended before registered": (
        elder("x", ended_on=date(2014, 1, 1), end_reason=EndReason.DIED),
        {"/ended_on": "ends_before_start"},
    ),
    "ended without a reason": (elder("x", ended_on=ON), {"/end_reason": "missing"}),
    "half an ID number": (
        elder("x", id_number_cipher="1.0a0b0c0d.AA=="),
        {"/id_number_hash": "half_id_number"},
    ),
    "two elders not in order": (
        DuplicateDismissal(
            first_id="e1",
            second_id="e1",
            dismissed_at=datetime(2020, 9, 17, tzinfo=UTC),
            dismissed_by="zhou",
        ),
        {"/second_id": "not_in_order"},
    ),
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
