"""Finding the header, and what it says of the columns."""

from __future__ import annotations

import pytest

from eldercare.errors import InvalidInput
from eldercare.exchange.headers import HeaderBook, normalise_header

BOOK = HeaderBook(
    {"姓名": "name", "Name": "name", "电话": "phone", "phone": "phone", "补贴（元）": "subsidy"},
    ["name", "phone"],
)
Lines = list[tuple[int, list[str]]]


@pytest.mark.parametrize(
    "text", ["姓名", " 姓 名 ", "姓名*", "★姓名：", "姓名（必填）", "姓名[身份证上的]", "姓\n名"]
)
def test_what_people_add_to_a_header_does_not_count(text: str) -> None:
    assert BOOK.name_of(text) == "name"


def test_case_width_and_underscores_do_not_count() -> None:
    assert normalise_header("Ｂｉｒｔｈ＿Date (yyyy-mm-dd)") == "birthdate"
    assert BOOK.name_of("PHONE") == "phone"
    assert BOOK.name_of("补贴(元)") == BOOK.name_of("补贴") == "subsidy"


def test_the_line_with_most_known_columns_is_the_header() -> None:
    lines: Lines = [
        (1, ["姓名台账"]),
        (2, ["填表人", "姓名"]),
        (4, ["姓名", "电话"]),
        (5, ["李四", "1"]),
    ]
    header = BOOK.find(lines)
    assert header is not None
    assert (header.first_row, header.last_row) == (4, 4)
    assert dict(header.positions) == {"name": 0, "phone": 1}


def test_a_header_below_the_first_ten_lines_is_not_found() -> None:
    head: Lines = [(row, ["标题"]) for row in range(1, 11)]
    assert BOOK.find([*head, (11, ["姓名", "电话"])]) is None
    assert BOOK.find([*head[1:], (11, ["姓名", "电话"])]) is not None


def test_one_known_word_alone_is_no_header() -> None:
    assert BOOK.find([(1, ["姓名", "", "其他"])]) is None


def test_group_headings_are_taken_with_what_stands_below() -> None:
    book = HeaderBook({"姓名": "name", "联系人姓名": "contact", "联系人电话": "phone"}, ["name"])
    header = book.find([(1, ["姓名", "联系人", "", ""]), (2, ["", "姓名", "电话", "关系"])])
    assert header is not None
    assert (header.first_row, header.last_row) == (1, 2)
    assert dict(header.positions) == {"name": 0, "contact": 1, "phone": 2}
    assert header.unknown == ("关系",)


def test_all_that_is_wrong_with_a_header_is_said_at_once() -> None:
    header = BOOK.find([(3, ["姓名", "Name", "补贴", "手机电话"])])
    assert header is not None
    with pytest.raises(InvalidInput) as caught:
        BOOK.check(header, 120)
    assert caught.value.code == "columns"
    assert [problem.code for problem in caught.value.fields] == [
        "duplicate_column",
        "missing_column",
    ]
    assert "“手机电话” meant" in caught.value.message
    assert "row 3" in caught.value.message


def test_a_missing_column_without_a_like_one_is_to_be_added() -> None:
    header = BOOK.find([(1, ["姓名", "补贴", "年龄"])])
    assert header is not None
    with pytest.raises(InvalidInput, match="“电话” is missing; add it"):
        BOOK.check(header, 120)


def test_a_whole_header_passes() -> None:
    header = BOOK.find([(1, ["电话", "姓名", "年龄"])])
    assert header is not None
    BOOK.check(header, 120)
    assert header.unknown == ("年龄",)


def test_too_many_columns_are_refused() -> None:
    header = BOOK.find([(1, ["姓名", "电话", *(f"列{number}" for number in range(298))])])
    assert header is not None
    with pytest.raises(InvalidInput, match="has 300 headers, at most 120"):
        BOOK.check(header, 120)


def test_a_reason_column_of_ours_is_no_news_and_a_ledgers_own_is_read() -> None:
    header = BOOK.find([(1, ["姓名", "电话", "原因", "Reason"])])
    assert header is not None
    assert header.unknown == ()
    own = HeaderBook({"姓名": "name", "原因": "why"}, ["name"]).find([(1, ["姓名", "原因"])])
    assert own is not None
    assert dict(own.positions) == {"name": 0, "why": 1}
