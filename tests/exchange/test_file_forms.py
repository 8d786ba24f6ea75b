"""What a file is, whatever its name says."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from eldercare.errors import InvalidInput, NotFound
from eldercare.exchange.file_forms import FileForm, form_of
from eldercare.exchange.limits import Limits
from tests.exchange.ledgers import workbook_file

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def zipped(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "<a/>")
    return path


def refusal(path: Path, limits: Limits = Limits()) -> InvalidInput:  # noqa: B008 - frozen, so it can be shared
    with pytest.raises(InvalidInput) as caught:
        form_of(path, limits)
    return caught.value


def test_text_and_workbooks_are_told_apart_without_a_name(tmp_path: Path) -> None:
    text = tmp_path / "upload-1"
    text.write_bytes("姓名,电话".encode("gb18030"))
    assert form_of(text, Limits()) is FileForm.TEXT
    book = workbook_file(tmp_path / "a.xlsx", {"a": [["姓名"]]})
    assert form_of(book, Limits()) is FileForm.WORKBOOK
    assert form_of(book.rename(tmp_path / "upload-2"), Limits()) is FileForm.WORKBOOK


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (OLE, "old .xls workbook"),
        (b"<html><table></table></html>", "web page or XML"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "web page or XML"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x89PNG\r\n", "a picture"),
        (b"\x1f\x8b\x08", "a compressed file"),
    ],
)
def test_other_forms_are_refused_by_their_bytes(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    path = tmp_path / "ledger.csv"
    path.write_bytes(content)
    error = refusal(path)
    assert (error.code, sentence in error.message) == ("file_form", True)


def test_a_protected_workbook_is_told_from_an_old_one(tmp_path: Path) -> None:
    path = tmp_path / "ledger.xlsx"
    path.write_bytes(OLE + b"\0" * (1 << 20) + "EncryptedPackage".encode("utf-16-le") + b"\0" * 9)
    error = refusal(path)
    assert error.code == "file_encrypted"
    assert "password" in error.message


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["mimetype", "content.xml"], ".ods workbook"),
        (["[Content_Types].xml", "xl/workbook.bin"], ".xlsb workbook"),
        (["[Content_Types].xml", "word/document.xml"], "text document"),
        (["readme.txt"], "a ZIP file"),
    ],
)
def test_other_archives_are_refused(tmp_path: Path, names: list[str], sentence: str) -> None:
    error = refusal(zipped(tmp_path / "ledger.xlsx", *names))
    assert (error.code, sentence in error.message) == ("file_form", True)


def test_a_name_that_says_something_else_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "ledger.xlsx"
    text.write_text("姓名,电话")
    assert refusal(text).code == "file_misnamed"
    book = workbook_file(tmp_path / "b.xlsx", {"a": [["姓名"]]}).rename(tmp_path / "b.csv")
    assert refusal(book).code == "file_misnamed"


def test_a_cut_workbook_is_damaged(tmp_path: Path) -> None:
    path = workbook_file(tmp_path / "a.xlsx", {"a": [["姓名"]]})
    path.write_bytes(path.read_bytes()[:900])
    assert refusal(path).code == "file_damaged"


def test_empty_large_and_absent_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xef\xbb\xbf \r\n")
    assert refusal(path).code == "file_empty"
    path.write_bytes(b"abc,def")
    assert refusal(path, Limits(file_bytes=6)).code == "file_too_large"
    with pytest.raises(NotFound):
        form_of(tmp_path / "absent.csv", Limits())
