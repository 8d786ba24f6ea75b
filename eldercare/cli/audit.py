"""`eldercare audit`: the trail of all writes."""

from __future__ import annotations

from typing import Annotated

import typer

from eldercare.accounts.audit import verify_chain
from eldercare.cli.context import app_of
from eldercare.database import reading
from eldercare.errors import DatabaseUnusable

app = typer.Typer(help="The trail of all writes.", no_args_is_help=True)


@app.callback()
def audit() -> None:
    """Who wrote what, when, before and after; every entry vouches for all before it."""


@app.command("verify")
def verify(
    context: typer.Context,
    head: Annotated[
        str | None,
        typer.Option(metavar="HASH", help="Head noted down earlier: uncovers a cut-off end."),
    ] = None,
) -> None:
    """Recompute every hash of the trail; note the head down elsewhere and give it next time."""
    app = app_of(context)
    with reading(app.engine()) as session:
        report = verify_chain(session, noted_head=head)
    document = {
        "entries": report.entries,
        "head": report.head,
        "intact": report.is_intact,
        "reason": report.reason,
    }
    if app.as_json:
        app.emit(document)
    elif report.is_intact:
        app.out.print(f"{report.entries} entries, all as they were written; head {report.head}")
    if not report.is_intact:
        raise DatabaseUnusable(
            f"the audit trail does not hold: {report.reason}; {report.entries} entries before it "
            "are sound: compare with a backup",
            code="audit_broken",
        )
