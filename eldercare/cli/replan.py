"""`eldercare replan`: mend a date's roster after something happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from eldercare.cli.context import App, Day, Scenario, app_of, clock, parse_date
from eldercare.cli.plan import clock_on, plan_document, read_planned
from eldercare.cli.tables import make_table
from eldercare.database import reading
from eldercare.registry.lookup import caregiver_names, elders_by_id
from eldercare.rostering.disruptions import minutes_of
from eldercare.rostering.replanning import (
    MOST_DISTURBED,
    TIME_LIMIT_SECONDS,
    DisturbedElder,
    ReplanReport,
    ReplanRequest,
    Told,
    replan_day,
)

EVENTS = (
    "sick:CAREGIVER@HH:MM, cancel:VISIT, no-show:VISIT, overrun:VISIT:+MIN, "
    "emergency:ELDER:SERVICE@HH:MM, late-start:CAREGIVER@HH:MM or new:ELDER:SERVICE@HH:MM-HH:MM"
)


def replan(
    context: typer.Context,
    day: Day,
    event: Annotated[str, typer.Option("--event", help=EVENTS)],
    max_disturbed: Annotated[
        int,
        typer.Option(
            "--max-disturbed",
            metavar="N",
            min=0,
            help="Elders who may get another caregiver or a time moved by more than 30 minutes.",
        ),
    ] = MOST_DISTURBED,
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="HH:MM", help="When it is known; default: now or as planned."),
    ] = None,
    time_limit: Annotated[float, typer.Option("--time-limit", metavar="S")] = TIME_LIMIT_SECONDS,
    seed: Annotated[int, typer.Option("--seed", help="Same seed, same choices.")] = 1,
    scenario: Scenario = "",
) -> None:
    """Plan the town that an event concerns again; what is done or under way stays."""
    app = app_of(context)
    on = parse_date(day)
    request = ReplanRequest(
        on=on,
        event=event,
        most_disturbed=max_disturbed,
        time_limit_seconds=time_limit,
        seed=seed,
        clock=minutes_of(at) if at else clock_on(app, on),
        scenario=scenario,
    )
    database = app.engine()
    report = replan_day(database, request, by="cli", now=app.now())
    with reading(database) as session:
        view = read_planned(session, on, scenario)
        names = caregiver_names(session)
        told = [*report.disturbed, *report.lost]
        elders = {
            key: one.name for key, one in elders_by_id(session, {one.elder for one in told}).items()
        }
    if app.as_json:
        app.emit(plan_document(view, report.seconds) | replan_document(report))
        return
    _show(app, report, names, elders)


def replan_document(report: ReplanReport) -> dict[str, Any]:
    """What a replanning adds to the JSON of a plan."""
    return {
        "event": report.event,
        "at": clock(report.at_minutes),
        "town": report.town_code,
        "frozen_stops": report.frozen_stops,
        "incoming": report.incoming,
        "disturbed": [_disturbed(one) for one in report.disturbed],
        "lost": [_disturbed(one) for one in report.lost],
        "withdrawn": list(report.withdrawn),
        "violations": report.violations,
    }


def _disturbed(one: DisturbedElder) -> dict[str, Any]:
    return {
        "elder": one.elder,
        "visit": one.visit,
        "was": _told(one.was),
        "now": _told(one.now) if one.now else None,
    }


def _told(one: Told) -> dict[str, Any]:
    return {"caregivers": list(one.caregivers), "start": clock(one.start_minutes)}


def _show(
    app: App, report: ReplanReport, names: Mapping[str, str], elders: Mapping[str, str]
) -> None:
    def words(told: Told | None) -> str:
        if told is None:
            return "当日不再上门"
        people = "、".join(names.get(one, one) for one in told.caregivers)
        return f"{clock(told.start_minutes)} {people}"

    app.out.print(
        f"{report.on} {report.event} · {clock(report.at_minutes)} 起重排 · {report.seconds:.1f} 秒"
    )
    app.out.print(f"{len(report.disturbed)} 户需要通知 · {len(report.lost)} 户未能安排")
    table = make_table("需要打电话的老人", ["老人", "服务", "原来", "现在"], 4)
    for one in (*report.lost, *report.disturbed):
        table.add_row(elders.get(one.elder, one.elder), one.visit, words(one.was), words(one.now))
    if table.row_count:
        app.out.print(table)
    if report.incoming:
        app.out.print(f"新增服务 {report.incoming}")
    if report.scenario:
        app.out.print(f"方案「{report.scenario}」已更新，草稿不变")
    else:
        app.out.print(f"草稿已更新，核对后发布：eldercare publish {report.on}")
