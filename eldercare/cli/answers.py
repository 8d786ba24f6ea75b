"""`eldercare explain`, `offer`, `diff` and `cost`: a roster's questions answered."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from eldercare.cli.answer_tables import (
    cost_tables,
    difference_tables,
    explanation_lines,
    offer_table,
)
from eldercare.cli.context import Day, Scenario, Towns, app_of, parse_date
from eldercare.clock import local_minutes
from eldercare.database import reading
from eldercare.registry.listing import require_towns
from eldercare.rostering.disruptions import minutes_of
from eldercare.rostering.explaining.case import roster_asked, rosters_compared
from eldercare.rostering.explaining.day_costs import cost_of_day
from eldercare.rostering.explaining.differences import compare
from eldercare.rostering.explaining.explanations import SECONDS, explain_visit
from eldercare.rostering.explaining.offers import MOST_OFFERS, OfferRequest, offer_slots
from eldercare.rostering.happening import LAST_MINUTE

WHICH = "draft, published, a version number, scenario:NAME, or id:ROSTER"


def explain(
    context: typer.Context,
    visit: Annotated[str, typer.Argument(metavar="VISIT", help="Id of a visit of a roster.")],
    why_not: Annotated[
        str | None,
        typer.Option("--why-not", metavar="CAREGIVER", help="Why she does not come instead."),
    ] = None,
    time_limit: Annotated[
        float,
        typer.Option("--time-limit", metavar="S", min=0.1, help="How long fixes are looked for."),
    ] = SECONDS,
    scenario: Scenario = "",
) -> None:
    """Why a visit is where it is, or why it is unserved and the smallest changes that mend it."""
    app = app_of(context)
    with reading(app.engine()) as session:
        found = explain_visit(
            session,
            visit,
            seconds=time_limit,
            caregiver_id=why_not,
            now=app.now(),
            scenario=scenario,
        )
    if app.as_json:
        app.emit(document(found))
        return
    for line in explanation_lines(found):
        app.out.print(line)


def offer(
    context: typer.Context,
    elder: Annotated[str, typer.Argument(metavar="ELDER", help="Id of the elder.")],
    service: Annotated[str, typer.Argument(metavar="SERVICE", help="Code of the service.")],
    day: Day,
    since: Annotated[
        str | None, typer.Option("--from", metavar="HH:MM", help="It begins not before this.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="HH:MM", help="It begins not after this.")
    ] = None,
    most: Annotated[
        int, typer.Option("--most", metavar="N", min=1, max=50, help="How many to offer.")
    ] = MOST_OFFERS,
) -> None:
    """Who could come when for one more visit, best first; nothing is stored."""
    app = app_of(context)
    on = parse_date(day)
    asked = OfferRequest(
        elder_id=elder,
        service_type_code=service,
        on=on,
        window=(
            minutes_of(since) if since else 0,
            minutes_of(until) if until else LAST_MINUTE,
        ),
        most=most,
        clock=local_minutes(app.now()) if on == app.today() else None,
    )
    with reading(app.engine()) as session:
        found = offer_slots(session, asked)
    if app.as_json:
        app.emit(document(found))
        return
    app.out.print(offer_table(found))
    if found.existing:
        app.out.print(f"当日已有同一服务：{'、'.join(found.existing)}")
    app.out.print(f"读取 {found.loading_seconds:.1f} 秒 · 计算 {found.seconds:.1f} 秒")


def diff(
    context: typer.Context,
    day: Day,
    before: Annotated[
        str | None,
        typer.Option("--from-version", metavar="WHICH", help=f"Default: the one before. {WHICH}."),
    ] = None,
    after: Annotated[
        str | None,
        typer.Option("--to-version", metavar="WHICH", help=f"Default: the newest. {WHICH}."),
    ] = None,
    town: Towns = None,
) -> None:
    """What a version of a date's roster changes for people, against another version."""
    app = app_of(context)
    with reading(app.engine()) as session:
        require_towns(session, town or ())
        first, second = rosters_compared(session, parse_date(day), before, after)
        found = compare(session, first, second, towns=town)
    if app.as_json:
        app.emit(document(found))
        return
    for one in difference_tables(found):
        app.out.print(one)


def cost(
    context: typer.Context,
    day: Day,
    version: Annotated[
        str | None,
        typer.Option("--version", metavar="WHICH", help=f"Default: the newest. {WHICH}."),
    ] = None,
    town: Towns = None,
) -> None:
    """What a date's visits cost, by town and caregiver and term; meals are not in it."""
    app = app_of(context)
    on = parse_date(day)
    with reading(app.engine()) as session:
        require_towns(session, town or ())
        roster = roster_asked(session, on, version)
        found = cost_of_day(session, roster, towns=town)
    if app.as_json:
        app.emit(document(found))
        return
    for one in cost_tables(found, in_full=town is not None):
        app.out.print(one)


def document(answer: Any) -> dict[str, Any]:
    """An answer as JSON: the same names as in the HTTP interface."""
    found: dict[str, Any] = asdict(answer)
    return found
