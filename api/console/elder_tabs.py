"""The tabs of an elder's page: status, care plan, assessments, and what was changed when."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from markupsafe import Markup

from api.console.controls import query
from api.console.elder_acts import time_words
from api.console.elder_forms import (
    act_form,
    choice_field,
    day_field,
    due_words,
    entry_line,
    field,
    period,
    text_field,
    typed,
    weekday_words,
)
from api.console.elder_parts import card, facts, hours_body
from api.console.elder_reading import ElderPage
from api.console.elder_words import (
    GROUNDS,
    HOLIDAY,
    LIVING,
    MEAL_MODE,
    assessment_items,
    level_words,
)
from api.console.markup import Child, icon, join, tag
from api.console.visitor import Visitor
from api.console.words import WEEKDAYS, clock, short_date
from eldercare.care.absences import lies_in
from eldercare.care.status import HOSPITAL
from eldercare.care.tables import PlanItem
from eldercare.registry.assessment import due_date
from eldercare.registry.people import Assessment, LivingArrangement

SHOWN_DUE = 10
SCOPES = {
    "this": "仅这一次",
    "later": "这次及以后全部",
    "later_not_by_hand": "这次及以后，保留手工改过的",
}


def status(visitor: Visitor, page: ElderPage) -> Markup:
    """What becomes of the elder: one form each, shown before it is stored."""
    if not page.may_write:
        return card("状态", tag("p", "没有权限更改。", class_="t2"))
    elder, file = page.elder, page.file
    if elder.ended_on is not None:
        ended = act_form(visitor, page, "take-back", hint="计划、助餐和签约一并恢复。", open_=True)
        return tag("div", card("已登记退出", ended), class_="column two")
    today = page.today.isoformat()
    goes_on = [
        one
        for one in file.pauses
        if one.reason == HOSPITAL and (one.until_on is None or one.until_on > page.today)
    ]
    moves = [one.from_on for one in file.moves] or [one.until_on for one in file.homes[:1]]
    pause = card(
        "暂停与恢复",
        act_form(
            visitor,
            page,
            "hospital",
            day_field(page, "hospital", "from_on", "住院第一天", otherwise=today),
            day_field(page, "hospital", "until_on", "恢复第一天（可空）"),
            hint="上门和助餐同时停，恢复那天起再开始。",
            open_=page.draft is None,
        ),
        act_form(
            visitor,
            page,
            "back",
            day_field(page, "back", "until_on", "恢复第一天", otherwise=today),
            hint="早于住院第一天就取消这次暂停。",
        )
        if goes_on
        else None,
    )
    codes = page.movable_to
    home = card(
        "住处与居住情况",
        act_form(
            visitor,
            page,
            "move",
            day_field(page, "move", "on", "住到新址第一天", otherwise=today),
            choice_field(
                page, "move", "community_code", "社区（村）", dict(codes), elder.community_code
            ),
            text_field(page, "move", "address", "新住址", most=120),
            text_field(page, "move", "building", "小区楼栋"),
            hint="以前日期的覆盖数字不变。",
        ),
        act_form(
            visitor,
            page,
            "move-back",
            day_field(page, "move-back", "on", "哪天的搬家", otherwise=moves[0].isoformat()),
        )
        if moves
        else None,
        act_form(
            visitor,
            page,
            "living",
            day_field(page, "living", "on", "从哪天起", otherwise=today),
            choice_field(
                page,
                "living",
                "living_arrangement",
                "居住",
                {one.value: LIVING[one][0] for one in LivingArrangement},
                elder.living_arrangement.value,
            ),
        ),
    )
    end = card(
        "退出登记",
        act_form(
            visitor,
            page,
            "move-out",
            day_field(page, "move-out", "on", "离开第一天", otherwise=today),
        ),
        act_form(
            visitor,
            page,
            "death",
            day_field(page, "death", "on", "不再服务第一天", otherwise=today),
            hint="计划、助餐和签约随之结束；登记错了可以撤回。",
        ),
    )
    return tag("div", pause, home, end, class_="thirds")


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
        body = tag(
            "div",
            tag(
                "table",
                tag("thead", tag("tr", [tag("th", name) for name in head])),
                tag("tbody", rows),
                class_="grid",
            ),
            class_="table-scroll",
        )
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


def assessments(visitor: Visitor, page: ElderPage) -> Markup:
    """Every assessment, the newest with its items; and the form for another one."""
    found = page.file.assessments
    history = card("评估历史", _history(found) if found else tag("p", "还没有评估。", class_="t3"))
    newest = _items(found[0]) if found else None
    new = (
        card("新评估", _assess(visitor, page))
        if page.may_write and page.elder.ended_on is None
        else None
    )
    return join(
        tag("div", history, newest, class_="column"), tag("div", new, class_="column wide-column")
    )


def _history(found: Sequence[Assessment]) -> Markup:
    rows = [
        tag(
            "tr",
            tag("td", one.assessed_on.isoformat()),
            tag("td", tag("b", level_words(one.level))),
            tag("td", f"{one.score} 分" if one.item_scores or one.score else "未评分"),
            tag("td", "、".join(GROUNDS[ground] for ground in one.grounds or ()) or "—"),
            tag("td", due_date(one.assessed_on, one.reassess_on).isoformat(), class_="t2"),
        )
        for one in found
    ]
    head = ("日期", "等级", "得分", "等级变更依据", "应复评")
    return tag(
        "table",
        tag("thead", tag("tr", [tag("th", name) for name in head])),
        tag("tbody", rows),
        class_="grid",
    )


def _items(one: Assessment) -> Markup:
    title = f"{one.assessed_on} 各项得分"
    if not one.item_scores:
        return card(title, tag("p", "只登记了总分。", class_="t3"))
    groups = []
    for group, items in groupby(assessment_items(), key=lambda item: item[1]):
        listed = list(items)
        total = sum(one.item_scores.get(code, 0) for code, *_ in listed)
        most = sum(item[3] for item in listed)
        lines = [
            (name, f"{one.item_scores.get(code, '—')}/{maximum}")
            for code, _, name, maximum in listed
        ]
        groups.append(
            tag("div", tag("h4", f"{group} {total}/{most}"), facts(*lines), class_="item-group")
        )
    return card(
        title,
        tag("div", groups, class_="item-groups"),
        note=f"共 {one.score}/90 分，{level_words(one.level)}",
    )


def _assess(visitor: Visitor, page: ElderPage) -> Markup:
    ticked = typed(page, "assess", "grounds").split(",")
    grounds = [
        tag(
            "label",
            tag(
                "input",
                type="checkbox",
                name="grounds",
                value=ground.value,
                checked=ground.value in ticked,
            ),
            words,
        )
        for ground, words in GROUNDS.items()
    ]
    groups = [
        tag("fieldset", tag("legend", group), [_score(page, *item) for item in items])
        for group, items in groupby(assessment_items(), key=lambda item: item[1])
    ]
    return act_form(
        visitor,
        page,
        "assess",
        day_field(page, "assess", "assessed_on", "评估日期", otherwise=page.today.isoformat()),
        tag("div", groups, class_="scores"),
        tag(
            "div",
            tag("span", "等级变更依据"),
            tag("div", grounds, class_="line wrap boxes"),
            class_="wide like-label",
        ),
        hint="得分越高能力越好；昏迷不评分，直接为 4 级。",
        open_=True,
    )


def _score(page: ElderPage, code: str, _group: str, name: str, most: int) -> Markup:
    choices = {"": "—"} | {str(points): str(points) for points in range(most, -1, -1)}
    return choice_field(page, "assess", code, f"{name}（0–{most}）", choices, "")


def history(page: ElderPage) -> Markup:
    """The entries of the trail about the elder, the newest first."""
    if not page.entries:
        return card("变更记录", tag("p", "还没有逐条记录的变更。", class_="t3"))
    lines = [tag("li", entry_line(one)) for one in page.entries]
    return card(
        "变更记录",
        tag("ul", lines, class_="news"),
        note="谁、何时、改前、改后；最新的在前",
        classes="whole",
    )
