"""Resident ID numbers of elders: shown masked, set from the card, revealed for a reason."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, Field
from sqlmodel import Session

from api.conditions import Validator
from api.edge import TEXT, Here, ReadSession, SignedIn, Writer
from api.ledger_rows import IfMatch, condition
from api.problems import documented
from eldercare.accounts.permissions import Action, require
from eldercare.accounts.tables import User
from eldercare.database import transaction
from eldercare.registry.id_vault import IdVault
from eldercare.registry.identity import reveal_id_number, set_id_number, shown_id_number
from eldercare.registry.ledger import area_of, contents, find_row, version_of
from eldercare.registry.ledgers import ELDERS
from eldercare.registry.people import Elder
from eldercare.registry.writing import row_as_seen
from eldercare.settings import DISTRICT_CODE

router = APIRouter(prefix="/elders/{key}/id-number", tags=["registry"])

Key = Annotated[str, Path(max_length=200, description="id of the elder")]
_ETAG = {"ETag": {"description": "of the elder, for `If-Match`", "schema": {"type": "string"}}}


class IdNumber(BaseModel):
    """The number from the card, GB 11643."""

    id_number: str = Field(min_length=1, max_length=40, pattern=TEXT)


class MaskedIdNumber(BaseModel):
    """The number as it is shown: first three and last two characters; null: none is stored."""

    id_number: str | None


class Purpose(BaseModel):
    """What a number is needed for."""

    reason: str = Field(min_length=1, max_length=200, pattern=TEXT)


def revealer(user: SignedIn) -> User:
    """Who may see a number in full."""
    require(user, Action.REVEAL_ID_NUMBERS)
    return user


@router.get("", responses=documented(401, 403, 404, 422, 503))
def masked(edge: Here, session: ReadSession, user: SignedIn, key: Key) -> MaskedIdNumber:
    """The number of an elder, masked."""
    require(user, Action.READ_PERSONAL)
    elder = _elder(session, key, user, Action.READ_PERSONAL)
    return MaskedIdNumber(id_number=shown_id_number(IdVault(edge.key), elder))


@router.put(
    "",
    responses={200: {"headers": _ETAG}, **documented(400, 401, 403, 404, 409, 412, 422, 428, 503)},
)
def put(
    edge: Here,
    user: Writer,
    key: Key,
    body: IdNumber,
    response: Response,
    if_match: IfMatch = None,
) -> MaskedIdNumber:
    """Store the number of an elder; needs the `ETag` of the elder as it was read.

    409 `id_number_taken` names the elder who has it.
    """
    seen = condition(if_match)
    vault = IdVault(edge.key)
    with transaction(edge.engine) as session:
        row_as_seen(session, ELDERS, key, seen=seen, user=user)
        elder = set_id_number(
            session, vault, key, body.id_number, on=edge.today(), now=edge.clock(), by=user.name
        )
        (fields,) = contents(session, ELDERS, [elder])
        response.headers.update(Validator(version_of(fields)).headers)
        return MaskedIdNumber(id_number=shown_id_number(vault, elder))


@router.post("/reveal", responses=documented(400, 401, 403, 404, 422, 503))
def reveal(
    edge: Here, user: Annotated[User, Depends(revealer)], key: Key, body: Purpose
) -> IdNumber:
    """The number in full, for administrators; who asked and why stays in the audit trail."""
    with transaction(edge.engine) as session:
        _elder(session, key, user, Action.REVEAL_ID_NUMBERS)
        number = reveal_id_number(
            session, IdVault(edge.key), key, reason=body.reason, now=edge.clock(), by=user.name
        )
    return IdNumber(id_number=number)


def _elder(session: Session, key: str, user: User, action: Action) -> Elder:
    elder = find_row(session, ELDERS, key)
    assert isinstance(elder, Elder)
    require(user, action, area_code=area_of(session, ELDERS, elder) or DISTRICT_CODE)
    return elder
