"""`eldercare coverage`: the plan's indicators as of a date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich.table import Table

from eldercare.cli.context import App, app_of, parse_date
from eldercare.cli.files import csv_bytes, write, xlsx_bytes
from eldercare.cli.tables import make_table
from eldercare.coverage.areas import Level
from eldercare.coverage.evaluation import evaluate
from eldercare.coverage.indicators import find_indicators
from eldercare.coverage.named_lists import names
from eldercare.coverage.rows import CoverageRow, percent
from eldercare.database import reading
from eldercare.errors import InvalidInput

_VERDICTS = {True: "✓ 达标", False: "✗ 未达", None: "—"}


class Form(StrEnum):
    """Forms of the report."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


def coverage(
    context: typer.Context,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="Default: today.")
    ] = None,
    by: Annotated[Level, typer.Option("--by")] = Level.DISTRICT,
    area: Annotated[
        str | None, typer.Option("--area", metavar="CODE", help="Only inside this area.")
    ] = None,
    indicator: Annotated[
        list[str] | None, typer.Option("--indicator", help="Only this code; repeatable.")
    ] = None,
    with_names: Annotated[
        bool, typer.Option("--names", help="The names behind one indicator instead.")
    ] = False,
    form: Annotated[Form, typer.Option("--format")] = Form.TABLE,
    output: Annotated[Path | None, typer.Option("-o", "--output")] = None,
) -> None:
    """Report every indicator: numerator, denominator, value, target, met."""
    app = app_of(context)
    day = parse_date(as_of) if as_of else app.today()
    look_back = app.settings.coverage_look_back_days
    form = Form.JSON if app.as_json else form
    with reading(app.engine()) as session:
        if with_names:
            code = _only(indicator)
            people = names(session, code, day, area, look_back_days=look_back)
            head = {"as_of": day.isoformat(), "indicator": code}
            _emit(app, form, output, [asdict(row) for row in people], head)
            return
        rows = evaluate(
            session,
            as_of=day,
            by=by,
            indicators=indicator,
            area=area,
            look_back_days=look_back,
        )
    if form is Form.TABLE:
        app.out.print(coverage_table(rows, f"覆盖 · 截至 {day}"))
    else:
        documents = [row.as_dict() for row in rows]
        _emit(app, form, output, documents, {"as_of": day.isoformat()})


def _only(indicator: list[str] | None) -> str:
    if indicator is None or len(indicator) != 1:
        raise InvalidInput("--names lists one indicator: name it with --indicator CODE")
    return indicator[0]


def _emit(
    app: App,
    form: Form,
    output: Path | None,
    documents: list[dict[str, Any]],
    head: dict[str, Any],
) -> None:
    if form is Form.JSON:
        app.emit(head | {"rows": documents})
        return
    frame = pd.DataFrame(documents)
    if form is Form.XLSX:
        write(xlsx_bytes(frame, "coverage"), output, is_text=False)
    else:
        write(csv_bytes(frame), output)


def coverage_table(rows: Sequence[CoverageRow], title: str) -> Table:
    """The report as a terminal table: every percentage with its n/m."""
    columns = ["指标", "区域", "分子", "分母", "数值", "目标", "结论", "说明"]
    table = make_table(title, columns, 2)
    name_of = {one.code: one.name.zh for one in find_indicators(None)}
    for number in (6, 7):
        table.columns[number].justify = "left"
    for row in rows:
        table.add_row(
            name_of[row.indicator],
            row.area_name,
            f"{row.numerator:,}",
            f"{row.denominator:,}",
            "无法计算" if row.value is None else percent(row.value),
            percent(row.target, 0),
            _VERDICTS[row.met],
            row.note,
        )
    return table
