"""Two elders who are one person, with rows of every kind, and a picture of the whole database."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, SQLModel

from eldercare.care.tables import MealMode, MealRecord, Outcome, Pause
from eldercare.registry.tables import (
    Assessment,
    ElderGroup,
    FamilyDoctorContract,
    InstitutionStay,
    PriorityGroup,
)
from eldercare.rostering.tables import (
    Placement,
    Roster,
    RosterRoute,
    RosterStatus,
    RosterStop,
    RosterVisit,
)
from tests.accounts.people import NOW
from tests.care.rows import care_plan, plan_item, service_record, service_type, subscription
from tests.registry.rows import (
    LONG_AGO,
    TOWN,
    caregiver,
    elder,
    institution,
    meal_site,
    places,
    put,
    shift,
)

ON = date(2020, 9, 17)
DAY = timedelta(days=1)
BY: dict[str, Any] = {"now": NOW, "by": "zhou"}
KEEP, DROP = "keep", "drop"
JOURNALS = {"merge_journal", "audit_entry"}


def small_district(session: Session, **dropped: Any) -> Session:
    """Two elders, what their rows may refer to, and a roster of yesterday and one of tomorrow."""
    put(session, *places(), meal_site("m1"), institution("n1"), service_type(), caregiver("c1"))
    put(session, elder(KEEP), elder(DROP, **dropped))
    for number, on in enumerate((ON - DAY, ON + DAY), start=1):
        put(session, shift(f"s{number}", on, caregiver_id="c1"), roster(number, on))
        put(session, route(number))
    return session


def roster(number: int, on: date) -> Roster:
    return Roster(id=number, on=on, status=RosterStatus.PUBLISHED, version=1, created_at=NOW)


def route(number: int) -> RosterRoute:
    return RosterRoute(
        id=number,
        roster_id=number,
        town_code=TOWN,
        shift_id=f"s{number}",
        caregiver_id="c1",
        departure_minutes=480,
        return_minutes=600,
        travel_minutes=20,
    )


def visit(number: int, visit_id: str, elder_id: str) -> RosterVisit:
    return RosterVisit(
        roster_id=number,
        visit_id=visit_id,
        town_code=TOWN,
        elder_id=elder_id,
        service_type_code="bath",
        minutes=60,
        people=1,
        window_start_minutes=480,
        window_end_minutes=600,
        placement=Placement.PLANNED,
    )


def stop(number: int, sequence: int, visit_id: str, elder_id: str) -> RosterStop:
    return RosterStop(
        route_id=number,
        sequence=sequence,
        roster_id=number,
        visit_id=visit_id,
        elder_id=elder_id,
        travel_minutes=10,
        arrival_minutes=490,
        start_minutes=490,
        end_minutes=550,
    )


def rows_of(elder_id: str, **offsets: int) -> list[SQLModel]:
    """One row in every table that names an elder; `offsets` move the start of some by days."""

    def start(name: str) -> date:
        return ON - 100 * DAY + offsets.get(name, 0) * DAY

    return [
        ElderGroup(elder_id=elder_id, group=PriorityGroup.WUBAO, from_on=start("group")),
        Assessment(elder_id=elder_id, assessed_on=start("assessed"), score=50, level=2),
        InstitutionStay(
            elder_id=elder_id,
            from_on=start("stay"),
            until_on=start("stay") + 10 * DAY,
            institution_id="n1",
        ),
        FamilyDoctorContract(elder_id=elder_id, signed_on=start("signed"), expires_on=ON + DAY),
        Pause(elder_id=elder_id, from_on=start("pause"), until_on=start("pause") + 5 * DAY),
        care_plan(f"P-{elder_id}", elder_id, from_on=LONG_AGO),
        plan_item(f"I-{elder_id}", f"P-{elder_id}"),
        subscription(f"M-{elder_id}", elder_id, "m1"),
        service_record(
            f"V-{elder_id}", elder_id, ON - DAY, caregiver_id="c1", started_at=NOW - DAY
        ),
        MealRecord(
            order_id=f"O-{elder_id}",
            elder_id=elder_id,
            meal_site_id="m1",
            on=ON - DAY,
            mode=MealMode.DELIVERY,
            handed_over_at=NOW - DAY,
            outcome=Outcome.DELIVERED,
        ),
    ]


def rostered(elder_id: str, sequence: int) -> list[SQLModel]:
    """A visit and its stop on yesterday's roster and on tomorrow's."""
    return [
        row
        for number in (1, 2)
        for row in (
            visit(number, f"V-{elder_id}", elder_id),
            stop(number, sequence, f"V-{elder_id}", elder_id),
        )
    ]


def picture(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table but the two that tell of merging, in order of their keys."""
    session.flush()
    return {
        table.name: [
            tuple(row)
            for row in session.connection().execute(
                select(table).order_by(*table.primary_key.columns)
            )
        ]
        for table in SQLModel.metadata.sorted_tables
        if table.name not in JOURNALS
    }
