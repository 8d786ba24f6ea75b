"""Times of a plan: departures just in time, links free again, waiting moved, wishes met."""

from __future__ import annotations

import pytest

from solver.construct import insert_all
from solver.objective import Term
from solver.plan import Plan
from solver.problem import Break, Dependency, Gap, Problem, TimeWindow
from solver.retime import timed_routes
from solver.solution import Rest, Route
from solver.tasks import tabulate
from tests.solver.small import caregiver, day, visit
from tests.solver.tiny import checked, tiny


def loaded(problem: Problem, *tours: list[int]) -> Plan:
    """A plan of these task sequences, its linked tasks frozen nowhere."""
    plan = Plan(tabulate(problem))
    plan.load(tours)
    return plan


def routes(problem: Problem, *tours: list[int]) -> tuple[Route, ...]:
    plan = loaded(problem, *tours)
    assert checked(problem, plan).feasible
    return timed_routes(plan)


def test_the_caregiver_leaves_just_in_time() -> None:
    (route,) = routes(day([visit("V", 2, windows=(TimeWindow(600, 700),))], [caregiver("C")]), [0])
    assert (route.departure, route.stops[0].arrival, route.stops[0].start) == (580, 600, 600)
    assert route.return_at == 650


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        (Break(earliest=480, latest_end=540, duration=30), Rest(0, 480, 510)),
        (Break(earliest=600, latest_end=700, duration=30), Rest(1, 650, 680)),
        (Break(earliest=600, latest_end=670, duration=30), Rest(1, 630, 660)),
        (Break(earliest=900, latest_end=960, duration=30), Rest(2, 900, 930)),
    ],
)
def test_the_rest_is_taken_where_it_fits(rest: Break, expected: Rest) -> None:
    at = [(TimeWindow(600, 600),), (TimeWindow(680, 700),)]
    visits = [visit("A", 1, windows=at[0]), visit("B", 3, windows=at[1])]
    problem = day(visits, [caregiver("C", shift={"rest": rest})])
    plan = loaded(problem, [0, 1])
    report = checked(problem, plan)
    assert report.violations == ()
    (route,) = timed_routes(plan)
    # Before the first stop the rest may lie anywhere, just in time for leaving.
    if expected.before == 0:
        assert route.rest is not None
        assert route.rest.before == 0
        assert route.rest.end - route.rest.start == 30
    else:
        assert route.rest == expected


def test_two_parts_start_together_as_soon_as_both_can() -> None:
    pair = visit("P", 3, parts=2)
    before = visit("B", 1, windows=(TimeWindow(600, 700),))
    problem = day([pair, before], [caregiver("A"), caregiver("B")])
    one, two = routes(problem, [2, 0], [1])
    assert one.stops[1].start == two.stops[0].start == 650
    assert two.departure == 620


def test_crossed_pairs_that_wait_for_each_other_find_their_times() -> None:
    first, second = visit("P", 1, parts=2), visit("Q", 2, parts=2, sync=Gap(60, 90))
    problem = day([first, second], [caregiver("A"), caregiver("B")])
    one, two = routes(problem, [0, 2], [1, 3])
    starts = {(s.visit_id, s.part): s.start for route in (one, two) for s in route.stops}
    assert starts["P", 0] == starts["P", 1] == 490
    assert starts["Q", 1] - starts["Q", 0] == 60


def test_a_dependency_keeps_its_gap_in_both_directions() -> None:
    visits = [visit("first", 1), visit("then", 2)]
    apart = Dependency("first", "then", Gap(100, 120))
    (route,) = routes(day(visits, [caregiver("C")], apart), [0, 1])
    assert route.stops[1].start - route.stops[0].start == 100
    late = [visits[0], visit("then", 2, windows=(TimeWindow(800, 900),))]
    (route,) = routes(day(late, [caregiver("C")], apart), [0, 1])
    assert [one.start for one in route.stops] == [680, 800]


def test_waiting_becomes_a_later_departure_where_it_costs() -> None:
    visits = [visit("A", 1), visit("B", 1, windows=(TimeWindow(700, 800),))]
    free = checked(p := day(visits, [caregiver("C")]), loaded(p, [0, 1]))
    dear = checked(p := day(visits, [caregiver("C")], waiting=1), loaded(p, [0, 1]))
    assert free.terms[Term.WAITING] == 180
    assert dear.terms[Term.WAITING] == 0
    assert dear.feasible


def test_a_wish_is_met_where_the_next_stop_allows() -> None:
    visits = [
        visit("A", 1, preferred_start=600),
        visit("B", 1, windows=(TimeWindow(620, 800),), preferred_start=690),
    ]
    problem = day(visits, [caregiver("C")], start_deviation=1)
    plan = loaded(problem, [0, 1])
    assert checked(problem, plan).terms[Term.START_DEVIATION] == 0
    assert [one.start for one in timed_routes(plan)[0].stops] == [600, 690]


@pytest.mark.parametrize("seed", range(60))
def test_settling_never_costs_feasibility_nor_return(seed: int) -> None:
    problem = tiny(seed, visits=7, caregivers=3)
    plan = Plan(tabulate(problem))
    insert_all(plan, range(7))
    assert checked(problem, plan).violations == ()
