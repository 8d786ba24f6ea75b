from __future__ import annotations

import pytest

from eldercare.registry.duplicates.names import same_characters, sound


@pytest.mark.parametrize(
    ("one", "other"),
    [("张春芳", "章春方"), ("陈 秀英", "陈秀英"), ("周桂兰", "邹桂岚"), ("沈金生", "沈京僧")],
)
def test_names_that_a_clerk_confuses_sound_alike(one: str, other: str) -> None:
    assert sound(one) == sound(other)


@pytest.mark.parametrize(("one", "other"), [("张春芳", "张春花"), ("周桂兰", "周桂"), ("", "周")])
def test_other_names_do_not(one: str, other: str) -> None:
    assert sound(one) != sound(other)


def test_blanks_dots_and_widths_are_no_part_of_a_name() -> None:
    assert same_characters(" 阿依古丽·买买提　Ａ") == "阿依古丽买买提A"
