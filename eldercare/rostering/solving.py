"""Solve one town's day: build both problems, run the engine, verify, and read the answer as rows.

A module-level function of plain values, so that any executor can run it in another process.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from itertools import pairwise

from eldercare.rostering.decisions import decided
from eldercare.rostering.meal_builder import BuiltMeals, build_meal_problem
from eldercare.rostering.planned import PLANNED, Fate, PlannedRoute, PlannedStop, PlannedTown
from eldercare.rostering.problem_builder import BuiltVisits, build_visit_problem
from eldercare.rostering.rest_of_day import RestOfDay, rest_of_day, whole_day
from eldercare.rostering.rows import SetAside, TownRows
from eldercare.rostering.slack import slack_of
from eldercare.rostering.tables import Placement
from eldercare.rostering.under_way import UnderWay
from eldercare.rostering.unplanned import engine_failed
from solver.decompose import solve_district
from solver.engine import Engine as EngineName
from solver.engine import solve
from solver.meal_problem import MealProblem
from solver.meal_solution import MealSolution, Trip
from solver.meals import solve_meals
from solver.problem import Problem
from solver.robustness import Slack, solve_with_slack
from solver.solution import Route, Solution
from solver.travel.crowfly import CrowFly
from solver.verify import verify
from solver.verify_meals import verify_meals

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How hard to try: seconds for visits and for meals of the town, seed, engine name.

    A town has one core: others are solved beside it. `slack_percent`: by how much travel and
    services are planned longer than they are.
    """

    visit_seconds: float
    meal_seconds: float
    seed: int
    engine: EngineName = "hybrid"
    slack_percent: int = 0

    @property
    def slack(self) -> Slack | None:
        """The room that is bought, if any."""
        return slack_of(self.slack_percent)


@dataclass(frozen=True, slots=True)
class _Half:
    """The visits or the meal round of a town, solved and verified."""

    fates: dict[str, Fate]
    routes: list[PlannedRoute]
    cost: dict[str, int]
    violations: int
    overridden: int = 0
    rest: RestOfDay | None = None
    """What was left of a day under way."""


@dataclass(frozen=True, slots=True)
class Solved:
    """Visits solved beforehand, and the seconds that took."""

    solution: Solution
    seconds: float


def ready() -> None:
    """Nothing; a worker that has done it has loaded the solver."""


def solve_town(rows: TownRows, effort: Effort, solved: Solved | None = None) -> PlannedTown:
    """Plan a town's visits and meal round; the result is verified, violations are counted.

    Of a day under way only what is left is planned.

    A fault in one of the two is logged and loses only that one: its needs are named as unserved.
    Visits that are `solved` already are taken as they are.
    """
    begun = time.perf_counter() - (solved.seconds if solved else 0.0)
    solution = solved.solution if solved else None
    visits = _attempt(
        lambda: _solve_visits(rows, effort, solution), rows, [visit.id for visit in rows.visits]
    )
    meals = _attempt(
        lambda: _solve_meals(rows, effort), rows, [order.id for order in rows.meal_orders]
    )
    return PlannedTown(
        rows=rows,
        engine=effort.engine,
        seed=effort.seed,
        seconds=time.perf_counter() - begun,
        violations=visits.violations + meals.violations,
        visit_fates=visits.fates,
        meal_fates=meals.fates,
        routes=(*visits.routes, *meals.routes),
        visit_cost=visits.cost,
        meal_cost=meals.cost,
        overridden=visits.overridden,
        begun=visits.rest.begun if visits.rest else frozenset(),
        gone=visits.rest.gone if visits.rest else frozenset(),
        knows_events=visits.rest is not None,
    )


def solve_large_town(
    rows: TownRows, effort: Effort, *, executor: Executor, workers: int, shard_visits: int
) -> Solved:
    """A town's visits, solved in shards on all workers; asked from the process that plans."""
    begun = time.perf_counter()
    problem = _built(rows).problem
    if rows.under_way is not None:
        problem = rest_of_day(problem, rows.under_way).left.problem

    def search(day: Problem, seconds: float) -> Solution:
        return solve_district(
            day,
            time_limit=seconds,
            seed=effort.seed,
            engine=effort.engine,
            executor=executor,
            workers=workers,
            shard_visits=shard_visits,
        )

    limit = effort.visit_seconds
    if effort.slack is None:
        solution = search(problem, limit)
    else:
        solution = solve_with_slack(
            problem, effort.slack, time_limit=limit, seed=effort.seed, search=search
        )
    return Solved(solution, time.perf_counter() - begun)


