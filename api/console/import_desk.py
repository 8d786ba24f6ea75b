"""Ledgers on their way in: a file is tried first, waits, and is then brought in or let go."""

from __future__ import annotations

import secrets
from collections import Counter, OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import BinaryIO

from api.console.visitor import Visitor
from api.uploads import WEB_LIMITS, saved
from eldercare.accounts.keys import signing_key
from eldercare.accounts.permissions import Action
from eldercare.errors import Conflict, EldercareError, NotFound
from eldercare.exchange.importing import ImportReport, Report, import_file
from eldercare.exchange.kinds import find_kind
from eldercare.exchange.kinds.kind import Kind
from eldercare.exchange.rejects import write_rejects
from eldercare.exchange.undoing import UndoReport, undo_import
from eldercare.exchange.words import chinese
from eldercare.registry.id_vault import IdVault
from eldercare.settings import DISTRICT_CODE

MOST_WAITING = 24
MOST_ERRORS = 5_000
"""Bad cells kept for the page; the file of rejected rows has all."""
MOST_NOTICES = 1_000
"""Notices kept for the page, which shows the first few and how many there are."""


@dataclass(frozen=True, slots=True)
class Doing:
    """How far a file is: `what` is being done (`importing.Report`), to how many of its lines."""

    file_name: str
    what: str
    done: int
    size: int


@dataclass(eq=False)
class Attempt:
    """What became of one file, or of one undoing: a report, or why it was refused.

    `counts` are bad cells by code, `noticed` notices by code. The file itself waits in a
    folder of its own until it is stored.
    """

    owner: str
    kind: Kind | None = None
    file_name: str = ""
    path: Path | None = None
    rejects: Path | None = None
    report: ImportReport | None = None
    counts: Counter[str] = field(default_factory=Counter)
    noticed: Counter[str] = field(default_factory=Counter)
    is_stored: bool = False
    refused: EldercareError | None = None
    undone: UndoReport | None = None
    folder: TemporaryDirectory[str] | None = None

    def let_go(self) -> None:
        """Remove the file."""
        if self.folder is not None:
            self.folder.cleanup()
            self.folder = self.path = self.rejects = None


class ImportDesk:
    """The attempts of this process, the newest kept; each is seen by its owner only."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[str, Attempt] = OrderedDict()
        self._doing: dict[str, Doing] = {}

    @contextmanager
    def following(self, owner: str, file_name: str) -> Iterator[Report]:
        """Give what is to be told how far the owner's file is."""

        def told(what: str, done: int, size: int) -> None:
            with self._lock:
                self._doing[owner] = Doing(file_name, what, done, size)

        try:
            yield told
        finally:
            with self._lock:
                self._doing.pop(owner, None)

    def doing(self, owner: str) -> Doing | None:
        """How far the owner's file is; None where none is being read."""
        with self._lock:
            return self._doing.get(owner)

    def keep(self, attempt: Attempt) -> str:
        """Remember an attempt; returns the name it is found by."""
        name = secrets.token_urlsafe(12)
        with self._lock:
            self._kept[name] = attempt
            old = []
            while len(self._kept) > MOST_WAITING:
                old.append(self._kept.popitem(last=False)[1])
        for one in old:
            one.let_go()
        return name

    def find(self, name: str, owner: str) -> Attempt | None:
        """The owner's attempt of a name, if it is still kept."""
        with self._lock:
            attempt = self._kept.get(name)
        return attempt if attempt is not None and attempt.owner == owner else None

    def waiting(self, name: str, owner: str) -> Attempt:
        """The same, with its file; NotFound where it is gone, Conflict where it went in."""
        attempt = self.find(name, owner)
        if attempt is not None and attempt.is_stored:
            raise Conflict("the file was brought in already", code="stored_already")
        if attempt is None or attempt.path is None:
            raise NotFound("the file waits no longer: choose it again", code="file_let_go")
        return attempt


desk = ImportDesk()


def try_file(visitor: Visitor, kind_name: str, source: BinaryIO, file_name: str) -> Attempt:
    """Count what the file would do; nothing is stored."""
    folder = TemporaryDirectory(prefix="eldercare-console-")
    attempt = Attempt(visitor.user.name, file_name=file_name[:200], folder=folder)
    try:
        attempt.kind = find_kind(kind_name)
        attempt.path = saved(source, Path(folder.name), file_name, WEB_LIMITS)
        _run(visitor, attempt, dry_run=True)
    except EldercareError as refused:
        attempt.let_go()
        attempt.refused = refused
    return attempt


def store_file(visitor: Visitor, attempt: Attempt) -> None:
    """Bring in the sound rows of a file that was tried; raises what `import_file` raises."""
    _run(visitor, attempt, dry_run=False)
    attempt.is_stored = True
    if attempt.path is not None:
        attempt.path.unlink(missing_ok=True)  # the rejected rows are kept beside it


def undo(visitor: Visitor, number: int) -> Attempt:
    """Take an import back, or tell why not."""
    attempt = Attempt(visitor.user.name)
    try:
        with visitor.place.writing() as session:
            user = visitor.confirmed(session, Action.IMPORT, area_code=DISTRICT_CODE)
            attempt.undone = undo_import(session, number, now=visitor.place.now(), by=user.name)
    except EldercareError as refused:
        attempt.refused = refused
    return attempt


def _run(visitor: Visitor, attempt: Attempt, *, dry_run: bool) -> None:
    place = visitor.place
    assert attempt.kind is not None
    assert attempt.path is not None
    with (
        desk.following(attempt.owner, attempt.file_name) as progress,
        place.writing() as session,
    ):
        user = visitor.confirmed(session, Action.IMPORT, area_code=DISTRICT_CODE)
        report = import_file(
            session,
            attempt.kind,
            attempt.path,
            on=place.today(),
            now=place.now(),
            by=user.name,
            vault=IdVault(signing_key(place.settings)),
            file_name=attempt.file_name,
            dry_run=dry_run,
            limits=WEB_LIMITS,
            progress=progress,
        )
    attempt.noticed = Counter(notice.code for notice in report.notices)
    attempt.counts = Counter(problem.code for problem in report.errors)
    if report.table is not None and report.errors:
        attempt.rejects = attempt.path.with_name(f"rejected{attempt.path.suffix}")
        write_rejects(
            attempt.path,
            attempt.rejects,
            report.table,
            report.errors,
            say=chinese,
            limits=WEB_LIMITS,
        )
    attempt.report = replace(
        report,
        table=None,
        errors=report.errors[:MOST_ERRORS],
        notices=report.notices[:MOST_NOTICES],
    )
