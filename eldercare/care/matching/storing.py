"""Matches as rows with a beginning and an end, and what is told of one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import Session, col

from eldercare.accounts.audit import record
from eldercare.care.admit import add_all
from eldercare.care.matching.reasons import Told, why_here
from eldercare.care.tables import MatchKind, ServiceMatch
from eldercare.errors import NotFound
from eldercare.registry.as_of import holds

EXPLANATION = ("metres", "rank", "further_metres", "reason")
"""Columns that are worked out anew with every run, whether the place changes or not."""


@dataclass(frozen=True, slots=True)
class MatchChange:
    """An elder's place before and after; None: none."""

    elder_id: str
    was: str | None
    now: str | None


@dataclass(frozen=True, slots=True)
class MatchExplanation:
    """An elder's match on a date in sentences."""

    match: ServiceMatch
    told: Told


def store_matches(
    session: Session,
    *,
    on: date,
    now: datetime,
    by: str,
    kind: MatchKind,
    held: Mapping[str, ServiceMatch],
    wanted: Sequence[ServiceMatch],
) -> tuple[MatchChange, ...]:
    """End and begin matches on a date so that those `wanted` hold; `held` are those in force.

    Whoever keeps the place keeps the row. The audit trail gets one entry with every change.
    """
    new = {row.elder_id: row for row in wanted}
    changes = []
    begins = []
    for elder_id in sorted(held.keys() | new.keys()):
        before, after = held.get(elder_id), new.get(elder_id)
        if before is not None and after is not None and before.place_id == after.place_id:
            _explain_anew(before, after)
            continue
        was, goes = _place_of(before), _place_of(after)
        changes.append(MatchChange(elder_id, was, goes))
        if before is not None:
            _end(session, before, on)
        if after is not None:
            begins.append(after)
    session.flush()
    add_all(session, begins, on=on)
    if changes:
        record(
            session,
            at=now,
            user_name=by,
            action="match",
            subject=f"service_match/{kind.value}/{on}",
            before={one.elder_id: one.was for one in changes if one.was is not None},
            after={one.elder_id: one.now for one in changes},
        )
    return tuple(changes)


def _place_of(row: ServiceMatch | None) -> str | None:
    return None if row is None else row.place_id


def _explain_anew(kept: ServiceMatch, again: ServiceMatch) -> None:
    for name in EXPLANATION:
        if getattr(kept, name) != getattr(again, name):
            setattr(kept, name, getattr(again, name))


def _end(session: Session, row: ServiceMatch, on: date) -> None:
    """The match no longer holds on the date; one that began on it has never held."""
    if row.from_on == on:
        session.delete(row)
    else:
        row.until_on = on


def explain_matches(session: Session, elder_id: str, on: date) -> list[MatchExplanation]:
    """The elder's matches on a date with their explanations, in order of kind."""
    statement = select(ServiceMatch).where(
        col(ServiceMatch.elder_id) == elder_id, holds(ServiceMatch, on)
    )
    return [_explained(row) for row in session.scalars(statement.order_by(col(ServiceMatch.kind)))]


def explain_match(session: Session, elder_id: str, kind: MatchKind, on: date) -> MatchExplanation:
    """The elder's match on a date and why it is this one; raises NotFound."""
    statement = select(ServiceMatch).where(
        col(ServiceMatch.elder_id) == elder_id,
        col(ServiceMatch.kind) == kind,
        holds(ServiceMatch, on),
    )
    row = session.scalars(statement).first()
    if row is None:
        what = kind.value.replace("_", " ")
        raise NotFound(f"elder {elder_id} is matched to no {what} on {on}", code="no_match")
    return _explained(row)


def _explained(row: ServiceMatch) -> MatchExplanation:
    told = why_here(
        metres=row.metres,
        rank=row.rank,
        further_metres=row.further_metres,
        reason=row.reason,
    )
    return MatchExplanation(row, told)