def _attempt(work: Callable[[], _Half], rows: TownRows, ids: list[str]) -> _Half:
    try:
        return work()
    except Exception as fault:
        log.exception("town %s: a half of its plan failed", rows.town_code)
        return _Half(dict.fromkeys(ids, engine_failed(fault)), [], {}, 0)


def _solve_visits(rows: TownRows, effort: Effort, solution: Solution | None) -> _Half:
    built = _built(rows)
    if rows.under_way is not None:
        return _solve_rest(rows, built, rows.under_way, effort, solution)
    if solution is None:
        solution = _solved(built.problem, effort)
    report = verify(built.problem, solution)
    for violation in report.violations:
        log.error("town %s: %s", rows.town_code, violation.sentence)
    return _Half(
        fates=_visit_fates(built, solution),
        routes=visit_routes(built.problem, solution),
        cost={term.value: cost for term, cost in report.cost.items() if cost},
        violations=len(report.violations),
    )


def _solve_rest(
    rows: TownRows,
    built: BuiltVisits,
    under_way: UnderWay,
    effort: Effort,
    solution: Solution | None,
) -> _Half:
    """What is left of a day under way; what had begun may break rules, and counts none."""
    rest = rest_of_day(built.problem, under_way)
    if solution is None:
        solution = _solved(rest.left.problem, effort)
    whole = whole_day(rest, under_way, solution)
    if whole.violations > whole.overridden:
        log.error("town %s: the rest of its day breaks rules", rows.town_code)
    cancelled = {one: _called_off(one, under_way) for one in under_way.cancelled}
    return _Half(
        fates=visit_fates(rest.day, whole.solution) | _set_aside(built.set_aside) | cancelled,
        routes=visit_routes(rest.day, whole.solution),
        cost={t.value: cost for t, cost in verify(rest.day, whole.solution).cost.items() if cost},
        violations=whole.violations,
        overridden=whole.overridden,
        rest=rest,
    )


def _called_off(visit_id: str, under_way: UnderWay) -> Fate:
    told = (one.text for one in under_way.reported if one.subject == visit_id)
    return Fate(Placement.CANCELLED, "cancelled", "", next(told, ""))


def _built(rows: TownRows) -> BuiltVisits:
    """The day's problem with what was decided by hand."""
    built = build_visit_problem(rows, CrowFly())
    if not rows.decisions:
        return built
    return replace(built, problem=decided(built.problem, rows.decisions))


def _solved(problem: Problem, effort: Effort) -> Solution:
    limit, seed = effort.visit_seconds, effort.seed
    if effort.slack is not None:
        return solve_with_slack(problem, effort.slack, time_limit=limit, seed=seed, threads=1)
    return solve(problem, time_limit=limit, seed=seed, engine=effort.engine, threads=1)


def _solve_meals(rows: TownRows, effort: Effort) -> _Half:
    if rows.under_way is not None and rows.under_way.keeps_meals:
        return _Half({}, [], {}, 0)
    built = build_meal_problem(rows, CrowFly())
    solution = solve_meals(
        built.problem, time_limit=effort.meal_seconds, seed=effort.seed, workers=1
    )
    report = verify_meals(built.problem, solution)
    for violation in report.violations:
        log.error("town %s: %s", rows.town_code, violation.sentence)
    return _Half(
        fates=_meal_fates(built, solution),
        routes=_meal_routes(rows, built.problem, solution),
        cost={term.value: cost for term, cost in report.cost.items() if cost},
        violations=len(report.violations),
    )


def _visit_fates(built: BuiltVisits, solution: Solution) -> dict[str, Fate]:
    return visit_fates(built.problem, solution) | _set_aside(built.set_aside)


def visit_fates(problem: Problem, solution: Solution) -> dict[str, Fate]:
    """What a plan does with each visit of its problem."""
    fates = {visit.id: PLANNED for visit in problem.visits}
    for one in solution.unserved:
        fates[one.visit_id] = Fate(Placement.UNSERVED, one.reason, one.proof.value, one.detail)
    return fates


