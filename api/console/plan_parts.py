"""The parts of the planning page as markup: figures, the table by town, the log of runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup

from api.console.markup import grid, icon, join, tag
from api.console.plan_desk import JOB, PlanRun
from api.console.plan_reading import PlanPage, TownPart
from api.console.words import instant, of, share, short_date
from eldercare.jobs.nightly import NIGHTLY
from eldercare.jobs.scheduler import NextRun
from eldercare.jobs.tables import JobRun, JobStatus
from eldercare.rostering.tables import Roster, RosterStatus
from eldercare.rostering.views import RosterSummary

JOB_WORDS = {
    NIGHTLY: "每晚排程与快照",
    "plan": "夜间排程",
    "snapshot": "覆盖快照",
    JOB: "手动排程",
}
COLUMNS = (
    ("镇（街道）", False),
    ("已安排", False),
    ("", False),
    ("未分配", True),
    ("资料不全", True),
    ("助餐", False),
    ("路程", True),
    ("违反", True),
    ("引擎", False),
    ("用时", True),
    ("排程时间", False),
)
"""Column names; True: numbers, set right."""
RUN_WORDS = {
    JobStatus.RUNNING: ("run", "run", "正在运行"),
    JobStatus.DONE: ("ok", "ok", "完成"),
    JobStatus.FAILED: ("bad", "bad", "失败"),
}
STATUS_WORDS = {
    RosterStatus.DRAFT: ("draft", "draft", "草稿 · 未发布"),
    RosterStatus.PUBLISHED: ("ok", "ok", "已发布"),
    RosterStatus.CLOSED: ("neu", "lock", "已归档"),
}


def figures(summary: RosterSummary) -> Markup:
    """The counts of the roster on the screen."""
    visits, meals = summary.visits, summary.meals
    reached = meals.on_site + meals.delivered
    cells = [
        ("已安排", share(visits.served, visits.required), of(visits.served, visits.required)),
        (
            "五保·失独·困难失能",
            share(visits.priority_served, visits.priority_required),
            of(visits.priority_served, visits.priority_required),
        ),
        ("未分配", f"{visits.unserved:,}", f"已证明排不下 {visits.proved_impossible:,}"),
        ("助餐", share(reached, meals.orders), of(reached, meals.orders)),
        ("路程", f"{summary.visit_travel_minutes / 60:,.1f} h", "上门"),
        ("规则违反", f"{summary.violations:,}", _answered(summary)),
    ]
    return join(
        tag("div", tag("div", name, class_="l"), tag("div", value, tag("small", more), class_="v"))
        for name, value, more in cells
    )


def _answered(summary: RosterSummary) -> str:
    """How many of the broken rules somebody answers for, or that the count was checked."""
    return f"人工放行 {summary.overridden:,}" if summary.overridden else "独立复核"


def town_table(parts: Sequence[TownPart]) -> Markup:
    """One town a row: what was asked, what was placed, by which engine and in which time."""
    names = (
        "镇（街道）",
        "已安排",
        "",
        "未分配",
        "资料不全",
        "助餐",
        "路程",
        "违反",
        "引擎",
        "用时",
        "排程时间",
    )
    right = {3, 4, 6, 7, 9}
    return grid(names, [_town_row(part) for part in parts], right=right)


def _town_row(part: TownPart) -> Markup:
    visits, meals, plan = part.summary.visits, part.summary.meals, part.plan
    served = 100 * visits.served / visits.required if visits.required else 0
    bar = tag("span", tag("i", style=f"width:{served:.0f}%"), class_="hb")
    reached = meals.on_site + meals.delivered
    tone = "bad" if plan.violations > plan.overridden else "warn"
    broken = tag("span", icon(tone, tone), plan.violations, class_="st") if plan.violations else "0"
    return tag(
        "tr",
        tag("td", tag("b", part.name)),
        tag("td", bar, tag("b", share(visits.served, visits.required))),
        tag("td", of(visits.served, visits.required), class_="t2"),
        tag("td", f"{visits.unserved:,}", class_="r"),
        tag("td", f"{visits.set_aside:,}", class_="r"),
        tag("td", of(reached, meals.orders)),
        tag("td", f"{part.summary.visit_travel_minutes:,} 分", class_="r"),
        tag("td", broken, class_="r"),
        tag("td", plan.engine, class_="t2"),
        tag("td", f"{plan.seconds:.1f} 秒", class_="r t2"),
        tag("td", instant(plan.planned_at), class_="t2"),
    )


def roster_pill(roster: Roster) -> Markup:
    """Status of a roster: shape, word and colour."""
    look, symbol, word = STATUS_WORDS[roster.status]
    if roster.name:
        word = f"方案「{roster.name}」 · 未发布"
    version = f" v{roster.version}" if roster.version else ""
    at = roster.published_at or roster.created_at
    return tag(
        "span", icon(symbol), f"{word}{version}", tag("span", instant(at)), class_=f"pill {look}"
    )


def runs_list(page: PlanPage, upcoming: Sequence[NextRun]) -> Markup:
    """What runs next, and what ran."""
    nexts = [
        _run_item("clock", "t3", JOB_WORDS.get(one.job, one.job), "下次运行", _when(one.at))
        for one in upcoming
    ]
    if not nexts:
        nexts = [_run_item("clock", "t3", JOB_WORDS[NIGHTLY], "", "本进程不运行定时任务")]
    past = [_past_run(one) for one in page.runs]
    if not past:
        past = [tag("p", "还没有运行记录。", class_="t3 s12 none")]
    return join(tag("h3", "接下来"), nexts, tag("h3", "最近运行"), past)


def _when(at: datetime | None) -> str:
    return instant(at) if at else "已暂停"


def _past_run(run: JobRun) -> Markup:
    symbol, tone, word = RUN_WORDS[run.status]
    took = ""
    if run.finished_at is not None:
        took = f"，用时 {(run.finished_at - run.started_at).total_seconds():.0f} 秒"
    return _run_item(
        symbol,
        tone,
        f"{JOB_WORDS.get(run.job, run.job)} · {short_date(run.for_on)}",
        word,
        f"{instant(run.started_at)}{took}",
        run.message if run.status is JobStatus.FAILED else "",
    )


def _run_item(symbol: str, tone: str, name: str, word: str, when: str, more: str = "") -> Markup:
    return tag(
        "div",
        icon(symbol, tone),
        tag("b", name, class_="cut"),
        tag("span", word, class_=f"s12 {tone}"),
        tag("span", when, class_="t2 s12 when"),
        tag("span", more, class_="bad s12 when") if more else None,
        class_="job",
    )


def progress_line(run: PlanRun, elapsed_seconds: float, town: str) -> Markup:
    """Where a run is."""
    limit = run.request.time_limit_seconds
    counted = f"{run.done}/{run.of} 个镇（街道）" if run.of else "正在读取当日需求"
    last = f" · 刚完成 {town}" if town else ""
    words = f"已用 {elapsed_seconds:.0f} 秒 · 上限约 {limit:.0f} 秒 · {counted}{last}"
    share_done = 100 * run.done / run.of if run.of else 4
    return join(
        tag(
            "div",
            tag("span", class_="pulse"),
            tag("b", f"正在排 {short_date(run.request.on)}", class_="h15"),
            tag("span", words, class_="t2 s12"),
            class_="line",
        ),
        tag("div", tag("i", style=f"width:{share_done:.0f}%"), class_="pr"),
        tag("p", "结果只进草稿；可以离开此页，计算不会停。", class_="t3 s12"),
    )
