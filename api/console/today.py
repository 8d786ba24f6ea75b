"""今日: a date's roster as timeline, map and explanation."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from markupsafe import Markup
from nicegui import ui
from nicegui.events import GenericEventArguments

from api.console import panel
from api.console.bounds import district_bounds, town_bounds
from api.console.components import DistrictMap, Timeline
from api.console.controls import button, date_picker, html, picker, query
from api.console.day import by_worker, map_data, timeline_data, unplaced_id
from api.console.day_reading import DayPage, read_day
from api.console.figures import Figure, day_figures, figure_body
from api.console.markup import icon, join, tag
from api.console.publishing import ask_to_publish
from api.console.shell import Frame, console_page, open_frame, state
from api.console.visitor import Visitor
from api.console.words import instant, long_date, parse_date
from eldercare.accounts.permissions import Action, may
from eldercare.rostering.tables import Roster, RosterStatus
from eldercare.rostering.views import RosterView
from eldercare.settings import DISTRICT_CODE

FOCUS_PANEL = "() => document.querySelector('.panel').focus()"
LIST_LIMIT = 200
"""Lines of the list of what is missing; beyond it the page says how many more there are."""


@console_page(
    "/today",
    title="今日",
    action=Action.READ_ROSTER,
    styles=("today.css", "timeline.css", "map.css"),
)
async def today(visitor: Visitor, request: Request) -> None:
    """Build the page of `?date=&town=&status=`."""
    asked = request.query_params
    day = await run_in_threadpool(
        read_day, visitor, parse_date(asked.get("date")), asked.get("town"), asked.get("status")
    )
    frame = open_frame(visitor, "/today", "今日")
    with frame.main:
        if day.view is None:
            html(_empty(visitor, day))
        else:
            Day(visitor, day, day.view)
    _top(frame, visitor, day)


def _address(day: DayPage, **changes: str | None) -> str:
    values: dict[str, str | None] = {"date": day.on.isoformat(), "town": day.town or DISTRICT_CODE}
    return query(values | changes, "/today")


def _empty(visitor: Visitor, day: DayPage) -> Markup:
    if not day.whole and not day.towns:
        return state("lock", "当前账号负责的区域小于镇（街道），不能查看整日排班。")
    sentence = f"{long_date(day.on)} 还没有排班。"
    if not may(visitor.user, Action.PLAN):
        return state("today", sentence, "请协调员先排程。")
    link = (query({"date": day.on.isoformat()}, "/plan"), "去排程")
    return state("today", sentence, "排程会读取当日的照护计划和助餐订阅，结果先进草稿。", link=link)


def _top(frame: Frame, visitor: Visitor, day: DayPage) -> None:
    with frame.top:
        _date_field(day)
        _town_field(day)
        html(join(_status_pill(day, one) for one in _shown_versions(day)), "div", "line pills")
        html("", "span", "grow")
        if day.view is not None:
            find = tag(
                "input",
                type="search",
                placeholder="老人、人员、服务",
                aria_label="搜索老人、人员、服务",
                data_search=True,
            )
            html(icon("search") + find + tag("kbd", "/"), "label", "find")
            if day.view.status is RosterStatus.DRAFT and may(visitor.user, Action.PUBLISH):
                _publish_button(visitor, day)


def _date_field(day: DayPage) -> None:
    for step, symbol, hint in ((-1, "left", "前一天"), (1, "right", "后一天")):
        on = (day.on + timedelta(days=step)).isoformat()
        if step > 0:
            date_picker(long_date(day.on), day.on, lambda value: _address(day, date=value))
        address = _address(day, date=on)
        html(tag("a", icon(symbol), href=address, class_="btn icon ghost", aria_label=hint), "span")


def _town_field(day: DayPage) -> None:
    _, menu = picker(day.town_name, "pin")
    choices = [(DISTRICT_CODE, "全区")] if day.whole else []
    choices += list(day.towns.items())
    shown = day.town or DISTRICT_CODE
    with menu:
        html(
            join(
                tag(
                    "a", name, href=_address(day, town=code), class_="on" if code == shown else None
                )
                for code, name in choices
            )
        )


def _shown_versions(day: DayPage) -> list[Roster]:
    """The draft, if any, and the newest version."""
    draft = [one for one in day.rosters if one.status is RosterStatus.DRAFT][:1]
    return draft + [one for one in day.rosters if one.status is not RosterStatus.DRAFT][:1]


def _status_pill(day: DayPage, roster: Roster) -> Markup:
    shown = day.roster is not None and day.roster.id == roster.id
    if roster.status is RosterStatus.DRAFT:
        words = join(icon("draft"), "草稿 · 未发布")
        look, address = "pill draft", _address(day)
    else:
        when = instant(roster.published_at) if roster.published_at else ""
        kept = "（已归档）" if roster.status is RosterStatus.CLOSED else ""
        words = join(icon("ok"), f"已发布 v{roster.version}{kept}", tag("span", when))
        look, address = "pill ok", _address(day, status="published")
    if shown:
        return tag("span", words, class_=look)
    return tag("a", words, href=address, class_="pill neu", title="切换到这一版")


def _publish_button(visitor: Visitor, day: DayPage) -> None:
    def reload() -> None:
        ui.navigate.to(_address(day, status="published"))

    newest = max((one.version or 0 for one in day.rosters), default=0)
    ask = partial(ask_to_publish, visitor, day.on, reload)
    button(f"发布 v{newest + 1}…", ask, kind="pri")


class Day:
    """The parts of one day's page and what they tell each other."""

    def __init__(self, visitor: Visitor, day: DayPage, view: RosterView) -> None:
        self.day, self.view = day, view
        self.workers = by_worker(view)
        draft = " draft-sheet" if view.status is RosterStatus.DRAFT else ""
        with ui.element("div").classes(f"day{draft}"):
            with ui.element("section").classes("kpi").props('aria-label="当日概况"'):
                for figure in day_figures(view, day.progress):
                    self._figure(figure)
            with ui.element("div").classes("work"):
                self.timeline = Timeline(timeline_data(view, day.progress, self._note(visitor)))
                self.timeline.on("select", self._selected)
                self.timeline.on("more", self._nothing_chosen)
                self.timeline.on("open", js_handler=FOCUS_PANEL)
                with ui.element("aside").classes("side").props('aria-label="地图与说明"'):
                    DistrictMap(self._map())
                    self.panel = ui.element("div").classes("panel").props("tabindex=-1")
        self._nothing_chosen()

    def _note(self, visitor: Visitor) -> str:
        return f"{instant(visitor.place.now())} 的数据"

    def _map(self) -> dict[str, Any]:
        town = self.day.town
        bounds = district_bounds() if town is None else town_bounds(town)
        caregivers = self.view.summary.caregivers
        caption = {"name": self.day.town_name, "text": f"{caregivers} 名护理员的路线"}
        return map_data(self.view, self.day.progress, [town] if town else [], bounds, caption)

    def _figure(self, figure: Figure) -> None:
        if not figure.filter:
            html(figure_body(figure))
            return
        cell = html(figure_body(figure), "button", props="type=button")
        if figure.filter == "unplaced":
            cell.on("click", self._nothing_chosen, args=[])
        else:
            cell.on("click", partial(self._filter, figure), args=[])

    def _filter(self, figure: Figure) -> None:
        self.timeline.filter(figure.filter, figure.label)

    def _selected(self, event: GenericEventArguments) -> None:
        row, bar = event.args.get("row"), event.args.get("bar")
        body = self._body(row, bar)
        if body is None:
            self._nothing_chosen(keep=True)
            return
        self.panel.clear()
        with self.panel:
            html(body)

    def _body(self, row: str | None, bar: str | None) -> Markup | None:
        progress = self.day.progress
        if bar and bar.startswith("u:"):
            item = panel.find_unplaced(self.view, bar)
            return panel.unplaced_body(self.view, item) if item else None
        if bar and bar.startswith("v:"):
            found = panel.find_stop(self.view, bar)
            return panel.stop_body(self.view, *found, progress) if found else None
        if row in self.workers:
            return panel.worker_body(self.workers[row], bar, progress)
        return None

    def _nothing_chosen(self, *_: object, keep: bool = False) -> None:
        """Show the overview and the list of what is missing."""
        if not keep:
            self.timeline.choose(None, None)
        self.panel.clear()
        with self.panel:
            html(panel.overview(self.view))
            with ui.element("div").classes("list"):
                for item in self.view.unplaced[:LIST_LIMIT]:
                    line = html(panel.unplaced_line(item), "button", props="type=button")
                    line.on("click", partial(self._open_missing, unplaced_id(item)), args=[])
            if len(self.view.unplaced) > LIST_LIMIT:
                html(
                    f"还有 {len(self.view.unplaced) - LIST_LIMIT} 项，请先按镇（街道）查看。",
                    "p",
                    "t2",
                )

    def _open_missing(self, bar: str) -> None:
        ui.run_javascript(
            "document.dispatchEvent(new CustomEvent('console:select',"
            f" {{detail: {{row: null, bar: {bar!r}, origin: 'panel'}}}}))"
        )
