"""Compiled functions and where their machine code is kept.

The compiler's own cache looks only at the file of each function, so a change in a function or a
constant it takes from another file would go unnoticed; and a read-only installation has no place
for it. Here the folder is named for the text of all files of the function's package, below the
user's cache folder. A compiled function must therefore call none of another package.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

Compiled = TypeVar("Compiled", bound=Callable[..., Any])


def compiled(function: Compiled) -> Compiled:
    """Compile once per machine; the code runs without the interpreter lock."""
    if not os.environ.get("NUMBA_CACHE_DIR"):
        folder = cache_folder(Path(function.__code__.co_filename).parent)
        setattr(numba.config, "CACHE_DIR", str(folder))  # noqa: B010 - its stubs do not name it
    return cast(Compiled, numba.njit(cache=True, nogil=True)(function))


@cache
def cache_folder(package: Path) -> Path:
    """Folder of the machine code of a package as it is; falls back to the temporary folder."""
    text = hashlib.sha256()
    for path in sorted(package.glob("*.py")):
        text.update(path.read_bytes())
    name = text.hexdigest()[:16]
    base = _user_cache()
    if base is not None and _mine(base / "xinbei-eldercare" / "kernels" / name):
        return base / "xinbei-eldercare" / "kernels" / name
    folder = Path(tempfile.gettempdir()) / f"xinbei-kernels-{os.getuid()}-{name}"
    if _mine(folder):
        return folder
    return Path(tempfile.mkdtemp(prefix="xinbei-kernels-"))


def _user_cache() -> Path | None:
    given = os.environ.get("XDG_CACHE_HOME")
    if given:
        return Path(given)
    try:
        return Path.home() / ".cache"
    except RuntimeError:  # a container's user may have no name and no home
        return None


def _mine(folder: Path) -> bool:
    """Make the folder; whether it can be written and nobody else could have put code into it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK) and folder.stat().st_uid == os.getuid()
