"""Running the routing model and reading its plan back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ortools.constraint_solver import pywrapcp, routing_enums_pb2, routing_parameters_pb2

from solver.routing import RoutingModel

# How often a request to stop is looked for while the search runs.
POLL_SECONDS = 0.1
# Restoring a plan to start from is bound by the limit for neighbourhoods, whose default of 0.1 s
# is too short for a few hundred visits: the search then fails at once, without a word.
LOADING_MILLISECONDS = 5_000
# A plan to start from: tasks the model does not hold are no error, what is missing is unserved.
IGNORE_INACTIVE, CLOSE_ROUTES = True, True


@dataclass(frozen=True, slots=True)
class SearchLimits:
    """When the search ends: after so many seconds, or so many branches, which repeats exactly."""

    seconds: float
    branches: int | None = None


@dataclass(frozen=True, slots=True)
class Sequences:
    """What the search found: tasks in order by vehicle, and the model's cost."""

    tours: tuple[tuple[int, ...], ...]
    cost: int


def search(
    model: RoutingModel,
    limits: SearchLimits,
    *,
    seed: int = 0,
    first: Sequence[Sequence[int]] | None = None,
    on_solution: Callable[[int], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Sequences | None:
    """Search within the limits; None where nothing was found.

    `first` gives tasks by vehicle to start from (ignored where the model refuses them).
    `on_solution` hears the cost of every better solution; `stop` is asked now and then.
    """
    routing = model.routing
    parameters = _parameters(limits)
    routing.solver().ReSeed(seed)
    routing.CloseModelWithParameters(parameters)
    best = [1 << 62]

    def heard() -> None:
        cost = routing.CostVar().Max()
        if cost < best[0]:
            best[0] = cost
            if on_solution is not None:
                on_solution(cost)

    routing.AddAtSolutionCallback(heard)
    if limits.branches is not None:
        routing.AddSearchMonitor(routing.solver().BranchesLimit(limits.branches))
    start = None if first is None else _loaded(model, first)
    with _Watch(routing, stop):
        if start is None:
            found = routing.SolveWithParameters(parameters)
        else:
            found = routing.SolveFromAssignmentWithParameters(start, parameters)
    return None if found is None else _read(model, found)


def _loaded(model: RoutingModel, first: Sequence[Sequence[int]]) -> pywrapcp.Assignment | None:
    """An assignment of the sequences, not yet checked: the search itself restores it."""
    nodes = [[model.manager.IndexToNode(model.index_of[task]) for task in tour] for tour in first]
    start = model.routing.solver().Assignment()
    loaded = model.routing.RoutesToAssignment(nodes, IGNORE_INACTIVE, CLOSE_ROUTES, start)
    return start if loaded else None


def _parameters(limits: SearchLimits) -> routing_parameters_pb2.RoutingSearchParameters:
    parameters: routing_parameters_pb2.RoutingSearchParameters
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    enums = routing_enums_pb2
    parameters.first_solution_strategy = enums.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    metaheuristic = enums.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.local_search_metaheuristic = metaheuristic
    parameters.time_limit.FromMilliseconds(max(1, round(limits.seconds * 1000)))
    parameters.lns_time_limit.FromMilliseconds(LOADING_MILLISECONDS)
    return parameters


def _read(model: RoutingModel, found: pywrapcp.Assignment) -> Sequences:
    routing = model.routing
    tours = []
    for vehicle in range(routing.vehicles()):
        tour = []
        index = found.Value(routing.NextVar(routing.Start(vehicle)))
        while not routing.IsEnd(index):
            tour.append(model.task_at[index])
            index = found.Value(routing.NextVar(index))
        tours.append(tuple(tour))
    return Sequences(tuple(tours), found.ObjectiveValue())


class _Watch:
    """Cancels a running search when asked to stop; the search releases the interpreter."""

    def __init__(self, routing: pywrapcp.RoutingModel, stop: Callable[[], bool] | None) -> None:
        self._routing = routing
        self._stop = stop
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._poll, daemon=True)

    def __enter__(self) -> None:
        if self._stop is not None:
            self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._done.set()
        if self._stop is not None:
            self._thread.join()

    def _poll(self) -> None:
        while not self._done.wait(POLL_SECONDS):
            if self._stop is not None and self._stop():
                self._routing.CancelSearch()
                return
