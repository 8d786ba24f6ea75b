"""Why this caregiver and not that one: the rules that forbid it, or what it would cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from solver.errors import ProblemError
from solver.explain import Explanation, Reason, explain
from solver.explaining.serving import Found, exchanged, inserted, resting_less
from solver.explaining.standing import Standing, restricted, stand, visit_number
from solver.objective import Term
from solver.problem import Caregiver, Part, Problem, SkillHeld, Visit
from solver.replanning.disturbance import Disturbed, appointments, disturbed
from solver.solution import Proof, Solution, Stop
from solver.tasks import tabulate
from solver.verify import Report, Rule, verify
from solver.verify.day import Served
from solver.verify.people import check_skills, check_wishes

PLACES = 6
"""Places with the other caregiver that are priced to the end."""


@dataclass(frozen=True, slots=True)
class Forbidden:
    """A hard rule that keeps the caregiver from the part: its code, and a sentence.

    The code is one of `solver.verify.Rule` about people, or of `solver.explain.Reason` about time.
    """

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class TermDifference:
    """One cost term now and with the other caregiver; `cost` is the weighted difference."""

    term: Term
    now: int
    then: int
    cost: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """The answer: rules that forbid it, or the best plan found with the caregiver.

    Where `forbidden` is empty and `plan` is None, no place was found for the visit on her day
    beside her other visits: that is no proof. `terms` name every term that differs and add up to
    `difference`, which is the checker's cost of `plan` less that of the plan in force.
    """

    visit_id: str
    part: int
    caregiver: str
    forbidden: tuple[Forbidden, ...]
    terms: tuple[TermDifference, ...] = ()
    difference: int = 0
    disturbed: tuple[Disturbed, ...] = ()
    plan: Solution | None = None


def why_not(
    day: Problem, plan: Solution, visit_id: str, caregiver_id: str, part: int = 0
) -> Comparison:
    """Why a part of a visit is not given by a certain caregiver.

    Raises:
        ProblemError: the day does not have the visit, the part or the caregiver, or she gives it.
    """
    standing = stand(day, plan)
    number = visit_number(standing, visit_id)
    visit, caregiver = day.visits[number], day.caregiver_by_id.get(caregiver_id)
    if caregiver is None:
        raise ProblemError(f"caregiver {caregiver_id}: nobody of the day has this id")
    if not 0 <= part < len(visit.parts):
        raise ProblemError(f"visit {visit_id}: it has no part {part}")
    now = appointments(day, plan).get(visit_id)
    if now is not None and now.caregivers[part] == caregiver_id:
        raise ProblemError(f"visit {visit_id}: caregiver {caregiver_id} gives part {part} of it")
    forbidden = tuple(_forbidden(day, number, caregiver, part))
    if forbidden:
        return Comparison(visit_id, part, caregiver_id, forbidden)
    before = verify(day, plan)
    found = _best(standing, number, part, caregiver, before)
    if found is None:
        return Comparison(visit_id, part, caregiver_id, ())
    after = appointments(day, found.solution)
    others = {one: was for one, was in appointments(day, plan).items() if one != visit_id}
    return Comparison(
        visit_id,
        part,
        caregiver_id,
        (),
        terms_between(before, found.report),
        found.report.total - before.total,
        disturbed(day, others, after, standing.tolerance),
        found.solution,
    )


def terms_between(before: Report, after: Report) -> tuple[TermDifference, ...]:
    """Every term that differs between two reports."""
    return tuple(
        TermDifference(
            term,
            before.terms[term],
            after.terms[term],
            after.cost[term] - before.cost[term],
        )
        for term in Term
        if before.terms[term] != after.terms[term]
    )


def _best(
    standing: Standing, number: int, part: int, caregiver: Caregiver, before: Report
) -> Found | None:
    """The cheapest plan found: her partner kept if that goes, others moved only by need."""
    table = standing.table
    task = table.tasks_of_visit[number][part]
    index = table.problem.caregivers.index(caregiver)
    hers = restricted(standing, {task: table.vehicles_of_caregiver[index]})
    for one in (_with_partner(hers, number, part), hers):
        if one is None:
            continue
        for slack in (standing.tolerance, None):
            ways = inserted(one, number, before, slack=slack, most=PLACES)
            best = min(ways, key=_total, default=None)
            if best is not None:
                return best
    return min(_by_need(hers, number, before), key=_total, default=None)


def _total(found: Found) -> int:
    return found.report.total


def _with_partner(standing: Standing, number: int, part: int) -> Standing | None:
    """The same with the other part held by whoever gives it now; None where there is none."""
    tasks = standing.table.tasks_of_visit[number]
    if len(tasks) == 1:
        return None
    other = tasks[1 - part]
    owner = [vehicle for vehicle, tour in enumerate(standing.tours) if other in tour]
    return restricted(standing, {other: owner}) if owner else None


def _by_need(standing: Standing, number: int, before: Report) -> Iterator[Found]:
    yield from resting_less(standing, number, before)
    yield from exchanged(standing, number, before, lambda: False)


def _forbidden(day: Problem, number: int, caregiver: Caregiver, part: int) -> Iterator[Forbidden]:
    """All rules about people, and the first about time that forbids it whatever the people."""
    visit = day.visits[number]
    about_people = list(_about_people(day, visit, caregiver, part))
    yield from about_people
    welcome = _made_welcome(caregiver, visit.parts[part], visit)
    found = _alone(day, number, welcome, part)
    if found is None and not about_people:
        found = _alone(day, number, caregiver, part) or _in_pair(day, number, caregiver, part)
    if found is not None:
        yield Forbidden(found.reason.value, found.detail)


def _about_people(
    day: Problem, visit: Visit, caregiver: Caregiver, part: int
) -> Iterator[Forbidden]:
    opens = min(window.start for window in visit.windows)
    stop = Stop(visit.id, part, opens, opens, opens + visit.parts[part].duration)
    served = Served(visit, part, visit.parts[part], stop, caregiver)
    for one in (*check_skills(served), *check_wishes(served)):
        yield Forbidden(one.rule.value, f"{one.sentence}.")
    weights, wished = day.weights, visit.preferred_caregivers
    if weights.preference is None and wished and caregiver.id not in wished:
        text = f"visit {visit.id} may be given by preferred caregivers only."
        yield Forbidden(Rule.FORBIDDEN_COST.value, text)
    known = visit.familiarity
    if weights.continuity is None and known and known.get(caregiver.id, 0) < 100:
        text = f"visit {visit.id} may be given by wholly familiar caregivers only."
        yield Forbidden(Rule.FORBIDDEN_COST.value, text)


def _made_welcome(caregiver: Caregiver, part: Part, visit: Visit) -> Caregiver:
    """The caregiver with everything that the part asks of a person."""
    more = tuple(SkillHeld(need.skill, need.level) for need in part.skills)
    tags = caregiver.tags | visit.required_tags
    return replace(caregiver, skills=(*caregiver.skills, *more), tags=tags)


def _alone(day: Problem, number: int, caregiver: Caregiver, part: int) -> Explanation | None:
    """Why she cannot give the part by itself on an empty day; None where that is not proved."""
    visit = day.visits[number]
    single = replace(
        visit,
        parts=(visit.parts[part],),
        sync=None,
        only_caregivers=frozenset({caregiver.id}),
        refused_caregivers=frozenset(),
        preferred_caregivers=frozenset(),
        familiarity={},
        locked_caregivers=None,
        locked_start=visit.locked_start if part == 0 else None,
        preferred_start=visit.preferred_start if part == 0 else None,
    )
    return _proof(_with(day, single, caregiver))


def _in_pair(day: Problem, number: int, caregiver: Caregiver, part: int) -> Explanation | None:
    """Why nobody can come with her; None where somebody may, or nobody needs to."""
    visit = day.visits[number]
    if len(visit.parts) == 1 or visit.locked_caregivers is not None:
        return None
    for other in day.caregivers:
        if other.id == caregiver.id:
            continue
        two = (caregiver.id, other.id) if part == 0 else (other.id, caregiver.id)
        pair = replace(visit, locked_caregivers=two)
        if _proof(_with(day, pair, caregiver)) is None:
            return None
    text = f"Nobody can give the other part in step with caregiver {caregiver.id}."
    return Explanation(visit.id, Reason.PAIR_NEEDS_TWO, Proof.IMPOSSIBLE, text)


def _with(day: Problem, visit: Visit, caregiver: Caregiver) -> Problem:
    """The day with the visit and the caregiver so changed; only what stands in its house beside."""
    near = tuple(
        one
        for one in day.visits
        if one.id != visit.id and visit.building and one.building == visit.building
    )
    people = tuple(caregiver if one.id == caregiver.id else one for one in day.caregivers)
    return replace(day, visits=(visit, *near), caregivers=people, dependencies=())


def _proof(day: Problem) -> Explanation | None:
    """Why the first visit of the day is impossible; None where it is not."""
    found = explain(tabulate(day), 0)
    return found if found.proof is Proof.IMPOSSIBLE else None
