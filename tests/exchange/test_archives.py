"""Workbooks that were made to do harm are refused before anything builds on them."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from eldercare.errors import InvalidInput
from eldercare.exchange.archives import check_archive
from eldercare.exchange.limits import Limits
from tests.exchange.ledgers import read, workbook_file

ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]>'
    "<worksheet><sheetData><row><c><v>&c;</v></c></row></sheetData></worksheet>"
)


def book(path: Path) -> Path:
    return workbook_file(path, {"a": [["姓名", "电话"], ["李四", "13812345678"]]})


def with_part(path: Path, name: str, content: bytes | str) -> Path:
    """The workbook with one part replaced or added."""
    with zipfile.ZipFile(path) as archive:
        parts = {info: archive.read(info) for info in archive.namelist()}
    parts[name] = content.encode() if isinstance(content, str) else content
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, data in parts.items():
            archive.writestr(part, data)
    return path


def code_of(path: Path, limits: Limits = Limits()) -> str:  # noqa: B008 - frozen, so it can be shared
    with pytest.raises(InvalidInput) as caught:
        check_archive(path, limits)
    return caught.value.code


def test_an_ordinary_workbook_passes(tmp_path: Path) -> None:
    check_archive(book(tmp_path / "a.xlsx"), Limits())


def test_a_part_that_unpacks_to_far_more_is_a_bomb(tmp_path: Path) -> None:
    path = with_part(book(tmp_path / "a.xlsx"), "xl/worksheets/sheet1.xml", b" " * 30_000_000)
    assert path.stat().st_size < 60_000
    assert code_of(path) == "archive_bomb"
    with pytest.raises(InvalidInput, match="claims to hold"):
        read(path)


def test_the_sum_of_all_parts_is_bounded(tmp_path: Path) -> None:
    assert code_of(book(tmp_path / "a.xlsx"), Limits(unpacked_bytes=5_000)) == "archive_bomb"


def test_one_row_without_end_is_a_bomb(tmp_path: Path) -> None:
    sheet = "<worksheet><sheetData><row>" + "<c/>" * 60_000 + "</row></sheetData></worksheet>"
    path = with_part(book(tmp_path / "a.xlsx"), "xl/worksheets/sheet1.xml", sheet)
    check_archive(path, Limits())
    assert code_of(path, Limits(gap_bytes=100_000)) == "archive_bomb"


def test_a_part_that_would_be_built_into_one_tree_is_bounded(tmp_path: Path) -> None:
    styles = "<styleSheet>" + "<!-- -->" * 5_000 + "</styleSheet>"
    path = with_part(book(tmp_path / "a.xlsx"), "xl/styles.xml", styles)
    assert code_of(path, Limits(part_bytes=30_000)) == "archive_bomb"


@pytest.mark.parametrize("name", ["xl/worksheets/sheet1.xml", "xl/media/picture.png"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_in_every_part_and_encoding(
    tmp_path: Path, name: str, encoding: str
) -> None:
    path = with_part(book(tmp_path / "a.xlsx"), name, ENTITIES.encode(encoding))
    assert code_of(path) == "xml_entities"


def test_a_declared_encoding_that_hides_entities_is_refused(tmp_path: Path) -> None:
    content = b'<?xml version="1.0" encoding="cp037"?><worksheet/>'
    assert code_of(with_part(book(tmp_path / "a.xlsx"), "xl/styles.xml", content)) == "xml_entities"


def test_a_picture_is_no_xml(tmp_path: Path) -> None:
    path = with_part(book(tmp_path / "a.xlsx"), "xl/media/image1.png", b"\x89PNG\r\n" + b"ab" * 999)
    check_archive(path, Limits())


def test_a_part_whose_checksum_is_wrong_is_damaged(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx")
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("xl/worksheets/sheet1.xml")
    content = bytearray(path.read_bytes())
    place = info.header_offset + 30 + len(info.filename) + info.compress_size // 2
    content[place] ^= 0xFF
    path.write_bytes(content)
    assert code_of(path) == "file_damaged"
