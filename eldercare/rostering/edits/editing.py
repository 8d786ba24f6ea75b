"""Apply one edit to a date's draft, or answer what it would do."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from eldercare.database import reading, transaction
from eldercare.errors import Conflict, NotFound, NotPermitted
from eldercare.rostering.edits.keeping import marked, note_edit, refuse_broken, store_edited
from eldercare.rostering.edits.report import (
    EditReport,
    report_edit,
)
from eldercare.rostering.edits.request import EditKind, EditRequest, check_edit
from eldercare.rostering.edits.slack_kept import applied
from eldercare.rostering.standing import open_unchanged, standing_roster
from eldercare.rostering.tables import Placement, Roster, RosterVisit
from eldercare.rostering.town_day import TownDay, read_town_day
from solver.verify import verify


@dataclass(frozen=True, slots=True)
class _Read:
    """The town's day as it was read, and the state it was read in."""

    day: TownDay
    seen: str


def edit_draft(database: Engine, request: EditRequest, *, by: str, now: datetime) -> EditReport:
    """Apply one edit to the date's draft: the one that stands, or a copy of what is published.

    Nobody but those the edit names gets another caregiver. Leaves an audit entry. Nothing is stored
    by a `dry_run`, nor by an edit that is refused.

    Raises InvalidInput, NotFound, NotPermitted and Conflict with what is wrong; `edit_breaks_rules`
    where the edit breaks a rule and nobody answers for it, or nobody can.
    """
    begun = time.monotonic()
    edit = request.edit
    check_edit(edit)
    with reading(database) as session:
        case = _read(session, request)
    edited = applied(case.day, request.clock, edit)
    before = verify(case.day.problem, case.day.plan)
    after = verify(edited.problem, edited.plan)
    report = report_edit(case.day, edited, before, after, edit.kind, edit.visit_id)
    if request.dry_run:
        return report
    if report.breaks:
        refuse_broken(report, edit)
    edited = marked(case.day, edited, before, after, edit, by=by)
    with transaction(database) as session:
        draft = open_unchanged(session, request.on, case.seen, now, request.scenario)
        seconds = time.monotonic() - begun
        kept = store_edited(session, draft, case.day, edited, before, after, now, seconds)
        report = replace(
            report, roster_id=draft.id, is_stored=True, is_overridden=bool(report.breaks)
        )
        note_edit(session, report, request.edit, kept, scenario=request.scenario, by=by, now=now)
    return report


def _read(session: Session, request: EditRequest) -> _Read:
    roster, seen = standing_roster(session, request.on, request.seen, request.scenario)
    town_code = town_of_visit(session, roster, request.edit.visit_id)
    other = request.edit.other_visit_id
    if request.edit.kind is EditKind.SWAP and other is not None:
        there = town_of_visit(session, roster, other)
        if there != town_code:
            raise Conflict(
                f"visits {request.edit.visit_id} and {other} lie in towns {town_code} and {there}: "
                "caregivers work in one town",
                code="other_town",
            )
    if request.towns is not None and town_code not in request.towns:
        raise NotPermitted(
            f"visit {request.edit.visit_id} lies in town {town_code}, outside the area you work in",
            code="out_of_scope",
        )
    day = read_town_day(session, roster, town_code)
    return _Read(day, seen)


def town_of_visit(session: Session, roster: Roster, visit_id: str) -> str:
    """Code of the town that a visit of a roster lies in.

    Raises NotFound for an unknown visit, Conflict for one that was called off.
    """
    row = session.get(RosterVisit, (roster.id, visit_id))
    if row is None:
        raise NotFound(f"the roster of {roster.on} has no visit {visit_id}", code="visit_not_found")
    if row.placement is Placement.CANCELLED:
        raise Conflict(f"visit {visit_id} has been called off", code="visit_cancelled")
    return row.town_code
