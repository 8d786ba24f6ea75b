"""Dates in the forms people type, and every form that is refused with its own hint."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eldercare.exchange.values import ValueProblem, parse_date

FORMS = (
    "{y:04d}-{m:02d}-{d:02d}",
    "{y}/{m}/{d}",
    "{y}.{m}.{d}",
    "{y}.{m:02d}.{d:02d}",
    "{y}年{m}月{d}日",
    "{y} 年 {m} 月 {d} 日",
    "{y}{m:02d}{d:02d}",
    " {y}-{m}-{d} 00:00:00",
    "{y}/{m}/{d} 0:00",
    "{y:04d}-{m:02d}-{d:02d}T00:00:00",
    "{y}年{m}月{d}号",
)
FULL_WIDTH = str.maketrans("0123456789/-.", "０１２３４５６７８９／－．")

days = st.dates(date(1900, 1, 2), date(2100, 12, 31))


@settings(max_examples=100)
@given(day=days, form=st.sampled_from(FORMS), wide=st.booleans())
def test_a_date_is_read_in_every_form(day: date, form: str, wide: bool) -> None:
    text = form.format(y=day.year, m=day.month, d=day.day)
    assert parse_date(text.translate(FULL_WIDTH) if wide else text) == day


@settings(max_examples=50)
@given(st.dates(date(1927, 5, 19), date(2100, 12, 31)))
def test_a_serial_number_counts_days_as_a_spreadsheet_does(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    assert parse_date(str(serial)) == parse_date(f"{serial}.0") == day


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        (" 　", "empty"),
        ("20-9-17", "two_digit_year"),
        ("45年3月5日", "two_digit_year"),
        ("17/9/2020", "day_before_year"),
        ("9/17/2020", "day_before_year"),
        ("民国38年1月1日", "republic_year"),
        ("1900-01-00", "empty_date"),
        ("1900/1/1", "empty_date"),
        ("00:00", "empty_date"),
        ("2023-02-29", "impossible_date"),
        ("2023年4月31日", "impossible_date"),
        ("20201317", "impossible_date"),
        ("2020-0-1", "impossible_date"),
        ("1899-12-31", "year_out_of_range"),
        ("0202-09-17", "year_out_of_range"),
        ("99999", "year_out_of_range"),
        ("2020-09", "date_without_day"),
        ("2020年", "date_without_day"),
        ("9月17日", "date_without_year"),
        ("2020-09-17 08:30", "date_with_time"),
        ("2020-09/17", "not_a_date"),
        ("1234", "not_a_date"),
        ("二〇二〇年", "not_a_date"),
        ("不详", "not_a_date"),
    ],
)
def test_what_is_no_date_is_refused_with_a_hint(text: str, code: str) -> None:
    with pytest.raises(ValueProblem) as caught:
        parse_date(text)
    assert caught.value.code == code
    assert len(caught.value.reason) > 10


@pytest.mark.parametrize(
    ("year", "days_of_february"), [(2023, 28), (2024, 29), (1900, 28), (2000, 29)]
)
def test_february_ends_as_the_calendar_says(year: int, days_of_february: int) -> None:
    assert parse_date(f"{year}-2-{days_of_february}") == date(year, 2, days_of_february)
    with pytest.raises(ValueProblem, match=f"days 1 to {days_of_february}"):
        parse_date(f"{year}-2-{days_of_february + 1}")


@settings(max_examples=200)
@given(st.text("0123456789-/.年月日: T５", max_size=12))
def test_any_text_is_a_date_or_a_problem(text: str) -> None:
    try:
        day = parse_date(text)
    except ValueProblem:
        return
    assert 1900 <= day.year <= 2100
