"""Pinyin from memory is that of the library."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypinyin import lazy_pinyin

from eldercare.registry.spelling import spelled

CHARACTERS = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)


@settings(max_examples=150)
@given(st.text(CHARACTERS | st.sampled_from("重庆长大行银单曾a·"), max_size=8))
def test_any_words(words: str) -> None:
    assert spelled(words) == lazy_pinyin(words)


@pytest.mark.parametrize("words", ["重庆", "银行长", "周桂兰", "不长", ""])
def test_phrases_keep_their_reading(words: str) -> None:
    assert spelled(words) == lazy_pinyin(words)
