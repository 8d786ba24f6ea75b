"""What becomes of an elder: one form each, shown with its effect before it is stored."""

from __future__ import annotations

from markupsafe import Markup

from api.console.elder_forms import act_form, choice_field, day_field, text_field
from api.console.elder_look import card
from api.console.elder_reading import ElderPage
from api.console.elder_words import LIVING
from api.console.markup import tag
from api.console.visitor import Visitor
from eldercare.care.status import HOSPITAL
from eldercare.registry.people import LivingArrangement


def status(visitor: Visitor, page: ElderPage) -> Markup:
    """The forms that fit the elder's state."""
    if not page.may_write:
        return card("状态", tag("p", "没有权限更改。", class_="t2"))
    if page.elder.ended_on is not None:
        back = act_form(visitor, page, "take-back", hint="计划、助餐和签约一并恢复。", open_=True)
        return tag("div", card("已登记退出", back), class_="thirds")
    return tag(
        "div",
        _pausing(visitor, page),
        _living(visitor, page),
        _leaving(visitor, page),
        class_="thirds",
    )


def _pausing(visitor: Visitor, page: ElderPage) -> Markup:
    today = page.today
    stays = [one for one in page.file.pauses if one.reason == HOSPITAL]
    back = act_form(
        visitor,
        page,
        "back",
        day_field(page, "back", "until_on", "恢复第一天", otherwise=today.isoformat()),
        hint="早于住院第一天就取消这次暂停。",
    )
    return card(
        "暂停与恢复",
        act_form(
            visitor,
            page,
            "hospital",
            day_field(page, "hospital", "from_on", "住院第一天", otherwise=today.isoformat()),
            day_field(page, "hospital", "until_on", "恢复第一天（可空）"),
            hint="上门和助餐同时停，恢复那天起再开始。",
            open_=page.draft is None,
        ),
        back if any(one.until_on is None or one.until_on > today for one in stays) else None,
    )


def _living(visitor: Visitor, page: ElderPage) -> Markup:
    elder, today = page.elder, page.today.isoformat()
    moves = [one.from_on for one in page.file.moves] + [one.until_on for one in page.file.homes]
    arrangements = {one.value: LIVING[one][0] for one in LivingArrangement}
    communities = dict(page.movable_to)
    move = act_form(
        visitor,
        page,
        "move",
        day_field(page, "move", "on", "住到新址第一天", otherwise=today),
        choice_field(
            page, "move", "community_code", "社区（村）", communities, elder.community_code
        ),
        text_field(page, "move", "address", "新住址", most=120),
        text_field(page, "move", "building", "小区楼栋"),
        hint="以前日期的覆盖数字不变。",
    )
    living = act_form(
        visitor,
        page,
        "living",
        day_field(page, "living", "on", "从哪天起", otherwise=today),
        choice_field(
            page, "living", "living_arrangement", "居住", arrangements, elder.living_arrangement
        ),
    )
    back = None
    if moves:
        last = max(moves).isoformat()
        back = act_form(
            visitor,
            page,
            "move-back",
            day_field(page, "move-back", "on", "哪天的搬家", otherwise=last),
        )
    return card("住处与居住情况", move, back, living)


def _leaving(visitor: Visitor, page: ElderPage) -> Markup:
    today = page.today.isoformat()
    return card(
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
