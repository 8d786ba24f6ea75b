"""Exit codes: the one table from classes of errors to what the shell sees."""

from __future__ import annotations

from enum import IntEnum

from eldercare.errors import (
    Conflict,
    DatabaseUnusable,
    EldercareError,
    InvalidInput,
    NotAuthenticated,
    NotFound,
    NotPermitted,
)


class Exit(IntEnum):
    """What the shell sees."""

    DONE = 0
    FAULT = 1
    USAGE = 2
    INVALID_INPUT = 3
    NOT_FOUND = 4
    CONFLICT = 5
    NOT_PERMITTED = 6


_TABLE: tuple[tuple[type[EldercareError], Exit], ...] = (
    (InvalidInput, Exit.INVALID_INPUT),
    (NotFound, Exit.NOT_FOUND),
    (Conflict, Exit.CONFLICT),
    (DatabaseUnusable, Exit.CONFLICT),
    (NotPermitted, Exit.NOT_PERMITTED),
    (NotAuthenticated, Exit.NOT_PERMITTED),
)


def exit_code(error: EldercareError) -> Exit:
    """The exit code of an error; a class the table does not know is an internal fault."""
    for kind, code in _TABLE:
        if isinstance(error, kind):
            return code
    return Exit.FAULT
