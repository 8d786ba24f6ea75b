"""排程: plan a date again, see each town's part, publish the draft, and what ran by itself."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from nicegui import ui

from api.console import plan_parts as parts
from api.console import scene_parts
from api.console.controls import button, date_picker, fill, html, query, tell
from api.console.errors import sentence
from api.console.markup import icon, join, tag
from api.console.plan_desk import PlanRun, desk
from api.console.plan_reading import PlanPage, read_plan
from api.console.publishing import ask_to_publish
from api.console.scene_dialogs import (
    Comparison,
    ask_for_scene,
    ask_to_discard,
    ask_to_promote,
)
from api.console.shell import Frame, console_page, open_frame, state
from api.console.visitor import Visitor
from api.console.words import long_date, parse_date
from eldercare.accounts.permissions import Action, in_scope, may
from eldercare.errors import EldercareError
from eldercare.rostering.dates import newest_roster_on
from eldercare.settings import DISTRICT_CODE

LIMITS = {10: "10 秒", 30: "30 秒", 60: "1 分钟", 180: "3 分钟", 600: "10 分钟"}
POLL_SECONDS = 0.5


@console_page("/plan", title="排程", action=Action.PLAN, styles=("plan.css", "mend.css"))
async def plan(visitor: Visitor, request: Request) -> None:
    """Build the page of `?date=&scenario=`."""
    asked = parse_date(request.query_params.get("date"))
    on = asked if asked is not None else await run_in_threadpool(_default_on, visitor)
    page = await run_in_threadpool(
        read_plan, visitor, on, request.query_params.get("scenario") or ""
    )
    PlanView(visitor, open_frame(visitor, "/plan", "排程"), page)


def _default_on(visitor: Visitor) -> date:
    """Tomorrow; where all days are over (the demonstration), the newest roster's date."""
    tomorrow = visitor.place.today() + timedelta(days=1)
    with visitor.place.reading() as session:
        newest = newest_roster_on(session)
    return newest if newest and newest < visitor.place.today() else tomorrow


