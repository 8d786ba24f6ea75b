"""Files that people send: how large they may be, and where they wait while they are read."""

from __future__ import annotations

import io
import re
import shutil
from pathlib import Path
from typing import BinaryIO

from eldercare.errors import InvalidInput
from eldercare.exchange.limits import Limits

WEB_LIMITS = Limits(rows=300_000, file_bytes=60_000_000, unpacked_bytes=1_000_000_000)
"""One request holds a worker for as long as it takes; larger files go by the command line."""
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,5}")


def saved(source: BinaryIO, folder: Path, name: str, limits: Limits) -> Path:
    """The upload as a file; its own name stays out of the path but for a plain ending.

    Raises InvalidInput (`file_too_large`).
    """
    suffix = Path(name).suffix
    path = folder / f"ledger{suffix if _SUFFIX.fullmatch(suffix) else ''}"
    source.seek(0, io.SEEK_END)
    size = source.tell()
    if size > limits.file_bytes:
        raise InvalidInput(
            f"the file has {size} bytes, at most {limits.file_bytes} are taken here: send it "
            "in parts, or bring it in by the command line",
            code="file_too_large",
        )
    source.seek(0)
    with path.open("wb") as target:
        shutil.copyfileobj(source, target)
    return path
