"""One elder's page: what is known, and forms that show what they would do before they do it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from markupsafe import Markup
from nicegui import ui
from starlette.datastructures import FormData

from api.console import elder_parts as parts
from api.console.controls import html, query
from api.console.elder_acts import ACTS
from api.console.elder_assessments import assessments
from api.console.elder_desk import Draft, desk
from api.console.elder_plan import plan
from api.console.elder_reading import ElderPage, read_elder
from api.console.elder_sending import refused_draft, stored, tried
from api.console.elder_status import status
from api.console.errors import sentence
from api.console.forms import FIELD, said, say, sender_of
from api.console.markup import icon, join, tag
from api.console.shell import console_page, open_frame, state
from api.console.visitor import Visitor
from api.console.words import long_date
from eldercare.accounts.permissions import Action
from eldercare.errors import EldercareError, NotAuthenticated, NotFound

router = APIRouter(include_in_schema=False)
LIST = "/elders"
LONGEST = 200
MOST_FIELDS = 80
_JOINED = {"weekdays": "", "grounds": ","}
"""Fields that are sent once for each box, and what stands between."""


@console_page(
    LIST + "/{elder_id}",
    title="老人",
    action=Action.READ_REGISTRY,
    styles=("people.css", "elder.css"),
)
async def elder(visitor: Visitor, request: Request) -> None:
    """Build the page of `?tab=&item=&date=&draft=&before=`."""
    asked = request.query_params
    tab = asked.get("tab", "")
    tab = tab if tab in parts.TABS else next(iter(parts.TABS))
    told = said(request)
    elder_id = request.path_params["elder_id"]
    before = _entry_number(asked.get("before", "")) or None
    try:
        page = await run_in_threadpool(
            read_elder, visitor, elder_id, tab, asked.get("date"), asked.get("draft", ""), before
        )
    except EldercareError as refused:
        frame = open_frame(visitor, LIST, "老人")
        with frame.main:
            html(state("lock", sentence(refused), link=(LIST, "回到列表")))
        return
    if not page.personal and tab != "overview":
        page = await run_in_threadpool(read_elder, visitor, elder_id, "overview", None, "")
    frame = open_frame(visitor, LIST, "老人")
    with frame.top:
        html(tag("a", icon("left"), "列表", href=LIST, class_="btn small ghost"))
        html(parts.tabs(page), "nav", "line")
        html("", "span", "grow")
        html(f"截至 {long_date(page.on)}", "span", "pill neu")
    with frame.main, ui.element("div").classes("elder"):
        if told is not None:
            html(told)
        html(parts.head(page))
        kept = parts.merged_into(page)
        if kept:
            merged = f"这份登记已并入 {kept}。"
            html(state("info", merged, link=(f"{LIST}/{kept}", f"打开 {kept}")), "div", "card")
            return
        html(_body(visitor, page, asked.get("item", "")), "div", f"elder-body {page.tab}")


def _body(visitor: Visitor, page: ElderPage, item_id: str) -> Markup:
    """The tab; a form that was sent and has no place any more is told above it."""
    body = _tab(visitor, page, item_id)
    lost = parts.lost(visitor, page) if 'class="effect' not in body else None
    return join(lost, body)


def _tab(visitor: Visitor, page: ElderPage, item_id: str) -> Markup:
    if page.tab == "plan":
        return plan(visitor, page, item_id)
    if page.tab == "status":
        return status(visitor, page)
    if page.tab == "assessments":
        return assessments(visitor, page)
    if page.tab == "history":
        return parts.history(page)
    return parts.overview(visitor, page, item_id)


@router.post(LIST + "/{elder_id}/acts/{act}")
async def try_act(request: Request, elder_id: str, act: str) -> Response:
    """Show what a form would do; nothing is stored, and nothing that was typed is lost."""
    sent = await request.form(max_fields=MOST_FIELDS)
    return await run_in_threadpool(_tried, request, elder_id, act, sent)


def _tried(request: Request, elder_id: str, act: str, sent: FormData) -> Response:
    try:
        visitor = sender_of(request, str(sent.get(FIELD, "")))
        draft = _draft(visitor, elder_id, act, sent)
    except NotAuthenticated:
        return RedirectResponse(f"/login?next={LIST}/{elder_id}", status_code=303)
    except EldercareError as refused:
        return _refused(request, elder_id, act, refused)
    return _show(desk.keep(tried(visitor, draft)), draft)


@router.post(LIST + "/{elder_id}/acts/{act}/store")
async def store_act(request: Request, elder_id: str, act: str) -> Response:
    """Store what was shown."""
    sent = await request.form(max_fields=MOST_FIELDS)
    return await run_in_threadpool(_stored, request, elder_id, act, sent)


def _stored(request: Request, elder_id: str, act: str, sent: FormData) -> Response:
    name = str(sent.get("draft", ""))
    try:
        visitor = sender_of(request, str(sent.get(FIELD, "")))
        draft = desk.find(name, visitor.user.name, elder_id)
        if draft is None or draft.act != act:
            raise NotFound("the form waits no longer: fill it in again", code="form_expired")
    except NotAuthenticated:
        return RedirectResponse(f"/login?next={LIST}/{elder_id}", status_code=303)
    except EldercareError as refused:
        return _refused(request, elder_id, act, refused)
    try:
        words = stored(visitor, draft)
    except EldercareError as refused:
        return _show(desk.keep(refused_draft(visitor, draft, refused)), draft)
    desk.let_go(name)
    say(request, f"已保存。{words}")
    return RedirectResponse(_address(elder_id, act), status_code=303)


def _refused(request: Request, elder_id: str, act: str, refused: EldercareError) -> Response:
    say(request, f"没有做成：{sentence(refused)}", is_refusal=True)
    return RedirectResponse(_address(elder_id, act), status_code=303)


def _draft(visitor: Visitor, elder_id: str, act: str, sent: FormData) -> Draft:
    if act not in ACTS:
        raise NotFound(f"there is no form {act}", code="form_expired")
    values = _values(sent)
    entry = values.pop("entry", "")
    return Draft(
        owner=visitor.user.name,
        elder_id=elder_id,
        act=act,
        version=values.pop("version", ""),
        entry=_entry_number(entry),
        values=values,
    )


def _entry_number(text: str) -> int:
    """Number of an entry of the trail; 0 for a text that is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _values(sent: FormData) -> dict[str, str]:
    """What was typed, field by field; files are none of ours."""
    found: dict[str, str] = {}
    for name in sent:
        texts = [one[:LONGEST] for one in sent.getlist(name) if isinstance(one, str)]
        if name != FIELD and texts:
            found[name[:40]] = _JOINED[name].join(texts) if name in _JOINED else texts[-1]
    return found


def _show(name: str, draft: Draft) -> Response:
    address = query(
        {"tab": ACTS[draft.act].tab, "draft": name, "item": draft.values.get("item_id")},
        f"{LIST}/{draft.elder_id}",
    )
    return RedirectResponse(f"{address}#act-{draft.act}", status_code=303)


def _address(elder_id: str, act: str) -> str:
    tab = ACTS[act].tab if act in ACTS else None
    return query({"tab": tab}, f"{LIST}/{elder_id}")
