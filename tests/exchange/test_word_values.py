"""Texts, names, choices, flags and telephone numbers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eldercare.exchange.value_problem import Parser
from eldercare.exchange.values import (
    ValueProblem,
    parse_choice,
    parse_flag,
    parse_name,
    parse_phone,
    parse_text,
)

SEX = parse_choice({"男": 1, "女": 2, "male": 1, "female": 2})


def code_of(parser: Parser[object], text: str) -> str:
    with pytest.raises(ValueProblem) as caught:
        parser(text)
    return caught.value.code


def test_a_text_is_kept_as_it_was_typed() -> None:
    assert parse_text(20)("  长江路１号\n乙单元 ") == "长江路１号\n乙单元"
    assert parse_text(20)("") == ""
    assert parse_text(3)("长江路") == "长江路"


def test_a_text_too_long_or_missing_or_damaged_is_refused() -> None:
    assert code_of(parse_text(3), "长江路1") == "too_long"
    assert code_of(parse_text(3, required=True), " ") == "empty"
    assert code_of(parse_text(9), "长\x07江") == "control_character"


@pytest.mark.parametrize("name", ["李四", "John Smith", "买买提·艾力", "李四2", "年年"])
def test_a_name_has_letters(name: str) -> None:
    assert parse_name(40)(name) == name


@pytest.mark.parametrize("text", ["13812345678", "2020年9月17日", "2020-09-17", "***"])
def test_a_number_or_a_date_is_no_name(text: str) -> None:
    assert code_of(parse_name(40), text) == "not_a_name"


@pytest.mark.parametrize(
    ("text", "value"), [("男", 1), (" 女 ", 2), ("Ｍａｌｅ", 1), ("FEMALE", 2)]
)
def test_a_choice_is_read_in_any_case_and_width(text: str, value: int) -> None:
    assert SEX(text) == value


def test_a_wrong_word_is_refused_with_the_nearest() -> None:
    with pytest.raises(ValueProblem, match="perhaps “female” is meant") as caught:
        SEX("femal")
    assert caught.value.code == "unknown_word"
    assert "男、女" in caught.value.reason
    assert code_of(SEX, "") == "empty"
    assert code_of(SEX, "未知") == "unknown_word"


@pytest.mark.parametrize("text", ["是", "有", "√", "1", "Y", "yes", "TRUE", "ｔｒｕｅ"])
def test_yes_is_said_in_many_ways(text: str) -> None:
    assert parse_flag(text) is True


@pytest.mark.parametrize("text", ["否", "无", "×", "0", "n", "No", "FALSE"])
def test_no_is_said_in_many_ways(text: str) -> None:
    assert parse_flag(text) is False


def test_neither_yes_nor_no_is_refused() -> None:
    assert code_of(parse_flag, "不详") == "not_a_flag"
    assert code_of(parse_flag, "") == "empty"


@settings(max_examples=100)
@given(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.sampled_from(["{}", "+86{}", "+86 {}", "86{}", "0086-{}", "'{}", "{}.0"]),
    st.sampled_from(["", " ", "-", "－"]),
)
def test_a_mobile_number_is_read_however_it_is_grouped(number: str, form: str, gap: str) -> None:
    grouped = gap.join([number[:3], number[3:7], number[7:]])
    assert parse_phone(form.format(grouped)) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0519-85123456", "0519-85123456"),
        ("(0519) 8512 3456", "0519-85123456"),
        ("０５１９８５１２３４５６", "0519-85123456"),
        ("051985123456", "0519-85123456"),
        ("0731-1234567", "0731-1234567"),
        ("010-12345678", "010-12345678"),
        ("02512345678", "025-12345678"),
        ("400-123-4567", "4001234567"),
        ("0519—85123456", "0519-85123456"),
    ],
)
def test_a_landline_has_a_hyphen_behind_its_area(text: str, number: str) -> None:
    assert parse_phone(text) == number


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("1.38E+10", "rounded_by_spreadsheet"),
        ("1381234567", "wrong_phone"),
        ("138123456789", "wrong_phone"),
        ("12812345678", "wrong_phone"),
        ("85123456", "phone_without_area"),
        ("13812345678/13912345678", "several_phones"),
        ("13812345678、0519-85123456", "several_phones"),
        ("无", "not_a_phone"),
        ("320411194003050123", "not_a_phone"),
    ],
)
def test_what_is_no_telephone_number_is_refused(text: str, code: str) -> None:
    assert code_of(parse_phone, text) == code
