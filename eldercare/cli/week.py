"""`eldercare week`: the days of visits that do not say which."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from eldercare.cli.context import App, Towns, app_of, parse_date
from eldercare.cli.tables import make_table
from eldercare.database import reading
from eldercare.rostering.week import Crowded, WeekView, assign_week, read_week

SHOWN = 30
WEEKDAYS = "一二三四五六日"


def week(
    context: typer.Context,
    monday: Annotated[str, typer.Argument(metavar="MONDAY", help="Monday as 2020-09-21.")],
    town: Towns = None,
    seed: Annotated[int, typer.Option("--seed", help="Same seed, same days.")] = 1,
    show: Annotated[
        bool, typer.Option("--show", help="Choose nothing, show the week as it stands.")
    ] = False,
) -> None:
    """Choose the days of a week for visits with flexible days; what is published stays."""
    app = app_of(context)
    on, towns, database = parse_date(monday), town or None, app.engine()
    if show:
        with reading(database) as session:
            view = read_week(session, on, towns=towns)
        _print(app, view)
        return
    report = assign_week(database, on, now=app.now(), by="cli", seed=seed, towns=towns)
    if app.as_json:
        app.emit(asdict(report))
        return
    _print(app, report.week)
    app.out.print(f"与上周不同日的 {report.moved} 次")
    _print_crowded(app, report.crowded)


def _print(app: App, view: WeekView) -> None:
    if app.as_json:
        app.emit(asdict(view))
        return
    days = [day for one in view.items for day in one.days]
    table = make_table(
        f"{view.monday} 这一周 · 弹性服务 {len(view.items)} 项 {len(days)} 次"
        f" · 缺 {view.missing} 次",
        ["计划项", "老人", "服务", "次/周", "日期"],
        5,
    )
    for one in view.items[:SHOWN]:
        chosen = "、".join(WEEKDAYS[day.weekday()] for day in one.days)
        note = "" if one.is_chosen else "（未定）"
        table.add_row(
            one.plan_item_id, one.elder_name, one.service_type_code, str(one.times), chosen + note
        )
    app.out.print(table)
    counts = [sum(day.weekday() == number for day in days) for number in range(len(WEEKDAYS))]
    shown = " ".join(f"{name}{count}" for name, count in zip(WEEKDAYS, counts, strict=True))
    app.out.print(f"每天次数：{shown}")


def _print_crowded(app: App, crowded: tuple[Crowded, ...]) -> None:
    table = make_table(f"人手偏紧的 {len(crowded)} 项", ["计划项", "老人", "次", "说明"], 2)
    table.columns[3].justify = "left"
    for one in crowded[:SHOWN]:
        table.add_row(one.plan_item_id, one.elder_id, str(one.visits), one.detail)
    if table.row_count:
        app.out.print(table)
