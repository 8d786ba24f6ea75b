"""What stays true for every plan."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from solver.objective import Term
from solver.solution import Rest, Route, Solution, Stop, Unserved
from solver.verify import verify
from tests.solver.generate import generate

seeds = st.integers(0, 10_000)


@given(seeds, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_of_routes_and_lists_does_not_matter(seed: int, rng: object) -> None:
    problem, plan = generate(seed)
    other = Solution(plan.routes[::-1], plan.unserved[::-1])
    turned = replace(problem, visits=problem.visits[::-1], caregivers=problem.caregivers[::-1])
    first, second = verify(problem, plan), verify(turned, other)
    assert first.terms == second.terms
    assert first.feasible
    assert second.feasible


@given(seeds, st.integers(1, 500))
@settings(max_examples=40, deadline=None)
def test_a_day_that_begins_later_costs_the_same(seed: int, delay: int) -> None:
    problem, plan = generate(seed)

    def shift(value: int | None) -> int | None:
        return None if value is None else value + delay

    visits = tuple(
        replace(
            one,
            windows=tuple(
                replace(w, start=w.start + delay, end=w.end + delay) for w in one.windows
            ),
            preferred_start=shift(one.preferred_start),
            locked_start=shift(one.locked_start),
        )
        for one in problem.visits
    )
    people = tuple(
        replace(
            one,
            skills=tuple(replace(s, valid_until=shift(s.valid_until)) for s in one.skills),
            shifts=tuple(
                replace(
                    s,
                    start=s.start + delay,
                    end=s.end + delay,
                    rest=s.rest
                    and replace(
                        s.rest,
                        earliest=s.rest.earliest + delay,
                        latest_end=s.rest.latest_end + delay,
                    ),
                )
                for s in one.shifts
            ),
        )
        for one in problem.caregivers
    )
    routes = tuple(_later(route, delay) for route in plan.routes)
    moved = verify(replace(problem, visits=visits, caregivers=people), replace(plan, routes=routes))
    assert moved.violations == ()
    assert moved.terms == verify(problem, plan).terms


def _later(route: Route, delay: int) -> Route:
    rest = route.rest
    return replace(
        route,
        departure=route.departure + delay,
        return_at=route.return_at + delay,
        rest=rest and replace(rest, start=rest.start + delay, end=rest.end + delay),
        stops=tuple(
            replace(one, arrival=one.arrival + delay, start=one.start + delay, end=one.end + delay)
            for one in route.stops
        ),
    )


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_terms_are_whole_and_the_total_is_their_weighted_sum(seed: int) -> None:
    problem, plan = generate(seed)
    report = verify(problem, plan)
    assert set(report.terms) == set(report.cost) == set(Term)
    assert all(type(value) is int and value >= 0 for value in report.terms.values())
    weighted = sum((problem.weights.of(term) or 0) * report.terms[term] for term in Term)
    assert report.total == weighted == sum(report.cost.values())


@given(seeds)
@settings(max_examples=40, deadline=None)
def test_dropping_a_route_uncovers_its_visits(seed: int) -> None:
    problem, plan = generate(seed)
    shorter = replace(plan, routes=plan.routes[1:])
    named = {stop.visit_id for stop in plan.routes[0].stops}
    uncovered = {
        one.item.removeprefix("visit ")
        for one in verify(problem, shorter).violations
        if one.rule == "not_covered"
    }
    assert named == uncovered


texts = st.sampled_from(["V0", "V1", "U0", "C0-0", "C1-0", "nobody", ""])
numbers = st.integers(-50, 2000)
stops = st.builds(Stop, texts, st.integers(-1, 2), numbers, numbers, numbers)
rests = st.none() | st.builds(Rest, st.integers(-1, 4), numbers, numbers)
routes = st.builds(Route, texts, numbers, st.lists(stops, max_size=4).map(tuple), numbers, rests)
unserved = st.builds(Unserved, texts, st.just("x"), st.just("not_found_in_the_time_given"))


@given(st.lists(routes, max_size=4).map(tuple), st.lists(unserved, max_size=3).map(tuple))
@settings(max_examples=200, deadline=None)
def test_any_nonsense_is_reported_and_never_raised(
    given_routes: tuple[Route, ...], given_unserved: tuple[Unserved, ...]
) -> None:
    problem, _ = generate(1)
    report = verify(problem, Solution(given_routes, given_unserved))
    assert not report.feasible  # fourteen visits cannot all be in sixteen random stops
    assert report.violations
