"""Match people to places of limited capacity: exactly, by flows of least cost.

People are rows, places are columns, and an *arc* says that a person may go to a place and what that
costs (metres, say). Places draw on *pools* of limited capacity: each on its own, or several on a
common one, as points that hand out what one kitchen cooks. A plan is what `match` returns: at most
one place for each person, on no pool more people than its capacity.

Higher levels choose first: what a level gets is best without regard to the levels below it. Within
a level the best plan is, in this order,

1. the one that gives most people a place;
2. of these, most of the people who have a place now;
3. of these, the cheapest, where leaving one's place costs `keep_unless_better_by` more;
4. of these, most people where they are now.

So asking again with the same numbers changes nothing, and a place is changed only where the people
concerned gain, together, more than the stated amount for each of them that moves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow

from solver.checks import LARGEST_COST
from solver.errors import EngineError, ProblemError

IntArray = NDArray[np.int64]

NOWHERE = -1
"""The place of a person who has none."""


@dataclass(frozen=True, kw_only=True, eq=False)
class MatchingProblem:
    """Who may go where, and what it costs.

    `levels` (n) and `current` (n, a place or NOWHERE) are by person; `pool_of_place` (m) is by
    place, `capacities` by pool (None: unlimited). The arcs are `arc_person`, `arc_place` and
    `arc_cost`, all of one length. Raises ProblemError where these do not fit together.
    """

    levels: IntArray
    pool_of_place: IntArray
    capacities: tuple[int | None, ...]
    arc_person: IntArray
    arc_place: IntArray
    arc_cost: IntArray
    current: IntArray
    keep_unless_better_by: int = 0

    def __post_init__(self) -> None:
        """Take every array as whole numbers and refuse what does not fit together."""
        for name in ("levels", "pool_of_place", "arc_person", "arc_place", "arc_cost", "current"):
            object.__setattr__(self, name, _whole_numbers(name, getattr(self, name)))
        people, places, arcs = len(self.levels), len(self.pool_of_place), len(self.arc_cost)
        if len(self.current) != people:
            raise ProblemError(f"matching: {len(self.current)} current places of {people} people")
        if {len(self.arc_person), len(self.arc_place)} - {arcs}:
            raise ProblemError("matching: the three arrays of arcs differ in length")
        _within("pool_of_place", self.pool_of_place, 0, len(self.capacities))
        _within("arc_person", self.arc_person, 0, people)
        _within("arc_place", self.arc_place, 0, places)
        _within("current", self.current, NOWHERE, places)
        if arcs and self.arc_cost.min() < 0:
            raise ProblemError(f"matching: a cost is {self.arc_cost.min()}, below 0")
        if len(np.unique(self.arc_person * max(places, 1) + self.arc_place)) < arcs:
            raise ProblemError("matching: two arcs lead one person to one place")
        for pool, capacity in enumerate(self.capacities):
            if capacity is not None and capacity < 0:
                raise ProblemError(f"matching: pool {pool} has the capacity {capacity}, below 0")
        if self.keep_unless_better_by < 0:
            raise ProblemError(
                f"matching: keep_unless_better_by is {self.keep_unless_better_by}, below 0"
            )


@dataclass(frozen=True, slots=True, eq=False)
class Matching:
    """`place` (n) of every person, NOWHERE where there is none, and the `cost` (n) of its arc."""

    place: IntArray
    cost: IntArray


def match(problem: MatchingProblem) -> Matching:
    """The best plan as the module defines it; the same problem gives the same plan.

    Raises EngineError where the costs are too large for the flow to be computed in 64 bits.
    """
    people = len(problem.levels)
    plan = Matching(np.full(people, NOWHERE), np.zeros(people, dtype=np.int64))
    left = np.array(
        [people if capacity is None else capacity for capacity in problem.capacities],
        dtype=np.int64,
    )
    of_arc = problem.levels[problem.arc_person]
    for level in np.unique(problem.levels)[::-1]:
        arcs = np.flatnonzero(of_arc == level)
        chosen = arcs[_chosen(problem, arcs, left)]
        plan.place[problem.arc_person[chosen]] = problem.arc_place[chosen]
        plan.cost[problem.arc_person[chosen]] = problem.arc_cost[chosen]
        taken = problem.pool_of_place[problem.arc_place[chosen]]
        left -= np.bincount(taken, minlength=len(left))
    return plan


def _chosen(problem: MatchingProblem, arcs: IntArray, left: IntArray) -> NDArray[np.bool_]:
    """Which of one level's arcs carry a person, `left` people fitting into each pool."""
    if not len(arcs):
        return np.zeros(0, dtype=np.bool_)
    people, person = np.unique(problem.arc_person[arcs], return_inverse=True)
    pools, pool = np.unique(problem.pool_of_place[problem.arc_place[arcs]], return_inverse=True)
    source, sink = len(people) + len(pools), len(people) + len(pools) + 1
    flow: Any = min_cost_flow.SimpleMinCostFlow()
    own = flow.add_arcs_with_capacity_and_unit_cost(
        person,
        len(people) + pool,
        np.ones(len(arcs), dtype=np.int64),
        _flow_costs(problem, arcs, len(people), len(pools)),
    )
    nobody = np.zeros(len(people), dtype=np.int64)
    everybody = np.arange(len(people))
    flow.add_arcs_with_capacity_and_unit_cost(
        np.full(len(people), source), everybody, nobody + 1, nobody
    )
    room = np.minimum(left[pools], len(people))
    flow.add_arcs_with_capacity_and_unit_cost(
        len(people) + np.arange(len(pools)), np.full(len(pools), sink), room, 0 * room
    )
    flow.set_node_supply(source, len(people))
    flow.set_node_supply(sink, -len(people))
    status = flow.solve_max_flow_with_min_cost()
    if status != flow.OPTIMAL:
        raise EngineError(f"matching: no flow could be computed ({status.name})")
    carried: NDArray[np.bool_] = np.asarray(flow.flows(own)) > 0
    return carried


def _flow_costs(problem: MatchingProblem, arcs: IntArray, people: int, pools: int) -> IntArray:
    """One number for each arc whose sum orders plans of one size as the module says.

    Two plans differ by rounds in which every pool occurs at most once, so by at most `changes`
    arcs each: a larger unit cannot be outweighed by smaller ones.
    """
    changes = 2 * min(people, pools) + 2
    now = problem.current[problem.arc_person[arcs]]
    stays = now == problem.arc_place[arcs]
    keep = problem.keep_unless_better_by
    largest = int(problem.arc_cost[arcs].max()) + keep + 1
    unit = changes + 1
    has_place = changes * largest * unit
    if has_place * changes * (people + pools + 3) > LARGEST_COST:
        raise EngineError(f"matching: costs up to {largest} are too large for {people} people")
    metres = problem.arc_cost[arcs] + keep * ~stays
    costs: IntArray = metres * unit - stays - has_place * (now != NOWHERE)
    return costs


def _whole_numbers(name: str, values: Any) -> IntArray:
    given = np.asarray(values)
    if given.ndim != 1 or (given.size and given.dtype.kind not in "iu"):
        raise ProblemError(f"matching: {name} is not a row of whole numbers")
    return given.astype(np.int64)


def _within(name: str, values: IntArray, low: int, high: int) -> None:
    wrong = np.flatnonzero((values < low) | (values >= high))
    if wrong.size:
        at = int(wrong[0])
        raise ProblemError(f"matching: {name} {at} is {values[at]}, outside {low} to {high - 1}")
