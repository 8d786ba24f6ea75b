"""The application: the API under /api/v1, the phone page, and the console over everything else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool

from api import phone, problems, v1
from api.edge import Clock, Edge, utc_now
from api.headers import SecurityHeaders
from api.observing import Measures, Observing, log_to_stderr, use_standard_logging
from eldercare.accounts.keys import signing_key
from eldercare.database import make_engine, require_current
from eldercare.jobs.scheduler import JobScheduler
from eldercare.settings import Settings


def serve_app() -> FastAPI:
    """The whole product as `eldercare serve` runs it; settings come from the environment."""
    log_to_stderr()
    return create_app(Settings(), with_jobs=True)


def create_app(
    settings: Settings,
    *,
    engine: Engine | None = None,
    clock: Clock = utc_now,
    with_jobs: bool = False,
    with_console: bool = True,
) -> FastAPI:
    """An application on a database; `engine` None: the one the settings name.

    The database is looked at when the application starts, not here. With jobs it must be the only
    process that serves the database.
    """
    use_standard_logging()
    database = engine or make_engine(settings.database_url)
    edge = Edge(settings, database, signing_key(settings), clock)
    measures = Measures()
    app = FastAPI(
        lifespan=_lifespan(edge, with_jobs=with_jobs),
        openapi_url=None,  # the API's own document is at /api/v1/openapi.json
        docs_url=None,
        redoc_url=None,
    )
    problems.install(app)
    app.state.edge = edge
    app.state.scheduler = None
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Observing, measures=measures)
    app.mount("/api/v1", v1.make_app(edge, measures))
    app.include_router(phone.router)
    if with_console:
        # NiceGUI takes a second and much memory to load; an API alone goes without.
        from api.console import attach  # noqa: PLC0415 - see the line above

        attach(app, settings=settings, engine=database, clock=clock)
    return app


def _lifespan(edge: Edge, *, with_jobs: bool) -> v1.Lifespan:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        try:
            await run_in_threadpool(require_current, edge.engine)
            if with_jobs:
                edge.scheduler = app.state.scheduler = JobScheduler(edge.settings)
                await run_in_threadpool(edge.scheduler.start)
            yield
        finally:
            if edge.scheduler is not None:
                await run_in_threadpool(edge.scheduler.stop)
            edge.scheduler = app.state.scheduler = None
            edge.engine.dispose()

    return lifespan
