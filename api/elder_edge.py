"""What routes below one elder share: who may, where, and answers given once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Path, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlmodel import Session

from api.edge import Edge
from api.ledger_rows import once
from api.shapes import given
from eldercare.accounts.idempotency import Answer
from eldercare.accounts.permissions import Action, require
from eldercare.accounts.tables import User
from eldercare.database import transaction
from eldercare.registry.ledger import area_of, find_row
from eldercare.registry.ledgers import ELDERS
from eldercare.registry.people import Elder
from eldercare.settings import DISTRICT_CODE

ElderKey = Annotated[str, Path(max_length=200, description="id of the elder")]
READ = (401, 403, 404, 422, 503)
WRITE = (400, *READ, 409)


def elder_for(session: Session, key: str, user: User, action: Action) -> Elder:
    """The elder of a key; raises NotFound, NotPermitted outside the user's area."""
    elder = find_row(session, ELDERS, key)
    assert isinstance(elder, Elder)
    require(user, action, area_code=area_of(session, ELDERS, elder) or DISTRICT_CODE)
    return elder


def written(
    edge: Edge,
    user: User,
    request: Request,
    key: str | None,
    body: BaseModel,
    work: Callable[[Session], BaseModel],
    *,
    status: int = 200,
) -> JSONResponse:
    """Carry out a use case in a transaction; under the same `Idempotency-Key` once."""
    with transaction(edge.engine) as session:
        answer = once(
            session,
            lambda: Answer(status, work(session).model_dump(mode="json")),
            key=key,
            request=request,
            body=given(body),
            user=user,
            edge=edge,
        )
    return JSONResponse(answer.body, status_code=answer.status, headers=answer.headers)
