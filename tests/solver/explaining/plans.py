"""Plans of small days for the tests: constructed, and shaken until rules break."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from solver.construct import repair
from solver.mend import without_reasons
from solver.plan import Plan
from solver.problem import Problem
from solver.solution import Solution
from solver.tasks import tabulate


def constructed(day: Problem) -> Solution:
    """What insertion and ejection make of a day."""
    plan = Plan(tabulate(day))
    repair(plan)
    return without_reasons(plan)


def shaken(plan: Solution, seed: int) -> Solution:
    """The plan with starts moved by chance, some rests and stops dropped: it may break any rule."""
    rng = Random(seed)
    routes = []
    for route in plan.routes:
        stops = []
        for stop in route.stops:
            by = rng.choice((0, 0, 3, 8))
            stops.append(replace(stop, start=stop.start + by, end=stop.end + by))
        if rng.random() < 0.2:
            stops.pop(rng.randrange(len(stops)))
        late = rng.choice((0, 0, 20))
        rest = route.rest if rng.random() < 0.7 else None
        if rest is not None and rest.before > len(stops):
            rest = replace(rest, before=len(stops))
        routes.append(
            replace(route, stops=tuple(stops), return_at=route.return_at + late, rest=rest)
        )
    return Solution(tuple(routes), plan.unserved)
