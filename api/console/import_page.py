"""导入: a ledger is chosen, tried, brought in, and taken back where it was the wrong one."""

from __future__ import annotations

import io
from pathlib import PurePath
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request, UploadFile
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from markupsafe import Markup
from nicegui import ui

from api.console import import_parts as parts
from api.console.controls import fill, html, query
from api.console.forms import sender_of
from api.console.import_desk import Attempt, desk, store_file, try_file, undo
from api.console.place import here
from api.console.shell import console_page, open_frame, state
from api.console.visitor import Visitor, visitor_of
from eldercare.accounts.permissions import Action, may, require
from eldercare.errors import EldercareError, NotAuthenticated, NotFound
from eldercare.exchange.batches import recent_batches
from eldercare.exchange.exporting import explanations, template, write_ledger
from eldercare.exchange.kinds import find_kind
from eldercare.exchange.tables import ImportBatch
from eldercare.settings import DISTRICT_CODE

router = APIRouter(include_in_schema=False)
PATH = "/import"
POLL_SECONDS = 0.5
BATCHES = 15
"""Past imports listed."""
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Token = Annotated[str, Form(alias="form_token", max_length=100)]


@console_page(PATH, title="导入", action=Action.IMPORT, styles=("import.css",))
async def import_page(visitor: Visitor, request: Request) -> None:
    """Build the page of `?seen=&code=&page=&kind=`."""
    frame = open_frame(visitor, PATH, "导入")
    if not may(visitor.user, Action.IMPORT, area_code=DISTRICT_CODE):
        with frame.main:
            words = "台账涉及全区，只有负责全区的账号可以导入。"
            html(state("lock", "没有权限导入台账", words))
        return
    asked = request.query_params
    name = asked.get("seen", "")
    attempt = desk.find(name, visitor.user.name)
    batches = await run_in_threadpool(_batches, visitor)
    with frame.top:
        html(parts.standing(attempt), "div", "line")
    with frame.main, ui.element("div").classes("importing"):
        html(parts.steps(attempt), "div", "card steps")
        _follow(visitor)
        with ui.element("div").classes("import-columns"):
            html(parts.chooser(visitor, attempt, asked.get("kind", "")), "aside", "card choose")
            with ui.element("section").classes("import-result"):
                if name and attempt is None:
                    html(parts.gone(), "div", "card")
                if attempt is not None:
                    shown = parts.View(name, asked.get("code", ""), _number(asked.get("page")))
                    html(parts.outcome(visitor, attempt, shown), "div", "card")
                html(parts.past(visitor, batches), "div", "card past")


def _follow(visitor: Visitor) -> None:
    """Show how far the visitor's file is: the page stands until the form's answer comes."""
    shown = html(parts.progress(None), "div")

    def look() -> None:
        told = str(parts.progress(desk.doing(visitor.user.name)))
        if told != shown.content:
            fill(shown, Markup(told))  # noqa: S704 - made by our own markup

    ui.timer(POLL_SECONDS, look)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 5 else 0


def _batches(visitor: Visitor) -> list[ImportBatch]:
    with visitor.place.reading() as session:
        return recent_batches(session, BATCHES)


@router.post(PATH)
def try_it(
    request: Request,
    token: Token = "",
    kind: Annotated[str, Form(max_length=40)] = "",
    file: UploadFile | None = None,
) -> Response:
    """Try a file; the page then tells what it would do."""
    try:
        visitor = _importer(request, token)
    except EldercareError as refused:
        return _elsewhere(request, refused)
    source = file.file if file is not None else io.BytesIO()
    name = PurePath((file.filename if file else None) or "ledger.csv").name
    return _to(desk.keep(try_file(visitor, kind, source, name)))


@router.post(PATH + "/{seen}/store")
def store_it(request: Request, seen: str, token: Token = "") -> Response:
    """Bring in a file that was tried."""
    try:
        visitor = _importer(request, token)
    except EldercareError as refused:
        return _elsewhere(request, refused)
    try:
        store_file(visitor, desk.waiting(seen, visitor.user.name))
    except EldercareError as refused:
        return _to(desk.keep(Attempt(visitor.user.name, refused=refused)))
    return _to(seen)


@router.post(PATH + "/batches/{number}/undo")
def undo_it(request: Request, number: int, token: Token = "") -> Response:
    """Take an import back."""
    try:
        visitor = _importer(request, token)
    except EldercareError as refused:
        return _elsewhere(request, refused)
    return _to(desk.keep(undo(visitor, number)))


@router.get(PATH + "/{seen}/rejected")
def rejected(request: Request, seen: str) -> Response:
    """The lines that stay out, in the layout in which they came, each with its reasons."""
    visitor = visitor_of(request, here())
    attempt = desk.find(seen, visitor.user.name) if visitor else None
    if attempt is None or attempt.rejects is None:
        return _to(seen)
    content = attempt.rejects.read_bytes()
    stem = PurePath(attempt.file_name).stem
    return _file(content, f"{stem}_退回", "xlsx" if content[:2] == b"PK" else "csv")


@router.get(PATH + "/template/{kind}.{ending}")
def empty_ledger(request: Request, kind: str, ending: str) -> Response:
    """A ledger with its headers and one line as an example."""
    visitor = visitor_of(request, here())
    if visitor is None or not may(visitor.user, Action.IMPORT):
        return RedirectResponse(f"/login?next={PATH}", status_code=303)
    if ending not in _TYPES:
        raise NotFound(f"there is no template as {ending}: ask for csv or xlsx")
    found = find_kind(kind)
    stream = io.BytesIO()
    write_ledger(
        template(found),
        stream,
        sheet=found.zh,
        as_workbook=ending == "xlsx",
        notes=explanations(found),
    )
    return _file(stream.getvalue(), f"{found.zh}_模板", ending)


def _importer(request: Request, token: str) -> Visitor:
    visitor = sender_of(request, token)
    require(visitor.user, Action.IMPORT, area_code=DISTRICT_CODE)
    return visitor


def _elsewhere(request: Request, refused: EldercareError) -> Response:
    """To the form for signing in, or back with the refusal in words."""
    visitor = visitor_of(request, here())
    if visitor is None or isinstance(refused, NotAuthenticated):
        return RedirectResponse(f"/login?next={PATH}", status_code=303)
    return _to(desk.keep(Attempt(visitor.user.name, refused=refused)))


def _to(seen: str) -> Response:
    return RedirectResponse(query({"seen": seen}, PATH), status_code=303)


def _file(content: bytes, stem: str, ending: str) -> Response:
    name = quote(f"{stem}.{ending}".replace("/", " "))
    return Response(
        content,
        media_type=_TYPES[ending],
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
            "Cache-Control": "no-store",
        },
    )
