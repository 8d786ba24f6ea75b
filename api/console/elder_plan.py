"""An elder's care plans: items, what is next, and the form that changes visits from one on."""

from __future__ import annotations

from itertools import groupby

from markupsafe import Markup

from api.console.controls import query
from api.console.elder_acts import time_words
from api.console.elder_forms import (
    act_form,
    choice_field,
    day_field,
    due_words,
    field,
    period,
    text_field,
    typed,
    weekday_words,
)
from api.console.elder_look import card
from api.console.elder_parts import hours_body
from api.console.elder_reading import ElderPage
from api.console.elder_words import (
    HOLIDAY,
    MEAL_MODE,
)
from api.console.markup import Child, grid, icon, join, tag
from api.console.visitor import Visitor
from api.console.words import WEEKDAYS, clock, short_date
from eldercare.care.absences import lies_in
from eldercare.care.tables import PlanItem

SHOWN_DUE = 10
SCOPES = {
    "this": "仅这一次",
    "later": "这次及以后全部",
    "later_not_by_hand": "这次及以后，保留手工改过的",
}


def plan(visitor: Visitor, page: ElderPage, item_id: str) -> Markup:
    """The plans with their items, what is next, and the form for the item that is chosen."""
    item = next((one for one in page.file.items if one.id == item_id), None)
    if item is None and page.draft is not None and page.draft.act == "plan":
        chosen = page.draft.values.get("item_id")
        item = next((one for one in page.file.items if one.id == chosen), None)
    plans: list[Child] = [_plan_card(page, one.id, item) for one in page.file.plans]
    month = card("本月时长", hours_body(page)) if page.hours else None
    return join(
        tag(
            "div",
            *(plans or [card("照护计划", tag("p", "没有照护计划。", class_="t3"))]),
            _meals(page),
            class_="column wide-column",
        ),
        tag(
            "div",
            _change(visitor, page, item) if item and page.may_write else None,
            _next(page),
            month,
            class_="column",
        ),
    )


def _plan_card(page: ElderPage, plan_id: str, chosen: PlanItem | None) -> Markup:
    found = next(one for one in page.file.plans if one.id == plan_id)
    items = [one for one in page.file.items if one.care_plan_id == plan_id]
    held = lies_in((found.from_on, found.until_on), page.on)
    rows = [_item_row(page, one, chosen) for one in items]
    head = ("服务", "星期", "时段", "时长", "节假日", "护理员", "例外", "")
    body: Child = tag("p", "这份计划没有项目。", class_="t3")
    if rows:
        body = tag("div", grid(head, rows), class_="table-scroll")
    note = period(found.from_on, found.until_on) + ("" if held else "，不在执行")
    return card(f"计划 {plan_id}", body, note=note)


def _item_row(page: ElderPage, item: PlanItem, chosen: PlanItem | None) -> Markup:
    service = page.services.get(item.service_type_code, item.service_type_code)
    pair = "（双人）" if item.people > 1 else ""
    special = [
        one
        for one in page.file.exceptions
        if one.item_id == item.id and one.original_on >= page.today
    ]
    own = [
        f"{item.from_on} 起" if item.from_on else "",
        f"至 {item.until_on}" if item.until_on else "",
    ]
    address = query({"tab": "plan", "item": item.id}, f"/elders/{page.elder.id}")
    change = tag("a", "更改", href=address, class_="btn small") if page.may_write else None
    liked = page.caregivers.get(item.preferred_caregiver_id or "", "—")
    return tag(
        "tr",
        tag(
            "td",
            tag("b", service),
            pair,
            tag("div", " ".join(own), class_="t3 s11") if any(own) else None,
        ),
        tag("td", rhythm_words(item)),
        tag("td", f"{clock(item.window_start_minutes)}–{clock(item.window_end_minutes)}"),
        tag("td", f"{item.minutes} 分"),
        tag("td", HOLIDAY[item.holiday_rule][0]),
        tag("td", liked),
        tag("td", f"{len(special)} 次" if special else "—"),
        tag("td", change),
        class_="sel" if chosen is not None and chosen.id == item.id else None,
    )


