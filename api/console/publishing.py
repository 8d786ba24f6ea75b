"""Publishing a draft: counts first, one confirmation, the right checked again as it happens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from fastapi.concurrency import run_in_threadpool
from markupsafe import Markup
from nicegui import ui

from api.console.controls import button, html, tell
from api.console.errors import sentence
from api.console.markup import icon, join, tag
from api.console.visitor import Visitor
from api.console.words import long_date, of
from eldercare.accounts.permissions import Action
from eldercare.errors import EldercareError
from eldercare.rostering.publishing import fingerprint, publish_as_seen
from eldercare.rostering.reading import read_roster
from eldercare.rostering.tables import RosterStatus
from eldercare.rostering.views import RosterSummary, RosterView
from eldercare.settings import DISTRICT_CODE


async def ask_to_publish(visitor: Visitor, on: date, done: Callable[[], None]) -> None:
    """Open the dialog for a date's draft; `done` is called after it was published."""
    try:
        view, seen = await run_in_threadpool(_read_draft, visitor, on)
    except EldercareError as refused:
        tell(sentence(refused), kind="negative")
        return
    _dialog(visitor, view, seen, done).open()


def _read_draft(visitor: Visitor, on: date) -> tuple[RosterView, str]:
    """The draft's counts and what it was made of when they were read."""
    with visitor.place.reading() as session:
        # Publishing is for the whole district, whatever town is on the screen.
        view = read_roster(session, on, status=RosterStatus.DRAFT)
        return view, fingerprint(session, view.roster_id)


def _dialog(visitor: Visitor, view: RosterView, seen: str, done: Callable[[], None]) -> ui.dialog:
    with ui.dialog() as dialog, ui.card().classes("ask"):
        html(tag("h2", f"发布 {long_date(view.on)} 的全区排班"), "div", "ask-title")
        html(_counts(view.summary), "div", "ask-body")

        async def confirm() -> None:
            dialog.close()
            try:
                version = await run_in_threadpool(_publish, visitor, view.on, seen)
            except EldercareError as refused:
                tell(f"没有发布：{sentence(refused)}", kind="negative")
                return
            tell(f"已发布 v{version}", kind="positive")
            done()

        people = view.summary.caregivers + view.summary.riders
        with ui.element("div").classes("ask-foot"):
            button("取消", dialog.close)
            button(f"发布，{people:,} 人可见", confirm, kind="pri")
    return dialog


def _counts(summary: RosterSummary) -> Markup:
    visits, meals = summary.visits, summary.meals
    left = visits.unserved + visits.set_aside
    undelivered = meals.undelivered + meals.set_aside
    reached = meals.on_site + meals.delivered
    lines = [
        ("护理员", f"{summary.caregivers:,} 人 · 上门 {of(visits.served, visits.required)} 次"),
        ("送餐员", f"{summary.riders:,} 人 · 助餐 {of(reached, meals.orders)} 份"),
        ("没排上", f"上门 {left:,} 次 · 助餐 {undelivered:,} 份"),
        (
            "规则违反",
            f"{summary.violations:,}"
            + (f"（人工放行 {summary.overridden:,}）" if summary.overridden else ""),
        ),
    ]
    warning = f"还有 {left:,} 次上门没有排上，发布后仍可在“未分配”中逐条处理。"
    return join(
        tag("dl", [(tag("dt", name), tag("dd", value)) for name, value in lines]),
        tag("p", icon("warn", "warn"), warning, class_="line") if left else None,
        tag("p", "发布后，护理员和送餐员在手机上看到各自的路线。", class_="t2"),
    )


def _publish(visitor: Visitor, on: date, seen: str) -> int:
    with visitor.place.writing() as session:
        user = visitor.confirmed(session, Action.PUBLISH, area_code=DISTRICT_CODE)
        roster = publish_as_seen(session, on, seen=[seen], by=user.name, now=visitor.place.now())
        return roster.version or 0
