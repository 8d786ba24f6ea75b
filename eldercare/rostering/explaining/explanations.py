"""Why a visit is where it is, or in no route: with its cost, the smallest fixes, a comparison."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from eldercare.clock import clock, local_date, local_minutes
from eldercare.errors import InvalidInput
from eldercare.registry.queries import get_caregiver, get_elder
from eldercare.rostering.explaining.answers import (
    Moved,
    Person,
    RosterRef,
    TermShare,
    Told,
    Words,
)
from eldercare.rostering.explaining.case import Case, open_case, ref, roster_of_visit, within
from eldercare.rostering.explaining.comparisons import ComparisonAnswer, compared
from eldercare.rostering.explaining.from_now import opened_from, touches_the_past
from eldercare.rostering.explaining.sentences import (
    NOT_FOUND,
    PROVED,
    fix_words,
    joined,
    people_words,
    sentence,
    share,
    shares_words,
    why_words,
)
from eldercare.rostering.explaining.words import WHY
from eldercare.rostering.reasons import reason_zh
from eldercare.rostering.tables import Placement, RosterVisit
from solver.explain import Explanation as Certificate
from solver.explain import Reason, explain
from solver.explaining.comparing import terms_between
from solver.explaining.fixes import Fix, smallest_fixes
from solver.explaining.infeasible import explain_beside
from solver.explaining.remedies import Kind
from solver.problem import Problem
from solver.replanning.disturbance import appointments
from solver.solution import Proof, Route, Solution
from solver.tasks import tabulate
from solver.verify import verify

MOST_FIXES = 5
SECONDS = 2.0
"""How long fixes are looked for where nobody says how long."""


class State(StrEnum):
    """What became of a visit."""

    PLANNED = "planned"
    UNSERVED = "unserved"
    LEFT_OUT = "left_out"
    SET_ASIDE = "set_aside"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class FixAnswer:
    """One change that lets the visit be served; `minutes`, `opens` and `closes` as its kind needs.

    `added_cost` is against the roster as it is, the price of leaving the visit out included.
    """

    kind: Kind
    minutes: int
    caregiver: Person | None
    shift_id: str
    skills: tuple[tuple[str, int], ...]
    opens_minutes: int
    closes_minutes: int
    then: Told
    added_cost: int
    moved: tuple[Moved, ...]
    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitExplanation:
    """Everything there is to say about one visit of a roster.

    `cost` is what the roster costs more with the visit than without it, everybody else's starts
    unchanged. `proof` is one of `solver.solution.Proof` for an unserved visit, else empty.
    """

    visit_id: str
    roster: RosterRef
    town_code: str
    elder: Person
    service_type_code: str
    service_name: str
    state: State
    window_start_minutes: int
    window_end_minutes: int
    minutes: int
    told: Told | None
    cost: tuple[TermShare, ...] = ()
    reason: str = ""
    proof: str = ""
    facts: dict[str, int | str] | None = None
    detail: str = ""
    fixes: tuple[FixAnswer, ...] = ()
    comparison: ComparisonAnswer | None = None
    sentences: tuple[Words, ...] = ()


def explain_visit(
    session: Session,
    visit_id: str,
    *,
    seconds: float = SECONDS,
    tries: int | None = None,
    caregiver_id: str | None = None,
    towns: Collection[str] | None = None,
    now: datetime | None = None,
    scenario: str = "",
) -> VisitExplanation:
    """Explain a visit of the roster of its date (the draft, else what holds), or of a scenario.

    Fixes are looked for within `seconds` (`tries` bounds them instead, so that they repeat);
    `caregiver_id` asks why she does not come. On the day of `now` no fix changes what is over.
    Raises NotFound, NotPermitted outside `towns`, and InvalidInput where she does come or nobody
    shall.
    """
    roster, row = roster_of_visit(session, visit_id, scenario)
    within(towns, row.town_code, f"visit {visit_id}")
    other = None if caregiver_id is None else get_caregiver(session, caregiver_id)
    is_today = now is not None and roster.on == local_date(now)
    minute = local_minutes(now) if now is not None and is_today else None
    case = open_case(session, roster, row.town_code, clock=minute)
    state = _state(row)
    begun = _begun(session, case, row, state)
    if state is State.PLANNED:
        begun = _where(case, begun)
    elif state is State.UNSERVED:
        begun = _why(case, row, begun, seconds, tries)
    else:
        begun = _left(row, begun)
    if other is None:
        return begun
    if visit_id not in case.day.problem.visit_by_id or state is State.LEFT_OUT:
        raise InvalidInput(
            f"visit {visit_id} is {state.value}: nobody comes, so there is nobody to compare with",
            code="nothing_to_compare",
        )
    comparison = compared(case, visit_id, other.id)
    return replace(begun, comparison=comparison, sentences=(*begun.sentences, comparison.words))


def _state(row: RosterVisit) -> State:
    if row.is_left_out:
        return State.LEFT_OUT
    return State(row.placement.value) if row.placement is not Placement.ON_SITE else State.SET_ASIDE


def _begun(session: Session, case: Case, row: RosterVisit, state: State) -> VisitExplanation:
    elder = get_elder(session, row.elder_id)
    told = appointments(case.day.problem, case.day.plan).get(row.visit_id)
    return VisitExplanation(
        visit_id=row.visit_id,
        roster=ref(case.roster),
        town_code=row.town_code,
        elder=Person(id=elder.id, name=elder.name),
        service_type_code=row.service_type_code,
        service_name=case.names.service(row.service_type_code),
        state=state,
        window_start_minutes=row.window_start_minutes,
        window_end_minutes=row.window_end_minutes,
        minutes=row.minutes,
        told=case.names.told(told) if told else None,
        reason=row.reason,
        proof=row.proof,
        detail=row.detail,
    )


def _left(row: RosterVisit, begun: VisitExplanation) -> VisitExplanation:
    """Cancelled, left out by hand or never in the plan: what the roster says, no search."""
    head = {
        State.CANCELLED: Words("这次服务当日已取消", "the visit has been called off"),
        State.LEFT_OUT: Words(
            "这次服务由人工决定不安排", "a coordinator decided not to plan the visit"
        ),
    }.get(
        begun.state,
        Words("资料不全，没有进入计算", "its rows are incomplete, so it could not enter the plan"),
    )
    why = Words(reason_zh(row.reason), row.detail or row.reason)
    parts = (head, why) if begun.state is State.SET_ASIDE and row.reason else (head,)
    if begun.state is State.LEFT_OUT and row.detail:
        parts = (head, Words(f"理由：{row.detail}", f"reason: {row.detail}"))
    return replace(begun, sentences=(sentence(joined(parts)),))


def _where(case: Case, begun: VisitExplanation) -> VisitExplanation:
    """A planned visit: who and when, and what it costs."""
    if begun.told is None:
        raise AssertionError(f"{begun.visit_id} is planned and in no route")
    who, at = people_words(begun.told.caregivers), begun.told.start_minutes
    window = f"{clock(begun.window_start_minutes)}–{clock(begun.window_end_minutes)}"
    comes = Words(
        f"{begun.elder.name}的{begun.service_name}由{who.zh}{clock(at)}上门，{begun.minutes}分钟"
        f"（可在{window}开始）",
        f"{who.en} comes to {begun.elder.name} for {begun.service_name} at {clock(at)},"
        f" {begun.minutes} minutes (it may begin {window})",
    )
    cost = own_cost(case.day.problem, case.day.plan, begun.visit_id)
    shares = shares_words(cost)
    price = Words(f"这次服务的成本（折合路程）：{shares.zh}", f"its cost as travel: {shares.en}")
    return replace(begun, cost=cost, sentences=(sentence(comes), sentence(price)))


def own_cost(day: Problem, plan: Solution, visit_id: str) -> tuple[TermShare, ...]:
    """What a plan costs above the same without one of its visits, all other starts unchanged."""
    rest = tuple(one for one in day.visits if one.id != visit_id)
    ties = tuple(one for one in day.dependencies if visit_id not in {one.before, one.after})
    routes = (_less(route, visit_id) for route in plan.routes)
    less = replace(plan, routes=tuple(route for route in routes if route.stops))
    before = verify(replace(day, visits=rest, dependencies=ties), less)
    return tuple(
        share(one.term, one.then - one.now, one.cost)
        for one in terms_between(before, verify(day, plan))
    )


def _less(route: Route, visit_id: str) -> Route:
    stops = tuple(stop for stop in route.stops if stop.visit_id != visit_id)
    if route.rest is None:
        return replace(route, stops=stops)
    earlier = route.stops[: route.rest.before]
    before = sum(stop.visit_id != visit_id for stop in earlier)
    return replace(route, stops=stops, rest=replace(route.rest, before=before))


def _why(
    case: Case, row: RosterVisit, begun: VisitExplanation, seconds: float, tries: int | None
) -> VisitExplanation:
    """An unserved visit: what is certain about it, and what would help."""
    day = case.day.problem
    if row.visit_id not in day.visit_by_id:
        text = Words(
            f"资料已变动，无法再计算：{reason_zh(row.reason)}",
            f"its rows have changed, so it cannot be judged any more: {row.reason}",
        )
        return replace(begun, proof=Proof.NOT_FOUND.value, sentences=(sentence(text),))
    fixes = fixes_for(case, row.visit_id, seconds=seconds, tries=tries)
    found = certificate(day, case.day.plan, row.visit_id)
    answers = tuple(_fix(case, one) for one in fixes)
    sure = found.proof is Proof.IMPOSSIBLE
    reason, why = _reason(found, row, case)
    head = PROVED if sure else NOT_FOUND
    text = Words(f"{head.zh}{why.zh}", f"{head.en}{why.en}")
    sentences = [Words(f"{text.zh}。", f"{text.en}."), *(one.words for one in answers)]
    if not answers:
        none = Words(
            "没有找到能让它排上的单项改动", "no single change was found that lets it be served"
        )
        sentences.append(sentence(none))
    return replace(
        begun,
        reason=reason,
        proof=found.proof.value,
        facts=dict(found.facts),
        fixes=answers,
        sentences=tuple(sentences),
    )


def certificate(day: Problem, plan: Solution, visit_id: str) -> Certificate:
    """Why an unserved visit is so: impossible by itself, beside others, or not found in time."""
    table = tabulate(day)
    number = next(n for n, one in enumerate(day.visits) if one.id == visit_id)
    found = explain(table, number)
    if found.proof is Proof.IMPOSSIBLE:
        return found
    return explain_beside(table, plan, number) or found


def fixes_for(
    case: Case, visit_id: str, *, seconds: float = SECONDS, tries: int | None = None
) -> tuple[Fix, ...]:
    """The smallest fixes for an unserved visit that ask nothing of a caregiver who is away.

    Nor do they change what is over by the case's clock.
    """
    day, plan = opened_from(case.day.problem, visit_id, case.clock), case.day.plan
    most = MOST_FIXES + len(case.day.gone) * len(Kind)
    found = smallest_fixes(day, plan, visit_id, most=most, seconds=seconds, tries=tries)
    return tuple(
        one
        for one in found
        if not _needs(one, case) and not touches_the_past(plan, one.plan, case.clock)
    )[:MOST_FIXES]


def _needs(fix: Fix, case: Case) -> bool:
    """Whether a fix asks something of a caregiver who is away."""
    who = appointments(fix.apply(case.day.problem), fix.plan)[fix.remedy.visit_id].caregivers
    return not case.day.gone.isdisjoint({*who, fix.remedy.caregiver})


def _reason(found: Certificate, row: RosterVisit, case: Case) -> tuple[str, Words]:
    """The certificate where there is one; else what the plan said, unless it claimed a proof."""
    stored = {one.value: one for one in Reason}.get(row.reason)
    claimed = row.proof == Proof.IMPOSSIBLE.value
    bare = {Reason.DEARER_THAN_DROPPING, Reason.WOULD_DISTURB_TOO_MANY}
    if found.proof is Proof.NOT_FOUND and not claimed and stored in bare and stored is not None:
        return row.reason, WHY[stored]
    told = {
        one: (case.names.elder(case.day.problem.visit_by_id[one].elder or one), at.start)
        for one, at in appointments(case.day.problem, case.day.plan).items()
    }
    return found.reason.value, why_words(found, case.names, told)


def _fix(case: Case, fix: Fix) -> FixAnswer:
    remedy, names = fix.remedy, case.names
    now = appointments(fix.apply(case.day.problem), fix.plan)[remedy.visit_id]
    moved = names.moved(fix.disturbed)
    return FixAnswer(
        kind=remedy.kind,
        minutes=remedy.minutes,
        caregiver=names.caregiver(remedy.caregiver) if remedy.caregiver else None,
        shift_id=remedy.shift,
        skills=tuple((need.skill, need.level) for need in remedy.skills),
        opens_minutes=remedy.opens,
        closes_minutes=remedy.closes,
        then=names.told(now),
        added_cost=fix.added_cost,
        moved=moved,
        words=fix_words(remedy, case.day.problem, now, moved, names),
    )
