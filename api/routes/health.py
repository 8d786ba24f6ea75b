"""Whether the process lives, whether it can work, and its measures: for operators' tools."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel

from api.edge import Here
from api.observing import Measures
from api.problems import documented
from eldercare.database import require_current
from eldercare.errors import DatabaseUnusable, EldercareError

router = APIRouter(tags=["operations"])


class Health(BaseModel):
    """The state of the process."""

    status: Literal["live", "ready"]


@router.get("/health/live", responses=documented())
def live() -> Health:
    """The process answers."""
    return Health(status="live")


@router.get("/health/ready", responses=documented(503))
def ready(edge: Here) -> Health:
    """The database can be reached and is at the program's migration; else 503 says why not."""
    try:
        require_current(edge.engine)
    except EldercareError as error:
        raise DatabaseUnusable(error.message, code=error.code) from error
    return Health(status="ready")


def measures_of(request: Request) -> Measures:
    """The measures of the application a request came to."""
    found = request.app.state.measures
    assert isinstance(found, Measures)
    return found


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}, **documented()},
)
def metrics(measures: Annotated[Measures, Depends(measures_of)]) -> Response:
    """Counts and times of requests, as Prometheus reads them; close this path to the outside."""
    return Response(generate_latest(measures.registry), media_type=CONTENT_TYPE_LATEST)
