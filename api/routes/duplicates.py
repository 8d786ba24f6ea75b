"""Two rows that may be one person: listed, merged, taken apart, called two persons."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from api.edge import TEXT, AreaCode, Here, PersonalReader, ReadSession, Writer
from api.elder_edge import READ, WRITE, ElderKey, elder_for, written
from api.ledger_rows import RequestKey
from api.paging import Cursor, Limit, PageOf, page_of_list
from api.problems import documented
from eldercare.accounts.permissions import Action
from eldercare.accounts.scope import area_for
from eldercare.database import transaction
from eldercare.registry.duplicates.dismissing import dismiss_duplicate, withdraw_dismissal
from eldercare.registry.duplicates.finding import Likelihood, find_duplicates
from eldercare.registry.duplicates.merging import merge_elders
from eldercare.registry.duplicates.unmerging import unmerge_elders
from eldercare.registry.id_vault import IdVault
from eldercare.registry.ledger import find_row
from eldercare.registry.ledgers import MERGES
from eldercare.registry.same_person import ElderMerge

router = APIRouter(tags=["duplicates"])

Id = Annotated[str, Field(min_length=1, max_length=16, pattern=TEXT)]
OtherKey = Annotated[str, Path(max_length=200, description="id of the other elder")]
MergeKey = Annotated[str, Path(max_length=200, description="number of the merge")]


class Pair(BaseModel):
    """Two elders who may be one, with the reasons in words."""

    first_id: str
    second_id: str
    likelihood: Likelihood
    address_likeness: float
    reasons: list[str]


class Dropped(BaseModel):
    """The row that becomes part of the one in the address."""

    model_config = ConfigDict(extra="forbid")

    drop_id: Id


class Merged(BaseModel):
    """What a merge did; `merge_id` undoes it."""

    merge_id: int
    moved: dict[str, int] = Field(description="rows that changed hands, by table and column")
    set_aside: dict[str, int] = Field(description="rows that had no place beside others, by table")
    to_review: list[str]
    to_review_zh: list[str] = Field(description="the same in Chinese, in the same order")


class Unmerged(BaseModel):
    """The two rows that stand by themselves again."""

    keep_id: str
    drop_id: str


class TwoPersons(BaseModel):
    """Somebody looked: these are not the same person."""

    model_config = ConfigDict(extra="forbid")

    first_id: Id
    second_id: Id
    reason: Annotated[str, Field(max_length=200, pattern=TEXT)] = ""


class Dismissed(BaseModel):
    """The answer that is kept, the ids in order."""

    first_id: str
    second_id: str
    reason: str


@router.get("/duplicates", responses=documented(*READ))
def likely_pairs(
    edge: Here,
    session: ReadSession,
    user: PersonalReader,
    town: Annotated[AreaCode | None, Query(description="at least one of the two")] = None,
    limit: Limit = 100,
    after: Cursor = None,
) -> PageOf[Pair]:
    """Pairs of registered elders who may be one person, the surest first."""
    area = area_for(user, Action.READ_PERSONAL, town)
    found = find_duplicates(session, on=edge.today(), area_code=area).suspicions
    lines = [
        Pair(
            first_id=one.first_id,
            second_id=one.second_id,
            likelihood=one.likelihood,
            address_likeness=one.address_likeness,
            reasons=list(one.reasons),
        )
        for one in found
    ]
    return page_of_list(
        lines, lambda one: f"{one.first_id},{one.second_id}", after=after, limit=limit
    )


@router.post(
    "/elders/{key}/merge",
    response_model=None,
    responses={200: {"model": Merged}, **documented(*WRITE)},
)
def merge(
    request: Request,
    edge: Here,
    user: Writer,
    key: ElderKey,
    body: Dropped,
    idempotency_key: RequestKey = None,
) -> JSONResponse:
    """Make two rows of one person one; what the dropped elder had becomes the kept one's."""

    def work(session: Session) -> Merged:
        for elder_id in (key, body.drop_id):
            elder_for(session, elder_id, user, Action.WRITE_REGISTRY)
        report = merge_elders(
            session,
            IdVault(edge.key),
            key,
            body.drop_id,
            on=edge.today(),
            now=edge.clock(),
            by=user.name,
        )
        return Merged(
            merge_id=report.merge_id,
            moved=report.moved,
            set_aside={name: len(rows) for name, rows in report.set_aside.items()},
            to_review=[one.en for one in report.to_review],
            to_review_zh=[one.zh for one in report.to_review],
        )

    return written(edge, user, request, idempotency_key, body, work)


@router.post("/merges/{id}/undo", responses=documented(*WRITE))
def unmerge(edge: Here, user: Writer, id: MergeKey) -> Unmerged:  # noqa: A002 - part of the address
    """Give the dropped row back what it had, unless something was built on the merge."""
    with transaction(edge.engine) as session:
        found = find_row(session, MERGES, id)
        assert isinstance(found, ElderMerge)
        assert found.id is not None
        for elder_id in (found.keep_id, found.drop_id):
            elder_for(session, elder_id, user, Action.WRITE_REGISTRY)
        unmerge_elders(session, found.id, now=edge.clock(), by=user.name)
        return Unmerged(keep_id=found.keep_id, drop_id=found.drop_id)


@router.post("/duplicates/dismissals", responses=documented(*WRITE))
def dismiss(edge: Here, user: Writer, body: TwoPersons) -> Dismissed:
    """Keep the answer that two elders are two persons; again changes nothing."""
    with transaction(edge.engine) as session:
        for elder_id in (body.first_id, body.second_id):
            elder_for(session, elder_id, user, Action.WRITE_REGISTRY)
        kept = dismiss_duplicate(
            session,
            body.first_id,
            body.second_id,
            on=edge.today(),
            now=edge.clock(),
            by=user.name,
            reason=body.reason,
        )
        return Dismissed(first_id=kept.first_id, second_id=kept.second_id, reason=kept.reason)


@router.delete(
    "/duplicates/dismissals/{key}/{other}", status_code=204, responses=documented(*WRITE)
)
def withdraw(edge: Here, user: Writer, key: ElderKey, other: OtherKey) -> Response:
    """Ask about a pair again."""
    with transaction(edge.engine) as session:
        for elder_id in (key, other):
            elder_for(session, elder_id, user, Action.WRITE_REGISTRY)
        withdraw_dismissal(session, key, other, now=edge.clock(), by=user.name)
    return Response(status_code=204)
