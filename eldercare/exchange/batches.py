"""Rows of a file become one batch: all of it in the caller's transaction, kept for undoing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from eldercare.accounts import audit
from eldercare.errors import NotFound
from eldercare.exchange.drafts import Draft, Trouble
from eldercare.exchange.images import image_of
from eldercare.exchange.tables import ImportBatch
from eldercare.exchange.writing import Preparing, Welcoming, Writer


@dataclass(frozen=True, slots=True)
class SourceFile:
    """Where rows come from: the KIND of the ledger, the file's name and SHA-256 of its bytes."""

    kind: str
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """Drafts of some lines of a file, and the lines that could not be read whole."""

    drafts: Sequence[Draft]
    unreadable: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class BatchResult:
    """How many lines went which way, and what is wrong with the rejected ones.

    `batch` is None where nothing was stored. `repeated`: the file was brought in before; the counts
    tell its lines, none was written again.
    """

    created: int
    updated: int
    unchanged: int
    rejected: int
    batch: int | None
    troubles: tuple[Trouble, ...] = ()
    repeated: bool = False


def store_batch(
    session: Session,
    source: SourceFile,
    chunks: Iterable[Chunk],
    *,
    on: date,
    now: datetime,
    by: str,
    dry_run: bool = False,
    take_good: bool = True,
    prepare: Preparing | None = None,
    welcome: Welcoming = lambda _: None,
    inspect: Callable[[], None] = lambda: None,
) -> BatchResult:
    """Create or update the rows of sound lines, by primary key, and tell what is wrong with others.

    A dry run does the same and takes it back, and so does a file with a wrong line where not
    `take_good`; `inspect` is called before that. Nothing is committed: a caller that dies before
    its commit leaves nothing.
    """
    if (earlier := repeated(session, source)) is not None:
        return earlier
    session.flush()
    with session.begin_nested() as savepoint:
        batch = _open(session, source, now=now, by=by)
        assert batch.id is not None
        writer = Writer(session, batch.id, on, prepare, welcome)
        troubles: list[Trouble] = []
        for chunk in chunks:
            troubles += writer.take(chunk.drafts, chunk.unreadable)
        inspect()
        kept = not dry_run and (take_good or not writer.counts.rejected)
        if kept:
            _close(session, batch, writer)
        else:
            savepoint.rollback()
    # Rows were written past the session: what it still holds of them may be out of date.
    session.expire_all()
    counts = writer.counts
    return BatchResult(
        created=counts.created,
        updated=counts.updated,
        unchanged=counts.unchanged,
        rejected=counts.rejected,
        batch=writer.batch_id if kept else None,
        troubles=tuple(troubles),
    )


def repeated(session: Session, source: SourceFile) -> BatchResult | None:
    """The result of the same file sent again; None where it is new or was taken back."""
    earlier = _same_file(session, source)
    if earlier is None:
        return None
    standing = earlier.created + earlier.updated + earlier.unchanged
    return BatchResult(0, 0, standing, earlier.rejected, earlier.id, repeated=True)


def get_batch(session: Session, batch_id: int, *, lock: bool = False) -> ImportBatch:
    """The batch of this number, locked against others where it is to be changed.

    Raises NotFound.
    """
    batch = session.get(ImportBatch, batch_id, with_for_update=lock)
    if batch is None:
        raise NotFound(f"there is no import {batch_id}: the audit trail names them")
    return batch


def recent_batches(session: Session, limit: int) -> list[ImportBatch]:
    """The newest imports first, those undone too."""
    newest = select(ImportBatch).order_by(col(ImportBatch.id).desc()).limit(limit)
    return list(session.exec(newest))


def _open(session: Session, source: SourceFile, *, now: datetime, by: str) -> ImportBatch:
    batch = ImportBatch(
        kind=source.kind,
        file_name=source.name,
        sha256=source.sha256,
        at=now,
        by=by,
        created=0,
        updated=0,
        unchanged=0,
        rejected=0,
    )
    session.add(batch)
    session.flush()
    return batch


def _close(session: Session, batch: ImportBatch, writer: Writer) -> None:
    counts = writer.counts
    batch.created, batch.updated = counts.created, counts.updated
    batch.unchanged, batch.rejected = counts.unchanged, counts.rejected
    session.flush()
    audit.record(
        session,
        at=batch.at,
        user_name=batch.by,
        action="import",
        subject=f"import_batch:{batch.id}",
        after=image_of(batch),
    )


def _same_file(session: Session, source: SourceFile) -> ImportBatch | None:
    same = select(ImportBatch).where(
        col(ImportBatch.kind) == source.kind,
        col(ImportBatch.sha256) == source.sha256,
        col(ImportBatch.undone_at).is_(None),
    )
    return session.exec(same.order_by(col(ImportBatch.id)).limit(1)).first()