def rhythm_words(item: PlanItem) -> str:
    """On which days an item falls due."""
    days = weekday_words(item.weekdays)
    if item.times_per_week is not None:
        return f"每周 {item.times_per_week} 次，可选 {days}"
    if item.week_of_month is not None:
        return (
            f"每月{'最后一个' if item.week_of_month < 0 else f'第 {item.week_of_month} 个'} {days}"
        )
    return days if item.every_weeks == 1 else f"每 {item.every_weeks} 周 {days}"


def _meals(page: ElderPage) -> Markup:
    rows = [
        tag(
            "tr",
            tag("td", tag("b", page.places.get(one.meal_site_id, one.meal_site_id))),
            tag("td", MEAL_MODE[one.mode][0]),
            tag("td", weekday_words(one.weekdays)),
            tag("td", f"{one.portions} 份"),
            tag("td", one.diet or "—"),
            tag("td", period(one.from_on, one.until_on), class_="t2"),
        )
        for one in page.file.meals
    ]
    if not rows:
        return card("助餐", tag("p", "没有订餐。", class_="t3"))
    return card("助餐", tag("table", tag("tbody", rows), class_="grid"))


def _next(page: ElderPage) -> Markup:
    by_day = [(on, list(ones)) for on, ones in groupby(page.due, key=lambda one: one.on)]
    lines = [
        tag(
            "li",
            tag("span", short_date(on), class_="d"),
            [tag("span", icon("meal" if one.is_meal else "home"), due_words(one)) for one in ones],
        )
        for on, ones in by_day[:SHOWN_DUE]
    ]
    none = tag("p", "五周内没有上门和助餐。", class_="t3")
    return card("接下来", tag("ul", lines, class_="days") if lines else none)


def _change(visitor: Visitor, page: ElderPage, item: PlanItem) -> Markup:
    visits = [one for one in page.due if one.source_id == item.id]
    days = {one.original_on.isoformat(): short_date(one.on) for one in visits}
    service = page.services.get(item.service_type_code, item.service_type_code)
    if not days:
        return card(f"更改 {service}", tag("p", "五周内没有这项上门。", class_="t3"))
    first = next(iter(days))
    start, end = time_words(item.window_start_minutes), time_words(item.window_end_minutes)
    was = {
        "minutes": str(item.minutes),
        "window_start_minutes": start,
        "window_end_minutes": end,
        "weekdays": item.weekdays,
    }
    body = act_form(
        visitor,
        page,
        "plan",
        tag("input", type="hidden", name="item_id", value=item.id),
        [
            tag("input", type="hidden", name=f"was_{name}", value=value)
            for name, value in was.items()
        ],
        choice_field(page, "plan", "original_on", "从哪次起", days, first),
        choice_field(page, "plan", "scope", "范围", SCOPES, "this"),
        choice_field(
            page, "plan", "what", "做什么", {"change": "更改为", "cancel": "取消"}, "change"
        ),
        day_field(page, "plan", "moved_to_on", "改期到（仅一次）"),
        _time(page, "window_start_minutes", "最早开始", start),
        _time(page, "window_end_minutes", "最晚开始", end),
        text_field(page, "plan", "minutes", "时长（分）", otherwise=str(item.minutes), most=3),
        _weekdays(page, item),
        hint="没有改的栏目保持原样。",
        open_=True,
    )
    return card(f"更改 {service}", body, classes="changing")


def _time(page: ElderPage, name: str, label: str, otherwise: str) -> Markup:
    value = typed(page, "plan", name, otherwise)
    return field(label, tag("input", type="time", name=name, value=value))


def _weekdays(page: ElderPage, item: PlanItem) -> Markup:
    chosen = typed(page, "plan", "weekdays", item.weekdays)
    boxes = [
        tag(
            "label",
            tag("input", type="checkbox", name="weekdays", value=digit, checked=digit in chosen),
            WEEKDAYS[int(digit) - 1],
        )
        for digit in "1234567"
    ]
    return tag(
        "div",
        tag("span", "星期（以后）"),
        tag("div", boxes, class_="line boxes"),
        class_="wide like-label",
    )
