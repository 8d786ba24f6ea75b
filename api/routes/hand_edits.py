"""Edits of a draft by hand, one at a time, on top of what was read."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from api.conditions import Validator, tags_of
from api.edge import Day, Here, Mender
from api.problems import documented
from eldercare.accounts.permissions import Action
from eldercare.accounts.scope import towns_for
from eldercare.clock import local_minutes
from eldercare.database import reading
from eldercare.rostering.edits.editing import edit_draft
from eldercare.rostering.edits.report import EditReport
from eldercare.rostering.edits.request import Edit, EditKind, EditRequest, LockKind
from eldercare.rostering.publishing import fingerprint

router = APIRouter(prefix="/rosters", tags=["rosters"])

_ETAG = {"ETag": {"description": "of the draft as it is now", "schema": {"type": "string"}}}
Key = Annotated[str, Field(min_length=1, max_length=40)]


class HandEdit(BaseModel):
    """One edit of one visit; minutes count from midnight."""

    kind: EditKind
    visit_id: Key
    part: Annotated[
        int | None, Field(ge=0, le=1, description="of two people, whom the edit is about")
    ] = None
    caregiver_ids: Annotated[
        list[Key],
        Field(max_length=2, description="one for each part, or one for `part`; none: unchanged"),
    ] = []
    start_minutes: Annotated[int | None, Field(ge=0, lt=1440)] = None
    other_visit_id: Annotated[Key | None, Field(description="for `swap`")] = None
    lock: Annotated[LockKind, Field(description="for `lock` and `unlock`")] = LockKind.BOTH
    reason: Annotated[str, Field(max_length=400, description="for `leave_out`")] = ""
    override_reason: Annotated[
        str, Field(max_length=200, description="why a rule shall be broken: you answer for it")
    ] = ""
    is_phoned: Annotated[bool, Field(description="for `phoned`")] = True
    dry_run: Annotated[bool, Field(description="answer, and store nothing")] = False
    scenario: Annotated[
        str,
        Field(pattern=r"^[^\x00-\x1f\x7f/]{0,40}$", description="edit this one, not the draft"),
    ] = ""

    def edit(self) -> Edit:
        """The edit in the words of the use case."""
        asked = self.model_dump(exclude={"dry_run", "caregiver_ids", "scenario"})
        return Edit(**asked, caregiver_ids=tuple(self.caregiver_ids))


@router.patch(
    "/{date}/draft",
    responses={200: {"headers": _ETAG}, **documented(400, 401, 403, 404, 409, 412, 422, 428, 503)},
)
def edit(
    edge: Here,
    user: Mender,
    date: Day,
    hand_edit: HandEdit,
    response: Response,
    if_match: Annotated[
        str | None, Header(max_length=1000, description="`ETag` of the roster as you read it")
    ] = None,
) -> EditReport:
    """Apply one edit to the date's draft, if the roster still is the one that was read.

    The answer says what the edit breaks, costs and moves. 409 `edit_breaks_rules` lists the rules
    it breaks in `errors`; give `override_reason` to answer for those that may be broken.
    """
    towns = towns_for(user, Action.EDIT_ROSTER, None)
    if if_match is None:
        raise HTTPException(428, "send `If-Match` with the `ETag` of the roster you read")
    now = edge.clock()
    request = EditRequest(
        on=date,
        edit=hand_edit.edit(),
        dry_run=hand_edit.dry_run,
        clock=local_minutes(now) if date == edge.today() else None,
        towns=towns,
        seen=tags_of(if_match),
        scenario=hand_edit.scenario,
    )
    report = edit_draft(edge.engine, request, by=user.name, now=now)
    if report.roster_id is not None:
        with reading(edge.engine) as session:
            tag = Validator(fingerprint(session, report.roster_id))
        response.headers.update(tag.headers)
    return report
