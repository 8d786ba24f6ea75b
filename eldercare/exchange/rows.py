"""Rows of a ledger that are no entries: blank lines, totals, notes of who filled it in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_TOTAL = re.compile(
    r"(?:本页|本表)?(?:合计|总计|小计|共计|累计|total|subtotal|grandtotal|sum)[:]?(?:\d.*)?|共\d+[人户条]"
)
_NOTE = re.compile(r"(?:填表|制表|审核|负责人|填报|备注|说明|注)[^:]{0,8}:.*", re.S)

_HINTS = re.compile("[计共表审注说]|负责人|填报|[tTｔＴ][oOｏＯ]|[sSｓＳ][uUｕＵ]")
_LOOKED_AT = 40  # characters; totals and notes stand at the beginning of a line

REASONS = {
    "total_row": "a line of totals is no entry and was left out; nothing needs to be done",
    "note_row": "a note under the table is no entry and was left out; nothing needs to be done",
    "column_without_header": (
        "the cell stands in column {letter}, which has no header, so the column was left out; "
        "name it if it is needed"
    ),
    "header_row": "the headers are repeated here; the line was left out; nothing needs to be done",
}


def may_be_no_entry(line: str) -> bool:
    """A quick first look at a line; True is no answer, False is one."""
    return _HINTS.search(line, 0, _LOOKED_AT) is not None


def skip_code(cells: Sequence[str]) -> str | None:
    """`blank`, `total_row` or `note_row` for a line that is no entry, None for an entry."""
    filled = [text for text in cells if text and not text.isspace()]
    if not filled:
        return "blank"
    first = "".join(unicodedata.normalize("NFKC", filled[0][:200]).casefold().split())
    if _TOTAL.fullmatch(first):
        return "total_row"
    if len(filled) <= 3 and _NOTE.fullmatch(first):
        return "note_row"
    return None
