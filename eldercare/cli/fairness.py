"""`eldercare fairness` and `eldercare robustness`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from eldercare.cli.context import App, Day, Towns, app_of, clock, parse_date
from eldercare.cli.tables import make_table
from eldercare.database import reading
from eldercare.registry.lookup import town_names
from eldercare.rostering.fairness import LOOK_BACK_DAYS, FairnessReport, fairness_report
from eldercare.rostering.robustness import TRIALS, RobustnessReport, robustness
from eldercare.rostering.tables import RosterStatus

SHOWN = 15
"""Rows of a table on the terminal; JSON has them all."""


def fairness(
    context: typer.Context,
    day: Day,
    days: Annotated[
        int, typer.Option("--days", metavar="N", help="So many dates before DATE.")
    ] = LOOK_BACK_DAYS,
    town: Towns = None,
) -> None:
    """Who worked how much lately, and which elders saw too many caregivers."""
    app = app_of(context)
    with reading(app.engine()) as session:
        report = fairness_report(session, parse_date(day), days=days, towns=town or None)
        names = town_names(session)
    if app.as_json:
        app.emit(asdict(report))
        return
    _show_fairness(app, report, names)


def _show_fairness(app: App, report: FairnessReport, names: dict[str, str]) -> None:
    towns = make_table(
        f"{report.on} 前 {report.days} 天 · 不均程度（基尼系数，0 为均等）",
        ["镇（街道）", "护理员", "工时", "路程", "早晚周末"],
        1,
    )
    people = make_table(
        "工时最多的护理员", ["护理员", "天", "工时分", "路程分", "早晚周末分", "比中位"], 1
    )
    everybody = []
    for one in report.towns:
        its = one.fairness
        ginis = (its.work_gini, its.travel_gini, its.unpopular_gini)
        towns.add_row(
            names.get(one.town_code, one.town_code),
            str(len(its.carried)),
            *(f"{value:.2f}" for value in ginis),
        )
        everybody += [(carried, one.names[carried.caregiver]) for carried in its.carried]
    everybody.sort(key=lambda pair: (-pair[0].work_minutes, pair[0].caregiver))
    for carried, name in everybody[:SHOWN]:
        minutes = (carried.work_minutes, carried.travel_minutes, carried.unpopular_minutes)
        share = "" if carried.work_share is None else f"{100 * carried.work_share:.0f}%"
        people.add_row(name, str(carried.days), *(f"{value:,}" for value in minutes), share)
    elders = make_table(
        f"{report.carers_days} 天内护理员过多的老人（共 {len(report.many_carers)} 位）",
        ["老人", "镇（街道）", "护理员", "上限"],
        2,
    )
    for many in report.many_carers[:SHOWN]:
        elders.add_row(
            many.name,
            names.get(many.town_code, many.town_code),
            str(many.caregivers),
            str(many.limit),
        )
    for table in (towns, people, elders):
        if table.row_count:
            app.out.print(table)


def how_robust(
    context: typer.Context,
    day: Day,
    trials: Annotated[int, typer.Option("--trials", metavar="N")] = TRIALS,
    seed: Annotated[int, typer.Option("--seed", help="Same seed, same luck.")] = 1,
    town: Towns = None,
    status: Annotated[RosterStatus | None, typer.Option("--status")] = None,
) -> None:
    """How often a date's visits would be on time when travel and services vary."""
    app = app_of(context)
    with reading(app.engine()) as session:
        report = robustness(
            session,
            parse_date(day),
            trials=trials,
            seed=seed,
            towns=town or None,
            status=status,
        )
    if app.as_json:
        app.emit(asdict(report))
        return
    _show_robustness(app, report)


def _show_robustness(app: App, report: RobustnessReport) -> None:
    version = f"v{report.version}" if report.version else "草稿"
    app.out.print(
        f"{report.on} {version} · 模拟 {report.trials} 次 · 准时 {100 * report.on_time:.1f}% · "
        f"加班 {100 * report.overtime:.1f}%"
    )
    visits = make_table("最不稳的服务", ["服务", "老人", "护理员", "约定", "准时", "平均晚到分"], 3)
    for one in report.visits[:SHOWN]:
        visits.add_row(
            one.visit_id,
            one.elder_name,
            "、".join(one.caregivers),
            clock(one.start_minutes),
            f"{100 * one.on_time:.0f}%",
            f"{one.mean_delay_minutes:.1f}",
        )
    weak = make_table("薄弱环节", ["护理员", "服务", "第几站", "前一站", "这一站", "余地分"], 2)
    for spot in report.fragile[:SHOWN]:
        weak.add_row(
            spot.caregiver_name,
            spot.visit_id,
            str(spot.position),
            f"{100 * spot.on_time_before:.0f}%",
            f"{100 * spot.on_time:.0f}%",
            f"{spot.slack_minutes:.0f}",
        )
    for table in (visits, weak):
        if table.row_count:
            app.out.print(table)
