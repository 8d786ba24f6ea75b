"""Proof that a visit cannot be served beside others: a smallest group found that has no room.

*Proved impossible* means here: no plan of the day serves the visit together with all the others of
the group. The others are visits that the plan in force serves and that rank at least as high, that
is, those whose leaving out costs as much or more (or is forbidden); so it could be served only by
leaving out one that is worth as much. Where some plan serves the visit and all that the plan in
force serves of equal or higher rank, nothing of the kind is ever said. It is proved by refuting a
relaxation (`solver.explaining.relaxation`); whatever is not refuted within the bounds is
*not found in the time given*.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate

from solver.explain import Explanation, Reason
from solver.explaining.relaxation import Relaxation
from solver.solution import Proof, Solution
from solver.tasks import TaskTable

SIZES = (8, 16)
"""Others looked at together, the likeliest to be in the way first."""
MOST_CHOICES = 300
"""Choices of a shift for a part that a group may leave open, over all of its visits."""
WORK, WORK_AT_ONCE = 0.4, 0.1
"""Bounds of the whole search and of one question, in CP-SAT's deterministic unit."""


def explain_beside(
    table: TaskTable, plan: Solution, visit: int, *, work: float = WORK
) -> Explanation | None:
    """Why visit number `visit` cannot be served beside others of the plan; None: no proof.

    The same day, plan and `work` give the same answer. Facts: `group` are the ids of the others,
    `names` of all caregivers who might give one of them or the visit; `visits` and `caregivers`
    count them.
    """
    day = Relaxation(table, work)
    if not all(share.starts for share in day.shares(visit)):
        return None  # impossible by itself: `solver.explain` says why
    others = _in_the_way(table, plan, visit)
    fewest = _fewest_parts(day, visit)
    for size in SIZES:
        group = others[:size]
        if sum(len(table.tasks_of_visit[one]) for one in group) < fewest:
            continue
        if day.can_serve((visit, *group), WORK_AT_ONCE) is False:
            return _explained(day, visit, _smallest(day, visit, group))
        if size >= len(others):
            break
    return None


def _fewest_parts(day: Relaxation, visit: int) -> int:
    """How many parts of others it takes at least: fewer leave somebody free for the visit.

    One suffices where a gap to another visit may be in the way.
    """
    table = day.table
    tied = (link for task in table.tasks_of_visit[visit] for link in table.links_of[task])
    if any(not link.same_visit for link in tied):
        return 1
    caregiver = table.problem.shift_by_id
    shares = day.shares(visit)
    people = (len({caregiver[shift][0].id for shift in one.starts}) for one in shares)
    return min(people) - len(shares) + 1


def _explained(day: Relaxation, visit: int, group: list[int]) -> Explanation | None:
    """The certificate; None where the others have no room even without the visit.

    They are in the plan, so that is only so where the plan in force breaks rules.
    """
    if day.can_serve(group, WORK_AT_ONCE) is False:
        return None
    problem = day.table.problem
    shifts = day.shifts((visit, *group))
    people = [one.id for one in problem.caregivers if any(s.id in shifts for s in one.shifts)]
    names = [problem.visits[one].id for one in sorted(group)]
    detail = (
        f"No plan serves it together with visits {', '.join(names)}, which are planned and rank at"
        f" least as high: caregivers who could give any of them are {', '.join(people)} alone."
    )
    facts: dict[str, int | str] = {
        "group": ", ".join(names),
        "visits": len(names),
        "names": ", ".join(people),
        "caregivers": len(people),
    }
    one = problem.visits[visit].id
    return Explanation(one, Reason.GROUP_INFEASIBLE, Proof.IMPOSSIBLE, detail, facts)


def _smallest(day: Relaxation, visit: int, group: list[int]) -> list[int]:
    """What is left of a refuted group when none can be left out any more (or work is over)."""

    def is_refuted(others: list[int]) -> bool:
        return day.can_serve((visit, *others), WORK_AT_ONCE) is False

    return _without_needless(group, is_refuted)


def _without_needless(group: list[int], is_refuted: Callable[[list[int]], bool]) -> list[int]:
    """Leave out halves, quarters.. and single ones as long as the rest is refuted."""
    kept, size = list(group), max(1, len(group) // 2)
    while True:
        for end in range(len(kept), 0, -size):
            trial = kept[: max(0, end - size)] + kept[end:]
            if is_refuted(trial):
                kept = trial
        if size == 1:
            return kept
        size //= 2


def _in_the_way(table: TaskTable, plan: Solution, visit: int) -> list[int]:
    """Planned visits of no lower rank; first those that share shift and time, the tightest."""
    served = {stop.visit_id for route in plan.routes for stop in route.stops}
    rank, mine, (opens, closes) = _rank(table, visit), _shifts(table, visit), _span(table, visit)
    found = []
    for number, one in enumerate(table.problem.visits):
        if one.id not in served or number == visit or _rank(table, number) < rank:
            continue
        low, high = _span(table, number)
        theirs = _shifts(table, number)
        apart = not mine & theirs or low > closes or opens > high
        found.append((apart, len(theirs - mine), high - low, number))
    likeliest = [number for *_, number in sorted(found)][: SIZES[-1]]
    choices = accumulate(len(_shifts(table, one)) for one in likeliest)
    return [one for one, so_far in zip(likeliest, choices, strict=True) if so_far <= MOST_CHOICES]


def _rank(table: TaskTable, visit: int) -> tuple[bool, int]:
    cost = table.drop_cost[visit]
    return cost is None, cost or 0


def _shifts(table: TaskTable, visit: int) -> set[int]:
    return {vehicle for task in table.tasks_of_visit[visit] for vehicle in table.allowed[task]}


def _span(table: TaskTable, visit: int) -> tuple[int, int]:
    """From the first start that its windows allow to the last end, with an hour for the way."""
    tasks = [one for one in table.tasks_of_visit[visit] if table.starts[one]]
    hour = 60 * table.problem.ticks_per_minute
    opens = (table.starts[one][0][0] for one in tasks)
    closes = (table.starts[one][-1][1] + table.duration[one] for one in tasks)
    return min(opens, default=0), max(closes, default=0) + hour
