"""Days of the week in the forms people type."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eldercare.exchange.values import ValueProblem, parse_weekdays

SIGNS = "一二三四五六日"
ENGLISH = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

day_sets = st.lists(st.integers(1, 7), min_size=1, max_size=7, unique=True)


def written(days: list[int], form: str) -> str:
    signs = [SIGNS[day - 1] for day in days]
    if form == "digits":
        return "".join(map(str, days))
    if form == "commas":
        return "，".join(map(str, days))
    if form == "signs":
        return "周" + "".join(signs)
    if form == "weeks":
        return "、".join(f"星期{sign}" for sign in signs)
    return ", ".join(ENGLISH[day - 1] for day in days)


@settings(max_examples=100)
@given(day_sets, st.sampled_from(["digits", "commas", "signs", "weeks", "english"]))
def test_days_are_read_in_every_form(days: list[int], form: str) -> None:
    assert parse_weekdays(written(days, form)) == "".join(map(str, sorted(days)))


@settings(max_examples=60)
@given(st.integers(1, 7), st.integers(1, 7), st.sampled_from("-~至到—"))
def test_a_range_goes_to_its_last_day_over_sunday(first: int, last: int, sign: str) -> None:
    expected = {first}
    day = first
    while day != last:
        day = day % 7 + 1
        expected.add(day)
    text = f"周{SIGNS[first - 1]}{sign}周{SIGNS[last - 1]}"
    assert parse_weekdays(text) == "".join(map(str, sorted(expected)))


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("一三五", "135"),
        ("每天", "1234567"),
        ("工作日", "12345"),
        ("周末", "67"),
        ("周六日", "67"),
        ("星期天", "7"),
        ("每周一三五", "135"),
        ("周一至周三、周五", "1235"),
        ("周一和周四", "14"),
        ("mon-fri", "12345"),
        ("１，３，５", "135"),
        ("1.3.5", "135"),
        ("Every day", "1234567"),
    ],
)
def test_ways_to_say_days_are_read(text: str, digits: str) -> None:
    assert parse_weekdays(text) == digits


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("8", "not_weekdays"),
        ("0", "not_weekdays"),
        ("双周一", "not_weekdays"),
        ("周", "not_weekdays"),
        ("周一至", "not_weekdays"),
        ("-周一", "not_weekdays"),
        ("1-3-5", "not_weekdays"),
        ("1-,3", "not_weekdays"),
        ("周一、周一", "weekday_twice"),
        ("周一至周三、周二", "weekday_twice"),
    ],
)
def test_what_is_no_weekday_is_refused(text: str, code: str) -> None:
    with pytest.raises(ValueProblem) as caught:
        parse_weekdays(text)
    assert caught.value.code == code
