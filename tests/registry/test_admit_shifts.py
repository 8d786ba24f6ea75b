from __future__ import annotations

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session

from eldercare.registry import admit
from eldercare.registry.tables import Shift
from tests.registry.rows import caregiver, meal_site, places, put, rider

ON = date(2020, 9, 17)

Drawn = tuple[str, int, int, int]
"""Worker, day, start and end in hours."""

drawn_shifts = st.lists(
    st.tuples(
        st.sampled_from(["c1", "c2", "r1"]),
        st.integers(0, 1),
        st.integers(0, 23),
        st.integers(1, 24),
    ),
    max_size=12,
)


def as_row(number: int, drawn: Drawn) -> Shift:
    worker, day, start, end = drawn
    return Shift(
        id=f"h{number}",
        on=ON + timedelta(days=day),
        start_minutes=start * 60,
        end_minutes=end * 60,
        caregiver_id=None if worker == "r1" else worker,
        rider_id="r1" if worker == "r1" else None,
    )


def busy_hours(drawn: Drawn) -> set[tuple[str, int, int]]:
    worker, day, start, end = drawn
    return {(worker, day, hour) for hour in range(start, end)}


# Each example rolls back what it wrote.
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(before=drawn_shifts, batch=drawn_shifts)
def test_shifts_are_taken_in_order_where_the_worker_is_free(
    sqlite_engine: Engine, before: list[Drawn], batch: list[Drawn]
) -> None:
    with Session(sqlite_engine) as session:
        put(session, *places(), meal_site("m1"), rider("r1", "m1"))
        put(session, caregiver("c1"), caregiver("c2"))
        taken: set[tuple[str, int, int]] = set()
        number = 0
        for part in (before, batch):
            rows = [as_row(number + place, drawn) for place, drawn in enumerate(part)]
            number += len(part)
            expected = []
            for place, drawn in enumerate(part):
                hours = busy_hours(drawn)
                if hours and taken.isdisjoint(hours):
                    taken |= hours
                else:
                    expected.append(place)
            refused = admit.add_sound(session, rows, on=ON)
            assert [refusal.index for refusal in refused] == expected
        session.rollback()
