"""Cutting a large part into groups of riders that are searched at the same time, and joining them.

Where a group's riders go on with their own deliveries and with those nobody brings, its search
needs nothing of the others, so groups run on threads. A smaller group also makes an iteration
cheaper. Groups are drawn anew in every round, so that each border lasts for one round only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.meals.arrays import (
    CAPACITY,
    INFINITE,
    KITCHEN,
    OWNER,
    PLACE,
    PORTIONS,
    TRIPS,
    Data,
    Ints,
    State,
)

GROUP_NODES = 250
"""Nodes of a group, about; a part of fewer than twice `LEAST_NODES` stays whole."""
LEAST_NODES = 120
PAIR = 2
"""Groups come in pairs, since two cores are the least that a server has."""


def group_count(nodes: int) -> int:
    """How many groups a part of so many nodes is searched in; depends on nothing else."""
    if nodes < PAIR * LEAST_NODES:
        return 1
    return PAIR * max(1, round(nodes / (PAIR * GROUP_NODES)))


@dataclass(frozen=True, slots=True)
class Group:
    """Riders and nodes of a part (numbers, ascending), with arrays of their own."""

    riders: Ints
    nodes: Ints
    data: Data
    state: State

    def join(self, plan: State, found: State) -> None:
        """Write a plan of the group into the part's plan."""
        plan.day[self.riders], plan.trip[self.riders] = found.day, found.trip
        plan.row[self.riders] = self.nodes[found.row]
        plan.node[self.nodes] = found.node
        owner = found.node[:, OWNER]
        plan.node[self.nodes, OWNER] = np.where(owner < 0, owner, self.riders[owner])
        plan.cooked[:] += found.cooked - self.state.cooked


def divided(data: Data, plan: State, count: int, rng: np.random.Generator) -> list[Group]:
    """At most `count` groups that hold every rider and node once, near ones together."""
    rider_group = _rider_groups(data, plan, count, rng)
    node_group = _node_groups(data, plan, rider_group, rng)
    room = data.kitchen[:, CAPACITY] - plan.cooked
    favoured = int(rng.integers(count))
    groups = []
    for number in range(count):
        riders = np.flatnonzero(rider_group == number)
        nodes = np.flatnonzero(node_group == number)
        share = room // count + (room % count if number == favoured else 0)
        if len(riders) and len(nodes):
            groups.append(_group(data, plan, riders, nodes, share))
    return groups


def whole_part(data: Data, plan: State) -> Group:
    """A part that is not cut, as one group."""
    return Group(np.arange(len(plan.day)), np.arange(len(plan.node)), data, plan.twin())


def _rider_groups(data: Data, plan: State, count: int, rng: np.random.Generator) -> Ints:
    """Group of each rider: around random addresses, about as many nodes in each.

    Riders without a trip are dealt out in turn, so that each group gets some of every class.
    """
    group = np.arange(len(plan.day)) % count
    served = np.flatnonzero(plan.node[:, OWNER] >= 0)
    owner = plan.node[served, OWNER]
    places = data.node[served, PLACE]
    halts = np.bincount(owner, minlength=len(group))
    left = np.flatnonzero(plan.day[:, TRIPS] > 0)
    group[left] = count - 1
    for number in range(count - 1):
        if len(left) == 0:
            break
        middle = rng.choice(places[np.isin(owner, left)])
        away = np.bincount(owner, data.travel[0, middle, places], len(group)) / np.maximum(halts, 1)
        ordered = left[np.argsort(away[left], kind="stable")]
        wanted = halts[left].sum() / (count - number)
        taken = np.cumsum(halts[ordered]) - halts[ordered] / 2 < wanted
        group[ordered[taken]] = number
        left = ordered[~taken]
    return group


def _node_groups(data: Data, plan: State, rider_group: Ints, rng: np.random.Generator) -> Ints:
    """Group of each node: its rider's; of an absent one that of the nearest node on a trip."""
    owner = plan.node[:, OWNER]
    group = np.where(owner >= 0, rider_group[owner], -1)
    for node in np.flatnonzero(group < 0):
        near = data.near[node]
        served = near[owner[near] >= 0]
        group[node] = rider_group[owner[served[0]]] if len(served) else rng.choice(rider_group)
    return group


def _group(data: Data, plan: State, riders: Ints, nodes: Ints, room: Ints) -> Group:
    new_node = np.full(len(plan.node), -1, dtype=np.int64)
    new_node[nodes] = np.arange(len(nodes))
    new_rider = np.full(len(plan.day), -1, dtype=np.int64)
    new_rider[riders] = np.arange(len(riders))
    node = plan.node[nodes]
    owner = node[:, OWNER]
    node[:, OWNER] = np.where(owner >= 0, new_rider[owner], owner)
    mine = owner >= 0
    cooked = np.bincount(
        data.node[nodes[mine], KITCHEN], data.node[nodes[mine], PORTIONS], len(plan.cooked)
    ).astype(np.int64)
    kitchen = data.kitchen.copy()
    bound = kitchen[:, CAPACITY] < INFINITE
    kitchen[bound, CAPACITY] = (cooked + room)[bound]
    state = State(
        day=plan.day[riders],
        trip=plan.trip[riders],
        row=np.maximum(new_node[plan.row[riders]], 0),
        node=node,
        cooked=cooked,
    )
    part = data._replace(
        node=data.node[nodes],
        near=_near(new_node[data.near[nodes]]),
        kitchen=kitchen,
        rider=data.rider[riders],
        allowed=data.allowed[riders],
    )
    return Group(riders, nodes, part, state)


def _near(near: Ints) -> Ints:
    """Neighbours within the group in their order; itself again where there are fewer."""
    order = np.argsort(near < 0, axis=1, kind="stable")
    inside = np.take_along_axis(near, order, axis=1)
    most = int((inside >= 0).sum(axis=1).max())
    itself = np.arange(len(near))[:, None]
    return np.ascontiguousarray(np.where(inside >= 0, inside, itself)[:, :most])
