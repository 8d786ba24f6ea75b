"""What a weekly limit leaves for a date."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlmodel import Session

from eldercare.registry.tables import Caregiver
from eldercare.registry.weekly_limits import minutes_left_of_week
from tests.registry.rows import caregiver, places, put, shift
from tests.registry.working_rows import absence

THURSDAY = date(2020, 9, 17)
DAY = timedelta(days=1)
HOUR = 60


def left(session: Session, on: date = THURSDAY) -> dict[str, int]:
    return minutes_left_of_week(session, session.scalars(select(Caregiver)), on)


def test_shifts_of_the_week_before_the_date_count_without_breaks(session: Session) -> None:
    put(session, *places(), caregiver("c1", maximum_minutes_per_week=40 * HOUR))
    for back in (0, 1, 2, 4):  # the one four days ago is of the week before
        put(session, shift(f"h{back}", THURSDAY - back * DAY, caregiver_id="c1", break_minutes=60))
    assert left(session) == {"c1": 24 * HOUR}
    assert left(session, THURSDAY + DAY) == {"c1": 16 * HOUR}
    assert left(session, THURSDAY - 3 * DAY) == {"c1": 40 * HOUR}
    assert left(session, THURSDAY + 4 * DAY) == {"c1": 40 * HOUR}


def test_absences_do_not_count_and_nothing_is_left_below_nothing(session: Session) -> None:
    put(session, *places(), caregiver("c1", maximum_minutes_per_week=10 * HOUR))
    put(session, caregiver("c2", maximum_minutes_per_week=10 * HOUR), caregiver("c3"))
    for number in (1, 2, 3):
        for back in (1, 2):
            put(
                session,
                shift(f"h{number}{back}", THURSDAY - back * DAY, caregiver_id=f"c{number}"),
            )
    put(session, absence(from_on=THURSDAY - DAY, until_on=THURSDAY))
    put(
        session,
        absence(
            from_on=THURSDAY - 2 * DAY,
            until_on=THURSDAY - DAY,
            start_minutes=480,
            end_minutes=540,
        ),
    )
    assert left(session) == {"c1": 2 * HOUR, "c2": 0}
