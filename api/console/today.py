"""今日: a date's roster as timeline, map and explanation."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from markupsafe import Markup
from nicegui import ui
from nicegui.element import Element

from api.console.acts import Acts
from api.console.asking import show_differences
from api.console.controls import button, date_picker, html, picker, query
from api.console.day_reading import DayPage, read_day
from api.console.day_view import Day
from api.console.markup import icon, join, tag
from api.console.publishing import ask_to_publish
from api.console.shell import Frame, console_page, open_frame, state
from api.console.visitor import Visitor
from api.console.words import instant, long_date, parse_date
from eldercare.accounts.permissions import Action, may
from eldercare.rostering.disruptions import DisruptionKind
from eldercare.rostering.tables import Roster, RosterStatus
from eldercare.settings import DISTRICT_CODE


@console_page(
    "/today",
    title="今日",
    action=Action.READ_ROSTER,
    styles=("today.css", "timeline.css", "map.css", "mend.css"),
)
async def today(visitor: Visitor, request: Request) -> None:
    """Build the page of `?date=&town=&status=&scenario=`."""
    asked = request.query_params
    day = await run_in_threadpool(
        read_day,
        visitor,
        parse_date(asked.get("date")),
        asked.get("town"),
        asked.get("status"),
        asked.get("scenario"),
    )
    frame = open_frame(visitor, "/today", "今日")
    shown = None
    with frame.main:
        if day.view is None:
            html(_empty(visitor, day))
        else:
            shown = Day(visitor, day, day.view)
            if bar := asked.get("bar"):
                ui.timer(0.1, partial(shown.open_bar, bar), once=True)
    _top(frame, visitor, day, shown)


def _address(day: DayPage, **changes: str | None) -> str:
    values: dict[str, str | None] = {
        "date": day.on.isoformat(),
        "town": day.town or DISTRICT_CODE,
        "scenario": day.scenario,
    }
    return query(values | changes, "/today")


def _empty(visitor: Visitor, day: DayPage) -> Markup:
    if not day.whole and not day.towns:
        return state("lock", "当前账号负责的区域小于镇（街道），不能查看整日排班。")
    sentence = f"{long_date(day.on)} 还没有排班。"
    if not may(visitor.user, Action.PLAN):
        return state("today", sentence, "请协调员先排程。")
    link = (query({"date": day.on.isoformat()}, "/plan"), "去排程")
    return state("today", sentence, "排程会读取当日的照护计划和助餐订阅，结果先进草稿。", link=link)


def _top(frame: Frame, visitor: Visitor, day: DayPage, shown: Day | None) -> None:
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
        if shown is not None:
            _buttons(visitor, day, shown)


def _date_field(day: DayPage) -> None:
    for step, symbol, hint in ((-1, "left", "前一天"), (1, "right", "后一天")):
        on = (day.on + timedelta(days=step)).isoformat()
        if step > 0:
            date_picker(
                long_date(day.on), day.on, lambda value: _address(day, date=value, scenario=None)
            )
        address = _address(day, date=on, scenario=None)
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
    """The scenario that is shown, the draft, if any, and the newest version."""
    scenario = [one for one in day.rosters if one.name]
    plain = [one for one in day.rosters if not one.name]
    draft = [one for one in plain if one.status is RosterStatus.DRAFT][:1]
    told = [one for one in plain if one.status is not RosterStatus.DRAFT][:1]
    return scenario + draft + told


def _status_pill(day: DayPage, roster: Roster) -> Markup:
    shown = day.roster is not None and day.roster.id == roster.id
    if roster.status is RosterStatus.DRAFT:
        what = f"正在编辑：方案「{roster.name}」" if roster.name else "草稿 · 未发布"
        words = join(icon("draft"), what)
        look, address = "pill draft", _address(day, scenario=roster.name)
    else:
        when = instant(roster.published_at) if roster.published_at else ""
        kept = "（已归档）" if roster.status is RosterStatus.CLOSED else ""
        words = join(icon("ok"), f"已发布 v{roster.version}{kept}", tag("span", when))
        look, address = "pill ok", _address(day, status="published", scenario=None)
    if shown:
        return tag("span", words, class_=look)
    return tag("a", words, href=address, class_="pill neu", title="切换到这一版")


async def _undo_button(acts: Acts, slot: Element) -> None:
    """The button that takes the newest edit back, where there is one."""
    words = await acts.last()
    if words and not slot.is_deleted:
        with slot:
            button("撤销", acts.undo, symbol="undo", hint=f"撤销：{words}")


def _buttons(visitor: Visitor, day: DayPage, shown: Day) -> None:
    acts, is_draft = shown.acts, shown.view.status is RosterStatus.DRAFT
    newest = max((one.version or 0 for one in day.rosters), default=0)
    may_publish = is_draft and not day.scenario and visitor.may_publish()

    def reload() -> None:
        ui.navigate.to(_address(day, status="published", scenario=None))

    async def publish() -> None:
        await ask_to_publish(visitor, day.on, reload)

    async def differences() -> None:
        await show_differences(
            visitor, day.on, publish if may_publish else None, scenario=day.scenario
        )

    if day.scenario:
        back = query({"date": day.on.isoformat(), "scenario": day.scenario}, "/plan")
        html(tag("a", "回到方案", href=back, class_="btn"), "span")
    if acts.may_edit and is_draft:
        ui.timer(0.1, partial(_undo_button, acts, ui.element("span")), once=True)
    button("", acts.slots, symbol="clock", kind="icon ghost", hint="问可约时段")
    if acts.may_edit:
        report = partial(acts.report, DisruptionKind.SICK)
        button("突发情况…", report, symbol="warn")
    if is_draft and newest:
        button("查看差异", differences, symbol="eye")
        shown.differences = differences
    if may_publish:
        button(f"发布 v{newest + 1}…", publish, kind="pri")
