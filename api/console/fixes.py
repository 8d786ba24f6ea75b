"""Fixes of an explanation: tried on the draft first, looked at, then taken or let go.

Every function opens its own session and may be run in a thread.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from api.console.controls import query
from api.console.deciding import Trial, clock_of, names_of
from api.console.visitor import Visitor
from eldercare.accounts.permissions import Action
from eldercare.accounts.scope import towns_for
from eldercare.registry.lookup import caregiver_names
from eldercare.rostering.edits.adopting import OF_A_SHIFT, FixRequest, adopt_fix
from eldercare.rostering.edits.report import EditReport
from eldercare.rostering.edits.request import Edit, EditKind
from eldercare.rostering.edits.undoing import LastEdit, UndoRequest, last_edit, undo_edit
from eldercare.rostering.explaining.explanations import FixAnswer, VisitExplanation
from eldercare.rostering.publishing import ANY
from eldercare.rostering.reading import read_roster
from eldercare.rostering.standing import standing_roster
from solver.explaining.remedies import Kind, Remedy


@dataclass(frozen=True)
class FixTrial:
    """A fix tried out, ready to be stored on what it was tried on."""

    trial: Trial
    request: FixRequest

    @property
    def changes_shift(self) -> bool:
        """Whether the caregiver's shift of that date is made longer in the registry."""
        return self.request.remedy.kind in OF_A_SHIFT


def try_fix(
    visitor: Visitor, on: date, found: VisitExplanation, fix: FixAnswer, scenario: str
) -> FixTrial:
    """What a fix would do; nothing is stored."""
    with visitor.place.reading() as session:
        user = visitor.confirmed(session, Action.EDIT_ROSTER)
        _, seen = standing_roster(session, on, (ANY,), scenario)
        towns = towns_for(user, Action.EDIT_ROSTER, None)
        view = read_roster(session, on, scenario=scenario or None, towns=towns)
        workers = caregiver_names(session)
    request = FixRequest(
        on=on,
        remedy=Remedy(
            kind=fix.kind,
            visit_id=found.visit_id,
            minutes=fix.minutes,
            caregiver=fix.caregiver.id if fix.caregiver else "",
            shift=fix.shift_id,
        ),
        dry_run=True,
        clock=clock_of(visitor, on),
        towns=towns,
        seen=(seen,),
        scenario=scenario,
    )
    report = adopt_fix(visitor.place.engine, request, user=user, now=visitor.place.now())
    edit = Edit(kind=EditKind.MOVE, visit_id=found.visit_id)
    return FixTrial(Trial(edit, report, names_of(view, workers), seen, scenario), request)


def store_fix(visitor: Visitor, tried: FixTrial, reason: str) -> EditReport:
    """Store a fix that was tried, on the roster that it was tried on."""
    with visitor.place.reading() as session:
        user = visitor.confirmed(session, Action.EDIT_ROSTER)
        towns = towns_for(user, Action.EDIT_ROSTER, None)
    request = replace(
        tried.request,
        dry_run=False,
        reason=reason,
        towns=towns,
        clock=clock_of(visitor, tried.request.on),
    )
    return adopt_fix(visitor.place.engine, request, user=user, now=visitor.place.now())


def elsewhere(found: VisitExplanation, fix: FixAnswer) -> tuple[str, str]:
    """Where a fix is done that no draft can take: words and address of the page."""
    if fix.kind is Kind.ADD_SKILL and fix.caregiver is not None:
        return "去人员", query({"q": fix.caregiver.id}, "/people")
    if fix.kind is Kind.LIFT_REFUSAL:
        return "去老人档案", f"/elders/{found.elder.id}"
    return "去导入班次", "/import"


def newest_edit(visitor: Visitor, on: date, scenario: str) -> LastEdit | None:
    """The edit that the visitor could take back next."""
    with visitor.place.reading() as session:
        user = visitor.confirmed(session, Action.EDIT_ROSTER)
        towns = towns_for(user, Action.EDIT_ROSTER, None)
        return last_edit(session, on, towns=towns, scenario=scenario)


def take_back(visitor: Visitor, on: date, scenario: str) -> LastEdit:
    """Take back the newest edit of the draft or the scenario."""
    with visitor.place.reading() as session:
        user = visitor.confirmed(session, Action.EDIT_ROSTER)
        towns = towns_for(user, Action.EDIT_ROSTER, None)
    request = UndoRequest(on=on, clock=clock_of(visitor, on), towns=towns, scenario=scenario)
    return undo_edit(visitor.place.engine, request, by=user.name, now=visitor.place.now())
