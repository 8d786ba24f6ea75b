"""The queue of positions to be found out: counted, given to somebody, closed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from api.edge import TEXT, Here, PersonalReader, ReadSession, Writer
from api.elder_edge import READ, WRITE, elder_for
from api.problems import documented
from eldercare.accounts.permissions import Action, in_scope
from eldercare.accounts.tables import User
from eldercare.database import transaction
from eldercare.registry.homes import PositionOutcome, PositionTask
from eldercare.registry.ledger import find_row
from eldercare.registry.ledgers import POSITION_TASKS
from eldercare.registry.position_tasks import assign_task, close_task, count_open_tasks

router = APIRouter(prefix="/position-tasks", tags=["elders"])

TaskKey = Annotated[str, Path(max_length=200, description="id of the task")]


class Count(BaseModel):
    """Open tasks of a town and an owner (null: nobody yet)."""

    town_code: str
    owner: str | None
    tasks: int


class Counts(BaseModel):
    """Open tasks by town and owner."""

    items: list[Count]


class Owner(BaseModel):
    """The user who sees to it; null: nobody."""

    model_config = ConfigDict(extra="forbid")

    owner: Annotated[str, Field(min_length=1, max_length=40, pattern=TEXT)] | None


class How(BaseModel):
    """How the question ended; a new position is given by `PUT /elders/{key}/position`."""

    model_config = ConfigDict(extra="forbid")

    how: PositionOutcome


class Task(BaseModel):
    """A task after it was written."""

    id: int
    elder_id: str
    owner: str | None
    how: PositionOutcome | None


@router.get("/counts", responses=documented(*READ))
def counts(session: ReadSession, user: PersonalReader) -> Counts:
    """Open tasks by town and owner, of the towns that the user sees."""
    found = [one for one in count_open_tasks(session) if in_scope(user, one.town_code)]
    return Counts(
        items=[Count(town_code=one.town_code, owner=one.owner, tasks=one.tasks) for one in found]
    )


@router.post("/{key}/assign", responses=documented(*WRITE))
def assign(edge: Here, user: Writer, key: TaskKey, body: Owner) -> Task:
    """Give an open task to a user, or back to nobody."""
    with transaction(edge.engine) as session:
        task = _task(session, key, user)
        return _told(assign_task(session, task, body.owner, now=edge.clock(), by=user.name))


@router.post("/{key}/close", responses=documented(*WRITE))
def close(edge: Here, user: Writer, key: TaskKey, body: How) -> Task:
    """End a task without a new position: the old one is right, or the elder moved."""
    with transaction(edge.engine) as session:
        task = _task(session, key, user)
        return _told(close_task(session, task, body.how, now=edge.clock(), by=user.name))


def _task(session: Session, key: str, user: User) -> int:
    """Number of the task, where its elder lies in the user's area."""
    task = find_row(session, POSITION_TASKS, key, locked=True)
    assert isinstance(task, PositionTask)
    assert task.id is not None
    elder_for(session, task.elder_id, user, Action.WRITE_REGISTRY)
    return task.id


def _told(task: PositionTask) -> Task:
    return Task.model_validate(task.model_dump())
