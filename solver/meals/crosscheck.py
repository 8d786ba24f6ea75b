"""The finished plan put before an OR-Tools routing model, times and all: a second opinion.

The model shares nothing with the kernel but the problem. A rider is a vehicle, a handover and a
trip's loading are nodes; dimensions keep the clock, the minutes since leaving the kitchen (waiting
at a door included), the portions in the box and the kitchen they come from. The plan's times are
posted as constraints and its routes handed over as an assignment, so nothing is searched. Riders
are taken in batches, since routes meet nowhere but in the kitchens' portions.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.constraint_solver import pywrapcp

from solver.meal_problem import Kitchen, MealProblem, Rider
from solver.meal_solution import MealSolution, Trip

Matrix = NDArray[np.int64]
Day = tuple[Rider, Sequence[Trip]]

BATCH_STOPS = 150
"""Riders are put together until they have so many stops; matrices grow with the square."""
FROM_ZERO, IGNORE_INACTIVE = True, True


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the routing model says of a plan.

    `refused` names riders whose days it does not accept, one sentence each; `cost` is the weighted
    cost of the days that it does accept, deliveries left out not counted.
    """

    refused: tuple[str, ...]
    cost: int


def second_opinion(problem: MealProblem, solution: MealSolution) -> Opinion:
    """Put a plan, whose ids are known, before the routing model, batch by batch."""
    refused: list[str] = []
    cost = 0
    given = _given(problem, solution)
    for batch in _batches(problem, solution):
        accepted = PlanModel(problem, batch, given).cost()
        if accepted is not None:
            cost += accepted
            continue
        alone = [(day, PlanModel(problem, [day], given).cost()) for day in batch]
        guilty = [day[0].id for day, value in alone if value is None]
        cost += sum(value for _, value in alone if value is not None)
        refused += [f"rider {name}: the routing model does not accept the day" for name in guilty]
        if not guilty:
            names = ", ".join(day[0].id for day in batch)
            refused.append(f"riders {names}: the routing model does not accept their days together")
    return Opinion(tuple(refused), cost)


def _batches(problem: MealProblem, solution: MealSolution) -> Iterator[list[Day]]:
    trips: dict[str, list[Trip]] = defaultdict(list)
    for trip in solution.trips:
        trips[trip.rider_id].append(trip)
    batch: list[Day] = []
    stops = 0
    for rider in problem.riders:
        if rider.id not in trips:
            continue
        batch.append((rider, trips[rider.id]))
        stops += sum(len(trip.stops) for trip in trips[rider.id])
        if stops >= BATCH_STOPS:
            yield batch
            batch, stops = [], 0
    if batch:
        yield batch


def _given(problem: MealProblem, solution: MealSolution) -> Counter[str]:
    """Portions that the whole plan takes from each kitchen."""
    portions = {one.id: one.portions for one in problem.deliveries}
    given: Counter[str] = Counter()
    for trip in solution.trips:
        given[trip.kitchen_id] += sum(portions[stop.delivery_id] for stop in trip.stops)
    return given


