from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eldercare.errors import InvalidInput
from eldercare.registry.id_number import check_character, contradictions, read_id_number
from eldercare.registry.masking import mask_id_number
from eldercare.registry.people import Sex
from tests.registry.id_numbers import made_up_number, number_ending_in_x, reference_check
from tests.registry.rows import elder

ON = date(2020, 9, 17)

births = st.dates(date(1895, 1, 1), ON)
serials = st.integers(0, 499)
bodies = st.text("0123456789", min_size=17, max_size=17)


@given(birth_on=births, sex=st.sampled_from(Sex), serial=serials)
def test_a_number_says_when_a_person_was_born_and_which_sex(
    birth_on: date, sex: Sex, serial: int
) -> None:
    number = made_up_number(birth_on, sex, serial)
    known = read_id_number(number, on=ON)
    assert (known.text, known.birth_on, known.sex) == (number, birth_on, sex)
    assert number not in repr(known)


@given(bodies)
def test_the_check_is_that_of_the_standard(body: str) -> None:
    assert check_character(body) == reference_check(body)


@settings(max_examples=30)
@given(bodies)
def test_every_wrong_digit_and_every_swap_of_neighbours_shows(body: str) -> None:
    check = check_character(body)
    for place, digit in enumerate(body):
        for wrong in set("0123456789") - {digit}:
            assert check_character(body[:place] + wrong + body[place + 1 :]) != check
        if place and digit != body[place - 1]:
            swapped = body[: place - 1] + digit + body[place - 1] + body[place + 1 :]
            assert check_character(swapped) != check
    if body[-1] != check:  # the check character swapped with the digit before it
        swapped = body[:-1] + check
        assert check == "X" or check_character(swapped) != body[-1]


@settings(max_examples=30)
@given(
    birth_on=births, serial=serials, place=st.integers(0, 17), wrong=st.sampled_from("0123456789X")
)
def test_a_number_with_one_wrong_character_is_refused(
    birth_on: date, serial: int, place: int, wrong: str
) -> None:
    number = made_up_number(birth_on, serial=serial)
    if number[place] == wrong:
        return
    with pytest.raises(InvalidInput) as caught:
        read_id_number(number[:place] + wrong + number[place + 1 :], on=ON)
    assert number[6:] not in str(caught.value)


def test_however_it_was_typed_it_is_one_number() -> None:
    number = number_ending_in_x()
    full_width = "".join(chr(ord(character) + 0xFEE0) for character in number)
    spaced = f" {number[:6]} {number[6:14]}-{number[14:]}\n"
    for typed in (number, number.lower(), full_width, full_width.lower(), spaced, f"'{number}"):
        assert read_id_number(typed, on=ON).text == number


GOOD = made_up_number()
OTHER_END = "0" if GOOD[-1] != "0" else "1"
REFUSED = [
    ("", "missing"),
    ("  ", "missing"),
    ("320499400305002", "old_id_number"),
    (GOOD[:-1], "wrong_length"),
    (GOOD + "0", "wrong_length"),
    ("3.20499E+17", "rounded_by_spreadsheet"),
    ("X" + GOOD[1:], "not_an_id_number"),
    ("一" + GOOD[1:], "not_an_id_number"),
    ("٣" + GOOD[1:], "not_an_id_number"),
    (made_up_number(area="990499"), "unknown_province"),
    (GOOD[:10] + "13" + GOOD[12:], "impossible_birth_date"),
    (made_up_number(date(1940, 2, 28))[:12] + "30" + GOOD[14:], "impossible_birth_date"),
    (made_up_number(date(2020, 9, 18)), "born_in_the_future"),
    (GOOD[:-1] + OTHER_END, "wrong_checksum"),
]


@pytest.mark.parametrize(("text", "code"), REFUSED, ids=[code for _, code in REFUSED])
def test_a_wrong_number_is_refused_with_its_reason(text: str, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_id_number(text, on=ON)
    (problem,) = caught.value.fields
    assert (problem.pointer, problem.code, caught.value.code) == ("/id_number", code, code)


def test_what_the_row_says_otherwise_is_named() -> None:
    known = read_id_number(GOOD, on=ON)
    assert contradictions(known, elder("e1")) == []
    other = elder("e1", birth_on=date(1940, 5, 3), sex=Sex.MALE)
    found = {problem.pointer: problem.code for problem in contradictions(known, other)}
    assert found == {"/birth_on": "birth_differs", "/sex": "sex_differs"}


def test_masked_it_shows_three_and_two() -> None:
    masked = mask_id_number(GOOD)
    assert (masked[:3], masked[-2:]) == (GOOD[:3], GOOD[-2:])
    assert set(masked[3:-2]) == {"*"}
    assert len(masked) == 18
