"""Rows of the registry and of care: lists, single rows, checked writes; one loop over one list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from api.conditions import Validator, matches, tags_of
from api.edge import TEXT, AreaCode, Day, Here, ReadSession, SignedIn, Writer
from api.ledger_entry import Entry
from api.ledger_rows import IfMatch, IfNoneMatch, RequestKey, RowsOf, condition, once
from api.ledgers import LEDGERS
from api.paging import Cursor, Limit, PageOf, read_cursor, write_cursor
from api.problems import documented
from api.shapes import given
from eldercare.accounts.idempotency import Answer
from eldercare.accounts.permissions import Action, may, require
from eldercare.accounts.scope import area_for
from eldercare.care.admit import GATE
from eldercare.database import transaction
from eldercare.registry.ledger import area_of, find_row
from eldercare.registry.listing import Filters, Standing, page_of, speaks_of_elders
from eldercare.registry.tables import PriorityGroup
from eldercare.registry.writing import change_row, create_row, end_row
from eldercare.settings import DISTRICT_CODE

router = APIRouter(tags=["registry"])

Key = Annotated[str, Path(max_length=200, description="key of the row; parts joined by commas")]

_ETAG = {"ETag": {"description": "for `If-Match`", "schema": {"type": "string"}}}
_PLACE = {"Location": {"description": "where the row is", "schema": {"type": "string"}}}
_READ = (401, 403, 404, 422, 503)
_WRITE = (400, *_READ, 409, 412, 428)


class Narrowed:
    """What every list may be narrowed by."""

    def __init__(
        self,
        edge: Here,
        town: Annotated[AreaCode | None, Query(description="only this town")] = None,
        community: Annotated[AreaCode | None, Query(description="only this community")] = None,
        q: Annotated[
            str | None,
            Query(
                max_length=60,
                pattern=TEXT,
                description="key, piece of a name, pinyin or initials; of people also phone and "
                "address",
            ),
        ] = None,
        as_of: Annotated[Day | None, Query(description="none: today")] = None,
        status: Annotated[
            Standing | None, Query(description="none: all, or `current` where `as_of` is given")
        ] = None,
    ) -> None:
        self.area_code = community or town
        self.words = q
        self.on = as_of or edge.today()
        self.standing = status or (Standing.CURRENT if as_of else Standing.ALL)


class Asked:
    """A page of a list, and who asks for it."""

    def __init__(
        self,
        session: ReadSession,
        user: SignedIn,
        narrowed: Annotated[Narrowed, Depends()],
        limit: Limit = 100,
        after: Cursor = None,
    ) -> None:
        self.session = session
        self.user = user
        self.narrowed = narrowed
        self.limit = limit
        self.after = read_cursor(after)

    def page(self, entry: Entry, **more: Any) -> Response:
        """A page of a ledger."""
        filters = Filters(
            on=self.narrowed.on,
            area_code=area_for(self.user, entry.reading, self.narrowed.area_code),
            words=self.narrowed.words,
            personal=may(self.user, Action.READ_PERSONAL),
            standing=self.narrowed.standing,
            **more,
        )
        found = page_of(self.session, entry.ledger, filters, after=self.after, limit=self.limit)
        lines = RowsOf(entry).lines(self.session, found.rows, self.user)
        return JSONResponse({"items": lines, "next": write_cursor(found.next_key)})


Question = Annotated[Asked, Depends(scope="function")]


def _lister(entry: Entry) -> Callable[..., Response]:
    def rows(asked: Question) -> Response:
        """Rows in order of their keys; what has ended stays listed unless `status` says else."""
        return asked.page(entry)

    def rows_of_elders(
        asked: Question,
        care_level: Annotated[int | None, Query(ge=0, le=4, description="on `as_of`")] = None,
        group: Annotated[PriorityGroup | None, Query(description="on `as_of`")] = None,
    ) -> Response:
        """Rows in order of their keys; what has ended stays listed unless `status` says else."""
        return asked.page(entry, care_level=care_level, group=group)

    return rows_of_elders if speaks_of_elders(entry.ledger) else rows


def _reader(entry: Entry) -> Callable[..., Response]:
    def row(
        session: ReadSession, user: SignedIn, key: Key, if_none_match: IfNoneMatch = None
    ) -> Response:
        """One row, ended or not."""
        require(user, entry.reading)
        found = find_row(session, entry.ledger, key)
        if entry.ledger.placed_by:  # what holds everywhere is read everywhere
            area = area_of(session, entry.ledger, found) or DISTRICT_CODE
            require(user, entry.reading, area_code=area)
        line = RowsOf(entry).line(session, found, user)
        (tag,) = tags_of(line["etag"])
        validator = Validator(tag)
        if matches(if_none_match, validator):
            return Response(status_code=304, headers=validator.headers)
        return JSONResponse(line, headers=validator.headers)

    return row


def _maker(entry: Entry) -> Callable[..., Response]:
    rows = RowsOf(entry)

    def create(
        request: Request, edge: Here, user: Writer, body: Any, idempotency_key: RequestKey = None
    ) -> Response:
        """A new row; sent again under the same `Idempotency-Key`, it is answered the same."""
        values = given(body)
        with transaction(edge.engine) as session:

            def work() -> Answer:
                row = create_row(
                    session,
                    entry.ledger,
                    rows.with_keys(values),
                    user=user,
                    now=edge.clock(),
                    on=edge.today(),
                    gate=GATE,
                )
                return rows.made(session, row, user, root=request.scope["root_path"])

            answer = once(
                session,
                work,
                key=idempotency_key,
                request=request,
                body=values,
                user=user,
                edge=edge,
            )
        return JSONResponse(answer.body, status_code=answer.status, headers=answer.headers)

    create.__annotations__["body"] = _body_of_new(entry)
    return create


def _body_of_new(entry: Entry) -> Any:
    new: Any = RowsOf(entry).shapes.new
    if not entry.example:
        return new
    examples: Any = {"plain": {"value": dict(entry.example)}}
    return Annotated[new, Body(openapi_examples=examples)]


def _changer(entry: Entry) -> Callable[..., Response]:
    rows = RowsOf(entry)

    def change(edge: Here, user: Writer, key: Key, body: Any, if_match: IfMatch = None) -> Response:
        """Change fields (RFC 7396 merge patch); needs the `ETag` of the row as it was read.

        What is left out stays; null empties a field or gives it its default.
        """
        seen = condition(if_match)
        with transaction(edge.engine) as session:
            row = change_row(
                session,
                entry.ledger,
                key,
                given(body),
                seen=seen,
                user=user,
                now=edge.clock(),
                on=edge.today(),
                gate=GATE,
            )
            line = rows.line(session, row, user)
        return JSONResponse(line, headers={"ETag": line["etag"]})

    change.__annotations__["body"] = rows.shapes.patch
    return change


def _ender(entry: Entry) -> Callable[..., Response]:
    def end(
        edge: Here,
        user: Writer,
        key: Key,
        on: Annotated[
            Day | None, Query(description="first day on which it holds no longer; none: today")
        ] = None,
        reason: Annotated[
            str | None, Query(max_length=40, pattern=TEXT, description="where the table keeps one")
        ] = None,
        if_match: IfMatch = None,
    ) -> Response:
        """End a row from a date on; it stays to be read, because earlier figures stand on it.

        A row that no figure stands on (a contact, a preference) is removed at once and answered as
        it was. Where rows have no end, 409 `row_has_no_end` says what to do instead.
        """
        seen = condition(if_match)
        with transaction(edge.engine) as session:
            row = end_row(
                session,
                entry.ledger,
                key,
                ended_on=on or edge.today(),
                reason=reason,
                seen=seen,
                user=user,
                now=edge.clock(),
                on=edge.today(),
                gate=GATE,
            )
            line = RowsOf(entry).line(session, row, user)
        return JSONResponse(line, headers={"ETag": line["etag"]})

    return end


def _install(entry: Entry) -> None:
    """The five routes of an entry, two where it is read only.

    Answers are made of the models that are named here.
    """
    shapes = RowsOf(entry).shapes
    one = {200: {"headers": _ETAG, "model": shapes.line}}
    page = {200: {"model": PageOf.__class_getitem__(shapes.line)}}
    made = {201: {"headers": _ETAG | _PLACE, "model": shapes.made}}
    unchanged = {304: {"description": "Not Modified"}}
    for method, path, endpoint, answers in (
        ("GET", "", _lister(entry), page | documented(*_READ)),
        ("POST", "", _maker(entry), made | documented(400, 409, *_READ)),
        ("GET", "/{key}", _reader(entry), one | unchanged | documented(*_READ)),
        ("PATCH", "/{key}", _changer(entry), one | documented(*_WRITE)),
        ("DELETE", "/{key}", _ender(entry), one | documented(*_WRITE)),
    ):
        if entry.is_read_only and method != "GET":
            continue
        router.add_api_route(
            entry.path + path,
            endpoint,
            methods=[method],
            name=f"{endpoint.__name__} {entry.ledger.noun}",
            status_code=201 if method == "POST" else 200,
            response_class=JSONResponse,
            response_model=None,
            responses=answers,
        )


for _entry in LEDGERS:
    _install(_entry)
