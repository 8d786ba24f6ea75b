"""Times of day in the forms people type."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eldercare.exchange.values import ValueProblem, parse_clock

minutes_of_day = st.integers(0, 1439)


FORMS = (
    "{h:02d}:{m:02d}",
    "{h}：{m:02d}",
    "{h}点{m}分",
    "{h}时{m:02d}",
    "{h:02d}{m:02d}",
    "{h:02d}:{m:02d}:00",
)


@settings(max_examples=100)
@given(minutes_of_day, st.sampled_from(FORMS))
def test_a_time_is_read_in_every_form(minutes: int, form: str) -> None:
    assert parse_clock(form.format(h=minutes // 60, m=minutes % 60)) == minutes


@settings(max_examples=100)
@given(minutes_of_day)
def test_a_time_with_its_part_of_the_day_is_read(minutes: int) -> None:
    hour, minute = divmod(minutes, 60)
    part = "pm" if hour >= 12 else "am"
    assert parse_clock(f"{hour % 12 or 12}:{minute:02d} {part}") == minutes


@settings(max_examples=100)
@given(minutes_of_day, st.integers(6, 17))
def test_a_spreadsheets_fraction_of_a_day_is_read(minutes: int, places: int) -> None:
    assert parse_clock(f"{minutes / 1440:.{places}f}") == minutes


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("8点半", 510),
        ("八点半", 510),
        ("八点一刻", 495),
        ("十二点三刻", 765),
        ("8点整", 480),
        ("8点", 480),
        ("830", 510),
        ("早上8点", 480),
        ("上午12点", 720),
        ("下午2点", 840),
        ("下午两点半", 870),
        ("下午14:00", 840),
        ("中午12点", 720),
        ("中午1点", 780),
        ("晚上12点", 1440),
        ("凌晨12点", 0),
        ("2:30 P.M.", 870),
        ("24:00", 1440),
        ("1.0", 1440),
        ("０８：３０", 510),
    ],
)
def test_spoken_times_are_read(text: str, minutes: int) -> None:
    assert parse_clock(text) == minutes


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("8", "clock_without_minutes"),
        ("25:00", "impossible_clock"),
        ("24:01", "impossible_clock"),
        ("08:60", "impossible_clock"),
        ("上午14点", "clock_contradicts"),
        ("早上", "not_a_clock"),
        ("上午8点pm", "not_a_clock"),
        ("08:30:15", "not_a_clock"),
        ("0.35411", "not_a_clock"),
        ("1.5", "not_a_clock"),
        ("8-9", "not_a_clock"),
    ],
)
def test_what_is_no_time_is_refused(text: str, code: str) -> None:
    with pytest.raises(ValueProblem) as caught:
        parse_clock(text)
    assert caught.value.code == code


@settings(max_examples=200)
@given(st.text("0123456789:点半刻分上下午pm.", max_size=9))
def test_any_text_is_a_time_or_a_problem(text: str) -> None:
    try:
        minutes = parse_clock(text)
    except ValueProblem:
        return
    assert 0 <= minutes <= 1440
