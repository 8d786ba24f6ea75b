"""`eldercare coverage`: the plan's indicators as of a date."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from eldercare.cli.context import app_of, parse_date
from eldercare.cli.tables import make_table
from eldercare.coverage.areas import Level
from eldercare.coverage.evaluation import evaluate
from eldercare.coverage.indicators import find_indicators
from eldercare.coverage.rows import CoverageRow, percent
from eldercare.database import reading
from eldercare.errors import InvalidInput

_VERDICTS = {True: "✓ 达标", False: "✗ 未达", None: "—"}


class Form(StrEnum):
    """Forms of the report."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def coverage(
    context: typer.Context,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="Default: today.")
    ] = None,
    by: Annotated[Level, typer.Option("--by")] = Level.DISTRICT,
    indicator: Annotated[
        list[str] | None, typer.Option("--indicator", help="Only this code; repeatable.")
    ] = None,
    form: Annotated[Form, typer.Option("--format")] = Form.TABLE,
    output: Annotated[Path | None, typer.Option("-o", "--output")] = None,
) -> None:
    """Report every indicator: numerator, denominator, value, target, met."""
    app = app_of(context)
    day = parse_date(as_of) if as_of else app.today()
    with reading(app.engine()) as session:
        rows = evaluate(session, as_of=day, by=by, indicators=indicator)
    if app.as_json or form is Form.JSON:
        app.emit({"as_of": day.isoformat(), "rows": [row.as_dict() for row in rows]})
    elif form is Form.CSV:
        _write(as_csv(rows), output)
    else:
        app.out.print(coverage_table(rows, f"覆盖 · 截至 {day}"))


def _write(text: str, output: Path | None) -> None:
    if output is None:
        typer.echo(text, nl=False)
        return
    if not output.parent.is_dir():
        raise InvalidInput(f"the folder {output.parent} does not exist")
    # A byte-order mark, so that spreadsheet programs read the Chinese right.
    output.write_text(text, encoding="utf-8-sig")


def as_csv(rows: Sequence[CoverageRow]) -> str:
    """The rows as CSV with the contract's field names."""
    documents = [row.as_dict() for row in rows]
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, fieldnames=list(documents[0]) if documents else ["indicator"])
    writer.writeheader()
    writer.writerows(documents)
    return buffer.getvalue()


def coverage_table(rows: Sequence[CoverageRow], title: str) -> Table:
    """The report as a terminal table: every percentage with its n/m."""
    columns = ["指标", "区域", "分子", "分母", "数值", "目标", "结论", "说明"]
    table = make_table(title, columns, 2)
    names = {one.code: one.name.zh for one in find_indicators(None)}
    for number in (6, 7):
        table.columns[number].justify = "left"
    for row in rows:
        table.add_row(
            names[row.indicator],
            row.area_name,
            f"{row.numerator:,}",
            f"{row.denominator:,}",
            "无法计算" if row.value is None else percent(row.value),
            percent(row.target, 0),
            _VERDICTS[row.met],
            row.note,
        )
    return table
