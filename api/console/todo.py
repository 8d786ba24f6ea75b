"""待办: what is to be mended before it does harm: positions, doubles, dates that run out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from nicegui import ui
from sqlmodel import Session

from api.console import todo_parts as parts
from api.console.controls import html, query
from api.console.elder_words import review_words
from api.console.forms import refused_values, said, say, sender_of
from api.console.shell import console_page, open_frame
from api.console.todo_reading import TABS, read_todo
from api.console.visitor import Visitor
from api.console.words import long_date, parse_date
from eldercare.accounts.keys import signing_key
from eldercare.accounts.permissions import Action
from eldercare.errors import EldercareError, InvalidInput, NotAuthenticated, NotFound
from eldercare.registry.coordinates import CoordinateSystem
from eldercare.registry.duplicates.dismissing import dismiss_duplicate
from eldercare.registry.duplicates.merging import merge_elders
from eldercare.registry.homes import PositionOutcome, PositionTask
from eldercare.registry.id_vault import IdVault
from eldercare.registry.position_tasks import assign_task, close_task
from eldercare.registry.positions import place_elder
from eldercare.registry.queries import get_elder

router = APIRouter(include_in_schema=False)
PATH = "/todo"
Token = Annotated[str, Form(alias="form_token", max_length=100)]
Text = Annotated[str, Form(max_length=40)]
Work = Callable[[Session, Visitor], str]


@console_page(PATH, title="待办", action=Action.WRITE_REGISTRY, styles=("people.css", "todo.css"))
async def todo(visitor: Visitor, request: Request) -> None:
    """Build the page of `?tab=&date=&page=`."""
    asked = request.query_params
    tab = asked.get("tab", "")
    tab = tab if tab in TABS else next(iter(TABS))
    told = said(request)
    number = asked.get("page", "")
    turned = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 0
    on = parse_date(asked.get("date"))
    page = await run_in_threadpool(read_todo, visitor, tab, on, turned)
    frame = open_frame(visitor, PATH, "待办")
    with frame.top:
        html(parts.tabs(tab), "nav", "line")
        html(f"截至 {long_date(page.on)}", "span", "pill neu")
    with frame.main, ui.element("div").classes("todo"):
        if told is not None:
            html(told)
        html(parts.body(visitor, page), "div")
        links = parts.turning(page, asked.get("date"))
        if links:
            html(links, "nav", "line", 'aria-label="翻页"')


@router.post(PATH + "/positions/{number}")
def position(
    request: Request,
    number: int,
    token: Token = "",
    what: Text = "",
    longitude: Text = "",
    latitude: Text = "",
    system: Text = "",
) -> Response:
    """Take a position over, give it back, confirm it, or place the elder."""

    def work(session: Session, visitor: Visitor) -> str:
        now = visitor.place.now()
        task = session.get(PositionTask, number)
        if task is None:
            raise NotFound(f"no position task has the id {number}", code="position_task_not_found")
        by = _writer(session, visitor, task.elder_id)
        if what == "take":
            assign_task(session, number, by, now=now, by=by)
            return "已由您处理。"
        if what == "confirm":
            close_task(session, number, PositionOutcome.CONFIRMED, now=now, by=by)
            return "已确认，位置不变。"
        x, y = _degrees(longitude), _degrees(latitude)
        given = CoordinateSystem(system) if system in set(CoordinateSystem) else None
        if given is None:
            raise InvalidInput(f"no coordinate system is called {system!r}", code="no_system")
        doubt = place_elder(session, task.elder_id, x, y, given, now=now, by=by)
        return (
            "已定位。"
            if doubt is None
            else "已定位，但位置仍可疑：离社区较远或不在区内，请再核对。"
        )

    return _done(request, token, "positions", work)


@router.post(PATH + "/duplicates")
def duplicate(
    request: Request, token: Token = "", what: Text = "", keep: Text = "", drop: Text = ""
) -> Response:
    """Merge a pair into the elder kept, or say that they are two persons."""

    def work(session: Session, visitor: Visitor) -> str:
        now, on = visitor.place.now(), visitor.place.today()
        _writer(session, visitor, keep)
        by = _writer(session, visitor, drop)
        if what == "merge":
            vault = IdVault(signing_key(visitor.place.settings))
            report = merge_elders(session, vault, keep, drop, on=on, now=now, by=by)
            moved, review = sum(report.moved.values()), review_words(report.to_review)
            return f"已合并，保留 {keep}；移过来 {moved:,} 条资料。{review}"
        dismiss_duplicate(session, keep, drop, on=on, now=now, by=by)
        return "已记下：不是同一人，不再提示。"

    return _done(request, token, "duplicates", work)


def _writer(session: Session, visitor: Visitor, elder_id: str) -> str:
    """Name of the visitor, who may write where the elder lives."""
    elder = get_elder(session, elder_id)
    action = Action.WRITE_REGISTRY
    return visitor.confirmed(session, action, area_code=elder.community_code).name


def _degrees(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InvalidInput(f"{text!r} is no number of degrees", code="no_degrees") from None


def _done(request: Request, token: str, tab: str, work: Work) -> Response:
    """Do a form's work in one transaction, and lead back with a sentence."""
    try:
        visitor = sender_of(request, token)
        with visitor.place.writing() as session:
            words = work(session, visitor)
    except NotAuthenticated:
        return RedirectResponse(f"/login?next={PATH}", status_code=303)
    except EldercareError as refused:
        say(request, f"没有做成：{refused_values(refused)}", is_refusal=True)
    else:
        say(request, words)
    return RedirectResponse(query({"tab": tab}, PATH), status_code=303)
