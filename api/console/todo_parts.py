"""What the page of things to mend is made of."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from markupsafe import Markup

from api.console.controls import query
from api.console.forms import form
from api.console.markup import Child, grid, icon, join, tag
from api.console.shell import state
from api.console.todo_reading import PAIRS, SHOWN, TABS, WITHIN_DAYS, Todo
from api.console.visitor import Visitor
from api.console.words import hours, of, share
from eldercare.accounts.permissions import in_scope
from eldercare.care.over_entitlement import EntitlementWarning, Reach
from eldercare.registry.coordinates import CoordinateSystem
from eldercare.registry.duplicates.finding import Likelihood, Suspicion
from eldercare.registry.homes import PositionReason, PositionTask
from eldercare.registry.masking import masked_fields
from eldercare.registry.people import Elder, Sex

REASONS = {
    PositionReason.MISSING: "没有坐标，暂用社区中心",
    PositionReason.OUTSIDE_DISTRICT: "坐标不在区内",
    PositionReason.FAR_FROM_COMMUNITY: "离所属社区太远",
    PositionReason.ESTIMATED: "只是社区中心，不是住处",
}
SYSTEMS = {
    CoordinateSystem.GCJ_02: "高德、腾讯",
    CoordinateSystem.BD_09: "百度",
    CoordinateSystem.WGS_84: "GPS",
}
LIKELY = {
    Likelihood.CERTAIN: ("同一身份证号", "bad"),
    Likelihood.LIKELY: ("很可能", "bad"),
    Likelihood.POSSIBLE: ("可能", "warn"),
}
ALIKE = {
    "the same ID number": "身份证号相同",
    "the same name": "同名",
    "names that sound alike": "姓名同音",
    "the same birth date": "同一天出生",
    "the same phone": "电话相同",
}


def tabs(chosen: str) -> Markup:
    """The kinds of things to mend."""
    return Markup("").join(
        tag(
            "a",
            label,
            href=query({"tab": tab}, "/todo"),
            class_="pill run" if tab == chosen else "pill neu",
            aria_current="page" if tab == chosen else None,
        )
        for tab, label in TABS.items()
    )


def body(visitor: Visitor, page: Todo) -> Markup:
    """The tab's rows, or one sentence where there is nothing to do."""
    if not page.total:
        return state("ok", _NOTHING[page.tab])
    if page.start >= page.total:
        return state("info", "这一页没有了。", link=(query({"tab": page.tab}, "/todo"), "回到开头"))
    if page.tab == "positions":
        return _counts(page) + _positions(visitor, page)
    if page.tab == "duplicates":
        return _pairs(visitor, page)
    if page.tab == "reassessments":
        return _reassessments(page)
    return _certificates(page) if page.tab == "certificates" else _hours(page)


_NOTHING = {
    "positions": "位置都已核对。",
    "duplicates": "没有可能重复的老人。",
    "reassessments": f"{WITHIN_DAYS} 天内没有到期的评估。",
    "certificates": f"前后 {WITHIN_DAYS} 天没有到期的证书。",
    "hours": "本月没有人的服务时长接近上限。",
}


def turning(page: Todo, asked: str | None) -> Markup:
    """Which rows these are, and links to those before and behind."""
    size = PAIRS if page.tab == "duplicates" else SHOWN
    if page.total <= size or page.start >= page.total:
        return Markup("")
    number = page.start // size

    def link(label: Child, to: int) -> Markup:
        values = {"tab": page.tab, "date": asked, "page": str(to) if to else None}
        return tag("a", label, href=query(values, "/todo"), class_="btn small")

    last = min(page.start + size, page.total)
    return join(
        tag("span", f"第 {page.start + 1:,}–{last:,} 条，共 {page.total:,} 条", class_="t2 s12"),
        tag("span", class_="grow"),
        link((icon("left"), f"前 {size} 条"), number - 1) if number else None,
        link((f"后 {size} 条", icon("right")), number + 1) if last < page.total else None,
    )


def _grid(
    title: str,
    total: int,
    head: tuple[str, ...],
    rows: list[Markup],
    *,
    right: Collection[int] = (),
) -> Markup:
    return tag(
        "div",
        tag(
            "div",
            tag("b", title, class_="h15"),
            tag("span", f"共 {total:,} 条", class_="t3 s12"),
            class_="line head",
        ),
        tag("div", grid(head, rows, right=right), class_="table-scroll"),
        class_="card",
    )


