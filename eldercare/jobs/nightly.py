"""Every night: moves, shifts, days of next week, tomorrow's plan, figures, positions."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, timedelta

from sqlalchemy import Engine

from eldercare.accounts.audit import record
from eldercare.care.recurrence import monday_of
from eldercare.clock import local_date
from eldercare.coverage.snapshots import take_snapshot
from eldercare.database import make_engine, reading, transaction
from eldercare.jobs.history import Clock, run_logged, utc_now
from eldercare.registry.moves import apply_due_moves
from eldercare.registry.patterns import make_shifts
from eldercare.registry.positions import review_positions
from eldercare.rostering.lifecycle import close_past, find_roster
from eldercare.rostering.planning import PlanRequest, plan_day
from eldercare.rostering.summary import summarise
from eldercare.rostering.week import assign_week, read_week
from eldercare.settings import Settings

NIGHTLY = "nightly"
CHOOSING_WEEKDAY = 4
WEEK = timedelta(days=7)
SHIFTS_AHEAD_DAYS = 28
"""So far ahead shifts are made from their patterns: people want to know their next weeks."""


def run_nightly(database_url: str) -> None:
    """The scheduler's entry: its arguments live in the job store, so they are plain text."""
    database = make_engine(database_url)
    try:
        nightly(database, Settings(database_url=database_url))
    finally:
        database.dispose()


def nightly(database: Engine, settings: Settings, *, clock: Clock = utc_now) -> None:
    """Logged runs, one after the other; one failing does not stop those after it.

    Days of visits that do not say which are chosen from the night to Thursday on, once: shifts are
    known, most of the week's records are there, and two working days are left to tell people. The
    last failure is raised.
    """
    today = local_date(clock())
    tomorrow = today + timedelta(days=1)
    runs: list[tuple[str, date, Callable[[], str]]] = [
        ("moves", today, lambda: _moves(database, today, clock)),
        ("shifts", tomorrow, lambda: _shifts(database, tomorrow, today, clock)),
        ("plan", tomorrow, lambda: _plan(database, settings, tomorrow, today, clock)),
        ("snapshot", today, lambda: _snapshot(database, today, clock)),
        ("positions", today, lambda: _positions(database, today, clock)),
    ]
    if today.isoweekday() >= CHOOSING_WEEKDAY:
        monday = monday_of(today) + WEEK
        runs.insert(2, ("week", monday, lambda: _week(database, monday, clock)))
    with ExitStack() as night:  # goes through all it holds, the last one first, whatever is raised
        for job, for_on, work in reversed(runs):
            night.callback(run_logged, database, job, for_on, work, clock=clock)


def _moves(database: Engine, today: date, clock: Clock) -> str:
    with transaction(database) as session:
        done = apply_due_moves(session, today, now=clock(), by=NIGHTLY)
    told = f"{done.entered} planned moves entered"
    return "; ".join((told, *done.refused))


def _shifts(database: Engine, from_on: date, today: date, clock: Clock) -> str:
    until_on = from_on + timedelta(days=SHIFTS_AHEAD_DAYS)
    with transaction(database) as session:
        made = make_shifts(session, from_on, until_on, on=today)
        if made.made:
            record(
                session,
                at=clock(),
                user_name=NIGHTLY,
                action="shift.make",
                subject=f"shift/{from_on}/{until_on}",
                after={"made": made.made},
            )
    return (
        f"{len(made.made)} shifts made up to before {until_on}; left out: "
        f"{len(made.absent)} for absence, {len(made.beside)} beside another shift"
    )


def _week(database: Engine, monday: date, clock: Clock) -> str:
    with reading(database) as session:
        standing = read_week(session, monday).items
    if not standing:
        return f"nobody has flexible days in the week of {monday}"
    done = {one.town_code for one in standing if one.is_chosen}
    towns = sorted({one.town_code for one in standing} - done)
    if not towns:
        return f"days of the week of {monday} are chosen already; left as they are"
    chosen = assign_week(database, monday, now=clock(), by=NIGHTLY, towns=towns)
    return (
        f"days chosen for {len(chosen.week.items)} items; {chosen.week.missing} visits have none, "
        f"{len(chosen.crowded)} items on days that seem full"
    )


def _plan(database: Engine, settings: Settings, on: date, today: date, clock: Clock) -> str:
    with transaction(database) as session:
        close_past(session, today)
        standing = find_roster(session, on)
    if standing is not None:
        return f"{on} already has a {standing.status.value} roster; left as it is"
    request = PlanRequest(on=on, time_limit_seconds=settings.plan_time_limit_seconds)
    roster_id = plan_day(database, request, now=clock())
    with reading(database) as session:
        visits = summarise(session, roster_id).visits
    return f"{on}: {visits.served} of {visits.required} visits placed"


def _snapshot(database: Engine, as_of: date, clock: Clock) -> str:
    with transaction(database) as session:
        take_snapshot(session, as_of=as_of, now=clock())
    return f"coverage as of {as_of} kept"


def _positions(database: Engine, today: date, clock: Clock) -> str:
    with transaction(database) as session:
        opened = review_positions(session, today, now=clock(), by=NIGHTLY)
    if not opened:
        return "no position is newly in question"
    return "in question: " + ", ".join(f"{count} {reason}" for reason, count in opened.items())
