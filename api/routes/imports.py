"""Ledgers in and out: bring one in, take it back, fetch one as a file."""

from __future__ import annotations

import io
from dataclasses import asdict, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path as FilePath
from tempfile import TemporaryDirectory
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Path, Query, Response, UploadFile
from pydantic import BaseModel, Field

from api.edge import AreaCode, Here, ReadSession, SignedIn
from api.problems import documented
from api.uploads import WEB_LIMITS, saved
from eldercare.accounts.permissions import Action, may, require
from eldercare.accounts.scope import area_for
from eldercare.accounts.tables import User
from eldercare.database import transaction
from eldercare.exchange.batches import get_batch
from eldercare.exchange.exporting import explanations, export_rows, template, write_ledger
from eldercare.exchange.importing import ImportReport, import_file
from eldercare.exchange.kinds import KINDS, find_kind
from eldercare.exchange.undoing import undo_import
from eldercare.registry.id_vault import IdVault
from eldercare.settings import DISTRICT_CODE

router = APIRouter(tags=["ledgers"])

MOST_ERRORS = 1_000
_KINDS = [kind.name for kind in KINDS]
_FILES = {
    "text/csv": {"schema": {"type": "string"}},
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {
        "schema": {"type": "string", "format": "binary"}
    },
}

BatchNumber = Annotated[int, Path(alias="id", ge=1, lt=2**31)]


class LedgerForm(StrEnum):
    """Forms of an exported ledger."""

    CSV = "csv"
    XLSX = "xlsx"


class BadCell(BaseModel):
    """One wrong cell; `row` counts as a spreadsheet does, the header is 1."""

    sheet: str
    row: int
    column: str
    value: str
    reason: str
    code: str


class FigureChange(BaseModel):
    """A figure of the district that the file would change."""

    indicator: str
    numerator_before: int
    denominator_before: int
    numerator_after: int
    denominator_after: int


class Imported(BaseModel):
    """What became of a file's lines; `batch` is null where nothing was stored."""

    created: int
    updated: int
    unchanged: int
    rejected: int
    batch: int | None
    repeated: bool = Field(description="the same file was brought in before: nothing was written")
    errors: list[BadCell] = Field(description=f"at most {MOST_ERRORS}")
    more_errors: int = Field(description="bad cells beyond those listed")
    notices: list[BadCell] = Field(description=f"at most {MOST_ERRORS}")
    more_notices: int = Field(description="notices beyond those listed")
    coverage_change: list[FigureChange] | None = Field(description="of a dry run only")


class Batch(BaseModel):
    """An import that was stored."""

    id: int
    kind: str
    file_name: str
    sha256: str
    at: datetime
    by: str
    created: int
    updated: int
    unchanged: int
    rejected: int
    undone_at: datetime | None
    undone_by: str | None


class Undone(BaseModel):
    """Rows that went and rows that were set back."""

    batch: int
    deleted: int
    restored: int


def importer(user: SignedIn) -> User:
    """Who may bring in ledgers: they speak of the whole district, so those who see all of it."""
    require(user, Action.IMPORT, area_code=DISTRICT_CODE)
    return user


Importer = Annotated[User, Depends(importer)]


@router.post("/imports", responses=documented(400, 401, 403, 404, 409, 413, 422, 503))
def bring_in(
    edge: Here,
    user: Importer,
    kind: Annotated[str, Form(max_length=40, json_schema_extra={"enum": _KINDS})],
    file: UploadFile,
    dry_run: Annotated[bool, Form(description="count, and show the change in coverage")] = False,
    whole: Annotated[bool, Form(description="store nothing where a line is wrong")] = False,
) -> Imported:
    """Bring in a ledger (CSV or XLSX): sound lines are stored as one batch, others reported."""
    name = FilePath(file.filename or "ledger.csv").name
    with TemporaryDirectory(prefix="eldercare-import-") as folder:
        path = saved(file.file, FilePath(folder), name, WEB_LIMITS)
        with transaction(edge.engine) as session:
            report = import_file(
                session,
                find_kind(kind),
                path,
                on=edge.today(),
                now=edge.clock(),
                by=user.name,
                vault=IdVault(edge.key),
                file_name=name,
                dry_run=dry_run,
                take_good=not whole,
                limits=WEB_LIMITS,
            )
    return _shown(report)


@router.get("/imports/{id}", responses=documented(401, 403, 404, 422, 503))
def batch(session: ReadSession, _user: Importer, number: BatchNumber) -> Batch:
    """One import: whose, when, and how many lines went which way."""
    return Batch.model_validate(get_batch(session, number), from_attributes=True)


@router.post("/imports/{id}/undo", responses=documented(401, 403, 404, 409, 422, 503))
def undo(edge: Here, user: Importer, number: BatchNumber) -> Undone:
    """Take an import back, as long as nothing was built on it."""
    with transaction(edge.engine) as session:
        report = undo_import(session, number, now=edge.clock(), by=user.name)
    return Undone(**asdict(report))


@router.get(
    "/exports/{kind}",
    responses={200: {"content": _FILES}, **documented(401, 403, 404, 422, 503)},
    response_class=Response,
)
def export(
    edge: Here,
    session: ReadSession,
    user: SignedIn,
    kind: Annotated[str, Path(max_length=40, json_schema_extra={"enum": _KINDS})],
    form: Annotated[LedgerForm, Query(alias="format")] = LedgerForm.CSV,
    is_template: Annotated[bool, Query(alias="template")] = False,
    area: AreaCode | None = None,
) -> Response:
    """A ledger as `POST /imports` reads it, masked for those who may not see personal data."""
    area_code = area_for(user, Action.READ_REGISTRY, area)
    found = find_kind(kind)
    stream = io.BytesIO()
    lines = (
        template(found)
        if is_template
        else export_rows(
            session,
            found,
            area_code=area_code,
            personal=may(user, Action.READ_PERSONAL),
            vault=IdVault(edge.key),
        )
    )
    as_workbook = form is LedgerForm.XLSX
    notes = explanations(found) if is_template else ()
    write_ledger(lines, stream, sheet=found.zh, as_workbook=as_workbook, notes=notes)
    name = quote(f"{found.zh}.{form.value}".replace("/", " "))
    return Response(
        stream.getvalue(),
        media_type=list(_FILES)[as_workbook],
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
    )


def _shown(report: ImportReport) -> Imported:
    few = replace(report, errors=report.errors[:MOST_ERRORS], notices=report.notices[:MOST_ERRORS])
    return Imported(
        more_errors=len(report.errors) - len(few.errors),
        more_notices=len(report.notices) - len(few.notices),
        **({"coverage_change": None} | few.as_dict()),
    )
