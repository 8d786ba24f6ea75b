"""The OR-Tools routing model of one kitchen's round.

A rider is a vehicle that starts at the kitchen; a further trip begins at a *reload* node, an
optional copy of the kitchen. Three dimensions: clock, portions since loading, minutes since leaving
the kitchen. The last two are set back at a reload: its cumul is fixed at (heat) or bounded by
(portions) the largest value, its transit takes that value off again. Riders wait at the kitchen,
never on the street, so the heat needs no clock; a plan that waits on the street is outside this
model and the kernel's alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from solver.meals.arrays import (
    BOX,
    CAPACITY,
    CLOSES,
    DOOR,
    DROP,
    END,
    END_PLACE,
    FIRST,
    HABIT,
    HARD,
    HOT,
    INFINITE,
    KITCHEN,
    LAST,
    LOAD,
    MEMBERS,
    MODE,
    OPENS,
    PLACE,
    PORTIONS,
    READY_FROM,
    READY_UNTIL,
    SERVICE,
    START,
    START_PLACE,
    USUAL,
    Data,
)
from solver.meals.search import Budget

Matrix = NDArray[np.int64]
Days = dict[int, list[list[int]]]
"""For each rider number the trips as lists of node numbers."""

SPARE_RELOADS = 1
START_AT_ZERO, IGNORE_INACTIVE = True, True


@dataclass(frozen=True, slots=True)
class _Numbers:
    """Node numbers of the model: deliveries, then reloads, the start, one end for each rider."""

    deliveries: int
    reloads: int
    riders: int

    @property
    def start(self) -> int:
        return self.deliveries + self.reloads

    @property
    def count(self) -> int:
        return self.start + 1 + self.riders


class KitchenModel:
    """One kitchen, its riders and nodes (numbers of `Data`), as a routing model."""

    def __init__(
        self, data: Data, kitchen: int, riders: Sequence[int], nodes: Sequence[int], days: Days
    ) -> None:
        self.data, self.kitchen = data, kitchen
        self.riders, self.nodes, self.days = list(riders), list(nodes), days
        reloads = sum(max(0, len(trips) - 1) for trips in days.values())
        reloads += SPARE_RELOADS * len(self.riders)
        self.numbers = numbers = _Numbers(len(self.nodes), reloads, len(self.riders))
        ends = [numbers.start + 1 + i for i in range(len(self.riders))]
        self.manager = pywrapcp.RoutingIndexManager(
            numbers.count, len(self.riders), [numbers.start] * len(self.riders), ends
        )
        self.model = pywrapcp.RoutingModel(self.manager)
        door = [int(data.kitchen[kitchen, DOOR])]
        self.places = np.array(
            [int(data.node[node, PLACE]) for node in self.nodes]
            + door * (numbers.reloads + 1)
            + [int(data.rider[rider, END_PLACE]) for rider in self.riders]
        )
        self.modes = [int(data.rider[rider, MODE]) for rider in self.riders]
        self._add_costs()
        self._add_clock()
        self._add_heat()
        self._add_portions()
        self._add_strangers()

    def _travel(self, mode: int) -> Matrix:
        travel: Matrix = self.data.travel[mode][np.ix_(self.places, self.places)].astype(np.int64)
        return travel

    def _by_mode(self, matrix: dict[int, Matrix]) -> list[int]:
        """Register a transit matrix for each mode; the evaluator of each rider."""
        registered = {
            mode: self.model.RegisterTransitMatrix(one.tolist()) for mode, one in matrix.items()
        }
        return [registered[mode] for mode in self.modes]

    def _service(self) -> Matrix:
        service = np.zeros(self.numbers.count, dtype=np.int64)
        service[: len(self.nodes)] = self.data.node[self.nodes, SERVICE]
        return service

    def _index(self, number: int) -> int:
        return int(self.manager.NodeToIndex(number))

    def _add_costs(self) -> None:
        data = self.data
        price = int(data.travel_price)
        swaps = self._swaps()
        evaluators = self._by_mode(
            {mode: price * self._travel(mode) + swaps for mode in set(self.modes)}
        )
        for vehicle, rider in enumerate(self.riders):
            self.model.SetArcCostEvaluatorOfVehicle(evaluators[vehicle], vehicle)
            way = data.travel[
                self.modes[vehicle],
                data.rider[rider, START_PLACE],
                data.kitchen[self.kitchen, DOOR],
            ]
            self.model.SetFixedCostOfVehicle(int(data.rider_price) + price * int(way), vehicle)
        for number, node in enumerate(self.nodes):
            self.model.AddDisjunction([self._index(number)], int(data.node[node, DROP]))
        for reload in range(len(self.nodes), self.numbers.start):
            self.model.AddDisjunction([self._index(reload)], 0)
        most = int(data.kitchen[self.kitchen, CAPACITY])
        if most < INFINITE:
            cooked = sum(
                self.model.ActiveVar(self._index(number)) * int(data.node[node, PORTIONS])
                for number, node in enumerate(self.nodes)
            )
            others = int(data.node[self._foreign(), PORTIONS].sum())
            self.model.solver().Add(cooked <= most - others)

    def _swaps(self) -> Matrix:
        """Price of each arc between halts of one trip in the wrong order of a usual route."""
        data, count = self.data, len(self.nodes)
        route, first, last = (data.node[self.nodes, column] for column in (USUAL, FIRST, LAST))
        wrong = (route[:, None] == route) & (route >= 0) & (first[None, :] < last[:, None])
        prices = np.zeros((self.numbers.count, self.numbers.count), dtype=np.int64)
        prices[:count, :count] = int(data.usual_price) * wrong
        return prices

    def _add_strangers(self) -> None:
        """Price of halts by another rider than usual, as the length of a dimension."""
        data, first = self.data, len(self.nodes)
        usual, members = data.node[self.nodes, USUAL], data.node[self.nodes, MEMBERS]
        if data.usual_price == 0 or not (usual >= 0).any():
            return
        evaluators = []
        for rider in self.riders:
            strange = np.zeros(self.numbers.count, dtype=np.int64)
            strange[:first] = members * ((usual >= 0) & (usual != data.rider[rider, HABIT]))
            evaluators.append(self.model.RegisterUnaryTransitVector(strange.tolist()))
        most = int(members.sum())
        self.model.AddDimensionWithVehicleTransits(evaluators, 0, most, START_AT_ZERO, "strangers")
        strangers = self.model.GetDimensionOrDie("strangers")
        strangers.SetSpanCostCoefficientForAllVehicles(int(data.usual_price))

    def _foreign(self) -> list[int]:
        """Nodes of this kitchen that riders outside the model serve."""
        mine = set(self.nodes)
        cooked_here = np.flatnonzero(self.data.node[:, KITCHEN] == self.kitchen)
        return [int(node) for node in cooked_here if int(node) not in mine]

    def _add_clock(self) -> None:
        data, numbers, first = self.data, self.numbers, len(self.nodes)
        load = int(data.kitchen[self.kitchen, LOAD])
        matrices = {}
        for mode in set(self.modes):
            matrix = self._travel(mode) + self._service()[:, None]
            matrix[first : numbers.start + 1, :first] += load
            matrices[mode] = matrix
        horizon = int(
            max(data.rider[self.riders, END].max(), data.kitchen[self.kitchen, READY_UNTIL])
        )
        self.model.AddDimensionWithVehicleTransits(
            self._by_mode(matrices), horizon, horizon, not START_AT_ZERO, "clock"
        )
        clock = self.model.GetDimensionOrDie("clock")
        price = int(data.late_price)
        for number, node in enumerate(self.nodes):
            index = self._index(number)
            clock.SlackVar(index).SetValue(0)
            opens, closes = int(data.node[node, OPENS]), int(data.node[node, CLOSES])
            clock.CumulVar(index).SetRange(opens, closes if price == HARD else horizon)
            if price > 0:
                clock.SetCumulVarSoftUpperBound(index, closes, price)
        last = int(data.kitchen[self.kitchen, READY_UNTIL])
        for reload in range(first, numbers.start):
            clock.CumulVar(self._index(reload)).SetMax(last)
            # A reload may begin after a pause; only the street knows no waiting.
        for vehicle, rider in enumerate(self.riders):
            way = data.travel[
                self.modes[vehicle],
                data.rider[rider, START_PLACE],
                data.kitchen[self.kitchen, DOOR],
            ]
            ready = max(
                int(data.kitchen[self.kitchen, READY_FROM]),
                int(data.rider[rider, START]) + int(way),
            )
            clock.CumulVar(self.model.Start(vehicle)).SetRange(min(ready, last), last)
            if ready > last:
                self.model.solver().Add(self.model.VehicleVar(self.model.Start(vehicle)) < 0)
            clock.CumulVar(self.model.End(vehicle)).SetMax(int(data.rider[rider, END]))

    def _add_heat(self) -> None:
        numbers, first = self.numbers, len(self.nodes)
        hottest = int(self.data.node[self.nodes, HOT].max())
        matrices = {}
        for mode in set(self.modes):
            matrix = self._travel(mode) + self._service()[:, None]
            matrix[:, first:] = 0
            matrix[first : numbers.start, :first] -= hottest
            matrices[mode] = matrix
        self.model.AddDimensionWithVehicleTransits(
            self._by_mode(matrices), hottest, hottest, START_AT_ZERO, "heat"
        )
        heat = self.model.GetDimensionOrDie("heat")
        for number, node in enumerate(self.nodes):
            heat.CumulVar(self._index(number)).SetMax(int(self.data.node[node, HOT]))
        for reload in range(first, numbers.start):
            heat.CumulVar(self._index(reload)).SetMin(hottest)

    def _add_portions(self) -> None:
        data, numbers, first = self.data, self.numbers, len(self.nodes)
        capacities = [int(data.rider[rider, BOX]) for rider in self.riders]
        largest = max(capacities)
        transits = np.zeros(numbers.count, dtype=np.int64)
        transits[:first] = data.node[self.nodes, PORTIONS]
        transits[first : numbers.start] = -largest
        evaluator = self.model.RegisterUnaryTransitVector(transits.tolist())
        self.model.AddDimensionWithVehicleCapacity(
            evaluator, largest, capacities, START_AT_ZERO, "portions"
        )
        portions = self.model.GetDimensionOrDie("portions")
        for number in range(first):
            portions.SlackVar(self._index(number)).SetValue(0)

    def routes(self) -> list[list[int]]:
        """The days given, as indices of the model."""
        reloads = iter(range(len(self.nodes), self.numbers.start))
        number = {node: i for i, node in enumerate(self.nodes)}
        routes = []
        for rider in self.riders:
            route: list[int] = []
            for i, trip in enumerate(self.days[rider]):
                if i > 0:
                    route.append(self._index(next(reloads)))
                route += [self._index(number[node]) for node in trip]
            routes.append(route)
        return routes

    def accepts(self) -> bool:
        """Whether the days given are a solution of the model."""
        self.model.CloseModel()
        return self.model.ReadAssignmentFromRoutes(self.routes(), IGNORE_INACTIVE) is not None

    def solve(self, seconds: float, budget: Budget) -> Days | None:
        """The best days found within the time, starting from the days given; None: none found."""
        parameters = _parameters(seconds, budget)
        self.model.CloseModelWithParameters(parameters)
        if budget.stop is not None:
            self.model.AddAtSolutionCallback(
                lambda: budget.stopped() and self.model.solver().FinishCurrentSearch()
            )
        begun = None
        if any(self.days.values()):  # else construction is a better start than nobody's lunch
            begun = self.model.ReadAssignmentFromRoutes(self.routes(), IGNORE_INACTIVE)
        if begun is None:
            found = self.model.SolveWithParameters(parameters)
        else:
            found = self.model.SolveFromAssignmentWithParameters(begun, parameters)
        return None if found is None else self._read(found)

    def _read(self, assignment: Any) -> Days:
        days: Days = {}
        for vehicle, rider in enumerate(self.riders):
            trips: list[list[int]] = [[]]
            index = assignment.Value(self.model.NextVar(self.model.Start(vehicle)))
            while not self.model.IsEnd(index):
                number = self.manager.IndexToNode(index)
                if number < len(self.nodes):
                    trips[-1].append(self.nodes[number])
                else:
                    trips.append([])
                index = assignment.Value(self.model.NextVar(index))
            days[rider] = [trip for trip in trips if trip]
        return days


def _parameters(seconds: float, budget: Budget) -> Any:
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    first = routing_enums_pb2.FirstSolutionStrategy
    later = routing_enums_pb2.LocalSearchMetaheuristic
    parameters.first_solution_strategy = first.PARALLEL_CHEAPEST_INSERTION
    parameters.local_search_metaheuristic = later.GUIDED_LOCAL_SEARCH
    parameters.time_limit.FromMilliseconds(max(1, int(1000 * seconds)))
    if budget.iterations is not None:
        parameters.solution_limit = max(1, budget.iterations)
    return parameters
