"""The caregivers' and riders' phone page: plain files of our own, kept offline by the browser."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from fastapi import APIRouter, HTTPException, Response
from fastapi.responses import RedirectResponse

FILES = Path(__file__).parent / "files"
PAGE = "/phone"
WORKER = "worker.js"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
# The browser asks every time whether a file has changed; offline the service worker answers.
_HEADERS = {"Cache-Control": "no-cache"}

router = APIRouter(prefix=PAGE, include_in_schema=False)


@router.get("")
def page() -> Response:
    """The page itself; which day it shows is in `?date=`."""
    return _file("index.html")


@router.get("/")
def page_with_slash() -> Response:
    """The address people may type."""
    return RedirectResponse(PAGE)


@router.get("/{name}")
def file(name: str) -> Response:
    """A file of the page."""
    if name == WORKER:
        # A worker below /phone/ may keep the page at /phone, one level up, only when told so.
        headers = _HEADERS | {"Service-Worker-Allowed": PAGE}
        return Response(worker(), media_type=_TYPES[".js"], headers=headers)
    if name not in _contents():
        raise HTTPException(404)
    return _file(name)


def _file(name: str) -> Response:
    return Response(_contents()[name], media_type=_TYPES[Path(name).suffix], headers=_HEADERS)


@cache
def _contents() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(FILES.iterdir()) if path.is_file()}


@cache
def worker() -> str:
    """The service worker, told which files it keeps and their digest: a new file, a new cache."""
    digest = hashlib.sha256()
    for name, content in _contents().items():
        digest.update(f"{name} {len(content)}\n".encode() + content)
    names = (name for name in _contents() if name not in {WORKER, "index.html"})
    shell = json.dumps([PAGE, *(f"{PAGE}/{name}" for name in names)])
    template = _contents()[WORKER].decode()
    return template.replace("__VERSION__", digest.hexdigest()[:16]).replace("__SHELL__", shell)
