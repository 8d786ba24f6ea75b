"""`eldercare edit`: what a coordinator does to a draft by hand."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Annotated

import typer

from eldercare.cli.context import App, Day, Scenario, app_of, parse_date
from eldercare.cli.edit_tables import edit_tables
from eldercare.cli.plan import clock_on
from eldercare.database import reading
from eldercare.errors import Conflict
from eldercare.registry.lookup import caregiver_names, elders_by_id
from eldercare.rostering.disruptions import minutes_of
from eldercare.rostering.edits.editing import edit_draft
from eldercare.rostering.edits.report import EditReport
from eldercare.rostering.edits.request import Edit, EditKind, EditRequest, LockKind
from eldercare.rostering.edits.undoing import UndoRequest, undo_edit

app = typer.Typer(help="Change a draft by hand, one visit at a time.", no_args_is_help=True)

BROKEN = "edit_breaks_rules"

Visit = Annotated[str, typer.Argument(metavar="VISIT", help="Id of a visit of the roster.")]
To = Annotated[
    list[str] | None,
    typer.Option(
        "--to", metavar="CAREGIVER", help="Who comes; of two people name both, or one and --part."
    ),
]
Part = Annotated[
    int | None,
    typer.Option("--part", min=0, max=1, help="Of two people, whom the edit is about: 0 or 1."),
]
Start = Annotated[
    str | None, typer.Option("--start", metavar="HH:MM", help="When it begins; default: as best.")
]
Hold = Annotated[LockKind, typer.Option("--hold", help="What is locked.")]
Override = Annotated[
    str,
    typer.Option("--override", metavar="REASON", help="Break rules: you answer for it by name."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what it would do; store nothing.")]
At = Annotated[
    str | None,
    typer.Option("--at", metavar="HH:MM", help="How far the day has come; default: now."),
]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What every edit is told: the date, the roster, and whether it is stored."""

    on: date
    scenario: str
    at: str | None = None
    dry_run: bool = False


@app.command("move")
def move(
    context: typer.Context,
    day: Day,
    visit: Visit,
    *,
    to: To = None,
    start: Start = None,
    part: Part = None,
    override: Override = "",
    dry_run: DryRun = False,
    at: At = None,
    scenario: Scenario = "",
) -> None:
    """Give a visit to somebody else, another time, or both."""
    edit = Edit(
        kind=EditKind.MOVE,
        visit_id=visit,
        part=part,
        caregiver_ids=tuple(to or ()),
        start_minutes=minutes_of(start) if start else None,
        override_reason=override,
    )
    _run(app_of(context), edit, _Asked(parse_date(day), scenario, at, dry_run=dry_run))


@app.command("swap")
def swap(
    context: typer.Context,
    day: Day,
    visit: Visit,
    other: Annotated[str, typer.Argument(metavar="OTHER", help="The visit to exchange it with.")],
    *,
    override: Override = "",
    dry_run: DryRun = False,
    at: At = None,
    scenario: Scenario = "",
) -> None:
    """Let two visits exchange their caregivers and times."""
    edit = Edit(kind=EditKind.SWAP, visit_id=visit, other_visit_id=other, override_reason=override)
    _run(app_of(context), edit, _Asked(parse_date(day), scenario, at, dry_run=dry_run))


@app.command("lock")
def lock(
    context: typer.Context,
    day: Day,
    visit: Visit,
    *,
    hold: Hold = LockKind.BOTH,
    off: Annotated[bool, typer.Option("--off", help="Take the lock off.")] = False,
    dry_run: DryRun = False,
    at: At = None,
    scenario: Scenario = "",
) -> None:
    """Hold a visit's caregiver, its time, or both, as they are planned now."""
    kind = EditKind.UNLOCK if off else EditKind.LOCK
    edit = Edit(kind=kind, visit_id=visit, lock=hold)
    _run(app_of(context), edit, _Asked(parse_date(day), scenario, at, dry_run=dry_run))


@app.command("leave-out")
def leave_out(
    context: typer.Context,
    day: Day,
    visit: Visit,
    *,
    reason: Annotated[str, typer.Option("--reason", help="Why nobody goes there.")],
    dry_run: DryRun = False,
    at: At = None,
    scenario: Scenario = "",
) -> None:
    """Leave a visit unserved on purpose."""
    edit = Edit(kind=EditKind.LEAVE_OUT, visit_id=visit, reason=reason)
    _run(app_of(context), edit, _Asked(parse_date(day), scenario, at, dry_run=dry_run))


@app.command("bring-back")
def bring_back(
    context: typer.Context,
    day: Day,
    visit: Visit,
    *,
    to: To = None,
    start: Start = None,
    override: Override = "",
    dry_run: DryRun = False,
    at: At = None,
    scenario: Scenario = "",
) -> None:
    """Serve again what was left out; without --to it waits for a place."""
    edit = Edit(
        kind=EditKind.BRING_BACK,
        visit_id=visit,
        caregiver_ids=tuple(to or ()),
        start_minutes=minutes_of(start) if start else None,
        override_reason=override,
    )
    _run(app_of(context), edit, _Asked(parse_date(day), scenario, at, dry_run=dry_run))


@app.command("phoned")
def phoned(
    context: typer.Context,
    day: Day,
    visit: Visit,
    *,
    off: Annotated[bool, typer.Option("--off", help="Nobody has called after all.")] = False,
    scenario: Scenario = "",
) -> None:
    """Note that the elder was told by telephone: she is disturbed last."""
    edit = Edit(kind=EditKind.PHONED, visit_id=visit, is_phoned=not off)
    _run(app_of(context), edit, _Asked(parse_date(day), scenario))


@app.command("undo")
def undo(context: typer.Context, day: Day, *, at: At = None, scenario: Scenario = "") -> None:
    """Take back the newest edit of the draft, fixes and slots that were taken among them."""
    given, on = app_of(context), parse_date(day)
    minute = minutes_of(at) if at else clock_on(given, on)
    request = UndoRequest(on=on, clock=minute, scenario=scenario)
    undone = undo_edit(given.engine(), request, by="cli", now=given.now())
    if given.as_json:
        given.emit(asdict(undone))
        return
    given.out.print(f"{on} {undone.by} 对 {undone.visit_id} 的改动已撤销")


def _run(app: App, edit: Edit, asked: _Asked) -> None:
    request = EditRequest(
        on=asked.on,
        edit=edit,
        dry_run=asked.dry_run,
        clock=minutes_of(asked.at) if asked.at else clock_on(app, asked.on),
        scenario=asked.scenario,
    )
    database = app.engine()
    try:
        report = edit_draft(database, request, by="cli", now=app.now())
    except Conflict as refused:
        if refused.code == BROKEN:  # the caller also wants to know what it would have cost
            trial = replace(request, dry_run=True)
            _show(app, edit_draft(database, trial, by="cli", now=app.now()), asked)
        raise
    _show(app, report, asked)


def _show(app: App, report: EditReport, asked: _Asked) -> None:
    if app.as_json:
        app.emit(asdict(report))
        return
    with reading(app.engine()) as session:
        names = caregiver_names(session)
        known = elders_by_id(session, {one.elder_id for one in report.moved})
    for each in edit_tables(report, names, {key: one.name for key, one in known.items()}):
        app.out.print(each)
    if report.is_stored:
        where = f"方案「{asked.scenario}」" if asked.scenario else "草稿"
        app.out.print(f"已写入{where}")
    else:
        app.out.print("未写入")
