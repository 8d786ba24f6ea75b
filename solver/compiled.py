"""Compiled functions and where their machine code is kept.

The compiler's own cache looks only at the file of each function, so a change in a function it calls
from another file would go unnoticed; and a read-only installation has no place for it. Here the
folder is named for the text of all files with compiled functions, below the user's cache folder.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

Compiled = TypeVar("Compiled", bound=Callable[..., Any])

PACKAGE = Path(__file__).parent
MARK = b"from solver.compiled import"


def compiled(function: Compiled) -> Compiled:
    """Compile once per machine; the code runs without the interpreter lock."""
    return cast(Compiled, numba.njit(cache=True, nogil=True)(function))


def cache_folder() -> Path:
    """Folder of the machine code of this very source; falls back to the temporary folder."""
    text = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        content = path.read_bytes()
        if MARK in content:
            text.update(content)
    base = os.environ.get("XDG_CACHE_HOME")
    wanted = Path(base) if base else Path.home() / ".cache"
    folder = wanted / "xinbei-eldercare" / "kernels" / text.hexdigest()[:16]
    if _usable(folder):
        return folder
    user = os.getuid() if hasattr(os, "getuid") else 0
    folder = Path(tempfile.gettempdir()) / f"xinbei-kernels-{user}-{folder.name}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _usable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


if not os.environ.get("NUMBA_CACHE_DIR"):
    setattr(numba.config, "CACHE_DIR", str(cache_folder()))  # noqa: B010 - its stubs do not name it
