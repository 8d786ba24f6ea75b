"""How the kernels of this package are compiled.

None of them makes an array, so references need no counting, which otherwise costs six times the
work itself: every view of a row is counted twice, atomically.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

from solver.compiled import cache_folder

Compiled = TypeVar("Compiled", bound=Callable[..., Any])


def kernel(function: Compiled) -> Compiled:
    """Compile once per machine; the code runs without the interpreter lock and makes no array."""
    return _compile(function, inline=False)


def inlined(function: Compiled) -> Compiled:
    """A kernel that becomes part of its callers: where handing over arguments costs most."""
    return _compile(function, inline=True)


def _compile(function: Compiled, *, inline: bool) -> Compiled:
    if not os.environ.get("NUMBA_CACHE_DIR"):
        setattr(numba.config, "CACHE_DIR", str(cache_folder(Path(__file__).parent)))  # noqa: B010 - its stubs do not name it
    lean = numba.njit(  # type: ignore[call-overload]  # its stubs know only the usual options
        cache=True, nogil=True, _nrt=False, error_model="numpy", forceinline=inline
    )
    return cast(Compiled, lean(function))
