"""A ledger file into the registry: read, judged, stored as one batch, reported cell by cell."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session

from eldercare.coverage.evaluation import evaluate
from eldercare.coverage.rows import CoverageRow
from eldercare.errors import FieldProblem, InvalidInput, NotFound
from eldercare.exchange.batches import BatchResult, Chunk, SourceFile, repeated, store_batch
from eldercare.exchange.doubles import Doubles
from eldercare.exchange.drafting import Drafting, hidden, names_of
from eldercare.exchange.drafts import Trouble
from eldercare.exchange.kinds.kind import Kind
from eldercare.exchange.limits import Limits
from eldercare.exchange.problems import CellProblem
from eldercare.exchange.raw_table import RawTable
from eldercare.exchange.reading import read_table
from eldercare.exchange.resting import collector_at_rest
from eldercare.exchange.sealing import Sealing
from eldercare.exchange.suspects import suspect_columns
from eldercare.registry.id_vault import IdVault
from eldercare.registry.people import Elder

Report = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and of how much."""
_READ_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class CoverageChange:
    """A figure of the district that the file changes."""

    indicator: str
    numerator_before: int
    denominator_before: int
    numerator_after: int
    denominator_after: int


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Lines by what became of them, every bad cell, and what else was noticed in the file.

    `batch` is None where nothing was stored. `coverage_change` is told by a dry run only (None).
    `repeated`: the file was brought in before, and nothing was written.
    """

    created: int
    updated: int
    unchanged: int
    rejected: int
    batch: int | None
    errors: tuple[CellProblem, ...] = ()
    notices: tuple[CellProblem, ...] = ()
    coverage_change: tuple[CoverageChange, ...] | None = None
    repeated: bool = False
    table: RawTable | None = None
    """What was read, for `rejects.write_rejects`."""

    def as_dict(self) -> dict[str, Any]:
        """The document of the contract."""
        document: dict[str, Any] = {
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
            "batch": self.batch,
            "repeated": self.repeated,
            "errors": [asdict(problem) for problem in self.errors],
            "notices": [asdict(problem) for problem in self.notices],
        }
        if self.coverage_change is not None:
            document["coverage_change"] = [asdict(change) for change in self.coverage_change]
        return document


def import_file(
    session: Session,
    kind: Kind,
    path: Path,
    *,
    on: date,
    now: datetime,
    by: str,
    vault: IdVault | None = None,
    file_name: str | None = None,
    dry_run: bool = False,
    take_good: bool = True,
    limits: Limits = Limits(),  # noqa: B008 - frozen, so it can be shared
    progress: Report = lambda *_: None,
) -> ImportReport:
    """Bring in one file; lines that are wrong stay out, or with not `take_good` the whole file.

    Rows are created or changed by their keys, never removed; columns that the file lacks stay as
    they are stored. `vault` is needed for files with ID numbers. Raises NotFound and InvalidInput
    where the file as a whole cannot be read.
    """
    source = SourceFile(kind.name, (file_name or path.name)[:200], _sha256(path))
    if (earlier := repeated(session, source)) is not None:
        return _report(earlier)
    progress("read", 0, 1)
    table = read_table(path, headers=kind.headers, required=kind.required, limits=limits)
    _require_right_columns(kind, table)
    drafting = Drafting(kind, table, names_of(session, kind))
    figures = _Figures(session, on) if dry_run else None
    doubles = Doubles(session, table) if kind.model is Elder else None
    with collector_at_rest():
        result = store_batch(
            session,
            source,
            _told(drafting, progress),
            on=on,
            now=now,
            by=by,
            dry_run=dry_run,
            take_good=take_good,
            prepare=_sealing(session, kind, table, vault, on),
            welcome=doubles or (lambda _: None),
            inspect=figures.compare if figures else lambda: None,
        )
    problems = [*table.problems, *drafting.problems, *_cells_of(kind, table, result.troubles)]
    problems += doubles.notices if doubles else ()
    return _report(result, problems, figures, table)


class _Figures:
    """The district's coverage before, and how it differs when looked at again."""

    def __init__(self, session: Session, on: date) -> None:
        self._session = session
        self._on = on
        self._before = self._rows()
        self.change: tuple[CoverageChange, ...] = ()

    def compare(self) -> None:
        """Note what has changed since."""
        self.change = tuple(
            CoverageChange(
                indicator=code,
                numerator_before=before.numerator,
                denominator_before=before.denominator,
                numerator_after=after.numerator,
                denominator_after=after.denominator,
            )
            for (code, before), after in zip(
                self._before.items(), self._rows().values(), strict=True
            )
            if (before.numerator, before.denominator) != (after.numerator, after.denominator)
        )

    def _rows(self) -> dict[str, CoverageRow]:
        return {row.indicator: row for row in evaluate(self._session, as_of=self._on)}


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(_READ_BYTES):
                digest.update(block)
    except (FileNotFoundError, IsADirectoryError) as error:
        raise NotFound(f"there is no file {path}", code="file_not_found") from error
    return digest.hexdigest()


