"""Writes of single rows: through the gate, inside the writer's area, with an audit entry.

`seen` holds the versions (see `version_of`) that the writer has read; a row that is at none of them
was changed by somebody else and is left alone. None: the writer does not ask.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, SQLModel

from eldercare.accounts.audit import record
from eldercare.accounts.permissions import Action, require
from eldercare.accounts.tables import User
from eldercare.errors import Conflict, FieldProblem, InvalidInput
from eldercare.registry.admission.gate import Gate, Refusal
from eldercare.registry.admission.shape import values_of
from eldercare.registry.admit import GATE
from eldercare.registry.ledger import (
    SEALED,
    Ledger,
    area_of,
    contents,
    find_row,
    key_text,
    version_of,
)
from eldercare.settings import DISTRICT_CODE

ANY_VERSION = "*"


def create_row(
    session: Session,
    ledger: Ledger,
    values: Mapping[str, Any],
    *,
    user: User,
    now: datetime,
    on: date,
    gate: Gate = GATE,
) -> SQLModel:
    """Store a new row with its parts (lists of fields under the parts' names), all or nothing.

    Raises InvalidInput with every problem, NotPermitted outside the writer's area, Conflict where
    somebody else stored the same key meanwhile.
    """
    require(user, Action.WRITE_REGISTRY)
    _require_written_by_hand(ledger)
    names = {part.field for part in ledger.parts}
    row = ledger.table(**{name: value for name, value in values.items() if name not in names})
    if ledger.guard is not None:
        ledger.guard(None, row)
    area = area_of(session, ledger, row)
    if area is not None:  # else something it belongs to does not exist, which the gate explains
        require(user, Action.WRITE_REGISTRY, area_code=area)
    places, rows = [""], [row]
    for part in ledger.parts:
        for number, fields in enumerate(values.get(part.field) or ()):
            places.append(f"/{part.field}/{number}")
            rows.append(part.table(**(dict(fields) | {part.column: key_text(row)})))
    refused = gate.check(session, rows, on=on)
    if refused:
        raise _refusal(ledger, refused, places)
    gate.add_all(session, rows, on=on)
    _require_area(session, ledger, row, user)
    session.refresh(row)
    record(
        session,
        at=now,
        user_name=user.name,
        action=f"{ledger.name}.create",
        subject=_subject(ledger, row),
        after=_open(*contents(session, ledger, [row])),
    )
    return row


def _refusal(ledger: Ledger, refused: list[Refusal], places: list[str]) -> InvalidInput:
    problems = list(_told(refused, places))
    told = "; ".join(f"{problem.pointer[1:]}: {problem.reason}" for problem in problems)
    return InvalidInput(f"the new {ledger.noun} was refused: {told}", fields=problems)


def _told(refused: list[Refusal], places: list[str]) -> Iterator[FieldProblem]:
    for refusal in refused:
        for problem in refusal.problems:
            pointer = places[refusal.index] + problem.pointer
            yield FieldProblem(pointer, problem.reason, problem.code)


def change_row(
    session: Session,
    ledger: Ledger,
    key: str,
    changes: Mapping[str, Any],
    *,
    seen: Collection[str] | None,
    user: User,
    now: datetime,
    on: date,
    gate: Gate = GATE,
) -> SQLModel:
    """Set fields of a row; None empties one or gives it its default. No change leaves no entry.

    Raises NotFound, Conflict `row_changed`, InvalidInput, NotPermitted where the row lies outside
    the writer's area or would be moved out of it.
    """
    row = row_as_seen(session, ledger, key, seen=seen, user=user)
    return _change(
        session, ledger, row, changes, verb="change", user=user, now=now, on=on, gate=gate
    )


def end_row(
    session: Session,
    ledger: Ledger,
    key: str,
    *,
    ended_on: date,
    reason: str | None = None,
    seen: Collection[str] | None,
    user: User,
    now: datetime,
    on: date,
    gate: Gate = GATE,
) -> SQLModel:
    """Let a row hold no longer from a date on; it stays, because earlier figures stand on it.

    A `removable` row goes at once and is returned as it was. Raises as `change_row`, and Conflict
    where rows of the table have no end or this one has ended.
    """
    row = row_as_seen(session, ledger, key, seen=seen, user=user)
    if ledger.removable:
        return _remove(session, ledger, row, user=user, now=now)
    if ledger.ends is None:
        raise Conflict(f"{ledger.noun}: rows have no end; {ledger.instead}", code="row_has_no_end")
    before = getattr(row, ledger.ends)
    always_ends = ledger.table.model_fields[ledger.ends].is_required()
    if before is not None and not (always_ends and ended_on < before):
        raise Conflict(
            f"the {ledger.noun} {key} has {ledger.ends} {before} already: update that field",
            code="row_has_ended",
        )
    changes: dict[str, Any] = {ledger.ends: ended_on}
    if ledger.end_reason is not None:
        changes[ledger.end_reason] = reason
    elif reason is not None:
        said = f"{ledger.noun}: no reason is kept, leave it out"
        raise InvalidInput(said, fields=[FieldProblem("/reason", said)])
    return _change(session, ledger, row, changes, verb="end", user=user, now=now, on=on, gate=gate)


def row_as_seen(
    session: Session, ledger: Ledger, key: str, *, seen: Collection[str] | None, user: User
) -> SQLModel:
    """The row for writing, locked until the transaction ends, at a version the writer has read.

    Raises NotFound, NotPermitted outside the writer's area, Conflict `row_changed`.
    """
    require(user, Action.WRITE_REGISTRY)
    _require_written_by_hand(ledger)
    row = find_row(session, ledger, key, locked=True)
    _require_area(session, ledger, row, user)
    (fields,) = contents(session, ledger, [row])
    if seen is not None and {ANY_VERSION, version_of(fields)}.isdisjoint(seen):
        raise Conflict(
            f"the {ledger.noun} {key} is not as you read it: somebody changed it; read it again "
            "and repeat what still holds",
            code="row_changed",
        )
    return row


def _require_written_by_hand(ledger: Ledger) -> None:
    if ledger.written_by:
        raise Conflict(
            f"{ledger.noun}: no row is written by itself; {ledger.written_by}", code="read_only"
        )


def _remove(
    session: Session, ledger: Ledger, row: SQLModel, *, user: User, now: datetime
) -> SQLModel:
    subject, before = _subject(ledger, row), values_of(row)
    session.delete(row)
    session.flush()
    record(
        session,
        at=now,
        user_name=user.name,
        action=f"{ledger.name}.remove",
        subject=subject,
        before=_open(before),
    )
    return row


def _change(
    session: Session,
    ledger: Ledger,
    row: SQLModel,
    changes: Mapping[str, Any],
    *,
    verb: str,
    user: User,
    now: datetime,
    on: date,
    gate: Gate,
) -> SQLModel:
    before = values_of(row)
    candidate = ledger.table(**(before | dict(changes)))
    if ledger.guard is not None:
        ledger.guard(row, candidate)
    gate.change(session, row, changes, on=on)
    session.flush()
    _require_area(session, ledger, row, user)
    session.refresh(row)
    after = values_of(row)
    changed = [name for name in after if after[name] != before[name]]
    if changed:
        record(
            session,
            at=now,
            user_name=user.name,
            action=f"{ledger.name}.{verb}",
            subject=_subject(ledger, row),
            before=_open({name: before[name] for name in changed}),
            after=_open({name: after[name] for name in changed}),
        )
    return row


def _require_area(session: Session, ledger: Ledger, row: SQLModel, user: User) -> None:
    """Refuse a row outside the user's area; one that lies nowhere is the district's."""
    area = area_of(session, ledger, row)
    require(user, Action.WRITE_REGISTRY, area_code=area or DISTRICT_CODE)


def _open(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What the trail may hold: the sealed columns have entries of their own."""
    return {name: value for name, value in fields.items() if name not in SEALED}


def _subject(ledger: Ledger, row: SQLModel) -> str:
    return f"{ledger.name}/{key_text(row)}"
