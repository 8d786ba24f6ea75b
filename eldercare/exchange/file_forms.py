"""What a file is by its first bytes, whatever its name says."""

from __future__ import annotations

import zipfile
from enum import StrEnum
from pathlib import Path

from eldercare.errors import InvalidInput, NotFound
from eldercare.exchange.limits import Limits

_HEAD_BYTES = 4096
_BLOCK = 1 << 20
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

_WORKBOOK_NAMES = {".xlsx", ".xlsm"}
_TEXT_NAMES = {".csv", ".txt", ".tsv"}
_AS_XLSX = "open it in a spreadsheet program and save it as .xlsx"
_OTHER_FORMS = (
    (b"%PDF", "a PDF"),
    (b"{\\rtf", "a text document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\x1f\x8b", "a compressed file"),
    (b"7z\xbc\xaf\x27\x1c", "a compressed file"),
    (b"Rar!", "a compressed file"),
    (b"SQLite format 3", "a database"),
)


class FileForm(StrEnum):
    """The two forms of a ledger that are read."""

    TEXT = "text"
    WORKBOOK = "workbook"


def form_of(path: Path, limits: Limits) -> FileForm:
    """The form of a file; InvalidInput for every other, with what to save it as."""
    if not path.is_file():
        raise NotFound(f"the file {path.name} does not exist", code="file_missing")
    size = path.stat().st_size
    if size > limits.file_bytes:
        raise InvalidInput(
            f"the file has {size} bytes, at most {limits.file_bytes} are read; send it in parts",
            code="file_too_large",
        )
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"):
        raise InvalidInput("the file is empty; send the ledger itself", code="file_empty")
    _refuse_other_forms(path, head)
    suffix = path.suffix.lower()
    if head.startswith(b"PK"):
        _refuse_other_archives(path)
        if suffix in _TEXT_NAMES:
            raise _misnamed(f"the file is a workbook but its name ends in {suffix}", ".xlsx")
        return FileForm.WORKBOOK
    if suffix in _WORKBOOK_NAMES:
        raise _misnamed(
            f"the file is named {suffix} but is no workbook", ".csv if it is a text table"
        )
    return FileForm.TEXT


def _misnamed(fact: str, ending: str) -> InvalidInput:
    return InvalidInput(
        f"{fact}; rename it to {ending}, or {_AS_XLSX}",
        code="file_misnamed",
    )


def _refuse_other_forms(path: Path, head: bytes) -> None:
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        if _holds(path, _ENCRYPTED):
            raise InvalidInput(
                "the workbook is protected by a password; save it without one",
                code="file_encrypted",
            )
        raise InvalidInput(f"the file is an old .xls workbook; {_AS_XLSX}", code="file_form")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<html", b"<!doctype", b"<?xml", b"<table", b"<meta")):
        raise InvalidInput(
            f"the file is a web page or XML, whatever its name says; {_AS_XLSX}", code="file_form"
        )
    for mark, form in _OTHER_FORMS:
        if head.startswith(mark):
            raise InvalidInput(
                f"the file is {form}, no ledger; send a .csv or .xlsx file", code="file_form"
            )


def _refuse_other_archives(path: Path) -> None:
    """Other programs keep their documents in ZIP files as well."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise InvalidInput(
            f"the workbook is damaged ({error}); open it, save it again and send that file",
            code="file_damaged",
        ) from error
    if "xl/workbook.bin" in names:
        raise InvalidInput(f"the file is an .xlsb workbook; {_AS_XLSX}", code="file_form")
    if "[Content_Types].xml" not in names:
        form = "an .ods workbook" if "content.xml" in names else "a ZIP file, no workbook"
        raise InvalidInput(f"the file is {form}; {_AS_XLSX}", code="file_form")
    if not any(name.startswith("xl/") for name in names):
        raise InvalidInput(
            f"the file is a text document or a presentation, no workbook; {_AS_XLSX}",
            code="file_form",
        )


def _holds(path: Path, mark: bytes) -> bool:
    """Whether the mark occurs anywhere; read in blocks that overlap."""
    rest = b""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            if mark in rest + block:
                return True
            rest = block[-len(mark) :]
    return False
