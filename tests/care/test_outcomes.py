from __future__ import annotations

from datetime import date, timedelta

from sqlmodel import Session

from eldercare.care.outcomes import orders_handed_over, service_records_on
from eldercare.care.tables import MealMode, MealRecord, Outcome
from tests.care.rows import service_record, service_type
from tests.registry.rows import elder, meal_site, places, put

ON = date(2020, 9, 17)


def test_records_by_visit_parts_in_order(session: Session) -> None:
    put(
        session,
        *places(),
        service_type(),
        elder("E1"),
        service_record("V1", "E1", ON, part=2),
        service_record("V1", "E1", ON, part=1),
        service_record("V2", "E1", ON),
        service_record("V3", "E1", ON - timedelta(days=1)),
    )
    found = service_records_on(session, ON)
    assert {visit: [one.id for one in records] for visit, records in found.items()} == {
        "V1": ["V1/1", "V1/2"],
        "V2": ["V2/1"],
    }


def test_only_delivered_orders_of_the_date(session: Session) -> None:
    put(session, *places(), elder("E1"), meal_site("S1"))
    for order, on, outcome in (
        ("M1", ON, Outcome.DELIVERED),
        ("M2", ON, Outcome.NO_SHOW),
        ("M3", ON - timedelta(days=1), Outcome.DELIVERED),
    ):
        put(
            session,
            MealRecord(
                order_id=order,
                elder_id="E1",
                meal_site_id="S1",
                on=on,
                mode=MealMode.DELIVERY,
                outcome=outcome,
            ),
        )
    assert orders_handed_over(session, ON) == {"M1"}
