"""Bytes to lines in every encoding an office uses; other bytes are named by place."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eldercare.errors import InvalidInput
from eldercare.exchange.encodings import Line, decoded_lines, detect_encoding

LINE_BYTES = 1_000_000
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-32")
SAME_FILE = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])

words = st.text(
    st.one_of(
        st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5),
        st.sampled_from('abc ,;"123，。：\U00020000'),
    ),
    min_size=1,
    max_size=30,
)


def lines_of(path: Path) -> list[Line]:
    return list(decoded_lines(path, detect_encoding(path, LINE_BYTES), LINE_BYTES))


@SAME_FILE
@given(
    texts=st.lists(words, min_size=3, max_size=8),
    encoding=st.sampled_from(ENCODINGS),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_a_file_in_one_encoding_is_read_as_it_was_written(
    tmp_path: Path, texts: list[str], encoding: str, end: str
) -> None:
    texts = ["姓名,电话,出生日期", "三井街道的老人", *texts]
    path = tmp_path / "ledger.csv"
    path.write_bytes(end.join([*texts, ""]).encode(encoding))
    read = lines_of(path)
    assert [line.text for line in read] == texts
    assert {line.flaw for line in read} == {""}


@SAME_FILE
@given(place=st.integers(0, 5), is_utf8=st.booleans())
def test_one_line_in_another_encoding_is_named(tmp_path: Path, place: int, is_utf8: bool) -> None:
    most, other = ("utf-8", "gb18030") if is_utf8 else ("gb18030", "utf-8")
    texts = [f"三井街道{number}号老人" for number in range(6)]
    raw = [text.encode(other if row == place else most) for row, text in enumerate(texts)]
    path = tmp_path / "mixed.csv"
    path.write_bytes(b"\r\n".join(raw))
    read = lines_of(path)
    assert [line.flaw for line in read] == [
        "mixed_encoding" if row == place else "" for row in range(6)
    ]
    assert [line.text for line in read] == texts


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_bytes_of_no_encoding_and_nul_bytes_are_named_by_place(
    tmp_path: Path, encoding: str
) -> None:
    path = tmp_path / "broken.csv"
    good = "三井街道".encode(encoding)
    path.write_bytes(b"\n".join([good, b"ab\xff\xff", b"abc\0d", good]))
    read = lines_of(path)
    assert [(line.flaw, line.byte) for line in read] == [
        ("", 0),
        ("bad_bytes", 2),
        ("nul_byte", 3),
        ("", 0),
    ]
    assert read[2].text == "abc�d"


def test_utf_16_without_its_mark_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_bytes("name,phone\r\nabc,123".encode("utf-16-le"))
    with pytest.raises(InvalidInput, match="UTF-16 without its mark") as caught:
        detect_encoding(path, LINE_BYTES)
    assert caught.value.code == "encoding_unknown"


def test_half_a_utf_16_character_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_bytes(codecs.BOM_UTF16_LE + "姓名".encode("utf-16-le") + b"\x00\xd8")
    with pytest.raises(InvalidInput, match="begins like UTF-16") as caught:
        lines_of(path)
    assert caught.value.code == "encoding_unknown"


def test_a_line_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    path.write_bytes(b"a" * 3_000_000)
    with pytest.raises(InvalidInput, match="longer than 1000000 bytes") as caught:
        lines_of(path)
    assert caught.value.code == "line_too_long"


@pytest.mark.parametrize("end", [b"\r\n", b"\r", b"\n"])
def test_line_ends_across_the_blocks_of_reading_count_once(tmp_path: Path, end: bytes) -> None:
    path = tmp_path / "long.csv"
    path.write_bytes(b"a" * ((1 << 20) - 1) + end + b"b" * 10 + end + b"c")
    lengths = [len(line.text) for line in decoded_lines(path, "utf-8", 2_000_000)]
    assert lengths == [(1 << 20) - 1, 10, 1]
