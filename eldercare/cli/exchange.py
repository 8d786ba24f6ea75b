"""`eldercare import` and `eldercare export`: ledgers in and out, and imports taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from eldercare.accounts.keys import signing_key
from eldercare.cli.context import App, app_of
from eldercare.cli.exits import Exit
from eldercare.cli.tables import make_table
from eldercare.database import reading, transaction
from eldercare.errors import InvalidInput, NotFound
from eldercare.exchange.exporting import (
    explanations,
    export_rows,
    is_workbook,
    template,
    write_ledger,
)
from eldercare.exchange.importing import ImportReport, import_file
from eldercare.exchange.kinds import KINDS, find_kind
from eldercare.exchange.kinds.kind import Kind
from eldercare.exchange.rejects import write_rejects
from eldercare.exchange.undoing import undo_import
from eldercare.exchange.words import in_words, reason_of
from eldercare.registry.id_vault import IdVault
from eldercare.settings import DISTRICT_CODE, Settings

UNDO = "undo"
SHOWN = 20
"""Bad cells and notices printed; `--json` and `--rejects` have all."""
BY = "cli"

KindName = Annotated[
    str, typer.Argument(metavar="KIND", help=", ".join(kind.name for kind in KINDS))
]


def bring_in(
    context: typer.Context,
    kind: KindName,
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="CSV or XLSX; after `undo` an import's number.")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count and show the change in coverage only.")
    ] = False,
    whole: Annotated[
        bool, typer.Option("--whole", help="Store nothing where a line is wrong.")
    ] = False,
    rejects: Annotated[
        Path | None, typer.Option("--rejects", metavar="FILE", help="Write bad lines there.")
    ] = None,
) -> None:
    """Bring in a ledger, or take an import back: `eldercare import undo BATCH`."""
    app = app_of(context)
    if kind == UNDO:
        _undo(app, file)
        return
    found, path = find_kind(kind), Path(file)
    engine = app.engine()
    with app.progress(found.zh) as progress, transaction(engine) as session:
        report = import_file(
            session,
            found,
            path,
            on=app.today(),
            now=app.now(),
            by=BY,
            vault=_vault(app.settings, found),
            dry_run=dry_run,
            take_good=not whole,
            progress=progress,
        )
    if rejects is not None and report.errors and report.table is not None:
        write_rejects(path, rejects, report.table, report.errors)
    if app.as_json:
        app.emit(report.as_dict())
    else:
        _show(app, report, f"{found.zh} · {path.name}{' · 试算' if dry_run else ''}")
    if report.rejected and not report.repeated:
        raise typer.Exit(Exit.INVALID_INPUT)


def send_out(
    context: typer.Context,
    kind: KindName,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Ends in .csv or .xlsx.")],
    as_template: Annotated[
        bool, typer.Option("--template", help="Headers and an example instead of rows.")
    ] = False,
    masked: Annotated[bool, typer.Option("--masked", help="Hide what is personal.")] = False,
    area: Annotated[
        str, typer.Option("--area", metavar="CODE", help="Only inside this area.")
    ] = DISTRICT_CODE,
) -> None:
    """Write a ledger that `eldercare import` reads; ID numbers are masked always."""
    app = app_of(context)
    found = find_kind(kind)
    if not file.resolve().parent.is_dir():
        raise NotFound(f"the folder of {file} does not exist", code="folder_missing")
    as_workbook = is_workbook(file)
    if as_template:
        with file.open("wb") as stream:
            write_ledger(
                template(found),
                stream,
                sheet=found.zh,
                as_workbook=as_workbook,
                notes=explanations(found),
            )
        lines = 0
    else:
        with reading(app.engine()) as session:
            rows = export_rows(
                session,
                found,
                area_code=area,
                personal=not masked,
                vault=_vault(app.settings, found),
            )
            with file.open("wb") as stream:
                lines = write_ledger(rows, stream, sheet=found.zh, as_workbook=as_workbook) - 1
    if app.as_json:
        app.emit({"kind": found.name, "file": str(file), "rows": lines})
    else:
        app.out.print(f"{file}: {lines:,} 行")


def _undo(app: App, number: str) -> None:
    if not number.isdecimal():
        raise InvalidInput(f"{number!r} is no number of an import: `import undo 12`")
    with transaction(app.engine()) as session:
        report = undo_import(session, int(number), now=app.now(), by=BY)
    document = {
        "batch": report.batch,
        "deleted": report.deleted,
        "restored": report.restored,
    }
    if app.as_json:
        app.emit(document)
    else:
        app.out.print(
            f"导入 {report.batch} 已撤销：删除 {report.deleted:,} 行，恢复 {report.restored:,} 行"
        )


def _vault(settings: Settings, kind: Kind) -> IdVault | None:
    """Where the kind has ID numbers and the installation a secret, or a folder to keep one in."""
    if kind.sealed is None:
        return None
    if settings.secret_key is None and not settings.data_folder.is_dir():
        return None
    return IdVault(signing_key(settings))


def _show(app: App, report: ImportReport, title: str) -> None:
    table = make_table(title, ["新增", "更新", "未变", "退回", "批次"], 0)
    table.add_row(
        f"{report.created:,}",
        f"{report.updated:,}",
        f"{report.unchanged:,}",
        f"{report.rejected:,}",
        "—" if report.batch is None else str(report.batch),
    )
    app.out.print(table)
    if report.repeated:
        app.out.print("此文件已导入过，未作任何改动。")
    if report.coverage_change:
        app.out.print(_coverage(report))
    if report.errors:
        app.out.print(_errors(report))
    if report.notices:
        app.out.print(_notices(report))


def _coverage(report: ImportReport) -> Table:
    table = make_table("对覆盖指标的影响", ["指标", "导入前", "导入后"], 1)
    for change in report.coverage_change or ():
        table.add_row(
            change.indicator,
            f"{change.numerator_before:,}/{change.denominator_before:,}",
            f"{change.numerator_after:,}/{change.denominator_after:,}",
        )
    return table


def _notices(report: ImportReport) -> Table:
    more = len(report.notices) - SHOWN
    title = "请留意，不影响导入" + (f"（另有 {more:,} 处）" if more > 0 else "")
    table = make_table(title, ["行", "列", "内容", "说明"], 4)
    table.columns[3].no_wrap = False
    for one in report.notices[:SHOWN]:
        table.add_row(str(one.row), one.column, one.value, reason_of(one.code, one.reason))
    return table


def _errors(report: ImportReport) -> Table:
    more = len(report.errors) - SHOWN
    title = "有误的单元格" + (f"（另有 {more:,} 处）" if more > 0 else "")
    table = make_table(title, ["行", "列", "内容", "原因"], 4)
    table.columns[3].no_wrap = False
    for one in report.errors[:SHOWN]:
        table.add_row(str(one.row), one.column, one.value, in_words(one.code, one.reason))
    return table
