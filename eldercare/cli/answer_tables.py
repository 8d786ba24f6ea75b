"""Answers about a roster as a terminal shows them."""

from __future__ import annotations

from collections.abc import Iterator

from rich.table import Table

from eldercare.cli.context import clock
from eldercare.cli.tables import make_table
from eldercare.rostering.explaining.answers import RosterRef, TermShare, Told, worth_minutes
from eldercare.rostering.explaining.day_costs import DayCost, TownCost
from eldercare.rostering.explaining.differences import RosterDifferences
from eldercare.rostering.explaining.explanations import VisitExplanation
from eldercare.rostering.explaining.offers import SlotOffers
from eldercare.rostering.explaining.words import CHANGES


def explanation_lines(found: VisitExplanation) -> Iterator[str]:
    """Every sentence in Chinese, then in English."""
    yield f"{found.visit_id} · {found.elder.name} · {found.service_name} · {_which(found.roster)}"
    yield from (f"  {one.zh}" for one in found.sentences)
    yield from (f"  {one.en}" for one in found.sentences)


def _which(one: RosterRef) -> str:
    if one.name:
        return f"{one.on} 方案「{one.name}」"
    return f"{one.on} v{one.version}" if one.version else f"{one.on} {one.status.value}"


def offer_table(found: SlotOffers) -> Table:
    """One line an offer, best first."""
    title = f"{found.elder.name} · {found.service_name} {found.minutes} 分 · {_which(found.roster)}"
    table = make_table(title, ["时间", "护理员", "多走(分)", "熟悉", "需改约", "代价(分)"], 2)
    for one in found.offers:
        known = "" if one.familiarity is None else f"{one.familiarity}%"
        table.add_row(
            f"{clock(one.told.start_minutes)}–{clock(one.end_minutes)}",
            _people(one.told),
            f"{one.added_travel_minutes:+d}",
            known,
            str(len({each.elder.id for each in one.moved})),
            f"{sum(term.minutes for term in one.terms):+g}",
        )
    if not found.offers:
        table.caption = "没有找到不影响他人规则的空档"
    return table


def _people(told: Told) -> str:
    return "、".join(one.name for one in told.caregivers)


def difference_tables(found: RosterDifferences) -> Iterator[Table | str]:
    """People first, then caregivers, then the terms."""
    yield f"{_which(found.before)} → {_which(found.after)}"
    counts = [f"{CHANGES[change].zh} {count} 户" for change, count in found.counts.items() if count]
    yield " · ".join([*counts, f"不变 {found.unchanged} 次"])
    people = make_table("有变化的老人", ["老人", "服务", "变化", "原来", "现在"], 5)
    for one in found.visits:
        what = "已取消" if one.cancelled else "、".join(CHANGES[each].zh for each in one.changes)
        people.add_row(one.elder.name, one.service_name, what, _told(one.was), _told(one.now))
    if people.row_count:
        yield people
    workers = make_table("有变化的护理员", ["护理员", "工时(分)", "路程(分)", "增加", "减少"], 1)
    for one_worker in found.caregivers:
        workers.add_row(
            one_worker.caregiver.name,
            f"{one_worker.work_was_minutes} → {one_worker.work_now_minutes}",
            f"{one_worker.travel_was_minutes} → {one_worker.travel_now_minutes}",
            str(len(one_worker.gained)),
            str(len(one_worker.lost)),
        )
    if workers.row_count:
        yield workers
    yield _terms("成本变化（折合路程分钟）", found.terms)


def _told(told: Told | None) -> str:
    return "" if told is None else f"{clock(told.start_minutes)} {_people(told)}"


def _terms(title: str, terms: tuple[TermShare, ...]) -> Table:
    table = make_table(title, ["项目", "分钟"], 1)
    for one in terms:
        table.add_row(one.words.zh, f"{one.minutes:,.1f}")
    table.add_row("合计", f"{sum(one.minutes for one in terms):,.1f}")
    return table


def cost_tables(found: DayCost, *, in_full: bool) -> Iterator[Table]:
    """Towns, then (for chosen towns) their caregivers, then the terms."""
    title = f"成本（折合路程分钟）· {_which(found.roster)}"
    table = make_table(title, ["镇（街道）", "护理员", "成本", "与入库一致"], 1)
    for town in found.towns:
        people = sum(row.caregiver is not None for row in town.rows)
        agrees = "是" if town.agrees else "否"
        table.add_row(town.town_name, str(people), f"{worth_minutes(town.cost):,.1f}", agrees)
    yield table
    if in_full:
        yield from (_caregivers(town) for town in found.towns)
    yield _terms("各项合计（分钟）", found.terms)


def _caregivers(town: TownCost) -> Table:
    table = make_table(town.town_name, ["护理员", "成本", "路程", "工时"], 1)
    for row in town.rows:
        name = "（未排上）" if row.caregiver is None else row.caregiver.name
        table.add_row(
            name, f"{row.minutes:,.1f}", f"{row.travel_minutes:,}", f"{row.work_minutes:,}"
        )
    return table
