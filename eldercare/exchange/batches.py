"""Rows of a file become one batch: all of it in the caller's transaction, kept for undoing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, SQLModel, col, select

from eldercare.accounts import audit
from eldercare.care.admit import GATE
from eldercare.errors import FieldProblem, InvalidInput
from eldercare.exchange.images import hash_of, identity_of, image_of, key_image, stored_rows
from eldercare.exchange.tables import ImportBatch, ImportedRow
from eldercare.registry.admission.gate import Refusal, noun
from eldercare.registry.admission.shape import values_of
from eldercare.registry.admission.tables import key_of, table_of


@dataclass(frozen=True, slots=True)
class SourceFile:
    """Where rows come from: the KIND of the ledger, the file's name and SHA-256 of its bytes."""

    kind: str
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class BatchResult:
    """How many rows went which way; `refused` names the rejected ones by place, from 0.

    `batch` is None for a dry run. `repeated`: the file was brought in before; the counts tell its
    rows, none was written again, and `refused` is empty.
    """

    created: int
    updated: int
    unchanged: int
    rejected: int
    batch: int | None
    refused: tuple[Refusal, ...] = ()
    repeated: bool = False


def store_batch(
    session: Session,
    source: SourceFile,
    rows: Sequence[SQLModel],
    *,
    on: date,
    now: datetime,
    by: str,
    dry_run: bool = False,
) -> BatchResult:
    """Create or update the rows that are sound, by primary key, and return the others with reasons.

    Values have their columns' types. A dry run does the same and takes it back. Nothing is
    committed: a caller that dies before its commit leaves nothing.
    """
    earlier = _same_file(session, source)
    if earlier is not None:
        standing = earlier.created + earlier.updated + earlier.unchanged
        return BatchResult(0, 0, standing, earlier.rejected, earlier.id, repeated=True)
    session.flush()
    with session.begin_nested() as savepoint:
        written = _Writing(session, on)
        written.take(rows)
        if dry_run:
            savepoint.rollback()
            return written.result(None)
        batch = _keep(session, source, written, now=now, by=by)
    return written.result(batch)


class _Writing:
    """Rows on their way into the database, with what each of them was before."""

    def __init__(self, session: Session, on: date) -> None:
        self._session = session
        self._on = on
        self._unchanged = 0
        self.created: list[SQLModel] = []
        self.updated: list[tuple[SQLModel, dict[str, object]]] = []
        self._refused: list[Refusal] = []

    def take(self, rows: Sequence[SQLModel]) -> None:
        """New rows first: a changed one may refer to them."""
        places = self._without_repeats(rows)
        stored = self._stored([rows[place] for place in places])
        new = [place for place in places if identity_of(rows[place]) not in stored]
        refused = GATE.add_sound(self._session, [rows[place] for place in new], on=self._on)
        self._refused += [Refusal(new[bad.index], bad.row, bad.problems) for bad in refused]
        out = {bad.index for bad in refused}
        self.created = [rows[place] for index, place in enumerate(new) if index not in out]
        for place in places:
            if (before := stored.get(identity_of(rows[place]))) is not None:
                self._change(place, before, rows[place])

    def result(self, batch: int | None) -> BatchResult:
        """The counts so far."""
        return BatchResult(
            created=len(self.created),
            updated=len(self.updated),
            unchanged=self._unchanged,
            rejected=len(self._refused),
            batch=batch,
            refused=tuple(sorted(self._refused, key=lambda bad: bad.index)),
        )

    def _without_repeats(self, rows: Sequence[SQLModel]) -> list[int]:
        first: dict[tuple[object, ...], int] = {}
        for place, row in enumerate(rows):
            earlier = first.setdefault(identity_of(row), place)
            if earlier != place:
                reason = (
                    f"the {noun(type(row))} stands in row {earlier + 1} of the batch already: "
                    "keep one of them"
                )
                problem = FieldProblem(_key_pointer(row), reason, code="repeated_in_file")
                self._refused.append(Refusal(place, row, (problem,)))
        return sorted(first.values())

    def _stored(self, rows: Sequence[SQLModel]) -> dict[tuple[object, ...], SQLModel]:
        keys: dict[type[SQLModel], list[tuple[object, ...]]] = {}
        for row in rows:
            keys.setdefault(type(row), []).append(key_of(row))
        return {
            identity_of(row): row
            for model, some in keys.items()
            for row in stored_rows(self._session, model, some).values()
        }

    def _change(self, place: int, stored: SQLModel, row: SQLModel) -> None:
        before = image_of(stored)
        wanted = image_of(row)
        if before == wanted:
            self._unchanged += 1
            return
        given = values_of(row)
        changes = {name: given[name] for name in wanted if wanted[name] != before[name]}
        try:
            GATE.change(self._session, stored, changes, on=self._on)
        except InvalidInput as error:
            self._refused.append(Refusal(place, row, error.fields))
        else:
            self.updated.append((stored, before))


def _keep(
    session: Session, source: SourceFile, written: _Writing, *, now: datetime, by: str
) -> int:
    counts = written.result(None)
    batch = ImportBatch(
        kind=source.kind,
        file_name=source.name,
        sha256=source.sha256,
        at=now,
        by=by,
        created=counts.created,
        updated=counts.updated,
        unchanged=counts.unchanged,
        rejected=counts.rejected,
    )
    session.add(batch)
    session.flush()
    if batch.id is None:
        raise AssertionError("the database numbers a batch when it is flushed")
    new = ((row, None) for row in written.created)
    for place, (row, before) in enumerate([*new, *written.updated]):
        session.add(
            ImportedRow(
                batch_id=batch.id,
                place=place,
                table_name=table_of(type(row)).name,
                key=key_image(row),
                before=before,
                after_hash=hash_of(image_of(row)),
            )
        )
    session.flush()
    after = image_of(batch)
    audit.record(
        session,
        at=now,
        user_name=by,
        action="import",
        subject=f"import_batch:{batch.id}",
        after=after,
    )
    return batch.id


def _same_file(session: Session, source: SourceFile) -> ImportBatch | None:
    same = select(ImportBatch).where(
        col(ImportBatch.kind) == source.kind,
        col(ImportBatch.sha256) == source.sha256,
        col(ImportBatch.undone_at).is_(None),
    )
    return session.exec(same.order_by(col(ImportBatch.id)).limit(1)).first()


def _key_pointer(row: SQLModel) -> str:
    return f"/{table_of(type(row)).primary_key.columns.keys()[-1]}"
