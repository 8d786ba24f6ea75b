"""`eldercare seed`: the synthetic district over the real communities."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from sqlalchemy import Engine, text

from eldercare.cli.context import App, app_of, parse_date
from eldercare.cli.tables import make_table
from eldercare.coverage.targets import load_targets
from eldercare.database import transaction
from eldercare.errors import InvalidInput
from eldercare.seeding.district import SeedSummary, seed_district
from eldercare.settings import DEMO_ON


def seed(
    context: typer.Context,
    scale: Annotated[
        float, typer.Option("--scale", help="1 is the whole district, about 165,000 elders.")
    ] = 0.1,
    seed: Annotated[int, typer.Option("--seed", help="Same seed, same district.")] = 2018,
    on: Annotated[
        str, typer.Option("--on", metavar="DATE", help="The date the records lead up to.")
    ] = DEMO_ON.isoformat(),
) -> None:
    """Fill an empty database with a synthetic district; repeatable."""
    app = app_of(context)
    if not 0 < scale <= 1:
        raise InvalidInput(f"scale {scale:g} is outside 0–1: 1 is the whole district")
    database = app.upgraded_engine()
    summary = run_seed(app, database, scale=scale, seed=seed, on=on)
    if app.as_json:
        app.emit(asdict(summary))
        return
    table = make_table("已载入的数据", ["表", "行数"], 1)
    for name, rows in summary.counts.items():
        table.add_row(name, f"{rows:,}")
    app.out.print(table)


def run_seed(app: App, database: Engine, *, scale: float, seed: int, on: str) -> SeedSummary:
    """Seed with a progress bar, in one transaction."""
    day = parse_date(on)
    with app.progress(f"seeding at scale {scale:g}") as report, transaction(database) as session:
        summary = seed_district(session, scale=scale, seed=seed, on=day, progress=report)
        load_targets(session)
    if summary.created:
        # Fresh statistics: without them a planner takes a table just filled for an empty one.
        with database.begin() as connection:
            connection.execute(text("ANALYZE"))
    return summary
