"""Bytes of a text file to lines: UTF-8 with or without mark, GB18030, UTF-16 with its mark.

A line in another encoding than the rest is named and never guessed at.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from eldercare.errors import InvalidInput

_BLOCK = 1 << 20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What an office writes: Chinese characters and their punctuation, in UTF-8 three bytes each.
_HAN_ONLY = re.compile(r"[\x00-\x7f\u2010-\u2027\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]*")


class Line(NamedTuple):
    """A line without its end; `flaw` is "", `mixed_encoding`, `bad_bytes` or `nul_byte`.

    `byte` is the offset in the line of the first byte that does not fit.
    """

    text: str
    flaw: str = ""
    byte: int = 0


def detect_encoding(path: Path, line_bytes: int) -> str:
    """`utf-8`, `gb18030`, `utf-16` or `utf-32`; of a mixed file what most of its lines are."""
    with path.open("rb") as file:
        start = file.read(4096)
    for mark, encoding in _BOMS:
        if start.startswith(mark):
            return encoding
    if start.count(0) * 4 > len(start):
        raise InvalidInput(
            "the file looks like UTF-16 without its mark; save it as “CSV UTF-8”",
            code="encoding_unknown",
        )
    if _is_utf8(path):
        return "utf-8"
    counts = {"utf-8": 0, "gb18030": 0}
    for raw in _byte_lines(path, None, line_bytes):
        if not raw.isascii():
            counts["utf-8" if _reads_as_utf8(raw) else "gb18030"] += 1
    return max(counts, key=lambda name: counts[name])


def decoded_lines(path: Path, encoding: str, line_bytes: int) -> Iterator[Line]:
    """Every line of the file in order, without its end and without a byte-order mark."""
    wide = encoding if encoding in {"utf-16", "utf-32"} else None
    for raw in _byte_lines(path, wide, line_bytes):
        if raw.isascii():
            line = Line(raw.decode("ascii"))
        elif wide or encoding == "utf-8":
            line = _decoded(raw, "utf-8", "gb18030")
        else:
            is_other = _reads_as_utf8(raw)
            line = _decoded(raw, "gb18030", "utf-8")
            if is_other and not line.flaw:
                line = Line(raw.decode("utf-8"), "mixed_encoding", _first_wide(raw))
        if not line.flaw and "\0" in line.text:
            line = Line(line.text.replace("\0", "�"), "nul_byte", raw.index(b"\0"))
        yield line


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _reads_as_utf8(raw: bytes) -> bool:
    """Whether a line is UTF-8 beyond doubt: GB18030 text hardly ever decodes to plain Chinese."""
    try:
        return bool(_HAN_ONLY.fullmatch(raw.decode("utf-8")))
    except UnicodeDecodeError:
        return False


def _decoded(raw: bytes, encoding: str, other: str) -> Line:
    try:
        return Line(raw.decode(encoding))
    except UnicodeDecodeError as error:
        try:
            return Line(raw.decode(other), "mixed_encoding", error.start)
        except UnicodeDecodeError:
            return Line(raw.decode(encoding, "replace"), "bad_bytes", error.start)


def _first_wide(raw: bytes) -> int:
    return next(place for place, byte in enumerate(raw) if byte >= 0x80)


def _blocks(path: Path, wide: str | None) -> Iterator[bytes]:
    """The file in pieces, UTF-16 and UTF-32 turned to UTF-8, without a byte-order mark."""
    if wide is None:
        with path.open("rb") as file:
            if file.read(3) != codecs.BOM_UTF8:
                file.seek(0)
            while block := file.read(_BLOCK):
                yield block
        return
    try:
        with path.open(encoding=wide, newline="") as text:
            while piece := text.read(_BLOCK):
                yield piece.encode()
    except UnicodeError as error:
        raise InvalidInput(
            f"the file begins like {wide.upper()} but is not ({error}); save it as “CSV UTF-8”",
            code="encoding_unknown",
        ) from error


def _byte_lines(path: Path, wide: str | None, line_bytes: int) -> Iterator[bytes]:
    """Lines ended by CR LF, LF or CR; none of these bytes is part of a GB18030 character."""
    rest = b""
    for block in _blocks(path, wide):
        text = rest + block
        held = b"\r" if text.endswith(b"\r") else b""  # perhaps the first half of CR LF
        text = text[: len(text) - len(held)].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *lines, rest = text.split(b"\n")
        rest += held
        yield from lines
        if len(rest) > line_bytes:
            raise InvalidInput(
                f"one line is longer than {line_bytes} bytes, so this is no table; check the file",
                code="line_too_long",
            )
    if rest:
        yield from rest.rstrip(b"\r").split(b"\r") if b"\r" in rest else [rest]
