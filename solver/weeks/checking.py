"""What a week must be, worked out from the request alone; nothing of the search is used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import combinations

from solver.weeks.problem import LeftReason, WeekNeed, WeekPlan, WeekProblem


def check_week(request: WeekProblem, plan: WeekPlan) -> list[str]:
    """Everything that is wrong with a plan, a sentence each; empty where it is right."""
    if set(plan.days) != {need.id for need in request.needs}:
        return ["the plan does not have exactly the needs of the request"]
    wrong = [text for need in request.needs for text in _check_need(request, plan, need)]
    wrong += _check_apart(request, plan)
    wrong += _check_room(request, plan.days)
    wrong += _check_reasons(request, plan)
    if plan.cost != (cost := week_cost(request, plan)):
        wrong.append(f"the plan is said to cost {plan.cost} and costs {cost}")
    return wrong


def week_cost(request: WeekProblem, plan: WeekPlan) -> int:
    """The price of a plan, term by term."""
    weights, cost = request.weights, 0
    load: Counter[int] = Counter()
    reached: set[tuple[str, int]] = set()
    for need in request.needs:
        days = plan.days[need.id]
        cost += weights.left_out * (1 + need.priority) * (need.visits - len(days))
        for day in days:
            load[day] += need.minutes
            if need.zone:
                reached.add((need.zone, day))
            if need.last_days and day not in need.last_days:
                cost += weights.moved
    work = sum(need.visits * need.minutes for need in request.needs)
    everything = sum(request.capacity)
    for day, capacity in enumerate(request.capacity):
        share = work * capacity // everything if everything else 0
        cost += weights.balance * max(0, load[day] - share)
    return cost + weights.zone_day * len(reached)


def _check_need(request: WeekProblem, plan: WeekPlan, need: WeekNeed) -> Iterator[str]:
    days = plan.days[need.id]
    if missing := need.fixed_days - days:
        yield f"need {need.id} lacks its fixed day {min(missing)}"
    if any(not 0 <= day < request.days for day in days):
        yield f"need {need.id} has a day outside the week"
    if need.allowed_days is not None and (bad := days - need.fixed_days - need.allowed_days):
        yield f"need {need.id} has day {min(bad)}, which is not allowed"
    for one, other in combinations(sorted(days), 2):
        both_fixed = {one, other} <= need.fixed_days
        if other - one < need.least_distance and not both_fixed:
            yield f"need {need.id} has days {one} and {other}, closer than {need.least_distance}"
    if len(days) > need.visits:
        yield f"need {need.id} has {len(days)} days for {need.visits} visits"
    told = [one for one in plan.left_out if one.need_id == need.id]
    if sum(one.visits for one in told) != need.visits - len(days):
        yield f"need {need.id} has {len(days)} of {need.visits} days, which is not what is told"
    never = sum(one.visits for one in told if one.reason is LeftReason.NO_ALLOWED_DAYS)
    if never != need.visits - _longest_choice(request, need):
        yield f"need {need.id} is told to have no allowed day for {never} visits, which is wrong"


def _longest_choice(request: WeekProblem, need: WeekNeed) -> int:
    """The most days the need can have alone: the longest chain of days, day by day."""
    chain = [0] * request.days
    for day in range(request.days):
        allowed = need.allowed_days is None or day in need.allowed_days
        clash = any(abs(day - one) < need.least_distance for one in need.fixed_days)
        if allowed and not clash and day not in need.fixed_days:
            before = chain[: max(0, day - need.least_distance + 1)]
            chain[day] = 1 + max(before, default=0)
    return min(need.visits, len(need.fixed_days) + max(chain, default=0))


def _check_apart(request: WeekProblem, plan: WeekPlan) -> Iterator[str]:
    for one, other in request.apart:
        fixed = request.need_by_id[one].fixed_days & request.need_by_id[other].fixed_days
        for day in (plan.days[one] & plan.days[other]) - fixed:
            yield f"needs {one} and {other} are both on day {day} and kept apart"


def _check_room(request: WeekProblem, days: Mapping[str, frozenset[int]]) -> Iterator[str]:
    everything = (request.needs, request.capacity, "the week")
    scarce = [
        ([need for need in request.needs if need.skill == skill], minutes, f"skill {skill}")
        for skill, minutes in request.skill_capacity.items()
    ]
    for needs, capacity, name in (everything, *scarce):
        for day, holds in enumerate(capacity):
            load = sum(need.minutes for need in needs if day in days[need.id])
            fixed = sum(need.minutes for need in needs if day in need.fixed_days)
            if load > max(holds, fixed):
                yield f"{name} has {load} minutes on day {day}, which holds {holds}"


def _check_reasons(request: WeekProblem, plan: WeekPlan) -> Iterator[str]:
    """Whoever is left out for want of room could not simply have one day more."""
    for one in plan.left_out:
        need = request.need_by_id[one.need_id]
        mine = plan.days[need.id]
        if one.reason is LeftReason.NO_ALLOWED_DAYS or len(mine) >= need.visits:
            continue
        rivals = {x for pair in request.apart if need.id in pair for x in pair} - {need.id}
        taken = {day for rival in rivals for day in plan.days[rival]}
        for day in sorted(set(range(request.days)) - mine - taken):
            allowed = need.allowed_days is None or day in need.allowed_days
            close = any(abs(day - other) < need.least_distance for other in mine)
            more = {**plan.days, need.id: mine | {day}}
            if allowed and not close and not _fuller(request, need, more, day):
                yield f"need {need.id} is left out, and day {day} would have room"


def _fuller(
    request: WeekProblem, need: WeekNeed, days: Mapping[str, frozenset[int]], day: int
) -> bool:
    """Whether the day of a need no longer holds what is on it, of everything or of its skill."""
    for skill, capacity in (("", request.capacity), *request.skill_capacity.items()):
        if skill and skill != need.skill:
            continue
        those = [one for one in request.needs if not skill or one.skill == skill]
        load = sum(one.minutes for one in those if day in days[one.id])
        if load > max(capacity[day], sum(one.minutes for one in those if day in one.fixed_days)):
            return True
    return False
