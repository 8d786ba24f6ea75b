"""The command's root: global options, the commands, errors → one sentence and an exit code."""

from __future__ import annotations

import logging
import os
import sys
from typing import Annotated

import typer
from rich.console import Console

from eldercare.cli import (
    answers,
    audit,
    coverage,
    database,
    demo,
    edit,
    exchange,
    fairness,
    plan,
    replan,
    roster,
    scenario,
    seed,
    serve,
    users,
    week,
)
from eldercare.cli.context import App
from eldercare.cli.exits import Exit, exit_code
from eldercare.errors import EldercareError
from eldercare.settings import Settings

PIPE_WIDTH = 120

app = typer.Typer(
    name="eldercare",
    help="Elder-care scheduling of Xinbei District: registry, rosters, coverage.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(database.app, name="db")
app.add_typer(users.app, name="user")
app.add_typer(audit.app, name="audit")
app.add_typer(scenario.app, name="scenario")
app.add_typer(edit.app, name="edit")
app.command("seed")(seed.seed)
app.command("import")(exchange.bring_in)
app.command("export")(exchange.send_out)
app.command("plan")(plan.plan)
app.command("replan")(replan.replan)
app.command("explain")(answers.explain)
app.command("offer")(answers.offer)
app.command("diff")(answers.diff)
app.command("cost")(answers.cost)
app.command("publish")(plan.publish_roster)
app.command("roster")(roster.roster)
app.command("fairness")(fairness.fairness)
app.command("robustness")(fairness.how_robust)
app.command("week")(week.week)
app.command("coverage")(coverage.coverage)
app.command("serve")(serve.serve)
app.command("demo")(demo.demo)


@app.callback()
def root(
    context: typer.Context,
    database_url: Annotated[
        str | None,
        typer.Option("--database", metavar="URL", help="Database; default: a file under var/."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document on standard output.")
    ] = False,
) -> None:
    """Elder-care scheduling of Xinbei District (新北区), Changzhou."""
    settings = Settings() if database_url is None else Settings(database_url=database_url)
    context.obj = App(
        settings=settings,
        as_json=as_json,
        out=_console(),
        err=Console(stderr=True),
    )


def _console() -> Console:
    """Standard output; a pipe or a log has no width of its own and gets room for every column."""
    return Console() if sys.stdout.isatty() else Console(width=PIPE_WIDTH)


def main() -> None:
    """Run the command and leave with the contract's exit code."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(message)s"
    )
    try:
        app()  # typer itself ends with 2 on wrong usage and 0 when done
    except EldercareError as error:
        _say(error)
        sys.exit(exit_code(error))
    except BrokenPipeError:
        # The reader of the pipe went away: not our fault, and nothing more can be said there.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(Exit.FAULT)


def _say(error: EldercareError) -> None:
    _line(f"eldercare: {error.message}")
    for field in error.fields:
        _line(f"  {field.pointer}: {field.reason}")


def _line(text: str) -> None:
    sys.stderr.write(text + "\n")
