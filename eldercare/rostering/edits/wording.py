"""What an edit breaks, in people's words: one Chinese and one English phrase for each rule."""

from __future__ import annotations

from dataclasses import dataclass

from eldercare.clock import clock
from eldercare.rostering.town_day import TownDay
from solver.problem import Problem
from solver.solution import Solution, Stop
from solver.verify import Rule, Violation

OVERRIDABLE = {
    Rule.SKILL_MISSING: ("护理员没有所需资质", "the caregiver lacks the qualification"),
    Rule.SKILL_LEVEL: ("护理员资质等级不够", "the caregiver's qualification is of too low a level"),
    Rule.SKILL_EXPIRED: ("护理员证书已过期", "the caregiver's certificate has expired"),
    Rule.TAG_MISSING: (
        "护理员不符合老人的要求(性别等)",
        "the elder asks for another caregiver (sex)",
    ),
    Rule.CAREGIVER_REFUSED: ("老人与护理员互不接受", "elder and caregiver are not to meet"),
    Rule.CAREGIVER_NOT_ALLOWED: ("该护理员不允许上门", "this caregiver is not allowed"),
    Rule.EARLY: ("早于可上门时段", "it begins before the time window opens"),
    Rule.LATE: ("晚于可上门时段", "it begins after the time window closes"),
    Rule.SYNC_GAP: ("双人服务的两人不同时到", "the two caregivers do not come together"),
    Rule.DEPENDENCY_GAP: (
        "与同日其他服务的间隔不符",
        "the gap to another service of the elder is not kept",
    ),
    Rule.SHIFT_START: ("出发早于上班时间", "the route begins before the shift"),
    Rule.OVERTIME_EXCEEDED: ("超过下班时间", "the route ends after the shift"),
    Rule.MAXIMUM_WORK: ("超过工时上限", "the working time allowed is exceeded"),
    Rule.BREAK_MISSED: ("没有休息", "the break is missed"),
    Rule.BREAK_WINDOW: ("休息不在规定时段", "the break lies outside its hours"),
    Rule.BREAK_SHORT: ("休息时间不足", "the break is too short"),
}
"""Rules that somebody may answer for breaking."""
NEVER = {
    Rule.SAME_CAREGIVER: ("两人服务由同一人承担", "one person cannot be two"),
    Rule.LOCKED_CAREGIVER: ("护理员已锁定", "the caregiver is locked"),
    Rule.LOCKED_START: ("时间已锁定", "the time is locked"),
    Rule.ORDER: ("与前一项服务重叠", "it overlaps the service before it"),
    Rule.TRAVEL_TIME: ("路上时间不够", "the way takes longer"),
    Rule.BEFORE_ARRIVAL: ("赶不到：开始早于到达", "nobody can be there by then"),
    Rule.SETUP_TIME: ("准备时间不够", "there is no time to prepare"),
    Rule.SHIFT_OVERLAP: ("两个班次的路线重叠", "two routes of one person overlap"),
    Rule.BREAK_OVERLAP: ("休息与服务或路程重叠", "the break overlaps service or travel"),
}
"""Rules of nature: nobody can be at two doors at once, whoever answers for it."""
_WORDS = OVERRIDABLE | NEVER
_OTHER = ("违反排班规则", "a rule is broken")


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenRule:
    """A rule that is broken: its code, whom it concerns, and the sentences for people."""

    rule: str
    item: str
    visit_id: str | None
    caregiver_id: str | None
    zh: str
    en: str
    may_be_overridden: bool


def broken_rule(day: TownDay, problem: Problem, plan: Solution, fault: Violation) -> BrokenRule:
    """A violation of a plan in people's words."""
    zh, en = _WORDS.get(fault.rule, _OTHER)
    visit_id, part = visit_of(fault)
    found = _stop(plan, visit_id, part)
    shift_id = found[0] if found else fault.item.removeprefix("shift ")
    caregiver_id = fault.item.removeprefix("caregiver ")
    if shift_id in problem.shift_by_id:
        caregiver_id = problem.shift_by_id[shift_id][0].id
    known = caregiver_id if caregiver_id in problem.caregiver_by_id else None
    row = day.rows.caregivers.get(known or "")
    name = row.name if row else known or ""
    subject_zh, subject_en = name, name
    if visit_id in problem.visit_by_id:
        what, at = _names(day, problem, visit_id), found[1].start if found else None
        time = "" if at is None else f" {clock(at)}"
        subject_zh = f"{what[0]}的{what[1]}（{visit_id}{time}{'，' + name if name else ''}）"
        subject_en = f"{what[0]}, {what[1]} ({visit_id}{time}{', ' + name if name else ''})"
    return BrokenRule(
        rule=fault.rule.value,
        item=fault.item,
        visit_id=visit_id if visit_id in problem.visit_by_id else None,
        caregiver_id=known,
        zh=f"{subject_zh}：{zh}",
        en=f"{subject_en}: {en}",
        may_be_overridden=fault.rule in OVERRIDABLE,
    )


def visit_of(fault: Violation) -> tuple[str, int]:
    """(visit, part) a violation speaks of; an empty id where it speaks of no visit."""
    if not fault.item.startswith("visit "):
        return "", 0
    name, _, part = fault.item.removeprefix("visit ").partition(" part ")
    return name, int(part or 0)


def _names(day: TownDay, problem: Problem, visit_id: str) -> tuple[str, str]:
    visit = problem.visit_by_id[visit_id]
    code = visit.parts[0].label
    elder, service = day.rows.elders.get(visit.elder), day.rows.service_types.get(code)
    return elder.name if elder else visit.elder, service.name if service else code


def _stop(plan: Solution, visit_id: str, part: int) -> tuple[str, Stop] | None:
    for route in plan.routes:
        for stop in route.stops:
            if stop.visit_id == visit_id and stop.part == part:
                return route.shift_id, stop
    return None
