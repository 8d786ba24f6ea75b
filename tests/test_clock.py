"""Instants as the district reads them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from eldercare.clock import clock, local_date, local_minutes


def test_an_evening_in_greenwich_is_the_next_morning_here() -> None:
    evening = datetime(2020, 9, 16, 23, 30, tzinfo=UTC)
    assert local_date(evening) == date(2020, 9, 17)
    assert local_minutes(evening) == 7 * 60 + 30


def test_minutes_are_written_as_a_clock() -> None:
    assert [clock(minutes) for minutes in (0, 545, 1439, 1510)] == [
        "00:00",
        "09:05",
        "23:59",
        "25:10",
    ]
