"""The entry point: a week's needs in, a day for every visit that can have one out."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from time import monotonic

from solver.errors import ProblemError
from solver.weeks.model import improve_days
from solver.weeks.problem import LeftOut, LeftReason, WeekPlan, WeekProblem
from solver.weeks.standing import Week, most_days

# Needs that one model of a large week chooses for, and needs of the largest week that is one model.
TOGETHER = 100
WHOLE = 400
# CP-SAT's units of work for one model of a large week: about a fifth of a second.
WORK_TOGETHER = 0.05
# Rounds of needs that choose anew one by one; after these there is next to nothing to gain.
SWEEPS = 8
# The default bound: about 20 seconds of one core for 5,000 needs.
WORK = 5.0


def assign_days(
    request: WeekProblem, *, work: float = WORK, seconds: float | None = None, seed: int = 0
) -> WeekPlan:
    """Choose the days of a week.

    Every need gets days one by one, the most urgent first and last week's if they are free; then
    CP-SAT chooses anew, all needs of a small week at once, else some zones at a time, as long as
    there is something to gain.

    Args:
        request: needs and what the days hold.
        work: bound in CP-SAT's units of work, which repeats exactly.
        seconds: bound of wall time; where it binds first, a run need not repeat.
        seed: of random choices.

    Returns:
        A plan that `check_week` accepts; visits without a day have a reason each.

    Raises:
        ProblemError: a bound is not above 0.
    """
    if not work > 0 or (seconds is not None and not seconds > 0):
        raise ProblemError(f"week: the bounds must be above 0, not {work} and {seconds}")
    end = None if seconds is None else monotonic() + seconds
    week = _start(request)
    proved = False
    if request.needs and len(request.needs) <= WHOLE:
        everything = range(len(request.needs))
        proved = improve_days(week, everything, work=work, seconds=seconds, seed=seed).proved
    elif request.needs:
        _improve_by_groups(week, work, end, Random(seed))
    best = week.cost()
    _fill(week)  # so that who is left out is left out for want of room, whatever the prices
    days = {need.id: week.days_of[index] for index, need in enumerate(request.needs)}
    left = tuple(one for index in range(len(request.needs)) for one in _left_out(week, index))
    return WeekPlan(days, left, week.cost(), proved and week.cost() == best)


def _start(request: WeekProblem) -> Week:
    """The better of two weeks made one need at a time.

    Where there is room, those with the least choice are to come first; where there is none, short
    visits, of which more find a place.
    """
    weeks = []
    for short_first in (False, True):
        week = Week(request)
        _fill(week, short_first=short_first)
        _sweep(week)
        weeks.append(week)
    return min(weeks, key=Week.cost)


def _fill(week: Week, *, short_first: bool = False) -> None:
    """Days for whoever lacks some, the most urgent first, then by choice or by minutes."""
    needs = week.problem.needs

    def turn(index: int) -> tuple[int, ...]:
        need, choice = needs[index], len(week.options[index])
        ranks = (need.minutes, choice) if short_first else (choice, -need.minutes)
        return (-need.priority, *ranks, index)

    lacking = [index for index, one in enumerate(needs) if len(week.days_of[index]) < one.visits]
    gained = True
    while gained:  # whoever takes other days may leave room for one who came before
        gained = False
        for index in sorted(lacking, key=turn):
            found = week.best_days(index)
            if len(found) > len(week.days_of[index]):
                week.put(index, found)
                gained = True


def _sweep(week: Week) -> None:
    """Every need chooses anew, the others as they stand, until nobody gains."""
    cost = week.cost()
    for _ in range(SWEEPS):
        before = cost, list(week.days_of)
        for index in range(len(week.problem.needs)):
            week.put(index, week.best_days(index))
        cost = week.cost()
        if cost >= before[0]:
            for index, days in enumerate(before[1]):
                week.put(index, days)
            return


def _improve_by_groups(week: Week, work: float, end: float | None, rng: Random) -> None:
    """Groups of needs in turn until the work is done or a whole round gains nothing."""
    left = work
    while True:
        cost = week.cost()
        for group in _groups(week, rng):
            seconds = None if end is None else end - monotonic()
            if left <= 0 or (seconds is not None and seconds <= 0):
                return
            bound = min(left, WORK_TOGETHER)
            seed = rng.randrange(1 << 31)
            left -= max(
                0.001, improve_days(week, group, work=bound, seconds=seconds, seed=seed).work
            )
        if week.cost() >= cost:
            return


def _groups(week: Week, rng: Random) -> Iterator[list[int]]:
    """All needs by zone, zones in a new order each time; whoever lacks days comes first."""
    needs = week.problem.needs
    zones: dict[str, list[int]] = {}
    for index, need in enumerate(needs):
        zones.setdefault(need.zone, []).append(index)
    order = sorted(zones)
    rng.shuffle(order)
    members = [index for zone in order for index in zones[zone]]
    lacking = [one for one in members if len(week.days_of[one]) < needs[one].visits]
    if lacking:
        others = rng.sample(members, min(len(members), TOGETHER // 2))
        yield list(dict.fromkeys([*lacking[: TOGETHER // 2], *others]))
    for first in range(0, len(members), TOGETHER):
        yield members[first : first + TOGETHER]


def _left_out(week: Week, index: int) -> Iterator[LeftOut]:
    """The visits of a need without a day, by reason."""
    need = week.problem.needs[index]
    given = len(week.days_of[index])
    never = need.visits - most_days(week.problem, need)
    if never:
        text = (
            f"need {need.id}: {never} of {need.visits} visits can have no day: its allowed days, "
            f"at least {need.least_distance} apart, are only {need.visits - never}"
        )
        yield LeftOut(need.id, never, LeftReason.NO_ALLOWED_DAYS, text)
    rest = need.visits - given - never
    if rest <= 0:
        return
    reason = LeftReason.CAPACITY
    why = f"no day it may have holds {need.minutes} minutes more"
    if len(week.best_days(index, apart=False)) > given:
        reason, why = LeftReason.KEPT_APART, "the needs it is kept apart from take the days"
    text = f"need {need.id}: {rest} of {need.visits} visits have no day: {why}"
    yield LeftOut(need.id, rest, reason, text)
