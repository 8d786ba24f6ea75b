"""An elder's assessments, each item readable, and the form for a new one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from markupsafe import Markup

from api.console.elder_forms import act_form, choice_field, day_field, typed
from api.console.elder_look import card, facts
from api.console.elder_reading import ElderPage
from api.console.elder_words import GROUNDS, assessment_items, level_words
from api.console.markup import grid, join, tag
from api.console.visitor import Visitor
from eldercare.registry.assessment import due_date
from eldercare.registry.people import Assessment


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
    return grid(head, rows)


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
    return choice_field(page, "assess", code, f"{name} 0–{most}", choices, "")
