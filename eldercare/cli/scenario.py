"""`eldercare scenario`: several drafts of a date beside each other."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from eldercare.cli.answer_tables import difference_tables
from eldercare.cli.answers import WHICH, document
from eldercare.cli.context import App, Day, Towns, app_of, parse_date
from eldercare.cli.tables import make_table
from eldercare.database import reading, transaction
from eldercare.registry.listing import require_towns
from eldercare.rostering.explaining.answers import worth_minutes
from eldercare.rostering.explaining.words import CHANGES
from eldercare.rostering.publishing import ANY
from eldercare.rostering.scenarios.comparing import ScenarioComparisons, compare_scenarios
from eldercare.rostering.scenarios.keeping import (
    PromoteRequest,
    create_scenario,
    discard_scenario,
    promote_scenario,
)
from eldercare.rostering.scenarios.listing import RosterList, list_scenarios, list_versions

app = typer.Typer(no_args_is_help=True, help="Several drafts of a date beside each other.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the scenario.")]


@app.command("list")
def listed(
    context: typer.Context,
    day: Day,
    versions: Annotated[
        bool, typer.Option("--versions", help="The published versions, not the scenarios.")
    ] = False,
) -> None:
    """The scenarios of a date with their counts."""
    app = app_of(context)
    on = parse_date(day)
    with reading(app.engine()) as session:
        found = list_versions(session, on) if versions else list_scenarios(session, on)
    if app.as_json:
        app.emit(document(found))
        return
    _show_list(app, found)


def _show_list(app: App, found: RosterList) -> None:
    table = make_table(
        f"{found.on}", ["方案／版本", "来自", "建立人", "已排", "未排", "违规", "成本(分)"], 3
    )
    for one in found.rosters:
        base = "" if one.based_on is None else f"v{one.based_on.version}"
        table.add_row(
            one.name or f"v{one.version}" + (" 在用" if one.is_in_force else ""),
            base,
            one.created_by or one.published_by or "",
            str(one.visits.served),
            str(one.visits.unserved + one.visits.set_aside),
            str(one.violations),
            f"{worth_minutes(one.cost):,.1f}",
        )
    app.out.print(table)


@app.command("create")
def create(
    context: typer.Context,
    day: Day,
    name: Name,
    base: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="WHICH",
            help=f"Default: the draft, else in force; empty: no plan yet. {WHICH}.",
        ),
    ] = None,
) -> None:
    """Copy a roster of the date into a new scenario; the draft stays as it is."""
    app = app_of(context)
    on = parse_date(day)
    with transaction(app.engine()) as session:
        made = create_scenario(session, on, name, base=base, by="cli", now=app.now())
        told = {"roster_id": made.id, "on": on, "name": name, "based_on_id": made.based_on_id}
    if app.as_json:
        app.emit(told)
    else:
        app.out.print(f"已建立方案「{name}」：eldercare plan {on} --scenario {name}")


@app.command("compare")
def compare(
    context: typer.Context,
    day: Day,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="Default: all of the date.")
    ] = None,
    baseline: Annotated[
        str | None,
        typer.Option(
            "--baseline", metavar="WHICH", help=f"Default: in force, else the draft. {WHICH}."
        ),
    ] = None,
    town: Towns = None,
) -> None:
    """What each scenario changes for people, counts and costs against a baseline."""
    app = app_of(context)
    with reading(app.engine()) as session:
        require_towns(session, town or ())
        found = compare_scenarios(
            session, parse_date(day), names=names or None, baseline=baseline, towns=town or None
        )
    if app.as_json:
        app.emit(document(found))
        return
    _show_comparison(app, found)


def _show_comparison(app: App, found: ScenarioComparisons) -> None:
    base = found.baseline.name or (
        f"v{found.baseline.version}" if found.baseline.version else "草稿"
    )
    columns = [CHANGES[change].zh for change in CHANGES]
    table = make_table(
        f"{found.on} 与 {base} 相比",
        ["方案", "已排", "未排", *(f"{one}(户)" for one in columns), "成本(分)"],
        1,
    )
    for one in found.scenarios:
        table.add_row(
            one.scenario.name,
            f"{one.served:+d}",
            f"{one.unserved:+d}",
            *(str(one.elders[change]) for change in CHANGES),
            f"{worth_minutes(one.cost):+,.1f}",
        )
    app.out.print(table)
    for one in found.scenarios:
        for words in one.warnings:
            app.out.print(f"{one.scenario.name}：{words.zh}")
    if len(found.scenarios) == 1:
        for each in difference_tables(found.scenarios[0].differences):
            app.out.print(each)


@app.command("promote")
def promote(
    context: typer.Context,
    day: Day,
    name: Name,
    keep_draft_as: Annotated[
        str | None,
        typer.Option("--keep-draft-as", metavar="NAME", help="The draft becomes this scenario."),
    ] = None,
    discard_draft: Annotated[
        bool, typer.Option("--discard-draft", help="The draft is not needed any more.")
    ] = False,
    over_newer: Annotated[
        bool,
        typer.Option("--over-newer", help="Also over a version it does not stand on."),
    ] = False,
) -> None:
    """Make a scenario the date's draft."""
    app = app_of(context)
    request = PromoteRequest(
        on=parse_date(day),
        name=name,
        keep_draft_as=keep_draft_as,
        discard_seen=(ANY,) if discard_draft else (),
        over_newer=over_newer,
    )
    with transaction(app.engine()) as session:
        done = promote_scenario(session, request, by="cli", now=app.now())
    if app.as_json:
        app.emit(asdict(done))
        return
    app.out.print(f"方案「{name}」已成为草稿，核对后发布：eldercare publish {done.on}")
    if done.draft_kept_as:
        app.out.print(f"原草稿保留为方案「{done.draft_kept_as}」")
    for event in done.events_missing:
        app.out.print(f"未考虑当日已报事件：{event}")


@app.command("discard")
def discard(context: typer.Context, day: Day, name: Name) -> None:
    """Delete a scenario for good."""
    app = app_of(context)
    on = parse_date(day)
    with transaction(app.engine()) as session:
        discard_scenario(session, on, name, by="cli", now=app.now())
    if app.as_json:
        app.emit({"on": on, "discarded": name})
    else:
        app.out.print(f"已删除方案「{name}」")
