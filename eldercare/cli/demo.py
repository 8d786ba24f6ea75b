"""`eldercare demo`: the whole house on one screen: seed, plan, roster, coverage, what next."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import typer
from sqlalchemy import Engine
from sqlmodel import Session

from eldercare.accounts.demo import ensure_demo_accounts
from eldercare.cli.context import App, app_of
from eldercare.cli.coverage import coverage_table
from eldercare.cli.plan import plan_document, run_plan
from eldercare.cli.seed import run_seed
from eldercare.cli.tables import summary_tables
from eldercare.coverage.evaluation import evaluate
from eldercare.coverage.series import month_ends
from eldercare.coverage.snapshots import take_missing, take_snapshot
from eldercare.database import reading, transaction
from eldercare.errors import NotFound
from eldercare.registry.lookup import town_names
from eldercare.registry.positions import review_positions
from eldercare.rostering.lifecycle import publish
from eldercare.rostering.planning import PlanRequest
from eldercare.rostering.reading import read_roster
from eldercare.rostering.views import RosterView
from eldercare.settings import DEMO_ON

SCALE = 0.1
SEED = 2018
PAST_MONTHS = 8
"""Month ends whose figures are kept, so that the console can draw how each indicator came about."""


def demo(context: typer.Context) -> None:
    """Seed a tenth of the district, plan the demo day, print roster and coverage."""
    app = app_of(context)
    database = app.upgraded_engine()
    run_seed(app, database, scale=SCALE, seed=SEED, on=DEMO_ON.isoformat())
    view, seconds = _roster(app, database)
    with transaction(database) as session:
        _ensure_accounts(session, view, app.now())
        review_positions(session, DEMO_ON, now=app.now(), by="demo")
        take_snapshot(session, as_of=DEMO_ON, now=app.now())
        take_missing(session, month_ends(DEMO_ON, PAST_MONTHS), now=app.now())
    with reading(database) as session:
        rows = evaluate(session, as_of=DEMO_ON)
        names = town_names(session)
    if app.as_json:
        document: dict[str, Any] = {
            "plan": plan_document(view, seconds or 0.0),
            "coverage": [row.as_dict() for row in rows],
        }
        app.emit(document)
        return
    for table in summary_tables(view, names, seconds):
        app.out.print(table)
    app.out.print(coverage_table(rows, f"覆盖 · 截至 {DEMO_ON}"))
    app.out.print(_next_steps())


def _roster(app: App, database: Engine) -> tuple[RosterView, float | None]:
    """The demo day's roster: the one that stands, or a new plan, published, with its seconds."""
    try:
        with reading(database) as session:
            return read_roster(session, DEMO_ON), None
    except NotFound:
        request = PlanRequest(
            on=DEMO_ON, time_limit_seconds=app.settings.plan_time_limit_seconds, seed=1
        )
        _, seconds = run_plan(app, database, request)
        with transaction(database) as session:
            publish(session, DEMO_ON, by="demo", now=app.now())
        with reading(database) as session:
            return read_roster(session, DEMO_ON), seconds


def _ensure_accounts(session: Session, view: RosterView, now: datetime) -> None:
    """Accounts of the office, and of the caregiver and the rider with the most stops."""
    routes = sorted(view.routes, key=lambda route: (-len(route.stops), route.worker_id))
    carer = next((route for route in routes if route.caregiver_id), None)
    rider = next((route for route in routes if route.rider_id), None)
    ensure_demo_accounts(
        session,
        now=now,
        caregiver_id=carer.caregiver_id if carer else None,
        caregiver_name=carer.worker_name if carer else "",
        rider_id=rider.rider_id if rider else None,
        rider_name=rider.worker_name if rider else "",
    )


def _next_steps() -> str:
    command = ".venv/bin/eldercare"
    return "\n".join(
        (
            "接下来 next:",
            "  make serve                                   控制台 console: http://127.0.0.1:8000",
            f"  {command} plan {DEMO_ON} --time-limit 60    再排一次，成为草稿 plan again",
            f"  {command} publish {DEMO_ON}                 发布草稿 publish the draft",
            f"  {command} roster {DEMO_ON} --format table   看排班 read the roster",
            f"  {command} coverage --as-of {DEMO_ON} --by town",
            f"  {command} --help",
        )
    )
