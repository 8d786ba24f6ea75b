"""最小调整方案: each with a button that shows what it does and takes it, or a link to its page."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from fastapi.concurrency import run_in_threadpool
from nicegui import ui

from api.console.controls import button, html, tell
from api.console.edit_parts import trial_body
from api.console.errors import sentence
from api.console.fields import words_field
from api.console.fixes import FixTrial, elsewhere, store_fix, try_fix
from api.console.markup import icon, join, tag
from api.console.visitor import Visitor
from eldercare.errors import EldercareError
from eldercare.rostering.edits.adopting import ADOPTABLE
from eldercare.rostering.explaining.explanations import FixAnswer, VisitExplanation
from eldercare.rostering.views import RosterView
from solver.explaining.remedies import Kind

REASONS = {
    Kind.WIDEN_EARLIER: "可上门时段提前 {minutes} 分",
    Kind.WIDEN_LATER: "可上门时段推后 {minutes} 分",
    Kind.OVERTIME: "加班 {minutes} 分",
}
"""The reason that stands in the field to begin with: what is broken, in the fewest words."""
AGREED = {
    Kind.WIDEN_EARLIER: "采用前请先与老人或家属商定。",
    Kind.WIDEN_LATER: "采用前请先与老人或家属商定。",
    Kind.OVERTIME: "采用前请先与护理员商定。",
    Kind.SHIFT_EARLIER: "采用前请先与护理员商定。",
    Kind.SHIFT_LATER: "采用前请先与护理员商定。",
}


class FixList:
    """The fixes of an explanation, in the panel that is being drawn."""

    def __init__(
        self,
        visitor: Visitor,
        view: RosterView,
        found: VisitExplanation,
        done: Callable[[], None],
        *,
        may_edit: bool,
    ) -> None:
        self.visitor, self.view, self.found, self.done = visitor, view, found, done
        if not found.fixes:
            return
        with ui.element("div").classes("said-why fixes"):
            html(tag("h3", "最小调整方案"))
            for number, fix in enumerate(found.fixes):
                self._line(chr(ord("A") + number), fix, is_first=number == 0, may_edit=may_edit)

    def _line(self, letter: str, fix: FixAnswer, *, is_first: bool, may_edit: bool) -> None:
        with ui.element("div").classes("mend"):
            html(letter, "span", "n")
            html(fix.words.zh, "span", "grow")
            if fix.kind not in ADOPTABLE:
                words, address = elsewhere(self.found, fix)
                html(tag("a", words, href=address, class_="btn small"), "span")
            elif may_edit:
                kind = "small pri" if is_first else "small"
                button("采用…", partial(self._ask, fix), kind=kind, hint=f"采用方案 {letter}")

    async def _ask(self, fix: FixAnswer) -> None:
        try:
            tried = await run_in_threadpool(
                try_fix, self.visitor, self.view.on, self.found, fix, self.view.name
            )
        except EldercareError as refused:
            tell(f"不能采用：{sentence(refused)}", kind="warning")
            return
        self._dialog(fix, tried).open()

    def _dialog(self, fix: FixAnswer, tried: FixTrial) -> ui.dialog:
        report = tried.trial.report
        with ui.dialog() as dialog, ui.card().classes("ask edit"):
            title = f"采用：{self.found.elder.name}　{self.found.service_name}"
            html(tag("h2", title), "div", "ask-title")
            html(fix.words.zh, "p")
            html(trial_body(tried.trial))
            if tried.changes_shift:
                words = "同时修改这名护理员当日的班次；撤销时班次不改回。"
                html(join(icon("info"), words), "p", "line t2 s12")
            if fix.kind in AGREED:
                html(join(icon("phone"), AGREED[fix.kind]), "p", "line t2 s12")
            reason = None
            if report.breaks:
                with ui.element("div").classes("asked"):
                    reason = words_field("放行理由", lambda: None)
                    reason.value = REASONS.get(fix.kind, "").format(minutes=fix.minutes)

            async def store() -> None:
                said = str(reason.value or "").strip()[:200] if reason is not None else ""
                if reason is not None and not said:
                    tell("请先写明放行理由。", kind="warning")
                    return
                dialog.close()
                await self._store(tried, said)

            with ui.element("div").classes("ask-foot"):
                button("取消", dialog.close)
                if not report.breaks or report.may_be_overridden:
                    button("采用到草稿", store, kind="pri")
        return dialog

    async def _store(self, tried: FixTrial, reason: str) -> None:
        try:
            await run_in_threadpool(store_fix, self.visitor, tried, reason)
        except EldercareError as refused:
            tell(f"没有采用：{sentence(refused)}", kind="negative")
            return
        self.done()
