"""突发情况: an event of the day is worked out, looked at, and taken into the draft or let go."""

from __future__ import annotations

from collections.abc import Callable

from fastapi.concurrency import run_in_threadpool
from nicegui import ui

from api.console import replan_parts as parts
from api.console.controls import button, html, tell
from api.console.deciding import Proposal, Staff, adopt_replan, propose_replan
from api.console.elder_search import ElderField
from api.console.errors import sentence
from api.console.fields import choice, number_field, time_field
from api.console.markup import icon, join, tag
from api.console.visitor import Visitor
from api.console.words import clock
from eldercare.errors import EldercareError
from eldercare.rostering.disruptions import DisruptionKind
from eldercare.rostering.replanning import MOST_DISTURBED
from eldercare.rostering.views import RosterView

OVERRUN_MINUTES = 30
NEW_WITHIN_MINUTES = 120
"""The hours of a new visit, until somebody says otherwise."""
LAST_MINUTE = 24 * 60 - 1


class ReplanDialog:
    """Asks for an event, shows what it does, and stores it where the visitor takes it."""

    def __init__(
        self, visitor: Visitor, view: RosterView, staff: Staff, now: int, done: Callable[[], None]
    ) -> None:
        self.visitor, self.view, self.staff, self.done = visitor, view, staff, done
        self.now, self.kind, self.limit = now, DisruptionKind.SICK, MOST_DISTURBED
        self.subject: str | None = None
        with ui.dialog() as self.dialog, ui.card().classes("ask replan") as self.card:
            self.body = ui.element("div")

    def open(self, kind: DisruptionKind, subject: str | None = None) -> None:
        """Ask for an event; what is chosen on the page is filled in."""
        self.kind, self.subject = kind, subject
        self._ask()
        self.dialog.open()

    def _ask(self) -> None:
        self.card.classes(remove="wide")
        self.body.clear()
        with self.body:
            html(tag("h2", "报告突发情况"), "div", "ask-title")
            html("先试算，看过谁会受影响，再决定是否采用。", "p", "t2")
            kinds = {one.value: word for one, word in parts.KINDS.items()}
            ui.select(kinds, value=self.kind.value, on_change=self._kind_chosen).props(
                "outlined dense options-dense aria-label=情况"
            ).classes("kind")
            self.fields = ui.element("div").classes("asked")
            self._fields()
            with ui.element("div").classes("ask-foot"):
                button("取消", self.dialog.close)
                self.start = button("试算", self._propose, symbol="run", kind="pri")

    def _kind_chosen(self, event: object) -> None:
        chosen = DisruptionKind(getattr(event, "value", self.kind.value))
        if chosen is not self.kind:
            self.kind, self.subject = chosen, None
            self._fields()

    def _fields(self) -> None:
        """What the kind of event needs beside its name."""
        self.fields.clear()
        self.who: ui.select | ElderField
        with self.fields:
            if self.kind in parts.OF_CAREGIVER:
                self.who = choice("护理员", dict(self.staff.caregivers), self.subject)
            elif self.kind in parts.OF_VISIT:
                self.who = choice("哪一次上门", parts.visits_of(self.view), self.subject)
            else:
                known = parts.elders_of(self.view)
                self.who = ElderField(self.visitor, self.view.on, known, self.subject)
                self.service = choice("服务", dict(self.staff.services), None)
            late = self.kind is DisruptionKind.LATE_START
            self.at = time_field("到岗时间" if late else "从几点起", clock(self.now))
            if self.kind is DisruptionKind.NEW:
                until = min(self.now + NEW_WITHIN_MINUTES, LAST_MINUTE)
                self.until = time_field("最晚几点开始", clock(until))
            if self.kind is DisruptionKind.OVERRUN:
                self.more = number_field("超出多少分钟", OVERRUN_MINUTES, 1, 999)
            self.most = number_field("最多打扰几位老人", self.limit, 0, 1000)

    def _event(self) -> str:
        """The event as one line; empty where something is missing."""
        who, at = self.who.value, str(self.at.value or "")
        if not who or not at:
            return ""
        name = self.kind.value
        if self.kind is DisruptionKind.OVERRUN:
            return f"{name}:{who}:+{int(self.more.value or 0)}@{at}"
        if self.kind in parts.OF_CAREGIVER | parts.OF_VISIT:
            return f"{name}:{who}@{at}"
        if not self.service.value:
            return ""
        until = f"-{self.until.value}" if self.kind is DisruptionKind.NEW else ""
        return f"{name}:{who}:{self.service.value}@{at}{until}"

    async def _propose(self) -> None:
        event = self._event()
        if not event:
            tell("请先填完整：对象和时间都要有。", kind="warning")
            return
        self.subject, self.limit = str(self.who.value), int(self.most.value or 0)
        self.start.props("disabled")
        try:
            found = await run_in_threadpool(
                propose_replan, self.visitor, self.view.on, event, self.limit, self.view.name
            )
        except EldercareError as refused:
            tell(f"不能这样重排：{sentence(refused)}", kind="negative")
            self.start.props(remove="disabled")
            return
        self._show(found)

    def _show(self, proposal: Proposal) -> None:
        self.card.classes(add="wide")
        self.body.clear()
        with self.body:
            html(parts.answer_head(proposal), "div", "replan-head line")
            with ui.element("div").classes("replan-body"):
                html(parts.people(proposal), "section", "replan-people", 'aria-label="受影响老人"')
                with ui.element("aside").classes("replan-side"):
                    html(parts.meter(proposal, self.limit))
                    html(parts.kept(proposal))
            with ui.element("div").classes("replan-foot line"):
                promise = join(icon("draft"), "只写入草稿，现在不会通知任何人")
                html(promise, "span", "pill draft")
                html("", "span", "grow")
                button("放弃", self.dialog.close, kind="ghost", hint="不采用，排班不变（Esc）")
                button("修改条件", self._ask)
                take = button("采用到草稿", lambda: self._adopt(proposal), kind="pri")
                take.props("autofocus")

    async def _adopt(self, proposal: Proposal) -> None:
        self.dialog.close()
        try:
            await run_in_threadpool(adopt_replan, self.visitor, proposal)
        except EldercareError as refused:
            tell(f"没有采用：{sentence(refused)}", kind="negative")
            return
        tell("已放入草稿，发布后才通知。", kind="positive")
        self.done()
