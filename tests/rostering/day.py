"""A day in two towns, small enough to check by hand.

Town 1: Ann (care worker), Ben (his certificate has expired), a kitchen with one rider.
    V1 an ordinary bath; V2 a bath for an elder of 五保; V3 has no position; V4 needs a nurse: only
    Ben was one; V5 needs two people, and only Ann may come.
Town 2: Cleo (care worker), one bath.
Meals: one delivered, one eaten at the table, one delivered to a home without a position.
"""

from __future__ import annotations

from datetime import date

from sqlmodel import Session

from eldercare.care.tables import MealMode
from eldercare.registry.tables import (
    CaregiverQualification,
    ElderGroup,
    PriorityGroup,
)
from tests.care.rows import care_plan, plan_item, service_record, service_type, subscription
from tests.registry.rows import (
    LONG_AGO,
    OTHER_COMMUNITY,
    OTHER_TOWN,
    caregiver,
    elder,
    meal_site,
    places,
    put,
    qualification,
    rider,
    shift,
)

ON = date(2020, 9, 17)


def small_day(session: Session) -> None:
    """Write the rows of the day."""
    put(session, *places(), qualification(), qualification("nurse", name="护士"))
    put(
        session,
        service_type("bath", qualification_code="care_worker", qualification_level=1),
        service_type("nursing", name="护理", qualification_code="nurse"),
    )
    _workers(session)
    _elders(session)
    put(
        session,
        plan_item("I1", "P1", preferred_caregiver_id="ann"),
        plan_item("I2", "P2"),
        plan_item("I3", "P3"),
        plan_item("I4", "P4", service_type_code="nursing"),
        plan_item("I5", "P5", people=2),
        plan_item("I6", "P6"),
        subscription("M1", "E1", "kitchen"),
        subscription("M2", "E2", "kitchen", mode=MealMode.DINE_IN),
        subscription("M3", "E3", "kitchen"),
        service_record("I1.20200910", "E1", date(2020, 9, 10), caregiver_id="ann"),
    )


def _workers(session: Session) -> None:
    far = {"base_longitude": 119.9, "base_latitude": 31.95}
    put(
        session,
        meal_site("kitchen"),
        caregiver("ann", name="安"),
        caregiver("ben", name="本"),
        caregiver("cleo", name="可", town_code=OTHER_TOWN, **far),
        rider("rider", "kitchen"),
        CaregiverQualification(
            caregiver_id="ann", qualification_code="care_worker", obtained_on=LONG_AGO, level=3
        ),
        CaregiverQualification(
            caregiver_id="ben", qualification_code="nurse", obtained_on=LONG_AGO, expires_on=ON
        ),
        CaregiverQualification(
            caregiver_id="cleo", qualification_code="care_worker", obtained_on=LONG_AGO, level=3
        ),
        shift(
            "ann.day",
            ON,
            caregiver_id="ann",
            break_earliest_minutes=660,
            break_latest_end_minutes=810,
            break_minutes=60,
        ),
        shift("ben.day", ON, caregiver_id="ben"),
        shift("cleo.day", ON, caregiver_id="cleo"),
        shift("rider.noon", ON, rider_id="rider", start_minutes=600, end_minutes=810),
    )


def _elders(session: Session) -> None:
    put(
        session,
        elder("E1", longitude=119.975, latitude=31.832),
        elder("E2", longitude=119.965, latitude=31.828),
        elder("E3", longitude=None, latitude=None),
        elder("E4"),
        elder("E5"),
        elder("E6", community_code=OTHER_COMMUNITY, longitude=119.9, latitude=31.951),
        ElderGroup(elder_id="E2", group=PriorityGroup.WUBAO, from_on=LONG_AGO),
        *(care_plan(f"P{number}", f"E{number}") for number in range(1, 7)),
    )
