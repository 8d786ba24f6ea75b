"""A plan from nothing, and the repair of any plan: insertion by urgency, with ejections.

Deterministic, in plain Python, and exact in time: this is the fallback when the routing model finds
nothing, the source of the starts at which two-person visits are frozen in it, and the pass that
makes sure no visit is left out while a less urgent one holds its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from solver.insertion import best_placement, place
from solver.plan import Plan
from solver.tasks import TaskTable

# A mandatory visit outranks every drop cost.
MANDATORY = 1 << 50
# Ejection tries for one visit: more of them seldom find anything that these do not.
EJECTIONS_TRIED = 400

Stop = Callable[[], bool]


def never() -> bool:
    """The stop that never comes."""
    return False


def urgency(table: TaskTable, visit: int) -> int:
    """What leaving the visit out costs, mandatory ones above all."""
    cost = table.drop_cost[visit]
    return MANDATORY if cost is None else cost


def by_urgency(table: TaskTable, visits: Iterable[int]) -> list[int]:
    """Dearest to leave out first; then linked visits, few caregivers, narrow windows."""

    def key(visit: int) -> tuple[int, int, int, int, int]:
        tasks = table.tasks_of_visit[visit]
        width = min(sum(high - low + 1 for low, high in table.starts[task]) for task in tasks)
        able = min(len(table.allowed[task]) for task in tasks)
        linked = sum(len(table.links_of[task]) for task in tasks) + len(tasks)
        return (-urgency(table, visit), -linked, able, width, visit)

    return sorted(visits, key=key)


def insert_all(plan: Plan, visits: Iterable[int], stop: Stop = never) -> list[int]:
    """Insert visits, most urgent first, each where it is cheapest; returns those left out."""
    ordered = by_urgency(plan.table, visits)
    return [visit for visit in ordered if stop() or not insert(plan, visit)]


def insert(plan: Plan, visit: int) -> bool:
    """Insert one visit where it is cheapest, unless leaving it out is cheaper still."""
    best = best_placement(plan, visit)
    if best is None or best.price > urgency(plan.table, visit):
        return False
    place(plan, best)
    return True


def repair(plan: Plan, stop: Stop = never, ejecting: Stop | None = None) -> list[int]:
    """Serve what can still be served; returns the visits left out.

    Insertion first; then tours that may give up their rest; then ejections: a visit moves to
    another place, or is left out where that is the lesser loss. `ejecting` ends this second,
    dearer half by itself (None: as `stop` does).
    """
    ejecting = stop if ejecting is None else ejecting
    table = plan.table
    left = insert_all(plan, plan.unserved(), stop)
    waiting = by_urgency(table, (visit for visit in left if _has_chance(table, visit)))
    tried: set[int] = set()
    while waiting and not ejecting():
        visit = waiting.pop(0)
        if visit in tried or plan.is_served(visit):
            continue
        tried.add(visit)
        if insert(plan, visit) or _without_rest(plan, visit):
            continue
        dropped = eject(plan, visit, ejecting)
        waiting = by_urgency(table, {*waiting, *dropped})
    return plan.unserved()


def reseat_linked(plan: Plan, stop: Stop = never) -> None:
    """Take each linked visit out and put it where and when it is cheapest now."""
    table = plan.table
    for visit, tasks in enumerate(table.tasks_of_visit):
        if stop():
            return
        linked = any(table.links_of[task] for task in tasks)
        if not linked or not plan.is_served(visit):
            continue
        saved = plan.checkpoint()
        vehicles = {plan.vehicle_of[task] for task in tasks}
        old = _price_of(plan, visit, vehicles)
        best = best_placement(plan, visit)
        if best is not None and best.price < old:
            place(plan, best)
        else:
            plan.restore(saved)


def _price_of(plan: Plan, visit: int, vehicles: set[int]) -> int:
    """Take a visit out; returns what that saves in travel, overtime and its caregivers' faces."""
    table = plan.table
    faces = sum(table.cost[task][plan.vehicle_of[task]] for task in table.tasks_of_visit[visit])
    before = sum(plan.cost_of(vehicle) for vehicle in vehicles)
    plan.remove_visit(visit)
    return faces + before - sum(plan.cost_of(vehicle) for vehicle in vehicles)


