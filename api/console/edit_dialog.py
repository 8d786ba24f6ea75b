"""Edits of one visit by hand: tried at once, stored on what was tried."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fastapi.concurrency import run_in_threadpool
from nicegui import ui

from api.console import edit_parts as parts
from api.console.controls import button, html, tell
from api.console.deciding import Staff, Trial, store_edit, try_edit
from api.console.errors import sentence
from api.console.fields import choice, time_field, words_field
from api.console.markup import tag
from api.console.replan_parts import visits_of
from api.console.visitor import Visitor
from api.console.words import clock
from eldercare.errors import EldercareError
from eldercare.rostering.disruptions import minutes_of
from eldercare.rostering.edits.request import Edit, EditKind
from eldercare.rostering.views import RosterView


@dataclass(frozen=True)
class Subject:
    """The visit that is edited, as the page shows it; None: in no route."""

    visit_id: str
    elder: str
    service: str
    people: int = 1
    part: int = 0
    caregiver_id: str | None = None
    start_minutes: int | None = None


async def store_at_once(
    visitor: Visitor, view: RosterView, edit: Edit, done: Callable[[], None]
) -> None:
    """Store an edit that moves nobody (a lock, a telephone call)."""
    try:
        trial = await run_in_threadpool(try_edit, visitor, view.on, edit, view.name)
        await run_in_threadpool(store_edit, visitor, trial)
    except EldercareError as refused:
        tell(f"没有保存：{sentence(refused)}", kind="negative")
        return
    done()


class EditDialog:
    """Asks how a visit shall be, answers every change at once, and stores what was answered."""

    def __init__(
        self, visitor: Visitor, view: RosterView, staff: Staff, done: Callable[[], None]
    ) -> None:
        self.visitor, self.view, self.staff, self.done = visitor, view, staff, done
        self.trial: Trial | None = None
        self.asked = 0
        with ui.dialog() as self.dialog, ui.card().classes("ask edit"):
            self.body = ui.element("div")

    async def open(
        self, kind: EditKind, subject: Subject, to: tuple[str | None, int | None] = (None, None)
    ) -> None:
        """Ask; `to` is a caregiver and a start that somebody has already pointed at."""
        self.kind, self.subject = kind, subject
        self.body.clear()
        with self.body:
            title = f"{parts.KINDS[kind]}：{subject.elder}　{subject.service}"
            html(tag("h2", title), "div", "ask-title")
            with ui.element("div").classes("asked"):
                self._fields(to)
            self.answer = html("", props="aria-live=polite")
            with ui.element("div").classes("asked") as self.override:
                self.why = words_field("放行理由", self._ready)
            with ui.element("div").classes("ask-foot"):
                button("取消", self.dialog.close)
                self.store = button("放入草稿", self._store, kind="pri")
        self._show(None)
        self.dialog.open()
        await self._try()

    def _fields(self, to: tuple[str | None, int | None]) -> None:
        caregivers, subject = dict(self.staff.caregivers), self.subject
        self.who: list[ui.select] = []
        if self.kind is EditKind.MOVE:
            count = subject.people if subject.caregiver_id is None else 1
            for number in range(count):
                label = "护理员" if count == 1 else f"护理员 {number + 1}"
                chosen = (to[0] or subject.caregiver_id) if number == 0 else None
                self.who.append(choice(label, caregivers, chosen, self._try))
            start = to[1] if to[1] is not None else subject.start_minutes
            self.at = time_field("开始时间", "" if start is None else clock(start), self._try)
        elif self.kind is EditKind.SWAP:
            known = visits_of(self.view)
            known.pop(subject.visit_id, None)
            self.other = choice("和哪一次对调", known, None, self._try)
        elif self.kind is EditKind.LEAVE_OUT:
            self.reason = words_field("不安排的理由", self._try)

    def _edit(self) -> Edit | None:
        """What the fields say; None where they say nothing new."""
        subject = self.subject
        if self.kind is EditKind.MOVE:
            return self._move()
        if self.kind is EditKind.SWAP:
            other = self.other.value
            return other and Edit(
                kind=self.kind, visit_id=subject.visit_id, other_visit_id=str(other)
            )
        if self.kind is EditKind.LEAVE_OUT:
            reason = str(self.reason.value or "").strip()
            return (
                Edit(kind=self.kind, visit_id=subject.visit_id, reason=reason) if reason else None
            )
        return Edit(kind=self.kind, visit_id=subject.visit_id)

    def _move(self) -> Edit | None:
        subject = self.subject
        chosen = tuple(str(one.value) for one in self.who if one.value)
        written = str(self.at.value or "")
        start = minutes_of(written) if len(written) == len("HH:MM") else None
        if subject.caregiver_id is None and len(chosen) < subject.people:
            return None
        is_same = chosen == (subject.caregiver_id,)
        is_then = start == subject.start_minutes
        if (is_same or not chosen) and (is_then or start is None):
            return None
        placed_pair = subject.people > 1 and subject.caregiver_id is not None and not is_same
        return Edit(
            kind=EditKind.MOVE,
            visit_id=subject.visit_id,
            part=subject.part if placed_pair else None,
            caregiver_ids=() if is_same else chosen,
            start_minutes=None if is_then else start,
        )

    async def _try(self) -> None:
        self.asked += 1
        mine = self.asked
        try:
            edit = self._edit()
            trial = None
            if edit is not None:
                trial = await run_in_threadpool(
                    try_edit, self.visitor, self.view.on, edit, self.view.name
                )
        except EldercareError as refused:
            if mine == self.asked:
                self._show(None, f"不能这样改：{sentence(refused)}")
            return
        if mine == self.asked:
            self._show(trial)

    def _show(self, trial: Trial | None, refused: str = "") -> None:
        self.trial = trial
        found = parts.trial_body(trial) if trial else tag("p", refused, class_="bad s12")
        self.answer.content = str(found)
        broken = trial is not None and bool(trial.report.breaks)
        self.override.set_visibility(
            broken and trial is not None and trial.report.may_be_overridden
        )
        self._ready()

    def _ready(self) -> None:
        trial = self.trial
        ready = trial is not None
        if trial is not None and trial.report.breaks:
            ready = trial.report.may_be_overridden and bool(str(self.why.value or "").strip())
        self.store.props("" if ready else "disabled", remove="disabled" if ready else "")

    async def _store(self) -> None:
        if self.trial is None:
            return
        self.dialog.close()
        reason = str(self.why.value or "").strip()[:200] if self.trial.report.breaks else ""
        try:
            await run_in_threadpool(
                lambda trial: store_edit(self.visitor, trial, override_reason=reason), self.trial
            )
        except EldercareError as refused:
            tell(f"没有保存：{sentence(refused)}", kind="negative")
            return
        self.done()