class PlanView:
    """The open page and its refreshing parts."""

    def __init__(self, visitor: Visitor, frame: Frame, page: PlanPage) -> None:
        self.visitor, self.page, self.watched = visitor, page, desk.last
        self._top(frame)
        with frame.main, ui.element("div").classes("planning"):
            with ui.element("aside").classes("jobs").props('aria-label="任务"'):
                html(tag("h2", "任务", class_="h15"))
                self.jobs = html("")
            with ui.element("section").classes("desk"):
                with ui.element("div").classes("card ask-plan"):
                    self._form()
                self.progress = html("", "div", "card running")
                with ui.element("div").classes("card scenes"):
                    self.scene_head = ui.element("div").classes("line scenes-head")
                    self.scenes = html("", "div", "table-scroll")
                with ui.element("div").classes("card result"):
                    self.result_head = ui.element("div").classes("line result-head")
                    self.result = html("", "div")
                    self.lost = html("", "div")
        self._draw()
        self.timer = ui.timer(POLL_SECONDS, self._look)

    def _top(self, frame: Frame) -> None:
        with frame.top:
            date_picker(
                long_date(self.page.on), self.page.on, lambda value: query({"date": value}, "/plan")
            )
            if self.page.scenario:
                named = f"正在编辑：方案「{self.page.scenario}」"
                html(join(icon("draft"), named), "span", "pill draft")
            else:
                html("结果只进草稿，发布后才通知", "span", "pill neu")
            html("", "span", "grow")
            today = scene_parts.day_address(self.page.on, self.page.scenario)
            html(tag("a", "查看当日排班", href=today, class_="btn"), "span")

    def _form(self) -> None:
        whole = in_scope(self.visitor.user, DISTRICT_CODE)
        choices = ({DISTRICT_CODE: "全区"} if whole else {}) | dict(self.page.towns)
        limit = int(self.visitor.place.settings.plan_time_limit_seconds)
        limits = dict(sorted((LIMITS | {limit: LIMITS.get(limit, f"{limit} 秒")}).items()))
        html(tag("b", "重新排程", class_="h15"), "span")
        html("范围", "span", "t2 s12")
        self.scope = ui.select(choices, value=next(iter(choices), None)).props(
            "outlined dense options-dense aria-label=范围"
        )
        names = [one.name for one in self.page.entries if one.name]
        html("排入", "span", "t2 s12")
        self.into = ui.select(
            {"": "草稿"} | {one: f"方案「{one}」" for one in names}, value=self.page.scenario
        ).props("outlined dense options-dense aria-label=排入")
        html("计算时间", "span", "t2 s12")
        self.limit = ui.select(limits, value=limit).props(
            "outlined dense options-dense aria-label=计算时间"
        )
        html("", "span", "grow")
        self.start = button("开始排程", self._start, symbol="run", kind="pri")

    async def _start(self) -> None:
        scope = self.scope.value
        towns = None if scope == DISTRICT_CODE else [scope]
        try:
            self.watched = await run_in_threadpool(
                desk.start,
                self.visitor,
                self.page.on,
                towns,
                float(self.limit.value),
                str(self.into.value or ""),
            )
        except EldercareError as refused:
            tell(_refused(refused), kind="negative")
        self._look_running(self.watched)

    async def _look(self) -> None:
        """Follow the desk's run; when it ends, read everything again."""
        newest = desk.last
        if newest is not self.watched:
            self.watched = newest
        if newest is None or newest.running:
            self._look_running(newest)
            return
        if self.progress.visible:
            page = self.page
            self.page = await run_in_threadpool(read_plan, self.visitor, page.on, page.scenario)
            self._draw()
            into = newest.request.scenario
            if newest.problem:
                tell(f"没有排成：{newest.problem}", kind="negative")
            else:
                where = f"方案「{into}」" if into else "草稿"
                tell(f"排程完成，结果在{where}里。", kind="positive")

    def _look_running(self, running: PlanRun | None) -> None:
        busy = running is not None and running.running
        self.progress.set_visibility(busy)
        self.start.props(f"{'disabled' if busy else ''}", remove="" if busy else "disabled")
        if busy and running is not None:
            elapsed = (self.visitor.place.now() - running.started_at).total_seconds()
            town = self.page.towns.get(running.town, "")
            fill(self.progress, parts.progress_line(running, elapsed, town))

    def _draw(self) -> None:
        self._look_running(desk.last)
        scheduler = self.visitor.place.scheduler()
        upcoming = scheduler.next_runs() if scheduler else []
        fill(self.jobs, parts.runs_list(self.page, upcoming))
        self.result_head.clear()
        page = self.page
        with self.result_head:
            html(tag("b", f"{long_date(page.on)} 的排班", class_="h15"), "span")
            if page.scenario and page.roster is not None:
                html(parts.roster_pill(page.roster), "div", "line")
            elif page.roster is not None:
                html(join(parts.roster_pill(one) for one in page.rosters[:3]), "div", "line")
            html("", "span", "grow")
            if page.scenario:
                self._scene_buttons(page.scenario)
            if page.has_draft and self.visitor.may_publish():
                button("发布…", self._publish, kind="pri")
        self._draw_scenes()
        fill(self.lost, scene_parts.not_kept_list(page.lost, page.on, page.scenario) or "")
        if page.summary is None or not page.parts:
            empty = "这个方案还是空的。" if page.scenario else "这一天还没有排班。"
            fill(self.result, state("plan", empty, "选好范围和计算时间，点“开始排程”。"))
            return
        fill(
            self.result,
            tag("div", parts.figures(page.summary), class_="ks")
            + tag("div", parts.town_table(page.parts), class_="table-scroll"),
        )

    def _draw_scenes(self) -> None:
        """The rosters of the date beside each other."""
        page, entries = self.page, self.page.entries
        has_scenes = any(one.name for one in entries)
        self.scene_head.clear()
        with self.scene_head:
            html(tag("b", "草稿与方案", class_="h15"), "span")
            html("几种排法并排比较，选一种作为草稿", "span", "t2 s12")
            html("", "span", "grow")
            if has_scenes:
                button("比较…", self._compare, symbol="eye")
            if may(self.visitor.user, Action.EDIT_ROSTER):
                button("新建方案…", self._make, symbol="plus")
        shown = page.roster.id if page.roster is not None else None
        fill(self.scenes, scene_parts.scene_table(entries, shown) if entries else "")

    def _scene_buttons(self, name: str) -> None:
        visitor, page = self.visitor, self.page
        if not may(visitor.user, Action.EDIT_ROSTER):
            return
        if may(visitor.user, Action.EDIT_ROSTER, area_code=DISTRICT_CODE):
            promote = partial(ask_to_promote, visitor, page.on, name, page.entries, self._go)
            button("作为草稿…", promote, kind="pri")
        discard = partial(ask_to_discard, visitor, page.on, name, self._go)
        button("删除…", discard, kind="bad")

    def _go(self, scenario: str) -> None:
        """Open the page anew with a scenario, or with the draft."""
        ui.navigate.to(scene_parts.plan_address(self.page.on, scenario))

    def _make(self) -> None:
        ask_for_scene(self.visitor, self.page.on, self.page.entries, self._go)

    async def _compare(self) -> None:
        page = self.page
        await Comparison(self.visitor, page.on, page.entries, page.scenario).open()

    async def _publish(self) -> None:
        await ask_to_publish(
            self.visitor,
            self.page.on,
            lambda: ui.navigate.to(query({"date": self.page.on.isoformat()}, "/plan")),
        )


def _refused(error: EldercareError) -> str:
    if error.code == "plan_running":
        return "另一次排程正在进行，请等它完成。"
    return sentence(error)
