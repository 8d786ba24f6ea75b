"""What can be done from a day's panel: explain, edit by hand, report an event, compare."""

from __future__ import annotations

from functools import partial

from fastapi.concurrency import run_in_threadpool
from nicegui import ui

from api.console import why_parts
from api.console.controls import button, fill, html, query, tell
from api.console.day_reading import DayPage
from api.console.deciding import Staff, explain, staff_on
from api.console.edit_dialog import EditDialog, Subject, store_at_once
from api.console.edit_parts import LOCKS, undo_words
from api.console.errors import sentence
from api.console.fields import choice
from api.console.fix_dialog import FixList
from api.console.fixes import newest_edit, take_back
from api.console.replan_dialog import ReplanDialog
from api.console.slot_dialog import SlotDialog
from api.console.visitor import Visitor
from eldercare.accounts.permissions import Action, may
from eldercare.errors import EldercareError
from eldercare.rostering.disruptions import DisruptionKind
from eldercare.rostering.edits.request import Edit, EditKind, LockKind
from eldercare.rostering.tables import Placement, RosterStatus
from eldercare.rostering.views import RosterView, RouteView, StopView, UnplacedView
from eldercare.settings import DISTRICT_CODE

MORNING_MINUTES = 8 * 60
"""The time that an event of another day than today begins with."""


def subject_of(route: RouteView, stop: StopView) -> Subject | None:
    """A stop as something to edit; None for a meal."""
    if stop.visit_id is None:
        return None
    return Subject(
        visit_id=stop.visit_id,
        elder=stop.elder_name,
        service=stop.service_name,
        people=stop.people,
        part=stop.part,
        caregiver_id=route.caregiver_id,
        start_minutes=stop.start_minutes,
    )


def missing_subject(item: UnplacedView) -> Subject | None:
    """A visit in no route as something to edit; None for a meal and what lacks its rows."""
    if item.visit_id is None or item.placement is not Placement.UNSERVED:
        return None
    return Subject(item.visit_id, item.elder_name, item.service_name, item.people)


