"""Which line of a sheet holds the headers, and which column each of them names."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from eldercare.errors import FieldProblem, InvalidInput
from eldercare.exchange.cells import tidy

# The last column of a file of rejected rows; read again it is no news and no ledger's column.
REASON_TITLES = ("原因", "reason")
SPARE_REASON_TITLES = ("退回原因", "rejection reason")  # where the ledger has a reason of its own

HEAD_ROWS = 10  # headers are looked for among this many lines; titles and notes stand above
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕|\{[^{}]*\}")
_IGNORED = re.compile(r"[\s_\-*:、.·#★/\\]+")


def normalise_header(text: str, *, with_brackets: bool = False) -> str:
    """The header without what people add to it: case, spaces, units in brackets, stars, colons."""
    plain = unicodedata.normalize("NFKC", tidy(text)).casefold()
    bare = plain if with_brackets else _BRACKETS.sub("", plain)
    return _IGNORED.sub("", bare)


_REASONS = frozenset(map(normalise_header, REASON_TITLES + SPARE_REASON_TITLES))


@dataclass(frozen=True, slots=True)
class Header:
    """The header found: rows from 1, positions from 0 in the order of the file."""

    first_row: int
    last_row: int
    texts: tuple[str, ...]
    positions: Mapping[str, int]
    titles: Mapping[str, str]
    unknown: tuple[str, ...]
    doubled: tuple[tuple[str, str], ...]


class HeaderBook:
    """All headers that a kind of file may have, and the columns that it must have."""

    def __init__(self, headers: Mapping[str, str], required: Collection[str]) -> None:
        self.headers = dict(headers)
        self.required = tuple(required)
        self._exact = {normalise_header(text, with_brackets=True): n for text, n in headers.items()}
        self._loose = {normalise_header(text): name for text, name in headers.items()}
        self._least = min(2, len(set(headers.values())))

    def name_of(self, text: str) -> str | None:
        """The column that a header names; None where it is not known."""
        exact = self._exact.get(normalise_header(text, with_brackets=True))
        return exact or self._loose.get(normalise_header(text))

    def find(self, lines: Sequence[tuple[int, Sequence[str]]]) -> Header | None:
        """The header among the first lines (row number, cells); None where none fits.

        The line with most known columns wins; two lines whose group headings and sub-headings
        together name more than either alone are taken together.
        """
        best: Header | None = None
        for row, cells in lines[:HEAD_ROWS]:
            candidate = self._match(row, row, [[text] for text in cells])
            best = _better(best, candidate)
        for (row, upper), (below, lower) in pairwise(lines[:HEAD_ROWS]):
            if below == row + 1:
                best = _better(best, self._match(row, below, list(_stacked(upper, lower))))
        if best is None or len(best.positions) < self._least:
            return None
        return best

    def _match(self, first_row: int, last_row: int, choices: Sequence[Sequence[str]]) -> Header:
        """Read one line of headers; of each cell's texts the first known one counts."""
        positions: dict[str, int] = {}
        titles: dict[str, str] = {}
        unknown: list[str] = []
        doubled: list[tuple[str, str]] = []
        texts: list[str] = []
        for place, candidates in enumerate(choices):
            text = next((text for text in candidates if self.name_of(text)), candidates[-1])
            name = self.name_of(text)
            texts.append(text)
            if name is None:
                unknown += [text] if text.strip() and normalise_header(text) not in _REASONS else []
            elif name in positions:
                doubled.append((titles[name], text))
            else:
                positions[name] = place
                titles[name] = text
        return Header(
            first_row, last_row, tuple(texts), positions, titles, tuple(unknown), tuple(doubled)
        )

    def repeats(self, header: Header, cells: Sequence[str]) -> bool:
        """Whether a line of the body says the headers again (in another language perhaps)."""
        count = 0
        for name, place in header.positions.items():
            if place < len(cells) and cells[place].strip():
                if self.name_of(cells[place]) != name:
                    return False
                count += 1
        return 2 * count > len(header.positions)

    def missing(self, header: Header) -> list[str]:
        """Required columns that the header lacks."""
        return [name for name in self.required if name not in header.positions]

    def check(self, header: Header, most_columns: int) -> None:
        """Refuse a header that has too many columns, lacks one or names one twice; all at once."""
        width = sum(1 for text in header.texts if text.strip())
        if width > most_columns:
            raise InvalidInput(
                f"row {header.last_row} has {width} headers, at most {most_columns} are read; "
                "delete the columns that are not needed",
                code="too_many_columns",
            )
        fields = [
            FieldProblem(
                pointer=f"/{second}",
                reason=f"the columns “{first}” and “{second}” mean the same; keep one of them",
                code="duplicate_column",
            )
            for first, second in header.doubled
        ]
        fields += [self._missing_field(name, header) for name in self.missing(header)]
        if fields:
            raise InvalidInput(
                f"the columns of row {header.last_row} do not fit: "
                + "; ".join(problem.reason for problem in fields),
                code="columns",
                fields=fields,
            )

    def _missing_field(self, name: str, header: Header) -> FieldProblem:
        aliases = [text for text, column in self.headers.items() if column == name]
        nearest = nearest_text(aliases, header.unknown)
        hint = f"; is “{nearest}” meant? then rename it" if nearest else "; add it"
        return FieldProblem(
            pointer=f"/{name}",
            reason=f"the column “{aliases[0] if aliases else name}” is missing{hint}",
            code="missing_column",
        )

    def not_found(self, place: str, lines: Sequence[tuple[int, Sequence[str]]]) -> InvalidInput:
        """The error for a sheet without headers, with what stands there instead."""
        wanted = [
            next((text for text, column in self.headers.items() if column == name), name)
            for name in self.required or dict.fromkeys(self.headers.values())
        ]
        seen = " ".join(text for _, cells in lines[:2] for text in cells if text.strip())[:80]
        return InvalidInput(
            f"{place} has no header among its first {HEAD_ROWS} lines; one line must name the "
            f"columns {'、'.join(wanted[:8])}; it begins with “{seen}”",
            code="header_missing",
        )


def nearest_text(wanted: Sequence[str], given: Sequence[str]) -> str | None:
    """The given text most like one of the wanted; None where nothing is alike."""
    scored = [
        (difflib.SequenceMatcher(None, normalise_header(a), normalise_header(b)).ratio(), b)
        for a in wanted
        for b in given
    ]
    score, text = max(scored, default=(0.0, ""))
    return text if score >= 0.5 else None


def _better(best: Header | None, candidate: Header) -> Header:
    if best is None or len(candidate.positions) > len(best.positions):
        return candidate
    return best


def _stacked(upper: Sequence[str], lower: Sequence[str]) -> Iterator[list[str]]:
    """Texts that a column under a group heading may have, the most telling first."""
    group = ""
    for place in range(max(len(upper), len(lower))):
        above = upper[place] if place < len(upper) else ""
        below = lower[place] if place < len(lower) else ""
        group = above or group
        yield [group + below, below] if below.strip() else [above]
