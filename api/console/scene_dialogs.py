"""Dialogs of scenarios: make one, compare all, make one the draft, delete one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from fastapi.concurrency import run_in_threadpool
from markupsafe import Markup
from nicegui import ui

from api.console import scene_parts as parts
from api.console.controls import button, fill, html, tell
from api.console.errors import sentence
from api.console.fields import choice, words_field
from api.console.markup import icon, tag
from api.console.scenes import (
    Seen,
    compare_scenes,
    discard_scene,
    make_scene,
    promote_scene,
    seen_scene,
)
from api.console.visitor import Visitor
from api.console.why_parts import differences_side
from api.console.words import roster_name
from eldercare.errors import EldercareError
from eldercare.rostering.explaining.case import SCENARIO
from eldercare.rostering.scenarios.comparing import ScenarioComparisons
from eldercare.rostering.scenarios.keeping import EMPTY
from eldercare.rostering.scenarios.listing import RosterEntry

Done = Callable[[str], None]
"""Called with the name of the scenario to show next; empty: the draft."""


def which(one: RosterEntry) -> str:
    """The name by which a use case knows a roster of the list."""
    if one.name:
        return f"{SCENARIO}{one.name}"
    return "draft" if one.version is None else str(one.version)


def ask_for_scene(visitor: Visitor, on: date, entries: list[RosterEntry], done: Done) -> None:
    """Open the dialog that makes a scenario."""
    bases = {which(one): roster_name(one) for one in entries}
    bases[EMPTY] = "空白，从头排"
    with ui.dialog() as dialog, ui.card().classes("ask"):
        html(tag("h2", "新建方案"), "div", "ask-title")
        html("方案只用来比较，不影响草稿，也不会通知任何人。", "p", "t2")

        async def make() -> None:
            called = str(name.value or "").strip()
            try:
                await run_in_threadpool(make_scene, visitor, on, called, str(base.value))
            except EldercareError as refused:
                fill(wrong, sentence(refused))
                return
            dialog.close()
            done(called)

        with ui.element("div").classes("asked"):
            name = words_field("名称", lambda: fill(wrong, "")).props("maxlength=40")
            base = choice("内容来自", bases, next(iter(bases)))
        wrong = html("", "p", "bad s12", "role=alert")
        with ui.element("div").classes("ask-foot"):
            button("取消", dialog.close)
            button("新建", make, kind="pri")
    dialog.open()


async def ask_to_promote(
    visitor: Visitor, on: date, name: str, entries: list[RosterEntry], done: Done
) -> None:
    """Open the question what becomes of the draft when a scenario takes its place."""
    seen = await _seen(visitor, on, name)
    if seen is None:
        return
    with ui.dialog() as dialog, ui.card().classes("ask"):
        html(tag("h2", f"把方案「{name}」作为草稿"), "div", "ask-title")
        html("作为草稿后，核对无误即可发布。", "p", "t2")
        with ui.element("div").classes("asked"):
            fate = _fate(seen)
        newer = html(_newer(name, entries), "div")
        newer_said = ui.checkbox("仍然采用").classes("s12")
        newer_said.set_visibility(bool(_newer(name, entries)))
        newer.set_visibility(bool(_newer(name, entries)))
        wrong = html("", "p", "bad s12", "role=alert")

        async def promote() -> None:
            keep = str(fate.value or "").strip() if fate is not None else ""
            try:
                made = await run_in_threadpool(
                    lambda: promote_scene(
                        visitor, on, seen, keep_draft_as=keep, over_newer=bool(newer_said.value)
                    )
                )
            except EldercareError as refused:
                fill(wrong, sentence(refused))
                return
            dialog.close()
            if made.events_missing:
                missing = f"方案未考虑 {len(made.events_missing)} 件当日已报情况，请重新报告。"
                tell(missing, kind="warning")
            done("")

        with ui.element("div").classes("ask-foot"):
            button("取消", dialog.close)
            button("作为草稿", promote, kind="pri")
    dialog.open()


def _fate(seen: Seen) -> ui.input | None:
    """Under which name the draft that stands is kept; empty: it is not needed any more."""
    if seen.draft is None:
        return None
    field = words_field("现有草稿存为方案", lambda: None)
    html("", "span")
    html("留空则不再需要现有草稿，直接删除。", "p", "t3 s12")
    return field


def _newer(name: str, entries: list[RosterEntry]) -> Markup | str:
    """A warning where what is in force came after what the scenario stands on."""
    mine = next((one for one in entries if one.name == name), None)
    told = next((one for one in entries if one.is_in_force), None)
    if mine is None or told is None:
        return ""
    if mine.based_on is not None and mine.based_on.roster_id == told.roster_id:
        return ""
    words = f"方案建立后又发布了 v{told.version}：采用会撤回那一版的改动，请先比较。"
    return tag("p", icon("warn", "warn"), words, class_="line")


async def ask_to_discard(visitor: Visitor, on: date, name: str, done: Done) -> None:
    """Ask once, then delete a scenario for good."""
    seen = await _seen(visitor, on, name)
    if seen is None:
        return
    with ui.dialog() as dialog, ui.card().classes("ask"):
        html(tag("h2", f"删除方案「{name}」？"), "div", "ask-title")
        html("删除后不能恢复；草稿和已发布的排班不受影响。", "p", "t2")

        async def discard() -> None:
            dialog.close()
            try:
                await run_in_threadpool(discard_scene, visitor, on, seen)
            except EldercareError as refused:
                tell(f"没有删除：{sentence(refused)}", kind="negative")
                return
            done("")

        with ui.element("div").classes("ask-foot"):
            button("取消", dialog.close)
            button("删除", discard, kind="bad")
    dialog.open()


async def _seen(visitor: Visitor, on: date, name: str) -> Seen | None:
    try:
        return await run_in_threadpool(seen_scene, visitor, on, name)
    except EldercareError as refused:
        tell(sentence(refused), kind="negative")
        return None


class Comparison:
    """All scenarios beside a baseline; one of them elder by elder."""

    def __init__(self, visitor: Visitor, on: date, entries: list[RosterEntry], name: str) -> None:
        self.visitor, self.on, self.chosen = visitor, on, name
        self.found: ScenarioComparisons | None = None
        bases = {which(one): roster_name(one) for one in entries}
        first = next((one for one in entries if one.is_in_force), entries[0])
        names = {one.name: roster_name(one) for one in entries if one.name}
        with ui.dialog() as self.dialog, ui.card().classes("ask replan wide"):
            with ui.element("div").classes("replan-head line compare-head"):
                html(tag("h2", "方案比较"))
                html("", "span", "grow")
                self.base = choice("基准", bases, which(first), self._read)
                self.name = choice("明细", names, name or next(iter(names)), self._show)
            with ui.element("div").classes("replan-body"):
                with ui.element("section").classes("replan-people").props('aria-label="比较"'):
                    self.table = html("正在比较…", props="aria-live=polite")
                    self.people = html("")
                self.side = html("", "aside", "replan-side")
            with ui.element("div").classes("replan-foot line"):
                html("先看谁会变动，再看路程和代价。", "span", "t2 s12")
                html("", "span", "grow")
                button("关闭", self.dialog.close)

    async def open(self) -> None:
        """Compare with what is in force."""
        self.dialog.open()
        await self._read()

    async def _read(self) -> None:
        try:
            self.found = await run_in_threadpool(
                compare_scenes, self.visitor, self.on, str(self.base.value)
            )
        except EldercareError as refused:
            self.found = None
            fill(self.table, tag("p", sentence(refused), class_="bad"))
        self._show()

    def _show(self) -> None:
        if self.found is None:
            return
        chosen = str(self.name.value or "")
        mine = next((one for one in self.found.scenarios if one.scenario.name == chosen), None)
        fill(self.table, parts.compared_table(self.found, chosen))
        fill(self.people, parts.compared_people(mine) or "")
        side = ""
        if mine is not None:
            side = parts.warnings(mine) + differences_side(mine.differences)
        fill(self.side, side)