def _counts(page: Todo) -> Markup:
    made = []
    for code, name in page.towns.items():
        of_town = [one for one in page.counts if one.town_code == code]
        if not of_town:
            continue
        told = "，".join(f"{one.owner or '无人处理'} {one.tasks:,}" for one in of_town)
        total = sum(one.tasks for one in of_town)
        made.append(tag("span", tag("b", f"{name} {total:,}"), f"（{told}）", class_="pill neu"))
    return tag("div", made, class_="line counts")


def _positions(visitor: Visitor, page: Todo) -> Markup:
    rows = [_position(visitor, page, task, page.elders[task.elder_id]) for task in page.positions]
    head = ("老人", "社区（村）", "住址", "问题", "处理人", "按坐标定位", "")
    return _grid("位置待核", page.total, head, rows)


def _position(visitor: Visitor, page: Todo, task: PositionTask, elder: Elder) -> Markup:
    action = f"/todo/positions/{task.id}"

    def plain(what: str, label: str) -> Markup:
        hidden = tag("input", type="hidden", name="what", value=what)
        sent = tag("button", label, type="submit", class_="btn small")
        return form(visitor, action, hidden, sent, class_="inline")

    def degree(name: str, label: str, example: str) -> Markup:
        return tag(
            "input",
            name=name,
            required=True,
            inputmode="decimal",
            placeholder=example,
            aria_label=f"{elder.name} {label}",
        )

    place = form(
        visitor,
        action,
        tag("input", type="hidden", name="what", value="place"),
        degree("longitude", "经度", "经度 119.9"),
        degree("latitude", "纬度", "纬度 31.8"),
        tag(
            "select",
            [tag("option", label, value=system.value) for system, label in SYSTEMS.items()],
            name="system",
            aria_label=f"{elder.name} 坐标来自",
        ),
        tag("button", "定位", type="submit", class_="btn small"),
        class_="inline place",
    )
    mine = task.owner == visitor.user.name
    return tag(
        "tr",
        _who(elder),
        tag("td", _community(page, elder)),
        tag("td", elder.address),
        tag("td", tag("span", icon("warn"), REASONS[task.reason], class_="st warn")),
        tag("td", task.owner or "—"),
        tag("td", place),
        tag(
            "td",
            tag("div", None if mine else plain("take", "我来处理"), plain("confirm", "位置无误"),
                class_="tags"),
        ),
    )  # fmt: skip


def _who(elder: Elder, tab: str = "overview") -> Markup:
    """Name and id, leading to the elder's page."""
    address = query({"tab": tab}, f"/elders/{elder.id}")
    name = tag("a", tag("b", elder.name), href=address)
    return tag("td", name, tag("span", f" {elder.id}", class_="t3"))


def _community(page: Todo, elder: Elder) -> str:
    found = page.communities.get(elder.community_code)
    return found.name if found else elder.community_code


def _pairs(visitor: Visitor, page: Todo) -> Markup:
    cards = [_pair(visitor, page, one) for one in page.pairs]
    told = tag("p", f"共 {page.total:,} 对。合并留有记录，两人的资料都不会丢失。", class_="t2 s12")
    return tag("div", told, cards, class_="pairs")


def _pair(visitor: Visitor, page: Todo, pair: Suspicion) -> Markup:
    first, second = page.elders[pair.first_id], page.elders[pair.second_id]
    label, tone = LIKELY[pair.likelihood]
    lines = [
        tag("tr", tag("th", name), _side(one, differs=one != other), _side(other, differs=False))
        for name, one, other in zip(
            _LABELS, _facts(visitor, page, first), _facts(visitor, page, second), strict=True
        )
    ]

    def sent(what: str, keep: Elder, drop: Elder, words: str, look: str) -> Markup:
        values = {"what": what, "keep": keep.id, "drop": drop.id}
        hidden = [tag("input", type="hidden", name=n, value=v) for n, v in values.items()]
        button = tag("button", words, type="submit", class_=f"btn small {look}")
        return form(visitor, "/todo/duplicates", hidden, button, class_="inline")

    merging: Child = tag(
        "details",
        tag("summary", "合并…", class_="btn small"),
        tag(
            "div",
            tag("span", "是同一人？保留：", class_="s12 t2"),
            sent("merge", first, second, first.id, "pri"),
            sent("merge", second, first, second.id, "pri"),
            class_="sure card",
        ),
        class_="ask-undo",
    )
    return tag(
        "article",
        tag(
            "div",
            tag("span", icon(tone), label, class_=f"tag {tone}"),
            tag("span", "、".join(map(alike, pair.reasons)), class_="t2"),
            tag("span", class_="grow"),
            sent("dismiss", first, second, "不是同一人", ""),
            merging,
            class_="line head",
        ),
        tag("table", tag("tbody", lines), class_="sides"),
        class_="card",
    )


