"""The engine `ortools`: a part improved kitchen by kitchen with the routing model."""

from __future__ import annotations

from collections.abc import Sequence

from solver.meals import kernel
from solver.meals.arrays import (
    CARRIED,
    FROM,
    KITCHEN,
    LENGTH,
    OWNER,
    PORTIONS,
    TRIPS,
    Part,
    State,
)
from solver.meals.kitchen_model import Days, KitchenModel
from solver.meals.search import Budget

SECONDS_WITHOUT_LIMIT = 10.0


def improve(part: Part, state: State, budget: Budget) -> State:
    """The plan improved kitchen by kitchen; riders of several kitchens keep their day.

    A rider without a trip is lent to the first kitchen that may use one. The result never costs
    more than `state`.
    """
    crews = _crews(part, state)
    total = sum(len(nodes) for _, nodes in crews.values())
    for kitchen, (riders, nodes) in crews.items():
        if not riders or not nodes or budget.stopped():
            continue
        whole = SECONDS_WITHOUT_LIMIT if budget.seconds is None else budget.seconds
        model = KitchenModel(part.data, kitchen, riders, nodes, days(state, riders))
        found = model.solve(whole * len(nodes) / total, budget)
        if found is not None:
            state = _better(part, state, riders, found, kitchen)
    return state


def _crews(part: Part, state: State) -> dict[int, tuple[list[int], list[int]]]:
    """For each kitchen the riders that load only there, and the nodes they or nobody serve."""
    crews: dict[int, tuple[list[int], list[int]]] = {}
    lent: set[int] = set()
    for kitchen in range(len(part.kitchens)):
        riders = []
        for rider in range(len(part.riders)):
            loads = {int(k) for k in state.trip[rider, : state.day[rider, TRIPS], FROM]}
            spare = not loads and part.data.allowed[rider, kitchen] and rider not in lent
            if loads == {kitchen} or spare:
                riders.append(rider)
        lent.update(riders)
        nodes = [
            node
            for node in range(len(part.nodes))
            if part.data.node[node, KITCHEN] == kitchen
            and (state.node[node, OWNER] < 0 or int(state.node[node, OWNER]) in riders)
        ]
        crews[kitchen] = (riders, nodes)
    return crews


def days(state: State, riders: Sequence[int]) -> Days:
    """The days of some riders in a plan."""
    return {
        rider: [
            [int(node) for node in state.row[rider, s, : state.trip[rider, s, LENGTH]]]
            for s in range(int(state.day[rider, TRIPS]))
        ]
        for rider in riders
    }


def _better(part: Part, state: State, riders: Sequence[int], found: Days, kitchen: int) -> State:
    """The plan with the new days, priced by the kernel; the old one unless that is cheaper."""
    fresh = state.twin()
    for rider in riders:
        for node in (node for trip in days(state, [rider])[rider] for node in trip):
            fresh.node[node, OWNER] = -1
            fresh.cooked[kitchen] -= part.data.node[node, PORTIONS]
        if len(found[rider]) > fresh.row.shape[1]:
            return state
        fresh.day[rider, TRIPS] = len(found[rider])
    for rider in riders:
        for s, trip in enumerate(found[rider]):
            fresh.trip[rider, s, FROM] = kitchen
            fresh.trip[rider, s, LENGTH] = len(trip)
            fresh.row[rider, s, : len(trip)] = trip
            fresh.trip[rider, s, CARRIED] = part.data.node[trip, PORTIONS].sum()
            fresh.cooked[kitchen] += fresh.trip[rider, s, CARRIED]
            fresh.node[trip, OWNER] = rider
        kernel.tidy(part.data, fresh, rider)
    cheaper = kernel.total(part.data, fresh) < kernel.total(part.data, state)
    return fresh if cheaper else state