def _require_right_columns(kind: Kind, table: RawTable) -> None:
    parsers = {column.name: column.read for column in kind.columns}
    wrong = suspect_columns(table, parsers)
    if wrong:
        names = {title: name for name, title in table.titles.items()}
        raise InvalidInput(
            f"{len(wrong)} columns of the file hold something else than their headers say, "
            f"nothing was stored; the first is “{wrong[0].column}”: {wrong[0].reason}",
            code="wrong_column",
            fields=[
                FieldProblem(f"/{names[one.column]}", one.reason, code=one.code) for one in wrong
            ],
        )


def _told(drafting: Drafting, progress: Report) -> Iterator[Chunk]:
    """The chunks; each is reported as done when the next is asked for."""
    done = 0
    for chunk in drafting.chunks():
        yield chunk
        done = min(
            done + len({line for draft in chunk.drafts for line in draft.lines}), drafting.size
        )
        progress("store", done, drafting.size)


def _sealing(
    session: Session, kind: Kind, table: RawTable, vault: IdVault | None, on: date
) -> Sealing | None:
    if kind.sealed is None or kind.sealed not in table.columns:
        return None
    if vault is None:
        raise InvalidInput(
            "the file has ID numbers and the installation's secret is not at hand: leave the "
            "column out",
            code="vault_missing",
        )
    return Sealing(session, vault, on)


def _cells_of(kind: Kind, table: RawTable, troubles: tuple[Trouble, ...]) -> Iterator[CellProblem]:
    """Each trouble at the cells that it comes from."""
    for trouble in troubles:
        problem = trouble.problem
        name = kind.column_of(trouble.draft.model, problem.pointer[1:])
        known = name in table.titles
        for row in trouble.draft.lines:
            text = str(table.frame.at[row, name]) if known else ""
            yield CellProblem(
                sheet=table.sheet,
                row=row,
                column=table.titles[name] if known else kind.by_name[name].zh if name else "",
                value=hidden(text) if name == kind.sealed else text[:200],
                reason=problem.reason,
                code=problem.code,
            )


def _report(
    result: BatchResult,
    problems: list[CellProblem] | None = None,
    figures: _Figures | None = None,
    table: RawTable | None = None,
) -> ImportReport:
    titles = list(table.titles.values()) if table else []
    order = {title: place for place, title in enumerate(titles)}
    told = sorted(
        dict.fromkeys(problems or ()),
        key=lambda problem: (problem.row, order.get(problem.column, len(order))),
    )
    return ImportReport(
        created=result.created,
        updated=result.updated,
        unchanged=result.unchanged,
        rejected=result.rejected,
        batch=result.batch,
        errors=tuple(problem for problem in told if not problem.is_notice),
        notices=tuple(problem for problem in told if problem.is_notice),
        coverage_change=figures.change if figures else None,
        repeated=result.repeated,
        table=table,
    )
