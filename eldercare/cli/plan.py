"""`eldercare plan` and `eldercare publish`."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

import typer
from sqlalchemy import Engine
from sqlmodel import Session

from eldercare.cli.context import App, Day, Scenario, Towns, app_of, parse_date
from eldercare.cli.tables import summary_tables
from eldercare.clock import local_minutes
from eldercare.database import reading, transaction
from eldercare.registry.lookup import town_names
from eldercare.rostering.disruptions import minutes_of
from eldercare.rostering.executors import PROCESSES, crew_at
from eldercare.rostering.handing_on import not_kept
from eldercare.rostering.planning import PlanRequest, plan_day
from eldercare.rostering.publishing import ANY, publish_as_seen
from eldercare.rostering.reading import read_roster
from eldercare.rostering.tables import RosterStatus
from eldercare.rostering.views import RosterView
from solver.engine import Engine as EngineName

SlackPercent = Annotated[
    int | None,
    typer.Option(
        "--slack",
        metavar="PERCENT",
        help="Plan visits and ways so much longer: fewer broken promises for more travel. "
        "Default: as much as the plan before.",
    ),
]
At = Annotated[
    str | None,
    typer.Option(
        "--at", metavar="HH:MM", help="How far the day has come; default: now, or as reported."
    ),
]


def plan(
    context: typer.Context,
    day: Day,
    *,
    town: Towns = None,
    time_limit: Annotated[
        float | None, typer.Option("--time-limit", metavar="S", help="Seconds for the search.")
    ] = None,
    engine: Annotated[EngineName, typer.Option("--engine")] = "hybrid",
    seed: Annotated[int, typer.Option("--seed", help="Same seed, same plan.")] = 1,
    slack: SlackPercent = None,
    at: At = None,
    scenario: Scenario = "",
    executor: Annotated[
        str, typer.Option("--executor", help="processes, or a Dask scheduler: tcp://host:port.")
    ] = PROCESSES,
) -> None:
    """Plan a date's visits and meal rounds into its draft; what has begun stays."""
    app = app_of(context)
    on = parse_date(day)
    limit = app.settings.plan_time_limit_seconds if time_limit is None else time_limit
    request = PlanRequest(
        on=on,
        towns=town or None,
        time_limit_seconds=limit,
        seed=seed,
        engine=engine,
        slack_percent=slack,
        clock=minutes_of(at) if at else clock_on(app, on),
        scenario=scenario,
    )
    database = app.engine()
    view, seconds = run_plan(app, database, request, executor)
    with reading(database) as session:
        lost = not_kept(session, view.roster_id, request.towns)
    if app.as_json:
        app.emit(plan_document(view, seconds) | {"not_kept": [asdict(one) for one in lost]})
        return
    with reading(database) as session:
        names = town_names(session)
    for table in summary_tables(view, names, seconds):
        app.out.print(table)
    for one in lost:
        app.out.print(f"未能保留 {one.loss.value} {one.subject}：{one.detail}")


def clock_on(app: App, on: date) -> int | None:
    """Minutes after midnight now, where the date is today: its day is under way."""
    return local_minutes(app.now()) if on == app.today() else None


def run_plan(
    app: App, database: Engine, request: PlanRequest, executor: str = PROCESSES
) -> tuple[RosterView, float]:
    """Plan with a progress bar; the draft's view of the request's towns, and wall seconds."""
    begun = time.perf_counter()
    with app.progress(f"planning {request.on}") as report, crew_at(executor) as crew:
        plan_day(
            database,
            request,
            now=app.now(),
            executor=crew.executor,
            workers=crew.workers,
            progress=report,
        )
    seconds = round(time.perf_counter() - begun, 1)
    with reading(database) as session:
        view = read_planned(session, request.on, request.scenario, request.towns)
    return view, seconds


def read_planned(
    session: Session, on: date, scenario: str, towns: Sequence[str] | None = None
) -> RosterView:
    """The draft or the scenario that was planned just now."""
    if scenario:
        return read_roster(session, on, scenario=scenario, towns=towns)
    return read_roster(session, on, status=RosterStatus.DRAFT, towns=towns)


def plan_document(view: RosterView, seconds: float) -> dict[str, Any]:
    """The contract's JSON of a plan. Unserved includes what was set aside before planning."""
    visits, meals = view.summary.visits, view.summary.meals
    return {
        "roster_id": view.roster_id,
        "on": view.on.isoformat(),
        "status": view.status.value,
        "visits": {
            "required": visits.required,
            "served": visits.served,
            "unserved": visits.unserved + visits.set_aside,
            "set_aside": visits.set_aside,
            "proved_impossible": visits.proved_impossible,
            "priority_required": visits.priority_required,
            "priority_served": visits.priority_served,
        },
        "meals": {
            "orders": meals.orders,
            "on_site": meals.on_site,
            "delivered": meals.delivered,
            "undelivered": meals.undelivered + meals.set_aside,
            "set_aside": meals.set_aside,
        },
        "violations": view.summary.violations,
        "slack": view.summary.slack,
        "cost": view.summary.visit_cost,
        "meal_cost": view.summary.meal_cost,
        "travel_minutes": view.summary.visit_travel_minutes,
        "seconds": seconds,
        "unserved": [
            {
                "visit": one.visit_id or one.order_id,
                "reason": one.reason,
                "proof": one.proof or one.placement.value,
                "elder": one.elder_id,
                "detail": one.detail,
            }
            for one in view.unplaced
        ],
    }


def publish_roster(context: typer.Context, day: Day) -> None:
    """Publish the date's draft as its next version."""
    app = app_of(context)
    with transaction(app.engine()) as session:
        roster = publish_as_seen(session, parse_date(day), seen={ANY}, by="cli", now=app.now())
        document = {
            "roster_id": roster.id,
            "on": roster.on.isoformat(),
            "version": roster.version,
            "published_at": roster.published_at,
        }
    if app.as_json:
        app.emit(document)
    else:
        app.out.print(f"已发布 {document['on']} v{document['version']}")
