"""Whom to call about an elder, what was agreed to, and the groups; each with its forms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from markupsafe import Markup

from api.console.controls import query
from api.console.elder_forms import act_form, choice_field, day_field, period, text_field
from api.console.elder_kin_acts import Answer, Given, What
from api.console.elder_look import card
from api.console.elder_reading import ElderPage
from api.console.elder_words import CONSENTS, GROUP
from api.console.markup import Child, icon, tag
from api.console.todo_parts import SYSTEMS
from api.console.visitor import Visitor
from eldercare.registry.kin import ElderContact
from eldercare.registry.ledger import key_text

_ANSWERS = {Answer.YES.value: "是", Answer.NO.value: "否"}
_WHAT = {What.CHANGE.value: "更改为", What.REMOVE.value: "删除"}
_GIVEN = {Given.DEGREES.value: "按坐标", Given.COMMUNITY.value: "用社区中心（估计）"}
_MOST_CONTACTS = 9


def _open_to(page: ElderPage) -> bool:
    return page.may_write and page.elder.ended_on is None


def contacts(visitor: Visitor, page: ElderPage, item_id: str) -> Markup:
    """Whom to call in which order; the form of the one that is chosen, and that for another."""
    chosen = next((one for one in page.file.contacts if str(one.id) == item_id), None)
    listed = [_contact_row(page, one) for one in page.file.contacts]
    forms: list[Child] = []
    if _open_to(page):
        if chosen is not None:
            forms.append(_change_contact(visitor, page, chosen))
        ranks = {one.rank for one in page.file.contacts}
        free = next((one for one in range(1, _MOST_CONTACTS + 1) if one not in ranks), None)
        if free is not None:
            new = act_form(visitor, page, "new-contact", *_fields(page, "new-contact", None, free))
            forms.append(new)
    return card("联系人", rows_or(listed, "没有登记联系人。"), *forms)


def _contact_row(page: ElderPage, one: ElderContact) -> Markup:
    change = None
    if _open_to(page):
        address = query({"tab": "overview", "item": str(one.id)}, f"/elders/{page.elder.id}")
        label = f"更改联系人{one.name}"
        change = tag(
            "a", "更改", href=f"{address}#act-contact", class_="btn small", aria_label=label
        )
    return tag(
        "tr",
        tag("td", str(one.rank), class_="t3"),
        tag("td", tag("b", one.name), f"　{one.relation}"),
        tag("td", icon("phone"), one.phone, class_="st"),
        tag("td", tag("span", "紧急", class_="tag bad") if one.is_emergency else None),
        tag("td", change, class_="r"),
    )


def _change_contact(visitor: Visitor, page: ElderPage, one: ElderContact) -> Markup:
    was = {"name": one.name, "relation": one.relation, "phone": one.phone, "rank": str(one.rank)}
    was["is_emergency"] = Answer.YES if one.is_emergency else Answer.NO
    return act_form(
        visitor,
        page,
        "contact",
        tag("input", type="hidden", name="item_id", value=one.id),
        [
            tag("input", type="hidden", name=f"was_{name}", value=value)
            for name, value in was.items()
        ],
        choice_field(page, "contact", "what", "做什么", _WHAT, What.CHANGE),
        *_fields(page, "contact", one, one.rank),
        open_=True,
    )


def _fields(page: ElderPage, act: str, one: ElderContact | None, rank: int) -> list[Markup]:
    ranks = {str(number): str(number) for number in range(1, _MOST_CONTACTS + 1)}
    urgent = Answer.YES if one is not None and one.is_emergency else Answer.NO
    said = {name: getattr(one, name) if one else "" for name in ("name", "relation", "phone")}
    return [
        text_field(page, act, "name", "姓名", otherwise=said["name"], most=40),
        text_field(page, act, "relation", "关系", otherwise=said["relation"], most=20),
        text_field(page, act, "phone", "电话", otherwise=said["phone"], most=20),
        choice_field(page, act, "rank", "次序（1 先联系）", ranks, str(rank)),
        choice_field(page, act, "is_emergency", "紧急联系", _ANSWERS, urgent),
    ]


def consents(visitor: Visitor, page: ElderPage) -> Markup:
    """What was agreed to and by whom; forms to note another agreement and to withdraw one."""
    listed = [
        tag(
            "tr",
            tag("td", _mark(one.from_on, one.until_on, page.on), CONSENTS[one.kind], class_="st"),
            tag("td", period(one.from_on, one.until_on), class_="t2"),
            tag("td", one.given_by, class_="t3"),
        )
        for one in page.file.consents
    ]
    held = {one.kind.value for one in page.file.consents if one.until_on is None}
    kinds = {kind.value: words for kind, words in CONSENTS.items()}
    give = withdraw = None
    if _open_to(page) and set(kinds) - held:
        give = _give(visitor, page, _only(kinds, set(kinds) - held))
    if _open_to(page) and held:
        withdraw = _withdraw(visitor, page, _only(kinds, held))
    return card("同意书", rows_or(listed, "没有签署同意书。"), give, withdraw)


def _only(words: Mapping[str, str], wanted: set[str]) -> dict[str, str]:
    return {key: value for key, value in words.items() if key in wanted}


def _give(visitor: Visitor, page: ElderPage, kinds: Mapping[str, str]) -> Markup:
    return act_form(
        visitor,
        page,
        "consent",
        choice_field(page, "consent", "kind", "同意什么", kinds, next(iter(kinds))),
        day_field(page, "consent", "from_on", "从哪天起", otherwise=page.today.isoformat()),
        text_field(page, "consent", "given_by", "签署人", otherwise="本人", most=40),
    )


def _withdraw(visitor: Visitor, page: ElderPage, kinds: Mapping[str, str]) -> Markup:
    return act_form(
        visitor,
        page,
        "withdraw",
        choice_field(page, "withdraw", "kind", "撤回什么", kinds, next(iter(kinds))),
        day_field(
            page, "withdraw", "until_on", "不再同意的第一天", otherwise=page.today.isoformat()
        ),
    )


def groups(visitor: Visitor, page: ElderPage) -> Markup:
    """Groups and contracts with their dates; forms to join a group and to change when it ends."""
    listed = [
        tag(
            "tr",
            tag("td", _mark(one.from_on, one.until_on, page.on), GROUP[one.group][0], class_="st"),
            tag("td", period(one.from_on, one.until_on), class_="t2"),
        )
        for one in page.file.groups
    ]
    contracts = [
        tag(
            "tr",
            tag("td", _mark(one.signed_on, one.expires_on, page.on), "家庭医生", class_="st"),
            tag(
                "td",
                period(one.signed_on, one.expires_on),
                tag("div", one.provider, class_="t3 s12") if one.provider else None,
                class_="t2",
            ),
        )
        for one in page.file.contracts
    ]
    forms = [_join(visitor, page), _leave(visitor, page)] if _open_to(page) else []
    return card("重点人群与签约", rows_or(listed + contracts, "没有。"), *forms)


def _join(visitor: Visitor, page: ElderPage) -> Markup:
    choices = {group.value: words[0] for group, words in GROUP.items()}
    return act_form(
        visitor,
        page,
        "group",
        choice_field(page, "group", "group", "人群", choices, next(iter(choices))),
        day_field(page, "group", "from_on", "从哪天起", otherwise=page.today.isoformat()),
        day_field(page, "group", "until_on", "不再属于的第一天（可空）"),
    )


def _leave(visitor: Visitor, page: ElderPage) -> Markup | None:
    members = {
        key_text(one): f"{GROUP[one.group][0]}，{one.from_on} 起" for one in page.file.groups
    }
    if not members:
        return None
    return act_form(
        visitor,
        page,
        "leave-group",
        choice_field(page, "leave-group", "member", "人群", members, next(iter(members))),
        day_field(
            page,
            "leave-group",
            "until_on",
            "不再属于的第一天",
            otherwise=page.today.isoformat(),
        ),
        hint="留空：一直有效。",
    )


def position(visitor: Visitor, page: ElderPage) -> Markup | None:
    """The form for another position, by coordinates of any map or the community's point."""
    if not _open_to(page):
        return None
    systems = {
        system.value: f"{words}（{system.name.replace('_', '-')}）"
        for system, words in SYSTEMS.items()
    }
    return act_form(
        visitor,
        page,
        "place",
        choice_field(page, "place", "given", "怎样定位", _GIVEN, Given.DEGREES),
        choice_field(page, "place", "system", "坐标来自", systems, next(iter(systems))),
        text_field(page, "place", "longitude", "经度，如 119.95", most=20),
        text_field(page, "place", "latitude", "纬度，如 31.82", most=20),
        hint="各种地图的坐标都换算成 WGS-84 保存；用社区中心时不必填坐标。",
    )


def rows_or(rows: list[Markup], none: str) -> Markup:
    """Rows as a plain table, or one sentence where there are none."""
    if not rows:
        return tag("p", none, class_="t3")
    return tag("table", tag("tbody", rows), class_="plain")


def _mark(from_on: date, until_on: date | None, on: date) -> Markup:
    """Whether something holds on a date, holds no longer, or not yet."""
    if from_on > on:
        return icon("clock", "t3")
    return icon("ok", "ok") if until_on is None or until_on > on else icon("x", "t3")
