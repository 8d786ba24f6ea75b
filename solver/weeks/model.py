"""Some needs of a week chosen anew by CP-SAT, the others staying where they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from solver.weeks.standing import Days, Week

# What the wall clock gives a search whose true bound is deterministic.
ANYWAY_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Improved:
    """What a search did: whether it proved its choice best, and CP-SAT's units of work it took."""

    proved: bool
    work: float


@dataclass(slots=True)
class _Model:
    """Variables by (need, day); `extra` are the terms of the objective with their prices."""

    week: Week
    chosen: Sequence[int]
    model: cp_model.CpModel = field(default_factory=cp_model.CpModel)
    on: dict[tuple[int, int], cp_model.IntVar] = field(default_factory=dict)
    terms: list[cp_model.LinearExprT] = field(default_factory=list)


def improve_days(
    week: Week, chosen: Sequence[int], *, work: float, seconds: float | None, seed: int
) -> Improved:
    """Give the chosen needs better days, or leave the week as it is.

    Args:
        week: changed in place, never for the worse.
        chosen: numbers of the needs that are free.
        work: bound in CP-SAT's own unit, which repeats exactly.
        seconds: bound of wall time; None: only the work counts.
        seed: of the search's random choices.
    """
    before = {index: week.days_of[index] for index in chosen}
    cost = week.cost()
    for index in chosen:
        week.put(index, week.problem.needs[index].fixed_days)
    model = _Model(week, chosen)
    _needs(model)
    _apart(model)
    _loads(model)
    _zones(model)
    for (index, day), one in model.on.items():
        model.model.add_hint(one, day in before[index])
    model.model.minimize(cp_model.LinearExpr.sum(model.terms))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2  # loads of days are what binds, and linear
    solver.parameters.random_seed = seed & 0x7FFFFFFF
    solver.parameters.max_deterministic_time = work
    solver.parameters.max_time_in_seconds = ANYWAY_SECONDS if seconds is None else seconds
    status = solver.solve(model.model)
    found: dict[int, Days] = before
    if status in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        found = _read(model, solver)
    for index, days in found.items():
        week.put(index, days)
    if week.cost() > cost:
        for index, days in before.items():
            week.put(index, days)
    return Improved(status == cp_model.OPTIMAL, solver.response_proto.deterministic_time)


def _read(model: _Model, solver: cp_model.CpSolver) -> dict[int, Days]:
    needs = model.week.problem.needs
    found = {index: set(needs[index].fixed_days) for index in model.chosen}
    for (index, day), one in model.on.items():
        if solver.boolean_value(one):
            found[index].add(day)
    return {index: frozenset(days) for index, days in found.items()}


def _needs(model: _Model) -> None:
    """Days a need may have beside its fixed ones, as many as it needs, far enough apart."""
    week, weights = model.week, model.week.problem.weights
    for index in model.chosen:
        need = week.problem.needs[index]
        mine = {}
        for day in week.options[index]:
            if week.fits(index, day):
                one = model.model.new_bool_var("")
                mine[day] = model.on[index, day] = one
                moved = weights.moved if need.last_days and day not in need.last_days else 0
                model.terms.append((moved - weights.left_out * (1 + need.priority)) * one)
        if len(mine) > need.visits - len(need.fixed_days):
            model.model.add(sum(mine.values()) <= need.visits - len(need.fixed_days))
        for first in mine:
            close = [one for day, one in mine.items() if 0 <= day - first < need.least_distance]
            if len(close) > 1:
                model.model.add_at_most_one(close)


def _apart(model: _Model) -> None:
    for index, day in model.on:
        for other in model.week.neighbours[index]:
            if other > index and (other, day) in model.on:
                model.model.add_at_most_one([model.on[index, day], model.on[other, day]])


def _loads(model: _Model) -> None:
    """What days hold, of everything and of scarce skills, and minutes above a day's share."""
    week, problem = model.week, model.week.problem
    for day in range(problem.days):
        mine = [(problem.needs[index], one) for (index, at), one in model.on.items() if at == day]
        if not mine:
            continue
        load = sum(need.minutes * one for need, one in mine)
        model.model.add(load <= week.room[day] - week.load[day])
        for skill, room in week.skill_room.items():
            scarce = [need.minutes * one for need, one in mine if need.skill == skill]
            if scarce:
                model.model.add(sum(scarce) <= room[day] - week.skill_load[skill][day])
        most = sum(need.minutes for need, _ in mine)
        spare = week.shares[day] - week.load[day]
        if most > spare and problem.weights.balance:
            above = model.model.new_int_var(0, most + max(0, -spare), "")
            model.model.add(above >= load - spare)
            model.terms.append(problem.weights.balance * above)


def _zones(model: _Model) -> None:
    """A price for each zone that nobody outside reaches on a day."""
    week, price = model.week, model.week.problem.weights.zone_day
    opened: dict[tuple[str, int], cp_model.IntVar] = {}
    for (index, day), one in model.on.items():
        zone = week.problem.needs[index].zone
        if not zone or not price or week.reached[zone][day]:
            continue
        if (zone, day) not in opened:
            opened[zone, day] = model.model.new_bool_var("")
            model.terms.append(price * opened[zone, day])
        model.model.add_implication(one, opened[zone, day])
