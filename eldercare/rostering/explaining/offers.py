"""Who could come when: ranked places for one more visit while the caller waits."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from eldercare.care.demand import Visit
from eldercare.clock import clock
from eldercare.errors import InvalidInput
from eldercare.registry.queries import get_elder
from eldercare.rostering.disruptions import Disruption, DisruptionKind
from eldercare.rostering.explaining.answers import (
    Moved,
    Person,
    RosterRef,
    TermShare,
    Told,
    Words,
    worth_minutes,
)
from eldercare.rostering.explaining.case import SCENARIO, Case, open_case, ref, roster_asked, within
from eldercare.rostering.explaining.sentences import (
    joined,
    moved_words,
    people_words,
    sentence,
    share,
)
from eldercare.rostering.explaining.words import TERMS
from eldercare.rostering.happening import LAST_MINUTE, town_of_event, visit_of_event
from eldercare.rostering.tables import Placement, Roster, RosterVisit
from solver.explaining.offering import Offer, offers

MOST_OFFERS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotOffer:
    """One caregiver (or two) and a time; no hard rule is broken that was not broken before.

    `familiarity` is 0 to 100 (None: the elder knows nobody yet), `at_a_price` the wishes that this
    place does not keep, `moved` whose time would move by more than 30 minutes, `keeps_slack`
    whether the slack bought for the town's plan is left (None: none was bought).
    """

    told: Told
    end_minutes: int
    added_travel_minutes: int
    familiarity: int | None
    at_a_price: tuple[str, ...]
    terms: tuple[TermShare, ...]
    added_cost: int
    moved: tuple[Moved, ...]
    words: Words
    keeps_slack: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotOffers:
    """The offers, best first, and how long reading the day and finding them took.

    `existing` are visits of this elder and service that the roster has already.
    """

    roster: RosterRef
    town_code: str
    elder: Person
    service_type_code: str
    service_name: str
    minutes: int
    window_start_minutes: int
    window_end_minutes: int
    existing: tuple[str, ...]
    offers: tuple[SlotOffer, ...]
    loading_seconds: float
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferRequest:
    """What the caller asks for; the window is of starts, in minutes after midnight.

    `clock`: minutes after midnight where the date is today: nothing before it is offered.
    """

    elder_id: str
    service_type_code: str
    on: date
    window: tuple[int, int] | None = None
    most: int = MOST_OFFERS
    clock: int | None = None
    scenario: str = ""
    """Offer places of this scenario and not of the current roster."""


def offer_slots(
    session: Session, asked: OfferRequest, *, towns: Collection[str] | None = None
) -> SlotOffers:
    """Offer places for a new visit on the roster of a date; stores nothing.

    Raises NotFound for an unknown elder, service or roster, NotPermitted outside `towns`, and
    InvalidInput for a window that is empty or over, or an elder without a position.
    """
    begun = time.monotonic()
    named = f"{SCENARIO}{asked.scenario}" if asked.scenario else None
    roster = roster_asked(session, asked.on, named)
    visit, town_code = _visit(session, roster, asked, towns)
    case = open_case(session, roster, town_code, also=[visit], clock=asked.clock)
    existing = _existing(session, roster, asked)
    elder = get_elder(session, asked.elder_id)
    loaded = time.monotonic()
    need = case.day.problem.visit_by_id.get(visit.id)
    if need is None:
        reason = next(one.detail for one in case.day.set_aside if one.id == visit.id)
        raise InvalidInput(f"no slot can be offered: {reason}", code="not_plannable")
    need = replace(need, refused_caregivers=need.refused_caregivers | case.day.gone)
    found = offers(case.day.problem, case.day.plan, need, most=asked.most, slack=case.day.slack)
    answers = tuple(_offer(case, one, visit.minutes) for one in found)
    return SlotOffers(
        roster=ref(roster),
        town_code=town_code,
        elder=Person(id=elder.id, name=elder.name),
        service_type_code=visit.service_type_code,
        service_name=case.names.service(visit.service_type_code),
        minutes=visit.minutes,
        window_start_minutes=need.windows[0].start,
        window_end_minutes=need.windows[-1].end,
        existing=existing,
        offers=answers,
        loading_seconds=round(loaded - begun, 3),
        seconds=round(time.monotonic() - loaded, 3),
    )


def _visit(
    session: Session, roster: Roster, asked: OfferRequest, towns: Collection[str] | None
) -> tuple[Visit, str]:
    """The visit as it would come in, and the elder's town."""
    opens, closes = asked.window or (0, LAST_MINUTE)
    opens = max(opens, asked.clock or 0)
    if not 0 <= opens <= closes <= LAST_MINUTE:
        raise InvalidInput(
            f"the visit may begin {clock(opens)} to {clock(closes)}: the window is empty or over,"
            " give a later end",
            code="empty_window",
        )
    event = Disruption(
        kind=DisruptionKind.NEW,
        subject=asked.elder_id,
        text=f"new:{asked.elder_id}:{asked.service_type_code}",
        service_type_code=asked.service_type_code,
        window=(opens, closes),
    )
    town_code = town_of_event(session, roster, event)
    within(towns, town_code, f"elder {asked.elder_id}")
    visit = visit_of_event(session, roster, event)
    if visit is None:
        raise AssertionError("a new visit comes in")
    return visit, town_code


def _existing(session: Session, roster: Roster, asked: OfferRequest) -> tuple[str, ...]:
    found = session.scalars(
        select(col(RosterVisit.visit_id))
        .where(
            col(RosterVisit.roster_id) == roster.id,
            col(RosterVisit.elder_id) == asked.elder_id,
            col(RosterVisit.service_type_code) == asked.service_type_code,
            col(RosterVisit.placement) != Placement.CANCELLED,
        )
        .order_by(col(RosterVisit.visit_id))
    )
    return tuple(found)


def _offer(case: Case, one: Offer, minutes: int) -> SlotOffer:
    names = case.names
    people = tuple(names.caregiver(who) for who in one.caregivers)
    moved = names.moved(one.moved)
    return SlotOffer(
        told=Told(caregivers=people, start_minutes=one.start),
        end_minutes=one.start + minutes,
        added_travel_minutes=one.added_travel,
        familiarity=one.familiarity,
        at_a_price=tuple(term.value for term in one.soft),
        terms=tuple(share(term, value, one.cost[term]) for term, value in one.terms.items()),
        added_cost=one.added_cost,
        moved=moved,
        words=_words(people, one, minutes, moved),
        keeps_slack=one.keeps_slack,
    )


def _words(people: tuple[Person, ...], one: Offer, minutes: int, moved: tuple[Moved, ...]) -> Words:
    who = people_words(people)
    span = f"{clock(one.start)}–{clock(one.start + minutes)}"
    known = "" if one.familiarity is None else f"，熟悉程度{one.familiarity}%"
    known_en = "" if one.familiarity is None else f", known {one.familiarity}%"
    parts = [
        Words(
            f"{who.zh}{span}，路程{one.added_travel:+d}分钟{known}",
            f"{who.en} {span}, travel {one.added_travel:+d} min{known_en}",
        )
    ]
    parts += [
        Words(
            f"{TERMS[term].zh}{worth_minutes(one.cost[term]):+g}分钟",
            f"{TERMS[term].en} {worth_minutes(one.cost[term]):+g} min",
        )
        for term in one.soft
    ]
    if one.keeps_slack is False:
        parts.append(Words("占用预留余量", "it uses up slack that was bought"))
    parts += moved_words(moved) or (Words("不影响其他老人", "nobody else is moved"),)
    return sentence(joined(parts))
