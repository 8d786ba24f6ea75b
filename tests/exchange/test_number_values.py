"""Numbers in the forms people type."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eldercare.exchange.values import ValueProblem, parse_integer, parse_number

FULL_WIDTH = str.maketrans("0123456789,.-", "０１２３４５６７８９，．－")


@settings(max_examples=100)
@given(
    st.integers(-(10**12), 10**12),
    st.sampled_from(["{}", "{:,}", " {} ", "{}.0", "{}.00"]),
    st.booleans(),
)
def test_a_whole_number_is_read_in_every_form(number: int, form: str, wide: bool) -> None:
    text = form.format(number)
    assert parse_integer(text.translate(FULL_WIDTH) if wide else text) == number


@settings(max_examples=100)
@given(st.integers(-(10**12), 10**12), st.integers(0, 3), st.booleans())
def test_a_number_is_read_as_it_was_written(scaled: int, places: int, grouped: bool) -> None:
    number = scaled / 10**places
    text = f"{number:,.{places}f}" if grouped else f"{number:.{places}f}"
    assert parse_number(text) == number


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("十", "not_a_number"),
        ("60分", "not_a_number"),
        ("80%", "not_a_number"),
        ("nan", "not_a_number"),
        ("inf", "not_a_number"),
        ("--3", "not_a_number"),
        ("1.2.3", "not_a_number"),
        ("31,77", "decimal_comma"),
        ("1,23,456", "not_a_number"),
        ("1.38E+10", "rounded_by_spreadsheet"),
        ("1234567890123456", "number_too_long"),
    ],
)
def test_what_is_no_number_is_refused(text: str, code: str) -> None:
    for parser in (parse_integer, parse_number):
        with pytest.raises(ValueProblem) as caught:
            parser(text)
        assert caught.value.code == code


def test_a_fraction_is_no_whole_number() -> None:
    assert parse_number("1.5") == 1.5
    with pytest.raises(ValueProblem, match="round it"):
        parse_integer("1.5")
