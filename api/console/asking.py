"""A dialog that only answers: what a draft changes for people."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date

from fastapi.concurrency import run_in_threadpool
from nicegui import ui

from api.console import why_parts as parts
from api.console.controls import button, html, tell
from api.console.deciding import draft_against_published
from api.console.errors import sentence
from api.console.visitor import Visitor
from eldercare.errors import EldercareError


async def show_differences(
    visitor: Visitor,
    on: date,
    publish: Callable[[], Awaitable[None]] | None,
    scenario: str = "",
) -> None:
    """Open what the draft, or a scenario, changes against the published version.

    `publish` leads on to publishing it.
    """
    try:
        found = await run_in_threadpool(draft_against_published, visitor, on, scenario)
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