def _has_chance(table: TaskTable, visit: int) -> bool:
    """Whether each part has a start and a vehicle at all."""
    tasks = table.tasks_of_visit[visit]
    return all(table.starts[task] and table.allowed[task] for task in tasks)


def _without_rest(plan: Plan, visit: int) -> bool:
    """Let one tour miss its rest for the visit, where that costs less than leaving it out."""
    table = plan.table
    weight = table.problem.weights.missed_break or 0
    for vehicle in sorted(
        {one for task in table.tasks_of_visit[visit] for one in table.allowed[task]}
    ):
        one = table.vehicles[vehicle]
        if one.rest is None or one.rest_is_mandatory or not plan.tours[vehicle].rests:
            continue
        plan.give_up_rest(vehicle, rests=False)
        best = best_placement(plan, visit, (vehicle,))
        loss = weight * (one.rest.miss_cost or 0)
        if best is not None and best.price + loss <= urgency(table, visit):
            place(plan, best)
            return True
        plan.give_up_rest(vehicle, rests=True)
    return False


def eject(plan: Plan, visit: int, stop: Stop = never) -> list[int]:
    """Make room for a visit by moving others, or by leaving out less urgent ones.

    Returns the visits left out for it. Takes the first exchange that leaves nothing out, else the
    one that leaves out least; nothing changes where every exchange would lose.
    """
    table = plan.table
    before = plan.checkpoint()
    lost_least = urgency(table, visit)
    best: tuple[int, ...] | None = None
    for count, group in enumerate(_victims(plan, visit)):
        if count >= EJECTIONS_TRIED or stop():
            break
        left = _exchange(plan, visit, group)
        if left is not None and not left:
            return []
        if left is not None:
            lost = sum(urgency(table, one) for one in left)
            if lost < lost_least:
                lost_least, best = lost, group
        plan.restore(before)
    if best is None:
        return []
    return _exchange(plan, visit, best) or []


def _exchange(plan: Plan, visit: int, group: tuple[int, ...]) -> list[int] | None:
    """Take the group out, the visit in, and what fits of the group elsewhere.

    Returns what is left out of the group; None where the visit does not fit even so.
    """
    vehicles = {plan.vehicle_of[task] for one in group for task in plan.table.tasks_of_visit[one]}
    for one in group:
        plan.remove_visit(one)
    best = best_placement(plan, visit, tuple(vehicles))
    if best is None:
        return None
    place(plan, best)
    return insert_all(plan, group)


def _victims(plan: Plan, visit: int) -> Iterator[tuple[int, ...]]:
    """Groups of visits worth taking out for a visit, the most promising first.

    Single stops of the vehicles that may do it, near its time, before neighbours on a tour; visits
    that are just as urgent may move but not be lost, so they come too.
    """
    table = plan.table
    tasks = table.tasks_of_visit[visit]
    opens = min(table.starts[task][0][0] for task in tasks)
    closes = max(table.starts[task][-1][1] for task in tasks)
    singles: set[int] = set()
    doubles: set[tuple[int, ...]] = set()
    for vehicle in sorted({one for task in tasks for one in table.allowed[task]}):
        stops = plan.tours[vehicle].tasks
        near = [
            table.visit_of[task]
            for task in stops
            if table.starts[task][0][0] <= closes + 120 and table.starts[task][-1][1] >= opens - 120
        ]
        singles.update(near)
        doubles.update(tuple(sorted(two)) for two in pairwise(near) if two[0] != two[1])

    def loss(group: tuple[int, ...]) -> tuple[int, tuple[int, ...]]:
        return sum(urgency(table, one) for one in group), group

    yield from sorted(((one,) for one in singles), key=loss)
    yield from sorted(doubles, key=loss)
