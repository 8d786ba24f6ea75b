"""The caregivers' and riders' phone page: plain files of our own, kept offline by the browser."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Response

FILES = Path(__file__).parent / "files"
router = APIRouter(prefix="/phone", include_in_schema=False)
