"""The open page of a day: figures, timeline, map and panel, and what they tell each other."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from fastapi.concurrency import run_in_threadpool
from markupsafe import Markup
from nicegui import ui
from nicegui.events import GenericEventArguments

from api.console import panel
from api.console.acts import Acts, missing_subject, subject_of
from api.console.bounds import district_bounds, town_bounds
from api.console.components import DistrictMap, Timeline
from api.console.controls import fill, html, tell
from api.console.day import by_worker, map_data, timeline_data, unplaced_id
from api.console.day_reading import DayPage, read_news
from api.console.figures import Figure, day_figures, figure_body
from api.console.visitor import Visitor
from api.console.words import instant
from eldercare.rostering.tables import RosterStatus
from eldercare.rostering.views import RosterView

FOCUS_PANEL = "() => document.querySelector('.panel').focus()"
LIST_LIMIT = 200
"""Lines of the list of what is missing; beyond it the page says how many more there are."""
REFRESH_SECONDS = 60.0
"""The clock and the reports of today move once a minute."""


class Day:
    """The parts of one day's page and what they tell each other."""

    def __init__(self, visitor: Visitor, day: DayPage, view: RosterView) -> None:
        self.visitor, self.day, self.view = visitor, day, view
        self.progress = day.progress
        self.workers = by_worker(view)
        self.figures: list[ui.html] = []
        self.acts = Acts(visitor, day, view)
        self.differences: Callable[[], Awaitable[None]] | None = None
        """Shows what the draft changes, where there is a version to compare with."""
        self.announced = False
        draft = " draft-sheet" if view.status is RosterStatus.DRAFT else ""
        with ui.element("div").classes(f"day{draft}"):
            with ui.element("section").classes("kpi").props('aria-label="当日概况"'):
                for figure in day_figures(view, self.progress):
                    self.figures.append(self._figure(figure))
            with ui.element("div").classes("work"):
                self.timeline = Timeline(self._timeline())
                self.timeline.on("select", self._selected)
                self.timeline.on("more", self._nothing_chosen)
                self.timeline.on("act", self._key)
                self.timeline.on("drop", self._dropped)
                self.timeline.on("open", js_handler=FOCUS_PANEL)
                with ui.element("aside").classes("side").props('aria-label="地图与说明"'):
                    self.map = DistrictMap(self._map())
                    self.panel = ui.element("div").classes("panel").props("tabindex=-1")
        self._nothing_chosen(keep=True)
        self.timeline.on("seen", self.refresh, args=[])
        if day.is_today:
            ui.timer(REFRESH_SECONDS, self.refresh, immediate=False)

    async def refresh(self) -> None:
        """Take in what has been reported since; a new version is only announced."""
        news = await run_in_threadpool(read_news, self.visitor, self.day)
        self.progress = news.progress
        self.timeline.show(self._timeline())
        self.map.show(self._map())
        figures = day_figures(self.view, self.progress)
        if len(figures) == len(self.figures):
            for cell, figure in zip(self.figures, figures, strict=True):
                fill(cell, figure_body(figure))
        if news.is_replaced and not self.announced:
            self.announced = True
            tell("这一天的排班已有新版本，刷新页面查看。", kind="warning")

    def _timeline(self) -> dict[str, Any]:
        note = f"{instant(self.visitor.place.now())} 的数据"
        return timeline_data(self.view, self.progress, note) | {"editable": self.acts.may_edit}

    def _map(self) -> dict[str, Any]:
        town = self.day.town
        bounds = district_bounds() if town is None else town_bounds(town)
        caregivers = self.view.summary.caregivers
        caption = {"name": self.day.town_name, "text": f"{caregivers} 名护理员的路线"}
        return map_data(self.view, self.progress, [town] if town else [], bounds, caption)

    def _figure(self, figure: Figure) -> ui.html:
        if not figure.filter:
            return html(figure_body(figure))
        cell = html(figure_body(figure), "button", props="type=button")
        if figure.filter == "unplaced":
            cell.on("click", self._nothing_chosen, args=[])
        else:
            cell.on("click", partial(self._filter, figure), args=[])
        return cell

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
            self._acts(row, bar)

    def _acts(self, row: str | None, bar: str | None) -> None:
        """What can be done about the visit or the caregiver that is shown."""
        found = panel.find_stop(self.view, bar) if bar else None
        item = panel.find_unplaced(self.view, bar) if bar else None
        if bar and found:
            self.acts.stop(*found, bar)
        elif bar and item:
            self.acts.missing(item, bar)
        elif row in self.workers:
            self.acts.worker(self.workers[row][0])

    async def _dropped(self, event: GenericEventArguments) -> None:
        bar, row = str(event.args.get("bar")), str(event.args.get("row"))
        found, item = panel.find_stop(self.view, bar), panel.find_unplaced(self.view, bar)
        subject = subject_of(*found) if found else missing_subject(item) if item else None
        if subject is not None:
            await self.acts.drop(subject, bar, row, int(event.args.get("start")))

    async def _key(self, event: GenericEventArguments) -> None:
        key, bar = str(event.args.get("key")), str(event.args.get("bar") or "")
        if key == "d":
            if self.differences is not None:
                await self.differences()
        else:
            await self.acts.key(key, bar)

    def _body(self, row: str | None, bar: str | None) -> Markup | None:
        progress = self.progress
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
                    line.on("click", partial(self.open_bar, unplaced_id(item)), args=[])
            if len(self.view.unplaced) > LIST_LIMIT:
                html(
                    f"还有 {len(self.view.unplaced) - LIST_LIMIT} 项，请先按镇（街道）查看。",
                    "p",
                    "t2",
                )

    def open_bar(self, bar: str) -> None:
        """Choose a visit as if somebody had clicked on it, wherever it stands now."""
        here = panel.bar_now(self.view, bar)
        chosen = json.dumps({"detail": {"row": None, "bar": here, "origin": "panel"}})
        ui.run_javascript(f"document.dispatchEvent(new CustomEvent('console:select', {chosen}))")
