"""覆盖: how far every indicator is, by town and community, as of a date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from markupsafe import Markup
from nicegui import ui
from nicegui.events import GenericEventArguments

from api.console import coverage_parts as parts
from api.console.bounds import district_bounds, town_bounds
from api.console.components import DistrictMap
from api.console.controls import button, date_picker, fill, html, query
from api.console.coverage_reading import Figures, export_csv, read_figures
from api.console.errors import sentence
from api.console.markup import icon, join, tag
from api.console.place import here
from api.console.shell import Frame, console_page, open_frame, state
from api.console.visitor import Visitor, visitor_of
from api.console.words import long_date, parse_date, short_date
from eldercare.accounts.permissions import Action, may
from eldercare.coverage.rows import CoverageRow, percent
from eldercare.errors import EldercareError
from eldercare.rostering.dates import newest_roster_on

router = APIRouter(include_in_schema=False)


@console_page(
    "/coverage", title="覆盖", action=Action.READ_COVERAGE, styles=("coverage.css", "map.css")
)
async def coverage(visitor: Visitor, request: Request) -> None:
    """Build the page of `?date=&indicator=&town=`; the figures follow as soon as it is open."""
    asked = request.query_params
    day = parse_date(asked.get("date"))
    as_of = day if day is not None else await run_in_threadpool(_default_on, visitor)
    indicator = asked.get("indicator", "")
    code = indicator if indicator in parts.CODES else parts.CODES[0]
    frame = open_frame(visitor, "/coverage", "覆盖")
    page = CoveragePage(visitor, frame, as_of, code, asked.get("town"))
    ui.timer(0, page.load, once=True)


@router.get("/coverage.csv")
def download(request: Request) -> Response:
    """The figures of `?date=` as CSV, with a byte-order mark for spreadsheet programs."""
    place = here()
    visitor = visitor_of(request, place)
    if visitor is None or not may(visitor.user, Action.READ_COVERAGE):
        return RedirectResponse("/login?next=/coverage", status_code=303)
    as_of = parse_date(request.query_params.get("date")) or place.today()
    name = quote(f"覆盖_{as_of}.csv")
    return Response(
        export_csv(visitor, as_of).encode("utf-8-sig"),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
    )


def _default_on(visitor: Visitor) -> date:
    """Today; where the database's days are over (the demonstration), its newest roster's date."""
    today = visitor.place.today()
    with visitor.place.reading() as session:
        newest = newest_roster_on(session)
    return min(today, newest) if newest else today


class CoveragePage:
    """The open page: which indicator and town are chosen, and its parts."""

    def __init__(
        self, visitor: Visitor, frame: Frame, as_of: date, indicator: str, town: str | None
    ) -> None:
        self.visitor, self.as_of, self.indicator, self.town = visitor, as_of, indicator, town
        self.figures: Figures | None = None
        self.cards: dict[str, ui.html] = {}
        self._top(frame)
        with frame.main:
            self.body = ui.element("div").classes("cover")
        with self.body:
            html(_bones(), "div", "bones")

    def _top(self, frame: Frame) -> None:
        with frame.top:
            self.crumbs = html("", "nav", "crumb")
            date_picker(
                f"截至 {long_date(self.as_of)}", self.as_of, lambda value: self._address(date=value)
            )
            days = self.visitor.place.settings.coverage_look_back_days
            since = self.as_of - timedelta(days=days - 1)
            html(f"服务类指标回溯 {days} 天（{short_date(since)} 起）", "span", "pill neu")
            self.standing = html("", "span", "line standing")
            html("", "span", "grow")
            csv = query({"date": self.as_of.isoformat()}, "/coverage.csv")
            html(tag("a", icon("dl"), "导出 CSV", href=csv, class_="btn", download=True), "span")
            button("打印", lambda: ui.run_javascript("window.print()"), symbol="print")

    def _address(self, **changes: str | None) -> str:
        values: dict[str, str | None] = {
            "date": self.as_of.isoformat(),
            "indicator": self.indicator,
            "town": self.town,
        }
        return query(values | changes, "/coverage")

    async def load(self) -> None:
        """Read the figures and draw everything."""
        try:
            self.figures = await run_in_threadpool(read_figures, self.visitor, self.as_of)
        except EldercareError as fault:
            self._failed(sentence(fault))
            return
        if self.town not in self.figures.towns.get(self.indicator, {}):
            self.town = None
        self.body.clear()
        with self.body:
            self._lay(self.figures)
        self.choose(self.indicator)

    def _failed(self, words: str) -> None:
        self.body.clear()
        with self.body:
            html(
                state(
                    "bad", words, "排班和手机端不受影响。", bad=True, link=(self._address(), "重试")
                )
            )

    def _lay(self, figures: Figures) -> None:
        with ui.element("div").classes("cover-left"):
            with ui.element("section").classes("cards").props('aria-label="指标"'):
                for code in figures.whole:
                    card = html("", "button", "ind", "type=button")
                    card.on("click", partial(self.choose, code), args=[])
                    self.cards[code] = card
            with ui.element("section").classes("card table-card"):
                self.table_title = html("", "div", "sec")
                self.table = html("", "div", "table-scroll")
        with ui.element("div").classes("cover-right"):
            with ui.element("section").classes("card map-card shaded"):
                self.map_title = html("", "div", "sec")
                self.map = DistrictMap({"bounds": district_bounds()}).classes("grow")
                self.map.on("area", self._area)
                self.map_legend = html("", "div", "map-legend")
            with ui.element("section").classes("card definition"):
                self.definition = html("", "div")

    def _area(self, event: GenericEventArguments) -> None:
        self.choose(self.indicator, None if self.town else event.args["town"])

    def choose(self, indicator: str, town: str | None = "") -> None:
        """Show an indicator; `town` None goes back to the district, "" stays where it is."""
        figures = self.figures
        if figures is None:
            return
        self.indicator = indicator
        if town != "":
            self.town = town
        rows = list(figures.communities.get(indicator, {}).values())
        scope = self._scope(figures)
        fill(self.standing, parts.summary_line(list(scope.values()), figures.near_points))
        for code, card in self.cards.items():
            # Past figures are kept for the area as a whole, not for each town.
            past = figures.past.get(code, ()) if not self.town else ()
            fill(card, parts.card_body(scope[code], past, figures.near_points))
            chosen = code == indicator
            card.classes(add="sel" if chosen else "", remove="" if chosen else "sel")
            card.props(f"aria-pressed={str(chosen).lower()}")
        self._show_table(figures, rows)
        self._show_map(figures, rows)
        fill(self.definition, parts.definition_body(self._scope_row(figures), figures))
        fill(self.crumbs, self._crumb_links(figures))
        ui.navigate.history.replace(self._address())

    def _scope(self, figures: Figures) -> Mapping[str, CoverageRow]:
        """Every indicator of the town that is chosen, or of the whole area."""
        if not self.town:
            return figures.whole
        return {code: figures.towns[code][self.town] for code in figures.whole}

    def _scope_row(self, figures: Figures) -> CoverageRow:
        return self._scope(figures)[self.indicator]

    def _crumb_links(self, figures: Figures) -> Markup:
        if not self.town:
            return tag("b", figures.area_name)
        district = tag("a", figures.area_name, href=self._address(town=None))
        return join(
            district, icon("right", "t3", size=12), tag("b", self._scope_row(figures).area_name)
        )

    def _show_table(self, figures: Figures, communities: list[CoverageRow]) -> None:
        row = self._scope_row(figures)
        towns = figures.towns.get(self.indicator, {})
        in_towns = bool(towns) and not self.town
        prefix = (self.town or figures.area).rstrip("0")
        shown = (
            list(towns.values())
            if in_towns
            else [one for one in communities if one.area.startswith(prefix)]
        )
        others = parts.other_columns(self.indicator) if in_towns else []
        level = "镇（街道）" if in_towns else "社区（村）"
        near = figures.near_points
        body = [
            tag(
                "tr",
                parts.table_row(
                    one,
                    [figures.towns[code].get(one.area) for code in others],
                    near,
                    link=self._address(town=one.area) if in_towns else None,
                ),
            )
            for one in parts.by_gap(shown)
        ]
        total = parts.table_row(row, [figures.whole[code] for code in others], near, link=None)
        head = tag("thead", parts.table_head(self.indicator, level, others))
        table = tag(
            "table", head, tag("tbody", body, tag("tr", total, class_="sum")), class_="grid"
        )
        fill(self.table, table)
        note = f"{parts.short_name(self.indicator)} · 截至 {short_date(self.as_of)}"
        fill(
            self.table_title,
            tag("b", level)
            + tag("span", note, class_="t3 s12 cut")
            + tag("span", class_="grow")
            + tag("span", "按差距排序，差距大的在前", class_="s12 t2"),
        )

    def _show_map(self, figures: Figures, communities: list[CoverageRow]) -> None:
        bands, scale = parts.bands(communities)
        values = {
            one.area: f"{percent(one.value)}　{one.numerator:,}/{one.denominator:,}"
            for one in communities
            if one.value is not None
        }
        towns = figures.towns.get(self.indicator, {})
        self.map.show(
            {
                "bounds": town_bounds(self.town) if self.town else district_bounds(),
                "towns": [self.town] if self.town else [],
                "labels": {code: percent(one.value, 0) for code, one in towns.items()},
                "shades": {"values": values, "bands": bands, "links": bool(towns)},
            }
        )
        more = "点击返回全区" if self.town else "点击进入镇（街道）"
        name = parts.short_name(self.indicator)
        fill(self.map_title, tag("b", f"{name} · 社区（村）") + tag("span", more, class_="t3 s12"))
        swatches = [tag("i", style=f"background:var(--q{band})") for band in range(1, 6)]
        fill(
            self.map_legend,
            join(
                tag("span", swatches, class_="swatches"),
                tag("span", scale),
                tag("i", class_="hatch"),
                tag("span", "无法计算（不适用或没有对象）"),
            ),
        )


def _bones() -> Markup:
    cards = [tag("div", class_="bone", style="height:108px") for _ in range(12)]
    return tag("div", cards, class_="cards") + tag(
        "div",
        class_="bone",
        style="height:400px;margin-top:12px",
        role="status",
        aria_label="正在计算",
    )
