"""Decisions about a date's roster: worked out first, looked at, then stored on what was looked at.

Every function opens its own session, asks for the visitor's rights as they are now, and may be run
in a thread.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from api.console.visitor import Visitor
from eldercare.accounts.permissions import Action
from eldercare.accounts.scope import towns_for
from eldercare.care.catalogue import home_service_names
from eldercare.clock import local_minutes
from eldercare.registry.lookup import caregiver_names, elders_by_id
from eldercare.registry.queries import caregiver_shifts
from eldercare.rostering.edits.editing import edit_draft
from eldercare.rostering.edits.report import EditReport
from eldercare.rostering.edits.request import Edit, EditRequest
from eldercare.rostering.edits.taking import SlotRequest, take_slot
from eldercare.rostering.explaining.case import SCENARIO, rosters_compared
from eldercare.rostering.explaining.differences import RosterDifferences, compare
from eldercare.rostering.explaining.explanations import VisitExplanation, explain_visit
from eldercare.rostering.explaining.offers import (
    OfferRequest,
    SlotOffer,
    SlotOffers,
    offer_slots,
)
from eldercare.rostering.publishing import ANY
from eldercare.rostering.reading import read_roster
from eldercare.rostering.replanning import (
    ReplanProposal,
    ReplanReport,
    ReplanRequest,
    adopt,
    propose,
)
from eldercare.rostering.standing import standing_roster
from eldercare.rostering.views import RosterView

FIX_SECONDS = 0.6
"""How long an explanation may look for fixes."""


@dataclass(frozen=True)
class VisitFacts:
    """What a list says of a visit beside who comes and when."""

    elder: str
    service: str
    minutes: int
    is_phoned: bool


@dataclass(frozen=True)
class Names:
    """Names of everybody whom an answer knows by id."""

    workers: Mapping[str, str]
    visits: Mapping[str, VisitFacts]

    def workers_of(self, ids: Sequence[str]) -> str:
        """Names, those unknown by their id."""
        return "、".join(self.workers.get(one, one) for one in ids)

    def visit(self, visit_id: str) -> VisitFacts:
        """The facts of a visit; of one that came in since only its id is known."""
        return self.visits.get(visit_id, VisitFacts(visit_id, "", 0, is_phoned=False))


@dataclass(frozen=True)
class Proposal:
    """A replanning that has not been stored, and the names in it."""

    found: ReplanProposal
    names: Names
    unplaced: tuple[str, ...] = ()
    """Visits that no route held before."""

    def newly_served(self) -> list[str]:
        """Visits that somebody comes to now, whom nobody came to before."""
        return [one for one in self.unplaced if self.found.told(one) is not None]


@dataclass(frozen=True)
class Trial:
    """An edit tried out: its report, the names in it, and the roster that it was tried on."""

    edit: Edit
    report: EditReport
    names: Names
    seen: str
    scenario: str = ""


@dataclass(frozen=True)
class Staff:
    """Whom a decision can name: caregivers on duty, and services of the catalogue."""

    caregivers: Mapping[str, str]
    services: Mapping[str, str]


def staff_on(visitor: Visitor, on: date) -> Staff:
    """Caregivers of the visitor's area who are on duty, by name, and what can be asked for."""
    with visitor.place.reading() as session:
        user = visitor.confirmed(session, Action.READ_ROSTER)
        towns = towns_for(user, Action.READ_ROSTER, None)
        on_duty = caregiver_shifts(session, on, towns=towns)
        names = {one.caregiver.id: one.caregiver.name for one in on_duty}
        return Staff(
            dict(sorted(names.items(), key=lambda one: (one[1], one[0]))),
            home_service_names(session),
        )


def propose_replan(
    visitor: Visitor, on: date, event: str, most_disturbed: int, scenario: str = ""
) -> Proposal:
    """What the day (of the draft, or of a scenario) becomes after an event; nothing is stored."""
    with visitor.place.reading() as session:
        user = visitor.confirmed(session, Action.EDIT_ROSTER)
        towns = towns_for(user, Action.EDIT_ROSTER, None)
        view = read_roster(session, on, scenario=scenario or None, towns=towns)
        workers = caregiver_names(session)
    request = ReplanRequest(
        on=on,
        event=event,
        most_disturbed=most_disturbed,
        clock=clock_of(visitor, on),
        towns=towns,
        scenario=scenario,
    )
    found = propose(visitor.place.engine, request)
    names = _with_incoming(visitor, names_of(view, workers), found.report, event)
    missing = tuple(one.visit_id for one in view.unplaced if one.visit_id)
    return Proposal(found, names, missing)


def adopt_replan(visitor: Visitor, proposal: Proposal) -> ReplanReport:
    """Store a proposal into the draft; Conflict where the roster changed since."""
    with visitor.place.reading() as session:
        user = visitor.confirmed(
            session, Action.EDIT_ROSTER, area_code=proposal.found.report.town_code
        )
    return adopt(visitor.place.engine, proposal.found, by=user.name, now=visitor.place.now())


