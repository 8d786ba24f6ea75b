"""What ends with an elder's registration, journalled so that it can be restored exactly.

Rows that were to begin later stay as they are: nothing is asked of an elder who is not registered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import Session, SQLModel, col

from eldercare.care import admit
from eldercare.care.tables import CarePlan, MealSubscription, Pause
from eldercare.errors import InvalidInput
from eldercare.registry.admission.gate import noun
from eldercare.registry.admission.tables import key_columns, table_of
from eldercare.registry.duplicates.stored import as_json, from_json
from eldercare.registry.tables import FamilyDoctorContract, InstitutionStay, PlannedMove
from eldercare.registry.to_review import ToReview, noun_zh

_ENDED: tuple[tuple[type[SQLModel], str, str], ...] = (
    (CarePlan, "from_on", "until_on"),
    (MealSubscription, "from_on", "until_on"),
    (Pause, "from_on", "until_on"),
    (InstitutionStay, "from_on", "until_on"),
    (FamilyDoctorContract, "signed_on", "expires_on"),
)
"""Tables whose rows end with the elder, their first and their last column."""
_MODELS = {table_of(model).name: (model, end) for model, _, end in _ENDED}


@dataclass(slots=True)
class Journal:
    """Rows ended (table, key, last day before and after) and planned moves that fell away."""

    changed: list[dict[str, Any]] = field(default_factory=list)
    removed: list[dict[str, Any]] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """How many rows the end touched."""
        return len(self.changed) + len(self.removed)

    def as_json(self) -> dict[str, Any]:
        """The form that is stored."""
        return asdict(self)

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Journal:
        """The journal as it was stored."""
        return cls(list(stored["changed"]), list(stored["removed"]))


def end_rows(session: Session, elder_id: str, on: date, today: date) -> Journal:
    """End on a date what holds then, and forget moves planned from it on."""
    journal = Journal()
    for model, first, last in _ENDED:
        columns: Any = model
        start, end = getattr(columns, first), getattr(columns, last)
        standing = (
            select(model)
            .where(columns.elder_id == elder_id, start < on, or_(end.is_(None), end > on))
            .order_by(*table_of(model).primary_key.columns)
        )
        for row in session.scalars(standing).all():
            journal.changed.append(_entry(row, last, on))
            admit.change(session, row, {last: on}, on=today)
    ahead = select(PlannedMove).where(
        col(PlannedMove.elder_id) == elder_id, col(PlannedMove.from_on) >= on
    )
    for move in session.scalars(ahead.order_by(col(PlannedMove.from_on))).all():
        journal.removed.append(as_json(move.model_dump()))
        session.delete(move)
    session.flush()
    return journal


def _entry(row: SQLModel, last: str, on: date) -> dict[str, Any]:
    before: date | None = getattr(row, last)
    return {
        "table": table_of(type(row)).name,
        "key": as_json({name: getattr(row, name) for name in key_columns(type(row))}),
        "before": before.isoformat() if before else None,
        "after": on.isoformat(),
    }


def restore_rows(session: Session, journal: Journal, today: date) -> tuple[int, list[ToReview]]:
    """Give ended rows their last day again; how many, and sentences on those that stay ended."""
    left = [
        told
        for entry in journal.changed
        if (told := _restore_row(session, entry, today)) is not None
    ]
    left += [told for stored in journal.removed if (told := _restore_move(session, stored, today))]
    return journal.rows - len(left), left


def _restore_row(session: Session, entry: Mapping[str, Any], today: date) -> ToReview | None:
    model, last = _MODELS[entry["table"]]
    key = from_json(table_of(model), entry["key"])
    row = session.get(model, tuple(key[name] for name in key_columns(model)))
    named = ", ".join(str(part) for part in key.values())
    zh, en = f"{noun_zh(entry['table'])} {named} ", f"the {noun(model)} {named} "
    if row is None or getattr(row, last) != date.fromisoformat(entry["after"]):
        return ToReview(f"{zh}后来被改过，保持现状", f"{en}was changed since and stays as it is")
    before = date.fromisoformat(entry["before"]) if entry["before"] else None
    try:
        admit.change(session, row, {last: before}, on=today)
    except InvalidInput as error:
        return ToReview(f"{zh}不合现在的资料，没有恢复", f"{en}stays ended: {error.message}")
    return None


def _restore_move(session: Session, stored: Mapping[str, Any], today: date) -> ToReview | None:
    move = PlannedMove(**from_json(table_of(PlannedMove), stored))
    try:
        admit.add(session, move, on=today)
    except InvalidInput as error:
        return ToReview(
            f"{move.from_on} 的搬家不合现在的资料，没有恢复",
            f"the move planned for {move.from_on} is not restored: {error.message}",
        )
    return None