def _meal_fates(built: BuiltMeals, solution: MealSolution) -> dict[str, Fate]:
    fates = {delivery.id: PLANNED for delivery in built.problem.deliveries}
    fates |= {order_id: Fate(Placement.ON_SITE) for order_id in built.on_site}
    for one in solution.undelivered:
        fates[one.delivery_id] = Fate(
            Placement.UNSERVED, one.reason.value, one.proof.value, one.detail
        )
    return fates | _set_aside(built.set_aside)


def _set_aside(aside: tuple[SetAside, ...]) -> dict[str, Fate]:
    return {one.id: Fate(Placement.SET_ASIDE, one.reason, "", one.detail) for one in aside}


def visit_routes(problem: Problem, solution: Solution) -> list[PlannedRoute]:
    """Routes with a stop, as the roster keeps them."""
    place_of = {visit.id: visit.place for visit in problem.visits}
    elder_of = {visit.id: visit.elder for visit in problem.visits}
    shifts = {
        shift.id: (caregiver, shift)
        for caregiver in problem.caregivers
        for shift in caregiver.shifts
    }
    routes = []
    for route in solution.routes:
        if not route.stops:
            continue
        caregiver, shift = shifts[route.shift_id]
        matrix = problem.travel[caregiver.mode]
        places = [shift.start_place, *(place_of[stop.visit_id] for stop in route.stops)]
        legs = [int(matrix[a, b]) for a, b in pairwise(places)]
        routes.append(
            PlannedRoute(
                shift_id=shift.id,
                caregiver_id=caregiver.id,
                departure_minutes=route.departure,
                return_minutes=route.return_at,
                travel_minutes=sum(legs) + int(matrix[places[-1], shift.end_place]),
                rest_start_minutes=route.rest.start if route.rest else None,
                rest_end_minutes=route.rest.end if route.rest else None,
                stops=tuple(_visit_stops(route, legs, elder_of)),
            )
        )
    return routes


def _visit_stops(route: Route, legs: list[int], elder_of: Mapping[str, str]) -> list[PlannedStop]:
    return [
        PlannedStop(
            elder_id=elder_of[stop.visit_id],
            visit_id=stop.visit_id,
            part=stop.part,
            travel_minutes=leg,
            arrival_minutes=stop.arrival,
            start_minutes=stop.start,
            end_minutes=stop.end,
        )
        for stop, leg in zip(route.stops, legs, strict=True)
    ]


def _meal_routes(
    rows: TownRows, problem: MealProblem, solution: MealSolution
) -> list[PlannedRoute]:
    riders = {rider.id: rider for rider in problem.riders}
    kitchens = {kitchen.id: kitchen.place for kitchen in problem.kitchens}
    places = {delivery.id: delivery.place for delivery in problem.deliveries}
    elder_of = {order.id: order.elder_id for order in rows.meal_orders}
    rider_of = {shift.id: shift.rider_id for shift in rows.shifts}
    count: dict[str, int] = {}
    routes = []
    for trip in solution.trips:
        if not trip.stops:
            continue
        count[trip.rider_id] = count.get(trip.rider_id, 0) + 1
        rider = riders[trip.rider_id]
        way = [kitchens[trip.kitchen_id], *(places[stop.delivery_id] for stop in trip.stops)]
        matrix = problem.travel[rider.mode]
        legs = [int(matrix[a, b]) for a, b in pairwise(way)]
        routes.append(
            PlannedRoute(
                shift_id=trip.rider_id,
                rider_id=rider_of[trip.rider_id],
                trip=count[trip.rider_id],
                departure_minutes=trip.departure,
                return_minutes=trip.return_at,
                travel_minutes=sum(legs) + trip.return_at - trip.stops[-1].end,
                stops=tuple(_meal_stops(trip, legs, elder_of)),
            )
        )
    return routes


def _meal_stops(trip: Trip, legs: list[int], elder_of: Mapping[str, str]) -> list[PlannedStop]:
    return [
        PlannedStop(
            elder_id=elder_of[stop.delivery_id],
            order_id=stop.delivery_id,
            travel_minutes=leg,
            arrival_minutes=stop.arrival,
            start_minutes=stop.handover_start,
            end_minutes=stop.end,
        )
        for stop, leg in zip(trip.stops, legs, strict=True)
    ]
