"""Ledgers for tests: files written, brought in and sent out again."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session

from eldercare.exchange.exporting import export_rows, write_ledger
from eldercare.exchange.importing import ImportReport, import_file
from eldercare.exchange.kinds import find_kind
from eldercare.registry.id_vault import IdVault

ON = date(2026, 5, 1)
NOW = datetime(2026, 5, 1, 2, tzinfo=UTC)
VAULT = IdVault("a secret of the tests, long enough to be one")

ELDER = {
    "老年人编号": "E1",
    "姓名": "周桂兰",
    "性别": "女",
    "出生日期": "1940-03-05",
    "社区编码": "320411001001",
    "地址": "某路1号",
    "居住方式": "独居",
    "登记日期": "2015-01-01",
}


def write_csv(path: Path, lines: Sequence[Mapping[str, str]], encoding: str = "utf-8") -> Path:
    """A file with the headers of the first line."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(lines[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def bring(session: Session, kind: str, path: Path, **more: Any) -> ImportReport:
    """Import a file."""
    given: dict[str, Any] = {"on": ON, "now": NOW, "by": "anna", "vault": VAULT} | more
    return import_file(session, find_kind(kind), path, **given)


def send(session: Session, kind: str, path: Path, *, personal: bool = True, **more: Any) -> Path:
    """Export to a file."""
    found = find_kind(kind)
    with path.open("wb") as file:
        write_ledger(
            export_rows(session, found, personal=personal, vault=VAULT, **more),
            file,
            sheet=found.zh,
            as_workbook=path.suffix == ".xlsx",
        )
    return path


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    """Created, updated, unchanged, rejected."""
    return report.created, report.updated, report.unchanged, report.rejected


def cells(report: ImportReport) -> list[tuple[int, str, str]]:
    """Row, column and code of every bad cell."""
    return [(problem.row, problem.column, problem.code) for problem in report.errors]
