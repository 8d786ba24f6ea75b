"""`eldercare roster`: a date's routes for people, spreadsheets, calendars and maps."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from eldercare.cli.context import Day, Scenario, Towns, app_of, clock, parse_date
from eldercare.cli.files import csv_bytes, write, xlsx_bytes
from eldercare.cli.tables import make_table
from eldercare.database import reading
from eldercare.errors import NotFound
from eldercare.registry.lookup import town_names
from eldercare.rostering.export import as_calendar, as_frame, as_geojson, remark
from eldercare.rostering.reading import read_roster
from eldercare.rostering.views import RosterView, RouteView


class Form(StrEnum):
    """Forms a roster can be had in."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    ICS = "ics"
    GEOJSON = "geojson"


def roster(
    context: typer.Context,
    day: Day,
    caregiver: Annotated[
        str | None, typer.Option("--caregiver", metavar="ID", help="Only this worker.")
    ] = None,
    town: Towns = None,
    version: Annotated[
        int | None, typer.Option("--version", metavar="N", help="This published version.")
    ] = None,
    scenario: Scenario = "",
    form: Annotated[Form, typer.Option("--format")] = Form.TABLE,
    output: Annotated[Path | None, typer.Option("-o", "--output")] = None,
) -> None:
    """Print a date's roster: the draft where there is one, else what is published."""
    app = app_of(context)
    with reading(app.engine()) as session:
        view = read_roster(
            session,
            parse_date(day),
            version=version,
            scenario=scenario or None,
            towns=town or None,
            worker_id=caregiver,
        )
        towns = town_names(session)
    if caregiver and not view.routes:
        raise NotFound(f"{caregiver} has no route on {view.on}", code="no_route")
    if form is Form.TABLE and not app.as_json:
        for route in view.routes:
            app.out.print(route_table(route))
        return
    chosen = Form.JSON if app.as_json else form
    write(_content(view, chosen, towns), output, is_text=chosen is not Form.XLSX)


def _content(view: RosterView, form: Form, towns: Mapping[str, str]) -> bytes:
    if form is Form.CSV:
        return csv_bytes(as_frame(view, towns))
    if form is Form.XLSX:
        return xlsx_bytes(as_frame(view, towns), view.on.isoformat())
    if form is Form.ICS:
        return as_calendar(view)
    document: dict[str, Any] = as_geojson(view) if form is Form.GEOJSON else asdict(view)
    text = json.dumps(document, ensure_ascii=False, default=str, indent=2)
    return f"{text}\n".encode()


def route_table(route: RouteView) -> Table:
    """One worker's day."""
    shift = f"{clock(route.shift_start_minutes)}–{clock(route.shift_end_minutes)}"
    title = f"{route.worker_name} {route.worker_id} · 班次 {shift} · 路程 {route.travel_minutes} 分"
    table = make_table(
        title, ["#", "开始", "结束", "路程", "老人", "服务", "地址", "时段", "备注"], 8
    )
    for stop in route.stops:
        window = ""
        if stop.window_start_minutes is not None:
            window = f"{clock(stop.window_start_minutes)}–{clock(stop.window_end_minutes)}"
        table.add_row(
            str(stop.sequence),
            clock(stop.start_minutes),
            clock(stop.end_minutes),
            str(stop.travel_minutes),
            stop.elder_name,
            stop.service_name + (" 双人" if stop.people == 2 else ""),
            stop.address,
            window,
            remark(stop),
        )
    return table