_LABELS = ("编号", "姓名", "性别", "出生日期", "社区（村）", "住址", "电话", "登记日期")


def _facts(visitor: Visitor, page: Todo, elder: Elder) -> tuple[str, ...]:
    """What is compared; of an elder outside the visitor's area masked."""
    inside = in_scope(visitor.user, elder.community_code)
    shown: dict[str, Any] = elder.model_dump() if inside else masked_fields(elder)
    return (
        elder.id,
        str(shown["name"]),
        "女" if elder.sex is Sex.FEMALE else "男",
        str(shown["birth_on"] or "—"),
        _community(page, elder),
        str(shown["address"] or "—"),
        str(shown["phone"] or "—"),
        str(elder.registered_on),
    )


def _side(value: str, *, differs: bool) -> Markup:
    return tag("td", value, class_="differs" if differs else None)


def alike(reason: str) -> str:
    """Why two rows may be one person, in the coordinators' words."""
    if reason in ALIKE:
        return ALIKE[reason]
    if found := re.search(r"alike to (\S+)", reason):
        return f"地址相似 {found[1]}"
    found = re.search(r"^(\S+) left the registry on (\S+)", reason)
    return f"{found[1]} 已于 {found[2]} 退出登记" if found else reason


def _reassessments(page: Todo) -> Markup:
    rows = []
    for one in page.reassessments:
        elder = page.elders[one.elder_id]
        left = (one.due_on - page.on).days
        rows.append(
            tag(
                "tr",
                _who(elder, "assessments"),
                tag("td", _community(page, elder)),
                tag("td", elder.phone or "—"),
                tag("td", f"{one.level} 级"),
                tag("td", one.assessed_on.isoformat()),
                tag("td", one.due_on.isoformat()),
                tag("td", _left(left)),
            )
        )
    head = ("老人", "社区（村）", "电话", "上次等级", "上次评估", "应复评", "还有")
    return _grid(f"{WITHIN_DAYS} 天内应复评", page.total, head, rows)


def _left(days: int) -> Markup:
    if days <= 0:
        return tag("span", icon("bad"), f"已过 {-days} 天" if days else "今天", class_="st bad")
    tone = "warn" if days <= 7 else "t2"
    return tag("span", icon("warn") if days <= 7 else None, f"{days} 天", class_=f"st {tone}")


def _certificates(page: Todo) -> Markup:
    rows = []
    for one in page.certificates:
        worker = one.caregiver
        rows.append(
            tag(
                "tr",
                tag("td", tag("b", worker.name), tag("span", f" {worker.id}", class_="t3")),
                tag("td", page.towns.get(worker.town_code, "")),
                tag("td", worker.phone or "—"),
                tag("td", one.qualification.name),
                tag("td", one.expires_on.isoformat()),
                tag("td", _left(one.days_left)),
            )
        )
    head = ("护理员", "镇（街道）", "电话", "证书", "失效日", "还有")
    return _grid(f"前后 {WITHIN_DAYS} 天到期的证书", page.total, head, rows)


def _hours(page: Todo) -> Markup:
    rows = [_used(page, one) for one in page.hours]
    head = ("老人", "社区（村）", "本月可享", "已计划", "已服务", "用去", "")
    title = f"{page.on.year}年{page.on.month}月时长将满"
    return _grid(title, page.total, head, rows, right=range(2, 6))


def _used(page: Todo, one: EntitlementWarning) -> Markup:
    elder, month = page.elders[one.hours.elder_id], one.hours
    entitled, used = month.entitled_minutes or 0, month.used_minutes
    word, tone = ("超出", "bad") if one.reach is Reach.OVER else ("将满", "warn")
    return tag(
        "tr",
        _who(elder, "plan"),
        tag("td", _community(page, elder)),
        tag("td", hours(entitled), class_="r"),
        tag("td", hours(month.planned_minutes), class_="r"),
        tag("td", hours(month.delivered_minutes), class_="r"),
        tag("td", f"{share(used, entitled)}（{of(used, entitled)} 分）", class_="r"),
        tag("td", tag("span", icon(tone), word, class_=f"st {tone}")),
    )
