"""The one tree of errors; the edge maps each class to an HTTP status and to an exit code.

EldercareError
├── InvalidInput        a value is wrong: says which field and how to mend it   (422, exit 3)
├── NotFound            the named thing does not exist                          (404, exit 4)
├── Conflict            the thing changed, exists already or is in use          (409, exit 5)
├── NotPermitted        signed in, but not allowed                              (403, exit 6)
├── NotAuthenticated    not signed in, or the token is no longer good           (401, exit 6)
└── DatabaseUnusable    missing, newer than this program, locked or damaged     (503, exit 5)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One wrong value: its place (a JSON pointer such as `/birth_on`) and how to mend it."""

    pointer: str
    reason: str
    code: str = "invalid"


class EldercareError(Exception):
    """Root: a stable `code` for programs, a sentence for people, and the fields it speaks of."""

    code = "error"

    def __init__(
        self, message: str, *, code: str | None = None, fields: Sequence[FieldProblem] = ()
    ) -> None:
        super().__init__(message)
        self.message = message
        self.fields = tuple(fields)
        if code is not None:
            self.code = code


class InvalidInput(EldercareError):
    """A value was refused; `fields` names each one."""

    code = "invalid_input"


class NotFound(EldercareError):
    """The named row, date or file does not exist."""

    code = "not_found"


class Conflict(EldercareError):
    """The row changed meanwhile, exists already, or something else holds it."""

    code = "conflict"


class NotPermitted(EldercareError):
    """The person is known and may not do this."""

    code = "not_permitted"


class NotAuthenticated(EldercareError):
    """Nobody is signed in, or the token is wrong or expired."""

    code = "not_authenticated"


class DatabaseUnusable(EldercareError):
    """The database cannot be worked with as it is."""

    code = "database_unusable"