class Acts:
    """The buttons of a panel and the dialogs behind them."""

    def __init__(self, visitor: Visitor, day: DayPage, view: RosterView) -> None:
        self.visitor, self.day, self.view = visitor, day, view
        self.chosen: tuple[Subject, StopView | None] | None = None
        self.is_standing = bool(day.rosters) and day.rosters[0].id == view.roster_id
        """Answers and edits speak of the draft where there is one, not of what it will replace."""
        self.may_edit = (
            self.is_standing
            and view.status is not RosterStatus.CLOSED
            and may(visitor.user, Action.EDIT_ROSTER)
        )
        self.staff: Staff | None = None

    def reload(self, bar: str | None = None) -> None:
        """Show the draft with what was done, and open the same visit again."""
        town = self.day.town or DISTRICT_CODE
        values = {
            "date": self.day.on.isoformat(),
            "town": town,
            "scenario": self.day.scenario,
            "bar": bar,
        }
        ui.navigate.to(query(values, "/today"))

    async def _staff(self) -> Staff:
        if self.staff is None:
            self.staff = await run_in_threadpool(staff_on, self.visitor, self.day.on)
        return self.staff

    def stop(self, route: RouteView, stop: StopView, bar: str) -> None:
        """The buttons of a visit that somebody gives."""
        subject = subject_of(route, stop)
        if subject is None:
            self.chosen = None
            return
        self.chosen = (subject, stop)
        with ui.element("div").classes("acts"):
            if self.may_edit:
                button("调整…", partial(self._edit, EditKind.MOVE, subject, bar), kind="small")
                button("对调…", partial(self._edit, EditKind.SWAP, subject, bar), kind="small")
                self._lock_buttons(stop, bar)
                words = "取消“已致电”" if stop.is_phoned else "已致电"
                call = partial(self._phoned, stop, bar)
                button(words, call, symbol="phone", kind="small")
                leave = partial(self._edit, EditKind.LEAVE_OUT, subject, bar)
                button("不安排…", leave, kind="small")
                event = partial(self.report, DisruptionKind.CANCEL, subject.visit_id)
                button("突发情况…", event, symbol="warn", kind="small")
        self._why(subject)

    def _lock_buttons(self, stop: StopView, bar: str) -> None:
        if stop.locked_caregiver_ids or stop.locked_start_minutes is not None:
            edit = partial(self._lock, EditKind.UNLOCK, LockKind.BOTH, stop, bar)
            button("解锁", edit, symbol="lockf", kind="small")
            return
        with button("锁定", symbol="lock", kind="small"), ui.menu().classes("menu"):
            for kind, words in LOCKS.items():
                lock = html(words, "button", props="type=button")
                lock.on("click", partial(self._lock, EditKind.LOCK, kind, stop, bar), args=[])

    def missing(self, item: UnplacedView, bar: str) -> None:
        """The buttons of a visit that nobody gives."""
        subject = missing_subject(item)
        if subject is None:
            self.chosen = None
            return
        self.chosen = (subject, None)
        if self.may_edit:
            with ui.element("div").classes("acts"):
                move = partial(self._edit, EditKind.MOVE, subject, bar)
                button("手工安排…", move, kind="small pri")
                if item.reason == "left_out":
                    back = partial(self._edit, EditKind.BRING_BACK, subject, bar)
                    button("恢复安排…", back, kind="small")
                else:
                    leave = partial(self._edit, EditKind.LEAVE_OUT, subject, bar)
                    button("不安排…", leave, kind="small")
        self._why(subject)

    def worker(self, route: RouteView) -> None:
        """The button of a caregiver: what happens to her day."""
        self.chosen = None
        if self.may_edit and route.caregiver_id is not None:
            with ui.element("div").classes("acts foot"):
                sick = partial(self.report, DisruptionKind.SICK, route.caregiver_id)
                button("请病假，重排…", sick, symbol="warn", kind="small bad")
                late = partial(self.report, DisruptionKind.LATE_START, route.caregiver_id)
                button("晚到岗…", late, symbol="clock", kind="small")

    async def report(self, kind: DisruptionKind, subject: str | None = None) -> None:
        """Open the dialog of an event."""
        now = self.day.progress.now_minutes
        minute = MORNING_MINUTES if now is None else now
        staff = await self._staff()
        ReplanDialog(self.visitor, self.view, staff, minute, self.reload).open(kind, subject)

    async def slots(self) -> None:
        """Open the question who could come to an elder when."""
        SlotDialog(self.visitor, self.view, await self._staff(), self._done, may_edit=self.may_edit)

    async def key(self, key: str, bar: str) -> None:
        """M moves and L locks what is chosen on the timeline, W says why."""
        if self.chosen is None or not self.is_standing:
            return
        subject, stop = self.chosen
        if key == "w":
            await self._explain(subject)
        elif key == "m" and self.may_edit:
            await self._edit(EditKind.MOVE, subject, bar)
        elif key == "l" and self.may_edit and stop is not None:
            is_locked = stop.locked_caregiver_ids or stop.locked_start_minutes is not None
            kind = EditKind.UNLOCK if is_locked else EditKind.LOCK
            await self._lock(kind, LockKind.BOTH, stop, bar)

    async def drop(self, subject: Subject, bar: str, worker: str, start: int) -> None:
        """Somebody pulled a visit to a caregiver and a time: tried like any other edit."""
        if self.may_edit:
            await self._edit(EditKind.MOVE, subject, bar, (worker, start))

    async def _edit(
        self,
        kind: EditKind,
        subject: Subject,
        bar: str,
        to: tuple[str | None, int | None] = (None, None),
    ) -> None:
        staff = await self._staff()
        done = partial(self._done, bar)
        await EditDialog(self.visitor, self.view, staff, done).open(kind, subject, to)

    async def _lock(self, kind: EditKind, lock: LockKind, stop: StopView, bar: str) -> None:
        edit = Edit(kind=kind, visit_id=stop.visit_id or "", lock=lock)
        await store_at_once(self.visitor, self.view, edit, partial(self._done, bar))

    async def _phoned(self, stop: StopView, bar: str) -> None:
        visit, phoned = stop.visit_id or "", not stop.is_phoned
        edit = Edit(kind=EditKind.PHONED, visit_id=visit, is_phoned=phoned)
        await store_at_once(self.visitor, self.view, edit, partial(self._done, bar))

    def _done(self, bar: str) -> None:
        tell("已放入草稿，发布后才通知。", kind="positive")
        self.reload(bar)

    async def last(self) -> str:
        """What 撤销 would take back, in words; empty where there is nothing."""
        if not self.may_edit or self.view.status is not RosterStatus.DRAFT:
            return ""
        found = await run_in_threadpool(newest_edit, self.visitor, self.day.on, self.view.name)
        return "" if found is None else undo_words(found, self.view)

    async def undo(self) -> None:
        """Take back the newest edit of the draft and show the visit that it was about."""
        try:
            told = await run_in_threadpool(take_back, self.visitor, self.day.on, self.view.name)
        except EldercareError as refused:
            tell(f"没有撤销：{sentence(refused)}", kind="warning")
            return
        tell(f"已撤销：{undo_words(told, self.view)}", kind="positive")
        self.reload(f"v:{told.visit_id}:0")

    def _why(self, subject: Subject) -> None:
        if not self.is_standing:
            return
        with ui.element("div").classes("acts"):
            ask = partial(self._explain, subject)
            button(
                "为什么这样排？" if subject.caregiver_id else "最小调整方案？", ask, kind="small"
            )
        self.answer = ui.element("div").props("aria-live=polite")

    async def _explain(self, subject: Subject) -> None:
        self._said("正在计算…")
        asked_in = self.answer
        try:
            found = await run_in_threadpool(
                explain, self.visitor, subject.visit_id, None, self.day.scenario
            )
            staff = await self._staff()
        except EldercareError as refused:
            if not asked_in.is_deleted:
                self._said(sentence(refused))
            return
        if asked_in.is_deleted:
            return  # something else has been chosen meanwhile
        self.answer.clear()
        others = dict(staff.caregivers)
        others.pop(subject.caregiver_id or "", None)
        with self.answer:
            html(why_parts.explanation(found))
            done = partial(self._done, f"v:{subject.visit_id}:0")
            FixList(self.visitor, self.view, found, done, may_edit=self.may_edit)
            with ui.element("div").classes("asked"):
                self.other = choice("为什么不是", others, None, partial(self._why_not, subject))
            self.against = html("")
        here = f"getElement({self.answer.id})"
        ui.run_javascript(f"{here}.scrollIntoView({{block: 'start', behavior: 'instant'}})")

    async def _why_not(self, subject: Subject) -> None:
        if not self.other.value:
            return
        try:
            found = await run_in_threadpool(
                explain,
                self.visitor,
                subject.visit_id,
                str(self.other.value),
                self.day.scenario,
            )
        except EldercareError as refused:
            fill(self.against, sentence(refused))
            return
        fill(self.against, why_parts.comparison(found) or "")

    def _said(self, words: str) -> None:
        self.answer.clear()
        with self.answer:
            html(words, "p", "t2")
