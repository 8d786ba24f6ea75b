"""Scenarios as markup: which there are, what each changes for people, what was not kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from markupsafe import Markup

from api.console.controls import query
from api.console.markup import grid, icon, join, tag
from api.console.scenes import Lost
from api.console.why_parts import ORDER, differences
from api.console.words import instant, of, roster_name, share
from eldercare.rostering.explaining.answers import worth_minutes
from eldercare.rostering.explaining.words import CHANGES, LOSSES
from eldercare.rostering.handing_on import Loss
from eldercare.rostering.scenarios.comparing import ScenarioComparison, ScenarioComparisons
from eldercare.rostering.scenarios.listing import RosterEntry
from eldercare.rostering.tables import RosterStatus

COLUMNS = ("方案", "来自", "建立", "已安排", "", "未分配", "违反", "代价")
COMPARED = ("方案", "已安排", *(CHANGES[one].zh for one in ORDER), "路程", "代价")
LOST_SHOWN = 50


def plan_address(on: date, scenario: str = "") -> str:
    """The page of planning, with the draft or a scenario chosen."""
    return query({"date": on.isoformat(), "scenario": scenario}, "/plan")


def day_address(on: date, scenario: str = "", bar: str | None = None) -> str:
    """The page of a day, with the draft or a scenario shown."""
    return query({"date": on.isoformat(), "scenario": scenario, "bar": bar}, "/today")


def scene_table(entries: Sequence[RosterEntry], shown_id: int | None) -> Markup:
    """One roster a row; a click on its name shows and edits it."""
    right = {3, 5, 6, 7}
    rows = [_scene_row(one, is_shown=one.roster_id == shown_id) for one in entries]
    return grid(COLUMNS, rows, right=right)


def _scene_row(one: RosterEntry, *, is_shown: bool) -> Markup:
    name = tag("b", roster_name(one))
    is_open = one.status is RosterStatus.DRAFT
    called = (
        tag("a", name, href=plan_address(one.on, one.name)) if is_open and not is_shown else name
    )
    mark = (
        tag("span", icon("draft"), "正在编辑", class_="tag draft") if is_shown and is_open else None
    )
    by = one.created_by or one.published_by or ""
    at = one.published_at or one.created_at
    return tag(
        "tr",
        tag("td", called, " ", mark),
        tag("td", roster_name(one.based_on) if one.based_on else "—", class_="t2"),
        tag("td", f"{instant(at)}　{by}", class_="t2"),
        tag("td", tag("b", share(one.visits.served, one.visits.required)), class_="r"),
        tag("td", of(one.visits.served, one.visits.required), class_="t2"),
        tag("td", f"{one.visits.unserved + one.visits.set_aside:,}", class_="r"),
        tag("td", _broken(one), class_="r"),
        tag("td", f"{worth_minutes(one.cost):,.0f} 分", class_="r"),
        class_="sel" if is_shown else None,
    )


def _broken(one: RosterEntry) -> Markup | str:
    if not one.violations:
        return "0"
    words = f"{one.violations}"
    if one.overridden:
        words += f"（放行 {one.overridden}）"
    tone = "bad" if one.violations > one.overridden else "warn"
    return tag("span", icon(tone, tone), words, class_="st")


def compared_table(found: ScenarioComparisons, chosen: str) -> Markup:
    """Every scenario less the baseline: people first, then travel and the cost."""
    rows = [_compared_row(one, is_chosen=one.scenario.name == chosen) for one in found.scenarios]
    return grid(COMPARED, rows, right=range(1, len(COMPARED)))


def _compared_row(one: ScenarioComparison, *, is_chosen: bool) -> Markup:
    travel = sum(
        each.travel_now_minutes - each.travel_was_minutes for each in one.differences.caregivers
    )
    return tag(
        "tr",
        tag("td", tag("b", roster_name(one.scenario))),
        tag("td", _signed(one.served, "次"), class_="r"),
        [tag("td", _people(one.elders[change]), class_="r") for change in ORDER],
        tag("td", _signed(travel, "分"), class_="r"),
        tag("td", _signed(round(worth_minutes(one.cost)), "分"), class_="r"),
        class_="sel" if is_chosen else None,
    )


def _signed(change: int, unit: str) -> Markup | str:
    return f"{change:+,d} {unit}" if change else tag("span", "不变", class_="t3")


def _people(count: int) -> Markup | str:
    return tag("b", f"{count} 位") if count else tag("span", "0", class_="t3")


def compared_people(one: ScenarioComparison | None) -> Markup | None:
    """Whom the chosen scenario concerns, elder by elder."""
    if one is None:
        return None
    head = f"{roster_name(one.scenario)}：谁会变动"
    return join(tag("h3", head, class_="who"), differences(one.differences))


def warnings(one: ScenarioComparison) -> Markup:
    """What speaks against the chosen scenario."""
    lines = [
        tag("p", icon("warn", "warn"), tag("span", words.zh), class_="line")
        for words in one.warnings
    ]
    return join(tag("h3", "提示"), lines or tag("p", icon("ok", "ok"), "没有。", class_="line"))


def not_kept_list(lost: Sequence[Lost], on: date, scenario: str) -> Markup | None:
    """What planning anew could not keep, one line each."""
    if not lost:
        return None
    lines = [_lost_line(one, on, scenario) for one in lost[:LOST_SHOWN]]
    more = len(lost) - LOST_SHOWN
    return tag(
        "section",
        tag("h3", icon("warn", "warn"), f"重新排程没能保留 {len(lost)} 项", class_="line"),
        tag("ul", lines),
        tag("p", f"还有 {more} 项。", class_="t2") if more > 0 else None,
        class_="not-kept",
        aria_label="没能保留",
    )


def _lost_line(one: Lost, on: date, scenario: str) -> Markup:
    about = one.about
    words = LOSSES.get(about.loss)
    said = words.zh if words is not None else about.loss.value
    if about.loss is Loss.EVENT:
        return tag("li", tag("b", about.subject), f"　{said}")
    is_gone = about.loss is Loss.VISIT_GONE
    bar = about.subject if is_gone else f"v:{about.subject}:0"
    name = tag("b", one.elder or about.subject)
    link = name if is_gone else tag("a", name, href=day_address(on, scenario, bar))
    return tag("li", link, f"　{said}", title=about.detail)
