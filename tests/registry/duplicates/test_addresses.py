from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eldercare.registry.duplicates.addresses import likeness, read_address

SAME = [
    ("飞龙新苑12幢2单元302室", "飞龙新苑１２幢２单元３０２室"),
    ("飞龙新苑12幢2单元302室", "飞龙新苑12号楼2单元302"),
    ("飞龙新苑12幢2单元302室", "飞龙新苑12-2-302"),
    ("飞龙新苑12幢2单元302室", "江苏省常州市新北区三井街道飞龙新苑十二栋二单元三〇二室"),
    ("飞龙新苑12幢302室", "飞龙新苑12幢2单元302室"),
    ("薛家镇前塘25号", "前塘二十五号"),
    ("前塘110号", "前塘一百一十号"),
    ("汉江路A座 5#", "汉江路a座5号"),
    ("飞龙社区飞龙新苑12幢302", "飞龙新苑12幢302"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_place_written_in_two_ways_is_one_place(one: str, other: str) -> None:
    assert likeness(one, other) == 1.0


def test_what_differs_lowers_the_likeness_in_order_of_its_weight() -> None:
    home = "飞龙新苑12幢2单元302室"
    staircase = likeness(home, "飞龙新苑12幢3单元302室")
    door = likeness(home, "飞龙新苑12幢2单元402室")
    block = likeness(home, "飞龙新苑15幢3单元402室")
    elsewhere = likeness(home, "锦绣家园7幢1单元101室")
    assert 1.0 > staircase > door > block > elsewhere
    assert block == pytest.approx(0.6)
    assert elsewhere < 0.2


@pytest.mark.parametrize(("one", "other"), [("", ""), ("", "前塘5号"), ("12幢302", "12幢302")])
def test_where_no_place_is_named_nothing_is_alike(one: str, other: str) -> None:
    assert likeness(one, other) == 0.0


def test_words_and_numbers_are_told_apart() -> None:
    address = read_address("新北区 通江中路388号 三楼")
    assert (address.words, address.numbers) == ("通江中路", ("388", "3"))


texts = st.text("新苑前塘路幢号室单元一二十百〇12 -#（座a", max_size=14)


@settings(max_examples=200)
@given(one=texts, other=texts)
def test_likeness_is_a_share_and_knows_no_order(one: str, other: str) -> None:
    found = likeness(one, other)
    assert 0.0 <= found <= 1.0
    assert found == likeness(other, one)
    if read_address(one).words:
        assert likeness(one, one) == 1.0
