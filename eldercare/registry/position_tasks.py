"""The queue of positions to be found out: who has how many, and what became of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import Session, col

from eldercare.accounts.audit import record
from eldercare.accounts.users import get_user
from eldercare.clock import local_date
from eldercare.errors import Conflict, FieldProblem, InvalidInput, NotFound
from eldercare.registry import admit
from eldercare.registry.homes import PositionOutcome, PositionTask
from eldercare.registry.people import Elder
from eldercare.registry.places import Community


@dataclass(frozen=True, slots=True)
class TaskCount:
    """Open tasks of a town and an owner (None: nobody yet)."""

    town_code: str
    owner: str | None
    tasks: int


def open_tasks(
    session: Session,
    *,
    town_code: str | None = None,
    community_code: str | None = None,
    owner: str | None = None,
    after: int = 0,
    limit: int = 100,
) -> list[PositionTask]:
    """Open tasks behind the id `after`, oldest first, of a town, community or owner if named."""
    statement = _open_with_town(PositionTask).where(col(PositionTask.id) > after)
    if town_code is not None:
        statement = statement.where(col(Community.town_code) == town_code)
    if community_code is not None:
        statement = statement.where(col(Community.code) == community_code)
    if owner is not None:
        statement = statement.where(col(PositionTask.owner) == owner)
    return list(session.scalars(statement.order_by(col(PositionTask.id)).limit(limit)))


def count_open_tasks(session: Session, *, community_code: str | None = None) -> list[TaskCount]:
    """Open tasks by town and owner, in order of both; of one community where named."""
    by = (col(Community.town_code), col(PositionTask.owner))
    statement = _open_with_town(*by, func.count()).group_by(*by)
    if community_code is not None:
        statement = statement.where(col(Community.code) == community_code)
    rows = session.execute(statement)
    counts = [TaskCount(town, owner, tasks) for town, owner, tasks in rows]
    return sorted(counts, key=lambda count: (count.town_code, count.owner or ""))


def _open_with_town(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(PositionTask)
        .join(Elder, col(Elder.id) == col(PositionTask.elder_id))
        .join(Community, col(Community.code) == col(Elder.community_code))
        .where(col(PositionTask.closed_on).is_(None))
    )


def assign_task(
    session: Session, task_id: int, owner: str | None, *, now: datetime, by: str
) -> PositionTask:
    """Give a task to a user, or (None) back to nobody; NotFound, Conflict for a closed one."""
    task = _open_task(session, task_id)
    if owner is not None:
        get_user(session, owner)
    before = {"owner": task.owner}
    admit.change(session, task, {"owner": owner}, on=local_date(now))
    _tell(session, task, now, by, "assign", before)
    return task


def close_task(
    session: Session, task_id: int, how: PositionOutcome, *, now: datetime, by: str
) -> PositionTask:
    """End a task without a new position; NotFound, Conflict for a closed one.

    Raises InvalidInput for `placed`: that is said by placing the elder.
    """
    task = _open_task(session, task_id)
    if how is PositionOutcome.PLACED:
        reason = "give the position itself: that closes the task"
        fields = [FieldProblem("/how", reason, code="no_position")]
        raise InvalidInput(f"position task {task_id} was not closed: {reason}", fields=fields)
    today = local_date(now)
    admit.change(session, task, {"closed_on": today, "how": how}, on=today)
    _tell(session, task, now, by, "close", {"closed_on": None})
    return task


def close_tasks(session: Session, elder_id: str, how: PositionOutcome, today: date) -> int:
    """End every open task of an elder; how many there were."""
    of_elder = (col(PositionTask.elder_id) == elder_id, col(PositionTask.closed_on).is_(None))
    tasks = session.scalars(select(PositionTask).where(*of_elder)).all()
    for task in tasks:
        admit.change(session, task, {"closed_on": today, "how": how}, on=today)
    return len(tasks)


def _open_task(session: Session, task_id: int) -> PositionTask:
    task = session.get(PositionTask, task_id)
    if task is None:
        raise NotFound(f"no position task has the id {task_id}", code="position_task_not_found")
    if task.closed_on is not None:
        raise Conflict(
            f"position task {task_id} was closed on {task.closed_on}: place the elder anew instead",
            code="task_closed",
        )
    return task


def _tell(
    session: Session,
    task: PositionTask,
    now: datetime,
    by: str,
    what: str,
    before: dict[str, Any],
) -> None:
    record(
        session,
        at=now,
        user_name=by,
        action=f"position_task.{what}",
        subject=f"position_task/{task.id}",
        before=before,
        after=task.model_dump(exclude={"longitude", "latitude"}),
    )