class PlanModel:
    """The days of some riders as a routing model that knows their times.

    Nodes: the stops, the loadings, a start and an end for each rider, in this order. Stated
    arrivals and ends of handovers, which follow from the other times, are the checker's alone, and
    so are deliveries left out.
    """

    def __init__(self, problem: MealProblem, days: Sequence[Day], given: Counter[str]) -> None:
        kitchens = {one.id: one for one in problem.kitchens}
        deliveries = {one.id: one for one in problem.deliveries}
        self.problem, self.given = problem, given
        self.riders = [rider for rider, _ in days]
        self.trips = [trip for _, trips in days for trip in trips]
        self.trips_of = [len(trips) for _, trips in days]
        self.timed = {stop.delivery_id: (trip, stop) for trip in self.trips for stop in trip.stops}
        self.stops = [deliveries[name] for name in self.timed]
        self.loads: list[Kitchen] = [kitchens[trip.kitchen_id] for trip in self.trips]
        self.kitchens = sorted({one.id for one in self.loads} | {one.kitchen for one in self.stops})
        first, count = len(self.stops) + len(self.loads), len(self.riders)
        self.size, self.first_load = first + 2 * count, len(self.stops)
        self.manager = pywrapcp.RoutingIndexManager(
            self.size,
            count,
            list(range(first, first + count)),
            list(range(first + count, self.size)),
        )
        self.model = pywrapcp.RoutingModel(self.manager)
        self.horizon = max(
            [rider.end for rider in self.riders] + [one.ready_until for one in self.loads]
        )
        self._add_costs()
        self._add_clock()
        self._add_heat()
        self._add_portions()
        self._add_origin()

    def _index(self, number: int) -> int:
        return int(self.manager.NodeToIndex(number))

    def _travel(self, mode: str) -> Matrix:
        places = [one.place for one in self.stops] + [one.place for one in self.loads]
        places += [one.start_place for one in self.riders] + [one.end_place for one in self.riders]
        return self.problem.travel[mode][np.ix_(places, places)].astype(np.int64)

    def _by_mode(self, matrices: dict[str, Matrix]) -> list[int]:
        registered = {
            mode: self.model.RegisterTransitMatrix(one.tolist()) for mode, one in matrices.items()
        }
        return [registered[rider.mode] for rider in self.riders]

    def _busy(self) -> Matrix:
        """Minutes spent at each node, as a column."""
        busy = [one.handover_minutes for one in self.stops]
        busy += [one.load_minutes for one in self.loads]
        return np.array(busy + [0] * 2 * len(self.riders), dtype=np.int64)[:, None]

    def _add_costs(self) -> None:
        weights, count = self.problem.weights, len(self.stops)
        usual = {
            name: (rider.id, number)
            for rider in self.problem.riders
            for number, name in enumerate(rider.usual)
        }
        habits = [usual.get(one.id, ("", 0)) for one in self.stops]
        route = np.array([name for name, _ in habits], dtype=np.str_)
        position = np.array([number for _, number in habits], dtype=np.int64)
        swapped = np.zeros((self.size, self.size), dtype=np.int64)
        swapped[:count, :count] = (
            (route[:, None] == route) & (route != "") & (position[None, :] < position[:, None])
        )
        costs = self._by_mode(
            {
                mode: weights.travel * self._travel(mode) + weights.usual_route * swapped
                for mode in {rider.mode for rider in self.riders}
            }
        )
        strange = []
        for vehicle, rider in enumerate(self.riders):
            self.model.SetArcCostEvaluatorOfVehicle(costs[vehicle], vehicle)
            self.model.SetFixedCostOfVehicle(weights.riders_used, vehicle)
            transits = np.zeros(self.size, dtype=np.int64)
            transits[:count] = (route != "") & (route != rider.id)
            strange.append(self.model.RegisterUnaryTransitVector(transits.tolist()))
        self.model.AddDimensionWithVehicleTransits(strange, 0, count, FROM_ZERO, "strangers")
        strangers = self.model.GetDimensionOrDie("strangers")
        strangers.SetSpanCostCoefficientForAllVehicles(weights.usual_route)

    def _add_clock(self) -> None:
        matrices = {
            mode: self._travel(mode) + self._busy() for mode in {one.mode for one in self.riders}
        }
        self.model.AddDimensionWithVehicleTransits(
            self._by_mode(matrices), self.horizon, self.horizon, not FROM_ZERO, "clock"
        )
        clock, late = self.model.GetDimensionOrDie("clock"), self.problem.weights.lateness
        for number, one in enumerate(self.stops):
            self._pin(clock, number, self.timed[one.id][1].handover_start)
            self._bound(clock, number, one.window_start, one.window_end if late is None else None)
            if late is not None:
                clock.SetCumulVarSoftUpperBound(self._index(number), one.window_end, late)
        for number, (trip, kitchen) in enumerate(zip(self.trips, self.loads, strict=True)):
            self._pin(clock, self.first_load + number, trip.load_at)
            self._bound(clock, self.first_load + number, kitchen.ready_from, kitchen.ready_until)
        returns = np.cumsum(self.trips_of)
        for vehicle, rider in enumerate(self.riders):
            start, end = (
                clock.CumulVar(index)
                for index in (self.model.Start(vehicle), self.model.End(vehicle))
            )
            self._solver().Add(start >= rider.start)
            self._solver().Add(end == self.trips[returns[vehicle] - 1].return_at)
            self._solver().Add(end <= rider.end)

    def _add_heat(self) -> None:
        """Minutes since leaving the kitchen: the horizon at a loading, taken off on leaving it."""
        first, starts = self.first_load, self.first_load + len(self.loads)
        matrices = {}
        for mode in {rider.mode for rider in self.riders}:
            matrix = self._travel(mode) + self._busy()
            matrix[first:starts] -= self._busy()[first:starts] + self.horizon
            matrix[:, first:] = 0
            matrix[starts:] = 0
            matrices[mode] = matrix
        self.model.AddDimensionWithVehicleTransits(
            self._by_mode(matrices), self.horizon, self.horizon, FROM_ZERO, "heat"
        )
        heat, clock = (self.model.GetDimensionOrDie(name) for name in ("heat", "clock"))
        for number, one in enumerate(self.stops):
            trip, stop = self.timed[one.id]
            index = self._index(number)
            self._pin(heat, number, stop.handover_start - trip.departure)
            self._bound(heat, number, 0, self.problem.hot_limit_of(one))
            self._solver().Add(heat.SlackVar(index) >= clock.SlackVar(index))
        for number in range(first, starts):
            index = self._index(number)
            self._pin(heat, number, self.horizon)
            self._solver().Add(heat.SlackVar(index) <= clock.SlackVar(index))

    def _add_portions(self) -> None:
        boxes = [rider.capacity for rider in self.riders]
        largest = max(boxes)
        transits = [one.portions for one in self.stops] + [-largest] * len(self.loads)
        evaluator = self.model.RegisterUnaryTransitVector(transits + [0] * 2 * len(boxes))
        self.model.AddDimensionWithVehicleCapacity(evaluator, largest, boxes, FROM_ZERO, "portions")
        for number in range(len(self.stops)):
            slack = self.model.GetDimensionOrDie("portions").SlackVar(self._index(number))
            self._solver().Add(slack == 0)
        for kitchen in {one.id: one for one in self.loads}.values():
            if kitchen.capacity is not None and self.given[kitchen.id] > kitchen.capacity:
                self._solver().Add(self._solver().FalseConstraint())

    def _add_origin(self) -> None:
        """Meals come from the kitchen last loaded at; every trip loads first and brings something.

        The dimension holds the number of that kitchen, 0 at the ends; a leg that would say
        otherwise leads beyond its capacity.
        """
        number = {name: i for i, name in enumerate(self.kitchens, 1)}
        at = np.array(
            [number[one.kitchen] for one in self.stops]
            + [number[one.id] for one in self.loads]
            + [0] * 2 * len(self.riders),
            dtype=np.int64,
        )
        first, starts = self.first_load, self.first_load + len(self.loads)
        beyond = 2 * len(number) + 1
        step = at[None, :] - at[:, None]
        step[:first, :first] = 0
        step[first:starts, :first] = 0
        step[first:starts, first:] = beyond
        step[starts:, :first] = beyond
        evaluator = self.model.RegisterTransitMatrix(step.tolist())
        self.model.AddDimension(evaluator, 0, len(number), FROM_ZERO, "origin")
        origin = self.model.GetDimensionOrDie("origin")
        for node in range(starts):
            self._pin(origin, node, int(at[node]))
        for node, kitchen in enumerate(self.loads, first):
            able = [v for v, rider in enumerate(self.riders) if rider.works_for(kitchen.id)]
            self._solver().Add(
                self._solver().MemberCt(self.model.VehicleVar(self._index(node)), able or [-1])
            )

    def _solver(self) -> pywrapcp.Solver:
        solver: pywrapcp.Solver = self.model.solver()
        return solver

    def _pin(self, dimension: pywrapcp.RoutingDimension, number: int, value: int) -> None:
        self._solver().Add(dimension.CumulVar(self._index(number)) == value)

    def _bound(
        self, dimension: pywrapcp.RoutingDimension, number: int, least: int, most: int | None
    ) -> None:
        value = dimension.CumulVar(self._index(number))
        self._solver().Add(value >= least)
        if most is not None:
            self._solver().Add(value <= most)

    def _routes(self) -> list[list[int]]:
        number = {one.id: i for i, one in enumerate(self.stops)}
        routes: list[list[int]] = []
        load = 0
        for count in self.trips_of:
            routes.append([])
            for trip in self.trips[load : load + count]:
                routes[-1].append(self._index(self.first_load + load))
                routes[-1] += [self._index(number[stop.delivery_id]) for stop in trip.stops]
                load += 1
        return routes

    def cost(self) -> int | None:
        """Weighted cost of the days in the model; None where it does not accept them."""
        self.model.CloseModel()
        accepted = self.model.ReadAssignmentFromRoutes(self._routes(), IGNORE_INACTIVE)
        return None if accepted is None else int(accepted.ObjectiveValue())
