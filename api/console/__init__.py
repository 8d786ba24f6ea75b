"""The coordinators' console: NiceGUI pages on the API's application."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import FastAPI
from nicegui import app as pages
from nicegui import ui
from sqlalchemy import Engine

from api.console import (  # noqa: F401 - pages register themselves when they are imported
    coverage,
    elder_list,
    elder_page,
    fault_page,
    front,
    geometry,
    import_page,
    login,
    people,
    plan,
    today,
    todo,
)
from api.console.markup import STATIC, STATIC_URL
from api.console.place import Clock, Place, settle
from api.console.shell import PRODUCT
from eldercare.accounts.keys import signing_key
from eldercare.settings import Settings

SESSION_SECONDS = 12 * 3600
"""A working day: whoever comes back tomorrow signs in again."""

__all__ = ["attach"]


def _utc_now() -> datetime:
    return datetime.now(UTC)


def attach(app: FastAPI, *, settings: Settings, engine: Engine, clock: Clock = _utc_now) -> None:
    """Put the console on an application, below every route it has by now. Call it last.

    The console keeps each open page's state in this process, so it runs in one process only.
    """
    settle(Place(settings, engine, clock, app))
    _reset()
    ui.run_with(
        app,
        title=PRODUCT,
        language="zh-CN",
        dark=None,
        tailwind=False,
        favicon=STATIC / "favicon.svg",
        storage_secret=signing_key(settings),
        session_middleware_kwargs={"max_age": SESSION_SECONDS, "same_site": "lax"},
        show_welcome_message=False,
        reconnect_timeout=10.0,
    )


def _reset() -> None:
    """Make NiceGUI's global application ready to be mounted once more (an app per test)."""
    pages.middleware_stack = None
    pages.user_middleware.clear()


pages.add_static_files(STATIC_URL, STATIC)
for module in (login, geometry, front, coverage, elder_list, elder_page, import_page, todo):
    pages.include_router(module.router)
fault_page.register()
