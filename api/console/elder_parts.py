"""The head of an elder's page, and what is known of the elder at a glance."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from api.console.controls import query
from api.console.elder_acts import ACTS
from api.console.elder_forms import act_form, entry_line, outcome, period, text_field
from api.console.elder_kin import consents, contacts, groups, position
from api.console.elder_look import card, facts
from api.console.elder_reading import ElderPage
from api.console.elder_twins import duplicates
from api.console.elder_words import (
    END_REASON,
    FIELDS,
    GROUP,
    LIVING,
    MATCHES,
    SETTINGS,
    SEX,
    level_words,
    value_words,
)
from api.console.markup import Child, icon, join, tag
from api.console.visitor import Visitor
from api.console.words import age_on, hours, of, share
from eldercare.care.absences import lies_in
from eldercare.care.status import HOSPITAL
from eldercare.registry.assessment import due_date
from eldercare.registry.masking import masked_fields
from eldercare.registry.people import EndReason

TABS = {
    "overview": "概况",
    "plan": "照护计划",
    "status": "状态",
    "assessments": "评估",
    "history": "变更记录",
}
_SOON_DAYS = 30


def tabs(page: ElderPage) -> Markup:
    """The tabs; who may not see people has the overview only."""
    shown = TABS if page.personal else {"overview": TABS["overview"]}
    return Markup("").join(
        tag(
            "a",
            label,
            href=query({"tab": tab}, f"/elders/{page.elder.id}"),
            class_="pill run" if tab == page.tab else "pill neu",
            aria_current="page" if tab == page.tab else None,
        )
        for tab, label in shown.items()
    )


def head(page: ElderPage) -> Markup:
    """Who it is, how able, in which groups, living how, and where now and soon."""
    elder = page.elder
    shown: dict[str, Any] = elder.model_dump() if page.personal else masked_fields(elder)
    age = f"{age_on(elder.birth_on, page.on)} 岁" if page.personal else None
    named = tag(
        "div",
        tag("h2", shown["name"]),
        tag(
            "span",
            " · ".join(one for one in (SEX[elder.sex][0], age, elder.id) if one),
            class_="t2",
        ),
        class_="line",
    )
    return tag(
        "div",
        tag("div", named, tag("div", _groups(page), class_="line wrap"), class_="who"),
        tag("div", tag("span", "能力等级", class_="l"), _level(page)),
        tag("div", tag("span", "居住", class_="l"), tag("b", LIVING[elder.living_arrangement][0])),
        tag(
            "div",
            tag("span", "社区（村）", class_="l"),
            tag("b", page.community(elder.community_code)),
        ),
        tag("div", tag("span", "状态", class_="l"), *_standing(page), class_="standing"),
        class_="card elder-head",
    )


def _groups(page: ElderPage) -> Child:
    now = [one for one in page.file.groups if lies_in((one.from_on, one.until_on), page.on)]
    if not now:
        return tag("span", "不属于重点人群", class_="t3 s12")
    return [
        tag(
            "span",
            GROUP[one.group][0],
            tag("small", f" {period(one.from_on, one.until_on)}"),
            class_="tag run",
        )
        for one in now
    ]


def _level(page: ElderPage) -> Markup:
    found = page.file.level_on(page.on)
    if found is None:
        return tag("b", level_words(None), class_="warn")
    due_on = due_date(found.assessed_on, found.reassess_on)
    left = (due_on - page.on).days
    tone = "bad" if left < 0 else "warn" if left <= _SOON_DAYS else "t3"
    mark = icon("bad" if left < 0 else "warn") if tone != "t3" else None
    told = f"应于 {due_on} 复评" if left >= 0 else f"应于 {due_on} 复评，已过 {-left} 天"
    return join(
        tag("b", level_words(found.level)), tag("span", mark, told, class_=f"st s12 {tone}")
    )


def _standing(page: ElderPage) -> list[Markup]:
    """What holds now, then what is planned."""
    file, on, elder = page.file, page.on, page.elder
    if elder.ended_on is not None and elder.ended_on <= on:
        reason = END_REASON[elder.end_reason][0] if elder.end_reason else "退出"
        return [_state("bad", "bad", f"{reason} {elder.ended_on}")]
    now = [
        _state("warn", "warn", f"{_pause(one.reason)} {period(one.from_on, one.until_on)}")
        for one in file.pauses
        if lies_in((one.from_on, one.until_on), on)
    ] + [
        _state(
            "home",
            "run",
            f"住 {page.places.get(one.institution_id, '')} {period(one.from_on, one.until_on)}",
        )
        for one in file.stays
        if lies_in((one.from_on, one.until_on), on)
    ]
    ahead = [
        _state("clock", "drf", f"将{_pause(one.reason)} {period(one.from_on, one.until_on)}")
        for one in file.pauses
        if one.from_on > on
    ]
    ahead += [
        _state("clock", "drf", f"{one.from_on} 搬到 {page.community(one.community_code)}")
        for one in file.moves
        if one.from_on > on
    ]
    if elder.ended_on is not None:
        reason = END_REASON[elder.end_reason][0] if elder.end_reason else "退出"
        ahead.append(_state("clock", "drf", f"{elder.ended_on} {reason}"))
    return (now or [_state("ok", "ok", "在册，住在家中")]) + ahead


def _pause(reason: str) -> str:
    return "住院暂停" if reason == HOSPITAL else f"暂停（{reason}）" if reason else "暂停"


def _state(symbol: str, tone: str, words: str) -> Markup:
    return tag("span", icon(symbol), words, class_=f"st {tone}")


def overview(visitor: Visitor, page: ElderPage, item_id: str) -> Markup:
    """Everything about the elder that is no plan; `item_id` is the contact that is chosen."""
    if not page.personal:
        return card("概况", tag("p", "个人信息已隐去，只能看等级、人群和状态。", class_="t2"))
    return join(
        tag("div", _home(visitor, page), contacts(visitor, page, item_id), class_="column"),
        tag("div", _hours(page), _advice(page), consents(visitor, page), class_="column"),
        tag("div", groups(visitor, page), duplicates(visitor, page), class_="column"),
    )


def _home(visitor: Visitor, page: ElderPage) -> Markup:
    elder = page.elder
    place: Child = tag("span", icon("warn"), "没有坐标", class_="st warn")
    if elder.longitude is not None and elder.latitude is not None:
        degrees = f"{elder.longitude:.5f}, {elder.latitude:.5f}"
        place = tag("span", icon("pin"), degrees, class_="st")
        if elder.position_is_estimated:
            place = join(
                place, tag("span", icon("warn"), "估计位置（社区中心）", class_="tag warn")
            )
    before = [
        f"{page.community(one.community_code)} {one.address}（至 {one.until_on}）"
        for one in page.file.homes
    ]
    details = None
    if page.may_write:
        details = act_form(
            visitor,
            page,
            "details",
            [
                tag("input", type="hidden", name=f"was_{name}", value=getattr(elder, name))
                for name in ("phone", "building", "care_note")
            ],
            text_field(page, "details", "phone", "电话", otherwise=elder.phone, most=20),
            text_field(page, "details", "building", "小区楼栋", otherwise=elder.building),
            text_field(
                page, "details", "care_note", "上门须知", otherwise=elder.care_note, most=200
            ),
        )
    return card(
        "住址与资料",
        facts(
            ("住址", f"{page.community(elder.community_code)} {elder.address}"),
            ("小区楼栋", elder.building),
            ("位置", place),
            ("电话", elder.phone),
            ("出生日期", elder.birth_on.isoformat()),
            ("身份证号", page.id_number or "未登记"),
            ("登记日期", elder.registered_on.isoformat()),
            ("上门须知", elder.care_note),
            ("曾住", "；".join(before)),
        ),
        details,
        position(visitor, page),
    )


def _hours(page: ElderPage) -> Markup:
    if page.hours is None:
        return Markup("")
    return card(
        f"{page.hours.month_on.year} 年 {page.hours.month_on.month} 月时长", hours_body(page)
    )


def hours_body(page: ElderPage) -> Markup:
    """Entitled, planned and delivered hours of the month, with what is left."""
    month = page.hours
    assert month is not None
    entitled = month.entitled_minutes
    figures = [
        ("可享", "不限" if entitled is None else hours(entitled)),
        ("已计划", hours(month.planned_minutes)),
        ("已服务", hours(month.delivered_minutes)),
    ]
    cells = [tag("div", tag("span", name, class_="l"), tag("b", value)) for name, value in figures]
    told = None
    if entitled:
        over = month.used_minutes > entitled
        words = (
            f"用去 {share(month.used_minutes, entitled)}（{of(month.used_minutes, entitled)} 分）"
        )
        mark = icon("bad" if over else "ok")
        told = tag(
            "p",
            mark,
            words,
            "，超出可享时长" if over else None,
            class_=f"st {'bad' if over else 't2'}",
        )
    return join(tag("div", cells, class_="trio"), told)


def _advice(page: ElderPage) -> Markup:
    advice = page.advice
    setting = tag("p", "没有建议。", class_="t3")
    if advice is not None:
        reasons = [tag("li", one.zh) for one in advice.reasons]
        setting = join(
            tag("p", "建议 ", tag("b", SETTINGS[advice.setting])),
            tag("ul", reasons, class_="why-list"),
        )
    rows = [
        tag(
            "li",
            tag(
                "b",
                f"{MATCHES[one.match.kind]}：{page.place(one.match.place_id)}",
            ),
            tag("div", one.told.zh, class_="t2"),
        )
        for one in page.matches
    ]
    return card("服务建议与匹配", setting, tag("ul", rows, class_="why-list") if rows else None)


def lost(visitor: Visitor, page: ElderPage) -> Markup | None:
    """What was typed in a form that what happened meanwhile has taken away, and why it failed."""
    draft = page.draft
    if draft is None:
        return None
    words = [
        (FIELDS[name], value_words(name, text))
        for name, text in draft.values.items()
        if text and name in FIELDS
    ]
    return card(
        ACTS[draft.act].title, facts(*words), outcome(visitor, page, draft), classes="whole lost"
    )


def merged_into(page: ElderPage) -> str | None:
    """The elder whose file this row became part of."""
    if page.elder.end_reason is not EndReason.MERGED:
        return None
    return next((one.keep_id for one in page.merges if one.drop_id == page.elder.id), None)


def history(page: ElderPage) -> Markup:
    """The entries of the trail about an elder, the newest first, a page at a time."""
    if not page.entries:
        none = "没有更早的记录。" if page.before else "还没有逐条记录的变更。"
        return card("变更记录", tag("p", none, class_="t3"), _turning(page))
    lines = [tag("li", entry_line(one)) for one in page.entries]
    return card(
        "变更记录",
        tag("ul", lines, class_="news"),
        _turning(page),
        note="谁、何时、改前、改后；最新的在前",
        classes="whole",
    )


def _turning(page: ElderPage) -> Markup | None:
    """Links to what is older, and back to the newest."""
    address, links = f"/elders/{page.elder.id}", []
    if page.before:
        newest = query({"tab": "history"}, address)
        links.append(tag("a", icon("left"), "回到最新", href=newest, class_="btn small"))
    if page.older:
        older = query({"tab": "history", "before": str(page.older)}, address)
        links.append(tag("a", "更早的记录", icon("right"), href=older, class_="btn small"))
    return tag("nav", links, class_="line", aria_label="翻页") if links else None
