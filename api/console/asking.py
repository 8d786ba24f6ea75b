"""Dialogs that only answer: what a draft changes for people, and who could come when."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date

from fastapi.concurrency import run_in_threadpool
from nicegui import ui

from api.console import why_parts as parts
from api.console.controls import button, fill, html, tell
from api.console.deciding import Staff, draft_against_published, offer
from api.console.errors import sentence
from api.console.fields import choice
from api.console.markup import tag
from api.console.replan_parts import elders_of
from api.console.visitor import Visitor
from eldercare.errors import EldercareError
from eldercare.rostering.views import RosterView


async def show_differences(
    visitor: Visitor, on: date, publish: Callable[[], Awaitable[None]] | None
) -> None:
    """Open what the draft changes against the published version; `publish` leads on to it."""
    try:
        found = await run_in_threadpool(draft_against_published, visitor, on)
    except EldercareError as refused:
        tell(sentence(refused), kind="warning")
        return

    async def go_on() -> None:
        dialog.close()
        if publish is not None:
            await publish()

    with ui.dialog() as dialog, ui.card().classes("ask replan wide"):
        html(parts.differences_head(found), "div", "replan-head line")
        with ui.element("div").classes("replan-body"):
            html(parts.differences(found), "section", "replan-people", 'aria-label="差异"')
            html(parts.differences_side(found), "aside", "replan-side")
        with ui.element("div").classes("replan-foot line"):
            html("", "span", "grow")
            button("关闭", dialog.close)
            if publish is not None:
                button("去发布…", go_on, kind="pri")
    dialog.open()


def ask_for_slots(visitor: Visitor, view: RosterView, staff: Staff) -> None:
    """Open the question who could come to an elder when; nothing is stored."""
    with ui.dialog() as dialog, ui.card().classes("ask slots"):
        html(tag("h2", "问可约时段"), "div", "ask-title")

        async def ask() -> None:
            if not elder.value or not service.value:
                return
            fill(answer, "正在计算…")
            try:
                found = await run_in_threadpool(
                    offer, visitor, view.on, str(elder.value), str(service.value)
                )
            except EldercareError as refused:
                fill(answer, tag("p", sentence(refused), class_="bad"))
                return
            fill(answer, parts.offers(found))

        with ui.element("div").classes("asked"):
            elder = choice("老人", elders_of(view), None, ask)
            service = choice("服务", dict(staff.services), None, ask)
        answer = html("", classes="slot-list", props="aria-live=polite")
        with ui.element("div").classes("ask-foot"):
            button("关闭", dialog.close)
    dialog.open()
