"""A workbook is a ZIP of XML parts: is it one that can be opened without harm?"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

from eldercare.errors import InvalidInput
from eldercare.exchange.limits import Limits

_CHUNK = 1 << 20
_HEAD = 64 * 1024
_SMALL = 10_000_000  # below this a part may be packed as tightly as it likes
_STREAMED = ("xl/worksheets/", "xl/sharedStrings.xml")  # never built into one tree
_ROOT = re.compile(rb"<[A-Za-z_]")
_ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([^\"']+)[\"']")
_ENTRY = re.compile(rb"<(?:\w+:)?(?:row|si)[\s>/]")


def check_archive(path: Path, limits: Limits) -> None:
    """Refuse a ZIP that unpacks to too much, is damaged, or whose XML declares entities.

    First the directory is judged, then every part is inflated once in pieces (a part never gives
    more than the directory says; the checksum is compared), which costs a few hundredths of what
    reading the cells costs.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _check_directory(archive, path.stat().st_size, limits)
            for info in archive.infolist():
                _check_part(archive, info, limits)
    except (
        zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError
    ) as error:  # fmt: skip
        raise InvalidInput(
            f"the workbook is damaged ({error}); open it, save it again and send that file",
            code="file_damaged",
        ) from error


def _check_directory(archive: zipfile.ZipFile, packed_bytes: int, limits: Limits) -> None:
    infos = archive.infolist()
    unpacked = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    tight = any(
        info.file_size > max(_SMALL, limits.ratio * max(info.compress_size, 1)) for info in infos
    )
    names = [info.filename for info in infos]
    overlapping = packed > packed_bytes or len(set(names)) < len(names)
    large = any(
        info.file_size > limits.strings_bytes
        for info in infos
        if not info.filename.startswith("xl/worksheets/")
    )
    if unpacked > limits.unpacked_bytes or tight or overlapping or large or len(infos) > 5_000:
        raise InvalidInput(
            f"the workbook of {packed_bytes} bytes claims to hold {unpacked} bytes in "
            f"{len(infos)} parts, which no ledger does; copy the table into a new workbook",
            code="archive_bomb",
        )


def _check_part(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limits: Limits) -> None:
    with archive.open(info) as part:
        head = part.read(_CHUNK)
        pieces = chain([head], iter(lambda: part.read(_CHUNK), b""))
        if _is_xml(head):
            if info.file_size > limits.part_bytes and not info.filename.startswith(_STREAMED):
                raise _bomb(info, f"has {info.file_size} bytes, which no ledger needs")
            _check_head(info.filename, head[:_HEAD])
            if _longest_gap(pieces, limits.gap_bytes) > limits.gap_bytes:
                raise _bomb(info, f"has more than {limits.gap_bytes} bytes in one row")
        for _ in pieces:  # to the end, where the checksum is compared
            pass


def _longest_gap(pieces: Iterable[bytes], enough: int) -> int:
    """Bytes between the beginnings of two entries, roughly; looks no further than `enough`."""
    longest = since_entry = 0
    for piece in pieces:
        first = _ENTRY.search(piece)
        if first is None:
            since_entry += len(piece)
        else:
            longest = max(longest, since_entry + first.start())
            last = max(piece.rfind(b"<row"), piece.rfind(b"<si"), first.start())
            since_entry = len(piece) - last
        longest = max(longest, since_entry)
        if longest > enough:
            break
    return longest


def _bomb(info: zipfile.ZipInfo, fact: str) -> InvalidInput:
    return InvalidInput(
        f"the part {info.filename} of the workbook {fact}; copy the table into a new workbook",
        code="archive_bomb",
    )


def _is_xml(head: bytes) -> bool:
    """Whether a parser of XML would take it, in whichever encoding."""
    return head.lstrip(b"\xef\xbb\xbf\xfe\xff\0 \t\r\n").startswith(b"<")


def _check_head(name: str, head: bytes) -> None:
    """Entities can only be declared before the root element, and only readable text is searched."""
    root = _ROOT.search(head)
    declared = _ENCODING.search(head)
    encoding = declared.group(1).lower() if declared else b"utf-8"
    prologue = head[: root.start()] if root else head
    is_plain = encoding in {b"utf-8", b"utf8", b"us-ascii", b"ascii"} and b"\0" not in head
    if head and (root is None or not is_plain or b"<!DOCTYPE" in prologue.upper()):
        raise InvalidInput(
            f"the part {name} of the workbook declares entities or an unusual encoding, which no "
            "spreadsheet program writes; copy the table into a new workbook",
            code="xml_entities",
        )
