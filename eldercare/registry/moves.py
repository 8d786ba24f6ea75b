"""An elder moves inside the district: today, in the past or ahead; earlier dates stay as they were.

Who leaves the district is no move of this kind: see `care.status`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from eldercare.accounts.audit import record
from eldercare.clock import local_date
from eldercare.errors import Conflict, FieldProblem, InvalidInput, NotFound
from eldercare.registry import admit
from eldercare.registry.elder_lock import lock_elder
from eldercare.registry.homes import (
    HOME_FIELDS,
    FormerHome,
    Home,
    PlannedMove,
    PositionOutcome,
    home_of,
)
from eldercare.registry.people import Elder
from eldercare.registry.position_tasks import close_tasks
from eldercare.registry.positions import question, stand_in


@dataclass(frozen=True, slots=True)
class DueMoves:
    """How many planned moves became today's homes, and a sentence on each that could not."""

    entered: int
    refused: tuple[str, ...]


def record_move(
    session: Session, elder_id: str, on: date, home: Home, *, now: datetime, by: str
) -> None:
    """From a date on the elder has another home; one in the future is kept as a planned move.

    A home without a position gets its community's point, and a task to find the true one. Raises
    NotFound for an unknown elder, InvalidInput for a home that cannot be, Conflict where another
    move stands in the way.
    """
    today = local_date(now)
    elder = lock_elder(session, elder_id)
    _enter_due(session, elder, today)
    _require_living_here(elder, on)
    _require_last(session, elder, on)
    before = home_of(elder)
    if on > today:
        move = PlannedMove(elder_id=elder.id, from_on=on, **_placed(session, home))
        admit.add(session, move, on=today)
    else:
        _enter(session, elder, on, home, today)
    _tell(session, "elder.move", elder, now, by, before=before, after=home, on=on)


def take_back_move(session: Session, elder_id: str, on: date, *, now: datetime, by: str) -> None:
    """A move entered by mistake is undone: one ahead is forgotten, the last one is turned back.

    Raises NotFound where the elder has no move on the date, Conflict where a later one follows.
    """
    today = local_date(now)
    elder = lock_elder(session, elder_id)
    planned = session.get(PlannedMove, (elder_id, on))
    if planned is not None:
        session.delete(planned)
        session.flush()
        _tell(session, "elder.move_back", elder, now, by, before=planned, after=None, on=on)
        return
    former = session.get(FormerHome, (elder_id, on))
    if former is None:
        raise NotFound(f"elder {elder_id} has no move on {on}", code="no_move")
    if _last_move(session, elder_id) != on:
        raise Conflict(
            f"elder {elder_id} moved again after {on}: take the later move back first",
            code="later_move",
        )
    left = home_of(elder)
    admit.change(session, elder, {name: getattr(former, name) for name in HOME_FIELDS}, on=today)
    session.delete(former)
    session.flush()
    close_tasks(session, elder_id, PositionOutcome.MOVED, today)
    question(session, elder, today)
    _tell(session, "elder.move_back", elder, now, by, before=left, after=home_of(elder), on=on)


def apply_due_moves(session: Session, on: date, *, now: datetime, by: str) -> DueMoves:
    """Planned moves up to a date become the homes of the elders' rows; a second time, none is left.

    Plans and figures read planned moves as of their date, so a night without this changes none.
    """
    due = select(col(PlannedMove.elder_id)).where(col(PlannedMove.from_on) <= on).distinct()
    entered, refused = 0, []
    for elder_id in sorted(session.scalars(due)):
        elder = lock_elder(session, elder_id)
        before = home_of(elder)
        try:
            with session.begin_nested():
                moves = _enter_due(session, elder, on)
        except InvalidInput as error:
            refused.append(f"elder {elder_id} stays where the row says: {error.message}")
            continue
        entered += moves
        if moves:
            after = home_of(elder)
            _tell(session, "elder.move_due", elder, now, by, before=before, after=after, on=on)
    return DueMoves(entered, tuple(refused))


def _enter_due(session: Session, elder: Elder, today: date) -> int:
    """Enter the elder's planned moves up to today, oldest first; how many."""
    due = (
        select(PlannedMove)
        .where(col(PlannedMove.elder_id) == elder.id, col(PlannedMove.from_on) <= today)
        .order_by(col(PlannedMove.from_on))
    )
    entered = 0
    for move in session.scalars(due).all():
        if elder.ended_on is not None and elder.ended_on <= move.from_on:
            continue  # whoever has left moves no more; the row stays for a taken-back end
        home = Home(**{name: getattr(move, name) for name in HOME_FIELDS})
        session.delete(move)
        session.flush()
        _enter(session, elder, move.from_on, home, today)
        entered += 1
    return entered


def _enter(session: Session, elder: Elder, on: date, home: Home, today: date) -> None:
    former = FormerHome(elder_id=elder.id, until_on=on, **home_of(elder).model_dump())
    admit.add(session, former, on=today)
    admit.change(session, elder, _placed(session, home), on=today)
    close_tasks(session, elder.id, PositionOutcome.MOVED, today)
    question(session, elder, today)


def _placed(session: Session, home: Home) -> dict[str, Any]:
    """The fields of the home, at its community's point where it has no position."""
    return home.model_dump() | stand_in(session, home)


def _require_living_here(elder: Elder, on: date) -> None:
    if on <= elder.registered_on:
        reason = (
            f"{on} is not after the registration on {elder.registered_on}: correct the address of "
            "the row instead"
        )
        raise _refused(elder, reason, "before_registration")
    if elder.ended_on is not None and on >= elder.ended_on:
        reason = f"{on}: the elder left the registry on {elder.ended_on}"
        raise _refused(elder, reason, "elder_ended")


def _require_last(session: Session, elder: Elder, on: date) -> None:
    last = _last_move(session, elder.id)
    if last is not None and last >= on:
        raise Conflict(
            f"elder {elder.id} has a move on {last} already: moves are entered in order of date, "
            "take that one back first",
            code="later_move",
        )


def _last_move(session: Session, elder_id: str) -> date | None:
    """The latest date on which the elder moved or is going to."""
    past = select(col(FormerHome.until_on)).where(col(FormerHome.elder_id) == elder_id)
    ahead = select(col(PlannedMove.from_on)).where(col(PlannedMove.elder_id) == elder_id)
    return max((*session.scalars(past), *session.scalars(ahead)), default=None)


def _refused(elder: Elder, reason: str, code: str) -> InvalidInput:
    return InvalidInput(
        f"the move of elder {elder.id} was refused: {reason}",
        fields=[FieldProblem("/on", reason, code=code)],
    )


def _tell(
    session: Session,
    action: str,
    elder: Elder,
    now: datetime,
    by: str,
    *,
    before: Home,
    after: Home | None,
    on: date,
) -> None:
    record(
        session,
        at=now,
        user_name=by,
        action=action,
        subject=f"elder/{elder.id}",
        before={name: getattr(before, name) for name in HOME_FIELDS},
        after={"on": on} | ({name: getattr(after, name) for name in HOME_FIELDS} if after else {}),
    )
