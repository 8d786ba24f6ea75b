"""Who could come when: places for one more visit in a plan in force, ranked, priced and checked.

No other elder gets another caregiver, and nobody is left out. Places at which nobody's time moves
by more than 30 minutes come first; others are looked for only where those are fewer than half of
what is asked for, and then those that move the fewest come first. Among equals the cheapest leads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from solver.errors import ProblemError
from solver.explaining.serving import Found, inserted
from solver.explaining.standing import Standing, finished, opened, stand
from solver.objective import Term
from solver.problem import Problem, Visit
from solver.replanning.disturbance import Appointment, Disturbed, appointments, disturbed
from solver.robustness.keeping import Tight, kept_slack, stretched, tight_in
from solver.robustness.slack import Slack, on_true_day
from solver.solution import Proof, Solution, Unserved
from solver.verify import Report, verify

SOFT = (
    Term.LATENESS,
    Term.HIGHEST_LATENESS,
    Term.OVERTIME,
    Term.MISSED_BREAK,
    Term.PREFERENCE,
    Term.START_DEVIATION,
)
"""Terms that stand for a rule which may be broken at a price."""

LOOKED_AT = 2
"""Places tried for each that is asked for: several may come to the same caregiver and time."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One way to serve the visit: caregivers by part, the start of part 0, and what comes of it.

    `terms` and `cost` are the added value of every term that changes, unweighted and weighted, and
    `added_cost` the sum of the latter: exactly what the checker's cost of `plan` on the day with
    the visit is above that of the plan before on the day without it. `added_travel` is in ticks,
    `familiarity` the least of the caregivers' (None where the visit knows nobody), `soft` the terms
    of `SOFT` that grow, `moved` who comes at another time (ticks; by more than 30 minutes).
    `keeps_slack`: whether every route still has the slack that was bought (None: none was).
    """

    visit_id: str
    caregivers: tuple[str, ...]
    start: int
    added_travel: int
    terms: Mapping[Term, int]
    cost: Mapping[Term, int]
    added_cost: int
    familiarity: int | None
    soft: tuple[Term, ...]
    moved: tuple[Disturbed, ...]
    plan: Solution
    keeps_slack: bool | None = None


def day_with(day: Problem, visit: Visit) -> Problem:
    """The day with the visit added, or in the place of the one of its id."""
    if visit.id not in day.visit_by_id:
        return replace(day, visits=(*day.visits, visit))
    visits = tuple(visit if one.id == visit.id else one for one in day.visits)
    return replace(day, visits=visits)


def offers(
    day: Problem, plan: Solution, visit: Visit, *, most: int = 10, slack: Slack | None = None
) -> tuple[Offer, ...]:
    """At most `most` places for a visit, new to the day or of it, the best first.

    A visit of the plan is taken out first: the offers say where else it could be, its present
    place among them. Where the plan breaks rules already, an offer breaks no others.

    Among places that disturb as many, those come first that leave the `slack` of the plan.

    Raises:
        ProblemError: the visit does not fit the day's places or caregivers, or the plan not the
            day; or `most` is below 1.
    """
    if most < 1:
        raise ProblemError(f"offers: at least 1 must be asked for, not {most}")
    whole = day_with(day, visit)
    standing = _without(stand(whole, _listed(whole, plan)), visit.id)
    before = verify(*_day_before(whole, standing.solution, visit.id))
    begun = verify(whole, standing.solution)
    number = standing.number[visit.id]
    told = {one: was for one, was in appointments(whole, plan).items() if one != visit.id}
    tight = None if slack is None else tight_in(whole, standing.solution, slack)
    best: dict[tuple[tuple[str, ...], int], Offer] = {}
    for ways in _ways(standing, number, begun, slack, tight, LOOKED_AT * most):
        for found in ways:
            one = _offer(standing, visit, before, told, found)
            if slack is not None and tight is not None:
                left = tight_in(whole, one.plan, slack).shifts <= tight.shifts
                one = replace(one, keeps_slack=left)
            key = (tuple(sorted(one.caregivers)), one.start)
            if key not in best or _rank(one) < _rank(best[key]):
                best[key] = one
        if 2 * len(best) >= most:  # enough that disturb nobody
            break
    return tuple(sorted(best.values(), key=_rank)[:most])


def _ways(
    standing: Standing,
    visit: int,
    begun: Report,
    slack: Slack | None,
    tight: Tight | None,
    most: int,
) -> Iterator[Iterator[Found]]:
    """Kinds of places: with the slack that was bought, moving nobody far, moving others."""
    if slack is not None and tight is not None:
        yield _roomy(standing, visit, begun, kept_slack(standing.table.problem, slack, tight), most)
    for tolerance in (standing.tolerance, None):
        yield inserted(standing, visit, begun, slack=tolerance, most=most)


def _roomy(
    standing: Standing, visit: int, begun: Report, longer: Problem, most: int
) -> Iterator[Found]:
    """Places on a day with longer times, as they are on the true day."""
    day = standing.table.problem
    roomy = stand(longer, stretched(longer, standing.solution))
    broken = verify(longer, roomy.solution)
    for found in inserted(roomy, visit, broken, slack=roomy.tolerance, most=most):
        plan = on_true_day(day, found.solution)
        report = verify(day, plan)
        if len(report.violations) <= len(begun.violations):
            yield Found(plan, report)


def _rank(one: Offer) -> tuple[int, bool, int, int, tuple[str, ...]]:
    elders = len({each.elder for each in one.moved})
    return elders, one.keeps_slack is False, one.added_cost, one.start, one.caregivers


def _listed(day: Problem, plan: Solution) -> Solution:
    """The plan with every visit of the day that it does not know listed as unserved."""
    known = {stop.visit_id for route in plan.routes for stop in route.stops}
    known |= {one.visit_id for one in plan.unserved}
    new = (one.id for one in day.visits if one.id not in known)
    left = tuple(Unserved(one, "not_planned_yet", Proof.NOT_FOUND) for one in new)
    return replace(plan, unserved=(*plan.unserved, *left))


def _without(standing: Standing, visit_id: str) -> Standing:
    """The plan with the visit taken out, if it is in; the others stay when they come."""
    day = standing.table.problem
    if visit_id not in standing.served:
        claims = tuple(
            replace(one, proof=Proof.NOT_FOUND) if one.visit_id == visit_id else one
            for one in standing.solution.unserved
        )
        return replace(standing, solution=replace(standing.solution, unserved=claims))
    plan = opened(standing, standing.tolerance)
    plan.remove_visit(standing.number[visit_id])
    found = next(finished(standing, plan, standing.tolerance), None)
    if found is None:
        raise ProblemError(f"visit {visit_id}: without it the plan cannot be driven as it stands")
    return stand(day, found)


def _day_before(day: Problem, plan: Solution, visit_id: str) -> tuple[Problem, Solution]:
    """The day and the plan as if there were no such visit."""
    visits = tuple(one for one in day.visits if one.id != visit_id)
    ties = tuple(one for one in day.dependencies if visit_id not in {one.before, one.after})
    others = tuple(one for one in plan.unserved if one.visit_id != visit_id)
    less = replace(day, visits=visits, dependencies=ties)
    return less, replace(plan, unserved=others)


def _offer(
    standing: Standing,
    visit: Visit,
    before: Report,
    told: Mapping[str, Appointment],
    found: Found,
) -> Offer:
    day = standing.table.problem
    now = appointments(day, found.solution)
    mine = now[visit.id]
    terms = {
        term: change for term in Term if (change := found.report.terms[term] - before.terms[term])
    }
    cost = {term: change * (day.weights.of(term) or 0) for term, change in terms.items()}
    known = visit.familiarity
    return Offer(
        visit_id=visit.id,
        caregivers=mine.caregivers,
        start=mine.start,
        added_travel=terms.get(Term.TRAVEL, 0),
        terms=terms,
        cost=cost,
        added_cost=sum(cost.values()),
        familiarity=min(known.get(one, 0) for one in mine.caregivers) if known else None,
        soft=tuple(term for term in SOFT if terms.get(term, 0) > 0),
        moved=disturbed(day, told, now, standing.tolerance),
        plan=found.solution,
    )
