"""Who may be the same person as an elder, merged and taken apart again."""

from __future__ import annotations

from datetime import date
from typing import Any

from markupsafe import Markup

from api.console.elder_forms import draft_of, origin, outcome
from api.console.elder_look import card
from api.console.elder_reading import ElderPage
from api.console.forms import form
from api.console.markup import Child, icon, tag
from api.console.todo_parts import LIKELY, alike
from api.console.visitor import Visitor
from api.console.words import short_date
from eldercare.registry.masking import masked_fields


def duplicates(visitor: Visitor, page: ElderPage) -> Markup:
    """Who may be the same person, and who was merged into this file."""
    found: list[Child] = [_twin(visitor, page, number) for number in range(len(page.duplicates))]
    own = [one for one in page.merges if one.keep_id == page.elder.id and page.may_write]
    found += [_merged(visitor, page, one.id or 0, one.drop_id, one.merged_on) for one in own]
    return card("可能重复", *(found or [tag("p", "没有发现重复的登记。", class_="t3")]))


def _twin(visitor: Visitor, page: ElderPage, number: int) -> Markup:
    one = page.duplicates[number]
    other = page.others[one.second_id]
    words, tone = LIKELY[one.likelihood]
    inside = visitor.may_see(other.community_code)
    shown: dict[str, Any] = other.model_dump() if inside else masked_fields(other)
    send = None
    if page.may_write and inside and other.ended_on is None:
        send = form(
            visitor,
            f"/elders/{page.elder.id}/acts/merge",
            *origin(page),
            tag("input", type="hidden", name="drop", value=other.id),
            tag("button", "并入本档案…", type="submit", class_="btn small"),
        )
    draft = draft_of(page, "merge", drop=other.id)
    return tag(
        "div",
        tag(
            "div",
            tag("span", icon("warn"), words, class_=f"st {tone}"),
            tag("a", tag("b", shown["name"]), f" {other.id}", href=f"/elders/{other.id}"),
            tag("span", class_="grow"),
            send,
            class_="line",
        ),
        tag("p", "、".join(alike(reason) for reason in one.reasons), class_="t2"),
        outcome(visitor, page, draft) if draft else None,
        class_="twin",
    )


def _merged(visitor: Visitor, page: ElderPage, number: int, drop_id: str, on: date) -> Markup:
    draft = draft_of(page, "unmerge", merge_id=str(number))
    return tag(
        "div",
        tag(
            "div",
            tag("span", f"{short_date(on)} 并入 {drop_id}"),
            tag("span", class_="grow"),
            form(
                visitor,
                f"/elders/{page.elder.id}/acts/unmerge",
                *origin(page),
                tag("input", type="hidden", name="merge_id", value=number),
                tag("button", "拆开…", type="submit", class_="btn small"),
            ),
            class_="line",
        ),
        outcome(visitor, page, draft) if draft else None,
        class_="twin",
    )
