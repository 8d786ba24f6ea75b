"""What each form of an elder's page does, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from api.console.elder_kin_acts import KIN_ACTS
from api.console.elder_words import review_words
from api.console.elder_writing import Act, Writing
from eldercare.accounts.permissions import Action, require
from eldercare.care import status
from eldercare.care.changing import change_visits
from eldercare.care.item_edits import Scope
from eldercare.clock import clock
from eldercare.errors import Conflict, NotFound
from eldercare.registry.assessing import record_assessment
from eldercare.registry.assessment import ITEM_MAXIMA
from eldercare.registry.duplicates.merging import merge_elders
from eldercare.registry.duplicates.unmerging import unmerge_elders
from eldercare.registry.homes import Home
from eldercare.registry.ledgers import ELDERS
from eldercare.registry.living import change_living
from eldercare.registry.moves import record_move, take_back_move
from eldercare.registry.people import LevelGround, LivingArrangement
from eldercare.registry.queries import get_elder
from eldercare.registry.same_person import ElderMerge
from eldercare.registry.writing import change_row


def _hospital(one: Writing) -> str:
    first, last = one.day("from_on"), one.day_or_none("until_on")
    status.plan_hospital_stay(one.session, one.key, first, last, now=one.now, by=one.user.name)
    return f"{first} 起暂停上门和助餐，" + (f"{last} 恢复。" if last else "何时恢复待定。")


def _back(one: Writing) -> str:
    on = one.day("until_on")
    pause = status.end_hospital_stay(one.session, one.key, on, now=one.now, by=one.user.name)
    return "住院暂停已取消。" if pause is None else f"{on} 起恢复上门和助餐。"


def _move(one: Writing) -> str:
    on = one.day("on")
    code, address = one.text("community_code"), one.filled("address")
    require(one.user, Action.WRITE_REGISTRY, area_code=code)
    home = Home(community_code=code, address=address, building=one.text("building"))
    record_move(one.session, one.key, on, home, now=one.now, by=one.user.name)
    return f"{on} 起住到新址；位置先用社区中心，已列入待办核实。"


def _move_back(one: Writing) -> str:
    on = one.day("on")
    take_back_move(one.session, one.key, on, now=one.now, by=one.user.name)
    return f"{on} 的搬家已撤回。"


def _move_out(one: Writing) -> str:
    on = one.day("on")
    report = status.record_move_out(one.session, one.key, on, now=one.now, by=one.user.name)
    return f"{on} 起迁出本区，{_ended(report)}"


def _death(one: Writing) -> str:
    on = one.day("on")
    report = status.record_death(one.session, one.key, on, now=one.now, by=one.user.name)
    return f"{on} 去世，{_ended(report)}"


def _ended(report: status.StatusReport) -> str:
    return f"计划、助餐、签约等 {report.rows} 条随之结束。{review_words(report.to_review)}"


def _take_back(one: Writing) -> str:
    report = status.take_back_end(one.session, one.key, now=one.now, by=one.user.name)
    return f"已重新登记，恢复 {report.rows} 条资料。{review_words(report.to_review)}"


def _living(one: Writing) -> str:
    arrangement = one.chosen("living_arrangement", LivingArrangement)
    on = one.day("on")
    change_living(one.session, one.key, on, arrangement, now=one.now, by=one.user.name)
    return f"{on} 起的居住情况已更改。"


def _details(one: Writing) -> str:
    fields = ("phone", "building", "care_note")
    changes = {
        name: one.text(name)
        for name in fields
        if name in one.values and one.text(name) != one.values.get(f"was_{name}")
    }
    if not changes:
        raise Conflict("nothing in the form is different", code="no_change")
    change_row(
        one.session, ELDERS, one.key, changes, seen=None, user=one.user, now=one.now, on=one.on
    )
    return "资料已修改。"


def _assess(one: Writing) -> str:
    grounds = [
        LevelGround(word) for word in one.text("grounds").split(",") if word in set(LevelGround)
    ]
    given = {code: one.text(code) for code in ITEM_MAXIMA}
    scores = {code: int(text) for code, text in given.items() if text.isdigit() and len(text) == 1}
    unscored = LevelGround.COMA in grounds and not scores
    found = record_assessment(
        one.session,
        one.key,
        one.day("assessed_on"),
        None if unscored else scores,
        grounds,
        now=one.now,
        by=one.user.name,
    )
    return f"评估得分 {found.score}，能力等级 {found.level} 级。"


def _plan(one: Writing) -> str:
    item_id, original_on, change, scope = visit_change(one)
    change_visits(
        one.session,
        item_id,
        change,
        scope,
        from_on=original_on,
        on=one.on,
        now=one.now,
        by=one.user.name,
    )
    return "上门已取消。" if change.get("cancelled") else "上门已更改。"


def visit_change(one: Writing) -> tuple[str, date, dict[str, Any], Scope]:
    """Item, date in the visit's id, what becomes different, and how far it reaches.

    Fields as they were drawn change nothing.
    """
    item = next((each for each in one.file.items if each.id == one.text("item_id")), None)
    if item is None:
        raise NotFound(f"elder {one.key} has no plan item {one.text('item_id')}", code="no_item")
    scope: Scope = one.chosen("scope", Scope)
    original_on = one.day("original_on")
    if one.text("what") == "cancel":
        return item.id, original_on, {"cancelled": True}, scope
    change: dict[str, Any] = {}
    for name, read in _READ.items():
        if one.text(name) and one.text(name) != one.text(f"was_{name}"):
            change[name] = read(one, name)
    if scope is Scope.THIS and "weekdays" in change:
        raise Conflict("one visit has no weekdays: choose all later ones", code="only_rhythm")
    if scope is not Scope.THIS and "moved_to_on" in change:
        raise Conflict("only one visit can be moved to a date", code="only_one_visit")
    return item.id, original_on, change, scope


_READ: Mapping[str, Callable[[Writing, str], Any]] = {
    "moved_to_on": Writing.day,
    "minutes": Writing.number,
    "window_start_minutes": Writing.minutes,
    "window_end_minutes": Writing.minutes,
    "weekdays": Writing.text,
}


def _merge(one: Writing) -> str:
    drop = get_elder(one.session, one.text("drop"))
    require(one.user, Action.WRITE_REGISTRY, area_code=drop.community_code)
    report = merge_elders(
        one.session, one.vault, one.key, drop.id, on=one.on, now=one.now, by=one.user.name
    )
    aside = sum(len(rows) for rows in report.set_aside.values())
    moved, review = sum(report.moved.values()), review_words(report.to_review)
    told = f"{drop.id} 并入本档案，移来 {moved:,} 条资料，放不下 {aside:,} 条；可随时拆开。"
    return f"{told}{review}"


def _unmerge(one: Writing) -> str:
    number = one.number("merge_id")
    merge = one.session.get(ElderMerge, number)
    if merge is None or merge.keep_id != one.key:
        raise NotFound(f"elder {one.key} has no merge {number}", code="no_merge")
    drop = get_elder(one.session, merge.drop_id)
    require(one.user, Action.WRITE_REGISTRY, area_code=drop.community_code)
    unmerge_elders(one.session, number, now=one.now, by=one.user.name)
    return f"已拆开，{merge.drop_id} 重新成为单独的档案。"


def time_words(minutes: int | None) -> str:
    """Minutes after midnight as a form's field holds them."""
    return "" if minutes is None else clock(minutes)


ACTS: Mapping[str, Act] = {
    "hospital": Act("status", "住院暂停", _hospital),
    "back": Act("status", "恢复服务", _back),
    "move": Act("status", "区内搬家", _move),
    "move-back": Act("status", "撤回搬家", _move_back),
    "move-out": Act("status", "迁出本区", _move_out),
    "death": Act("status", "登记去世", _death),
    "take-back": Act("status", "撤回退出", _take_back),
    "living": Act("status", "居住情况", _living),
    "details": Act("overview", "修改资料", _details),
    "assess": Act("assessments", "新评估", _assess),
    "plan": Act("plan", "更改上门", _plan),
    "merge": Act("overview", "合并", _merge),
    "unmerge": Act("overview", "拆开合并", _unmerge),
    **KIN_ACTS,
}
