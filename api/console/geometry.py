"""The district's own shapes as GeoJSON for the maps: no tiles, no outside request."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse

import seed_data

router = APIRouter(include_in_schema=False)
SHAPES = ("district", "towns", "communities", "schematic")
DAY_SECONDS = 86_400


@router.get("/console/geometry/{name}.geojson")
def shape(name: str) -> FileResponse:
    """One file of shapes."""
    if name not in SHAPES:
        raise HTTPException(404)
    return FileResponse(
        seed_data.path(f"geometry/{name}.geojson"),
        media_type="application/geo+json",
        headers={"Cache-Control": f"public, max-age={DAY_SECONDS}"},
    )
