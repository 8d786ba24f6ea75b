"""Version 1 of the API as an application of its own, so that its errors are its own too."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI

from api import problems
from api.edge import Edge
from api.observing import Measures
from api.routes import (
    answers,
    assessing,
    audit,
    auth,
    coverage,
    draft_acts,
    duplicates,
    fairness,
    hand_edits,
    health,
    hours,
    id_numbers,
    imports,
    jobs,
    matching,
    me,
    moves,
    plan_changes,
    positions,
    registry,
    rosters,
    scenarios,
    status,
    weeks,
)

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

ROUTERS = (
    health.router,
    auth.router,
    me.router,
    rosters.router,
    answers.router,
    hand_edits.router,
    draft_acts.router,
    scenarios.router,
    fairness.router,
    weeks.router,
    coverage.router,
    positions.router,  # its `counts` is no key of a task, so it stands before the rows
    registry.router,
    id_numbers.router,
    status.router,
    moves.router,
    assessing.router,
    plan_changes.router,
    hours.router,
    matching.router,
    duplicates.router,
    audit.router,
    imports.router,
    jobs.router,
)

DESCRIPTION = """\
Care and coverage of the elderly in Xinbei District. Errors are RFC 9457 problem documents with a
stable `code`. Times of a day are minutes after midnight in Asia/Shanghai; instants are UTC.
"""


def make_app(edge: Edge, measures: Measures) -> FastAPI:
    """The API on its surroundings, to be mounted."""
    app = FastAPI(
        title="新北区居家养老排程 · Xinbei elder care",
        description=DESCRIPTION,
        version=version("xinbei-eldercare"),
        docs_url=None,  # its page would fetch scripts from elsewhere
        redoc_url=None,
        servers=[{"url": "/api/v1"}],
        root_path_in_servers=False,
        redirect_slashes=False,
        separate_input_output_schemas=False,
    )
    app.state.edge = edge
    app.state.measures = measures
    problems.install(app)
    for router in ROUTERS:
        app.include_router(router)
    app.openapi = _described(app.openapi)  # type: ignore[method-assign]  # FastAPI's own way
    return app


def _described(openapi: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
    return lambda: problems.describe(openapi())
