"""What the routes of every ledger do with its rows: show them, name them, answer once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Header, Request
from sqlmodel import Session, SQLModel
from starlette.exceptions import HTTPException

from api.conditions import Validator, tags_of
from api.edge import Edge
from api.ledger_entry import Entry
from api.shapes import Shapes, shapes_of
from eldercare.accounts.idempotency import Answer, carry_out_once, request_hash
from eldercare.accounts.permissions import Action, may
from eldercare.accounts.tables import User
from eldercare.registry.admission.tables import key_columns
from eldercare.registry.ledger import contents, key_text, version_of
from eldercare.registry.masking import masked_fields

IfMatch = Annotated[
    str | None, Header(max_length=1000, description="`ETag` of the row as you read it")
]
IfNoneMatch = Annotated[str | None, Header(max_length=1000)]
RequestKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="any word that is new for each request; kept 24 hours",
    ),
]

_ID_BYTES = 8


def condition(if_match: str | None) -> frozenset[str]:
    """The versions a writer has read; without any, nothing is written."""
    if if_match is None:
        raise HTTPException(428, "send `If-Match` with the `ETag` of the row as you read it")
    return tags_of(if_match)


def once(
    session: Session,
    work: Callable[[], Answer],
    *,
    key: str | None,
    request: Request,
    body: Mapping[str, Any],
    user: User,
    edge: Edge,
) -> Answer:
    """Do the work, or repeat the answer that the same request got under this key before."""
    if key is None:
        return work()
    return carry_out_once(
        session,
        work,
        key=key,
        user_name=user.name,
        asked=request_hash(request.method, request.url.path, body),
        now=edge.clock(),
    )


@dataclass(frozen=True, slots=True)
class RowsOf:
    """The rows of an entry, as the API shows them."""

    entry: Entry

    @property
    def shapes(self) -> Shapes:
        """The models of the entry's ledger."""
        return shapes_of(self.entry.ledger)

    def lines(self, session: Session, rows: Sequence[SQLModel], user: User) -> list[dict[str, Any]]:
        """Rows as plain JSON. Whoever sees masked fields gets a tag of those alone."""
        if may(user, Action.READ_PERSONAL):
            found, masked = contents(session, self.entry.ledger, rows), False
        else:
            found, masked = [masked_fields(row) for row in rows], True
        made = []
        for fields in found:
            tag = Validator(version_of(fields)).headers["ETag"]
            line = self.shapes.line.model_validate(fields | {"masked": masked, "etag": tag})
            made.append(line.model_dump(mode="json"))
        return made

    def line(self, session: Session, row: SQLModel, user: User) -> dict[str, Any]:
        """One row as plain JSON."""
        (line,) = self.lines(session, [row], user)
        return line

    def made(self, session: Session, row: SQLModel, user: User, *, root: str) -> Answer:
        """The answer to whoever made a row."""
        told = self.entry.cautions(session, row) if self.entry.cautions is not None else []
        line = self.line(session, row, user)
        place = f"{root}{self.entry.path}/{quote(key_text(row))}"
        return Answer(
            201,
            line | {"warnings": [one.model_dump(mode="json") for one in told]},
            {"ETag": line["etag"], "Location": place},
        )

    def with_keys(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of a new row and its parts, each with a key where none was given."""
        found = _with_key(self.entry.ledger.table, values)
        for part in self.entry.ledger.parts:
            found[part.field] = [_with_key(part.table, one) for one in found.get(part.field, ())]
        return found


def _with_key(table: type[SQLModel], values: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(values)
    # A number is counted by the database itself.
    if key_columns(table) == ("id",) and table.model_fields["id"].annotation is str:
        found["id"] = found.get("id") or token_hex(_ID_BYTES)
    return found
