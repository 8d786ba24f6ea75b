"""The address without a path: to the page the visitor's role is for."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.console.place import here
from api.console.shell import RAIL
from api.console.visitor import visitor_of
from eldercare.accounts.permissions import may

router = APIRouter(include_in_schema=False)


@router.get("/")
def front(request: Request) -> Response:
    """To the first page of the rail that the visitor may see."""
    visitor = visitor_of(request, here())
    if visitor is None:
        return RedirectResponse("/login", status_code=303)
    permitted = [entry.path for entry in RAIL if may(visitor.user, entry.action)]
    return RedirectResponse(permitted[0] if permitted else "/today", status_code=303)
