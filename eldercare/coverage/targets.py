"""Dated targets: read from the data file into the table, and looked up for a date."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from sqlmodel import Session, col, select

import seed_data
from eldercare.coverage.indicators import find_indicator
from eldercare.coverage.tables import TARGET_SCALE, Target
from eldercare.errors import FieldProblem, InvalidInput, NotFound

COLUMNS = ("code", "target", "valid_from", "valid_until", "plan_title", "plan_section")


@dataclass(frozen=True, slots=True)
class LoadedTargets:
    """What loading did; `without_number` are indicators for which the plan sets none."""

    created: int
    updated: int
    unchanged: int
    without_number: tuple[str, ...]


def targets_in_force(session: Session, as_of: date) -> dict[str, Target]:
    """The target of each indicator on a date: the latest one in force; none before the first.

    A target stays in force after it was due until another takes its place.
    """
    query = select(Target).where(Target.from_on <= as_of).order_by(col(Target.from_on))
    return {target.indicator_code: target for target in session.exec(query)}


def load_targets(session: Session, *, file: Path | None = None) -> LoadedTargets:
    """Bring the table to the state of the file (None: the data that comes with the product).

    Raises InvalidInput naming every bad cell at once (row as a spreadsheet counts it, header = 1),
    and then changes nothing.
    """
    rows = _read(file or seed_data.path("targets.csv"))
    problems: list[FieldProblem] = []
    targets: list[Target] = []
    without: list[str] = []
    for number, row in enumerate(rows, start=2):
        target = _parse(number, row, problems)
        if target is not None:
            targets.append(target)
        elif not row["target"].strip():
            without.append(row["code"])
    if problems:
        reasons = "; ".join(f"{problem.pointer}: {problem.reason}" for problem in problems)
        raise InvalidInput(f"targets were not loaded: {reasons}", fields=problems)
    return _store(session, targets, tuple(without))


def _read(file: Path) -> list[dict[str, str]]:
    if not file.is_file():
        raise NotFound(f"there is no file of targets at {file}", code="file_not_found")
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines, restval="")
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise InvalidInput(
                f"{file.name} lacks the columns {', '.join(missing)}; its first row must name them",
                fields=[FieldProblem(f"/1/{name}", "column missing") for name in missing],
            )
        return list(reader)


def _parse(number: int, row: dict[str, str], problems: list[FieldProblem]) -> Target | None:
    """The target of a row, or None where it has no number or a bad cell (added to `problems`)."""
    before = len(problems)

    def bad(column: str, reason: str) -> None:
        problems.append(FieldProblem(f"/{number}/{column}", reason))

    def day(column: str) -> date:
        try:
            return date.fromisoformat(row[column].strip())
        except ValueError:
            bad(column, f"{row[column]!r} is not a date: write YYYY-MM-DD")
            return date.min

    try:
        find_indicator(row["code"])
    except NotFound as error:
        bad("code", error.message)
    from_on, due_on = day("valid_from"), day("valid_until")
    if len(problems) == before and from_on > due_on:
        bad("valid_until", f"{due_on} is before valid_from {from_on}")
    text = row["target"].strip()
    value = _share(text) if text else None
    if text and value is None:
        bad("target", f"{text!r} is not a share: write 0 to 1 with at most four decimals (0.75)")
    if len(problems) > before or value is None:
        return None
    return Target(
        indicator_code=row["code"],
        from_on=from_on,
        due_on=due_on,
        per_10000=value,
        source=f"{row['plan_title']} · {row['plan_section']}",
    )


def _share(text: str) -> int | None:
    """Whole 1/10,000 of a share between 0 and 1, or None."""
    try:
        scaled = Decimal(text) * TARGET_SCALE
    except InvalidOperation:
        return None
    if not scaled.is_finite() or scaled != scaled.to_integral_value():
        return None
    return int(scaled) if 0 <= scaled <= TARGET_SCALE else None


def _store(session: Session, targets: list[Target], without: tuple[str, ...]) -> LoadedTargets:
    created = updated = 0
    for target in targets:
        known = session.get(Target, (target.indicator_code, target.from_on))
        if known is None:
            session.add(target)
            created += 1
        elif known.model_dump() != target.model_dump():
            known.sqlmodel_update(target.model_dump())
            updated += 1
    session.flush()
    return LoadedTargets(created, updated, len(targets) - created - updated, without)
