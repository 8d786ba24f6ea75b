"""Random weeks, tiny ones for brute force and large ones for size."""

from __future__ import annotations

from itertools import combinations, product
from random import Random

from solver.weeks import WeekNeed, WeekPlan, WeekProblem, WeekWeights, week_cost
from solver.weeks.checking import _check_apart, _check_need, _check_room


def random_week(seed: int, needs: int, days: int, load: float = 1.0) -> WeekProblem:
    """A week with every field in use; `load` is the work over the capacity, about."""
    rng = Random(seed)
    made = tuple(_need(rng, f"N{number}", needs, days) for number in range(needs))
    work = sum(need.visits * need.minutes for need in made)
    nursing = sum(need.visits * need.minutes for need in made if need.skill)
    rates = [rng.uniform(0.6, 1.4) for _ in range(days)]
    scale = 1 / (load * sum(rates))
    return WeekProblem(
        needs=made,
        capacity=tuple(int(work * rate * scale) for rate in rates),
        skill_capacity={"nurse": tuple(int(nursing * rate * scale * 1.2) for rate in rates)},
        apart=_pairs(rng, needs),
        weights=WeekWeights(moved=rng.choice((0, 20, 60)), zone_day=rng.choice((0, 15, 40))),
    )


def _pairs(rng: Random, needs: int) -> frozenset[tuple[str, str]]:
    chosen = [rng.sample(range(needs), 2) for _ in range(max(1, needs // 10))]
    return frozenset((f"N{one}", f"N{other}") for one, other in chosen)


def _need(rng: Random, name: str, needs: int, days: int) -> WeekNeed:
    visits = rng.choice((1, 1, 2, 2, 3, min(5, days)))
    allowed = None
    if rng.random() < 0.4:
        allowed = frozenset(rng.sample(range(days), rng.randint(1, days)))
    fixed = frozenset(rng.sample(range(days), 1)) if rng.random() < 0.15 else frozenset[int]()
    last = frozenset(rng.sample(range(days), min(visits, days)))
    return WeekNeed(
        id=name,
        visits=visits,
        minutes=rng.choice((20, 30, 45, 60)),
        allowed_days=allowed,
        fixed_days=fixed,
        least_distance=rng.choice((1, 1, 2, 3)) if visits < 4 else 1,
        last_days=last if rng.random() < 0.7 else frozenset(),
        zone=rng.choice(("", *(f"Z{number}" for number in range(max(2, needs // 40))))),
        skill=rng.choice(("", "", "nurse")),
        priority=rng.choice((0, 0, 0, 3)),
    )


def cheapest(request: WeekProblem) -> int:
    """The least cost of any plan, by trying all of them."""
    choices = []
    for need in request.needs:
        sets = [
            frozenset(days)
            for count in range(need.visits + 1)
            for days in combinations(range(request.days), count)
        ]
        empty = WeekPlan({need.id: frozenset()}, (), 0)
        choices.append([days for days in sets if _may(request, need, empty, days)])
    best = None
    ids = [need.id for need in request.needs]
    for chosen in product(*choices):
        plan = WeekPlan(dict(zip(ids, chosen, strict=True)), (), 0)
        cost = week_cost(request, plan)
        if best is not None and cost >= best:
            continue
        if not [*_check_apart(request, plan), *_check_room(request, plan.days)]:
            best = cost
    assert best is not None, "the fixed days alone are always a plan"
    return best


def _may(request: WeekProblem, need: WeekNeed, plan: WeekPlan, days: frozenset[int]) -> bool:
    """Whether a need may have these days if it were alone."""
    told = "which is not what is told", "which is wrong"
    one = WeekPlan({**plan.days, need.id: days}, (), 0)
    return all(text.endswith(told) for text in _check_need(request, one, need))