def try_edit(visitor: Visitor, on: date, edit: Edit, scenario: str = "") -> Trial:
    """What an edit would do; nothing is stored."""
    with visitor.place.reading() as session:
        user = visitor.confirmed(session, Action.EDIT_ROSTER)
        towns = towns_for(user, Action.EDIT_ROSTER, None)
        _, seen = standing_roster(session, on, (ANY,), scenario)
        view = read_roster(session, on, scenario=scenario or None, towns=towns)
        workers = caregiver_names(session)
    request = EditRequest(
        on=on,
        edit=edit,
        dry_run=True,
        clock=clock_of(visitor, on),
        towns=towns,
        seen=(seen,),
        scenario=scenario,
    )
    report = edit_draft(visitor.place.engine, request, by=user.name, now=visitor.place.now())
    return Trial(edit, report, names_of(view, workers), seen, scenario)


def store_edit(visitor: Visitor, trial: Trial, *, override_reason: str = "") -> EditReport:
    """Store an edit that was tried, on the roster that it was tried on."""
    with visitor.place.reading() as session:
        user = visitor.confirmed(session, Action.EDIT_ROSTER)
        towns = towns_for(user, Action.EDIT_ROSTER, None)
    on = trial.report.on
    request = EditRequest(
        on=on,
        edit=replace(trial.edit, override_reason=override_reason),
        clock=clock_of(visitor, on),
        towns=towns,
        seen=(trial.seen,),
        scenario=trial.scenario,
    )
    return edit_draft(visitor.place.engine, request, by=user.name, now=visitor.place.now())


def explain(
    visitor: Visitor, visit_id: str, why_not: str | None = None, scenario: str = ""
) -> VisitExplanation:
    """Why a visit is where it is, or nowhere; `why_not` names a caregiver who does not come."""
    with visitor.place.reading() as session:
        user = visitor.confirmed(session, Action.READ_ROSTER)
        return explain_visit(
            session,
            visit_id,
            seconds=FIX_SECONDS,
            caregiver_id=why_not,
            towns=towns_for(user, Action.READ_ROSTER, None),
            now=visitor.place.now(),
            scenario=scenario,
        )


def offer(
    visitor: Visitor, on: date, elder_id: str, service_code: str, scenario: str = ""
) -> SlotOffers:
    """Who could come to an elder when, best first."""
    with visitor.place.reading() as session:
        user = visitor.confirmed(session, Action.READ_ROSTER)
        towns = towns_for(user, Action.READ_ROSTER, None)
        asked = OfferRequest(
            elder_id=elder_id,
            service_type_code=service_code,
            on=on,
            clock=clock_of(visitor, on),
            scenario=scenario,
        )
        return offer_slots(session, asked, towns=towns)


def take_offer(
    visitor: Visitor, found: SlotOffers, one: SlotOffer, scenario: str = ""
) -> EditReport:
    """Put a visit into the draft, or the scenario, as it was offered."""
    with visitor.place.reading() as session:
        user = visitor.confirmed(session, Action.EDIT_ROSTER)
        towns = towns_for(user, Action.EDIT_ROSTER, None)
    on = found.roster.on
    request = SlotRequest(
        on=on,
        elder_id=found.elder.id,
        service_type_code=found.service_type_code,
        caregiver_ids=tuple(who.id for who in one.told.caregivers),
        start_minutes=one.told.start_minutes,
        clock=clock_of(visitor, on),
        towns=towns,
        scenario=scenario,
    )
    return take_slot(visitor.place.engine, request, by=user.name, now=visitor.place.now())


def draft_against_published(visitor: Visitor, on: date, scenario: str = "") -> RosterDifferences:
    """What the draft, or a scenario, changes for people.

    Raises NotFound where there is no version to compare with.
    """
    with visitor.place.reading() as session:
        user = visitor.confirmed(session, Action.READ_ROSTER)
        towns = towns_for(user, Action.READ_ROSTER, None)
        before, after = rosters_compared(
            session, on, None, f"{SCENARIO}{scenario}" if scenario else "draft"
        )
        return compare(session, before, after, towns=towns)


def names_of(view: RosterView, workers: Mapping[str, str]) -> Names:
    """The names that a roster's view holds."""
    visits = {
        stop.visit_id: VisitFacts(
            stop.elder_name,
            stop.service_name,
            stop.end_minutes - stop.start_minutes,
            is_phoned=stop.is_phoned,
        )
        for route in view.routes
        for stop in route.stops
        if stop.visit_id
    }
    visits |= {
        one.visit_id: VisitFacts(one.elder_name, one.service_name, one.minutes, is_phoned=False)
        for one in view.unplaced
        if one.visit_id
    }
    return Names(workers, visits)


def _with_incoming(visitor: Visitor, names: Names, report: ReplanReport, event: str) -> Names:
    """With the visit that came in by the event, which no roster has yet."""
    if report.incoming is None:
        return names
    elder_id, service_code = event.split(":")[1], event.split(":")[2].partition("@")[0]
    with visitor.place.reading() as session:
        elder = elders_by_id(session, [elder_id]).get(elder_id)
        service = home_service_names(session).get(service_code, service_code)
    facts = VisitFacts(elder.name if elder else elder_id, service, 0, is_phoned=False)
    return replace(names, visits={**names.visits, report.incoming: facts})


def clock_of(visitor: Visitor, on: date) -> int | None:
    """Minutes after midnight where the date is today, else None."""
    place = visitor.place
    return local_minutes(place.now()) if on == place.today() else None
