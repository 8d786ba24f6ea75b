"""A `Problem` as flat arrays of whole numbers, and plans over them, for the compiled search.

A **task** is one part of a visit, numbered through in the problem's order; a **shift** is a route.
A row of a plan lists tasks in order and, where the rest of shift v is taken, the mark n + v (n
tasks). Prices are weighted; a plan's price is the checker's cost, and far more for what must not
be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.compatibility import FAR as NEVER
from solver.compatibility import LAST, allowed_starts
from solver.improve import columns as c
from solver.improve.people import Suitability, suitability
from solver.objective import Term
from solver.problem import Caregiver, Problem, Shift, Visit, WindowMet

Ints = NDArray[np.int64]
Shorts = NDArray[np.int32]

NEIGHBOURS = 150
"""Tasks considered near to a task; a ruin never reaches further."""


class Data(NamedTuple):
    """The problem: n tasks, V shifts, C caregivers, P places, M modes, Q neighbours."""

    tasks: Ints  # (n, TASK_COLUMNS)
    windows: Ints  # (., 2)
    links: Ints  # (., 4)
    shifts: Ints  # (V, SHIFT_COLUMNS)
    people: Ints  # (C, PEOPLE_COLUMNS)
    travel: Shorts  # (M, P, P)
    onto: Shorts  # (M, P, P) the same by destination: onto[m, b, a] is the way from a to b
    price: Ints  # (n, V) of the caregiver for the task; -1: may not
    able: Shorts  # (n, V) shifts that may do the task, the first tasks[ABLE] count
    expires: Ints  # (n, V) last start allowed; (0, 0): nothing expires
    near: Shorts  # (n, Q) tasks by closeness in place and time, itself first
    prices: Ints  # (PRICES,)
    linked: bool  # whether any start depends on another route
    chained: bool  # whether any visit depends on another


class State(NamedTuple):
    """A plan and its times; `copy_plan` and the sweep keep everything but `rows` derived."""

    rows: Shorts  # (V, longest row)
    size: Ints  # (V,)
    where: Ints  # (n,) shift, or -1
    at: Ints  # (n, AT_COLUMNS)
    route: Ints  # (V, ROUTE_COLUMNS)
    person: Ints  # (C, PERSON_COLUMNS)
    gaps: Shorts  # (V, longest row + 1, GAP_COLUMNS) what insertions look at first, close together
    wishing: Ints  # (1,) whether starts wait for what visits wish
    low: Ints  # (n,) working space of the sweep, as all below
    cursor: Ints  # (V, CURSOR_COLUMNS)
    stack: Ints  # (.,)


@dataclass(frozen=True, slots=True)
class Model:
    """The arrays of a problem with what it takes to come back from them."""

    problem: Problem
    data: Data
    tasks: tuple[tuple[int, int], ...]
    """(visit, part) by task."""
    shifts: tuple[tuple[Caregiver, Shift], ...]

    def empty(self) -> State:
        """The plan without a stop; every rest is marked."""
        tasks, shifts = len(self.tasks), len(self.shifts)
        state = State(
            rows=np.zeros((shifts, tasks + 2), dtype=np.int32),
            size=np.zeros(shifts, dtype=np.int64),
            where=np.full(tasks, -1, dtype=np.int64),
            at=np.zeros((tasks, c.AT_COLUMNS), dtype=np.int64),
            route=np.zeros((shifts, c.ROUTE_COLUMNS), dtype=np.int64),
            person=np.zeros((len(self.problem.caregivers), c.PERSON_COLUMNS), dtype=np.int64),
            gaps=np.zeros((shifts, tasks + 3, c.GAP_COLUMNS), dtype=np.int32),
            wishing=np.ones(1, dtype=np.int64),
            low=np.full(tasks, c.UNSET, dtype=np.int64),
            cursor=np.ones((shifts, c.CURSOR_COLUMNS), dtype=np.int64),
            stack=np.zeros(4 * (tasks + len(self.data.links)) + 2 * shifts + 16, dtype=np.int64),
        )
        for number in np.flatnonzero(self.data.shifts[:, c.REST]):
            state.rows[number, 0] = tasks + number
            state.size[number] = 1
        return state


def model(problem: Problem) -> Model:
    """Work out the arrays of a problem; linear in tasks x shifts, quadratic in nothing kept."""
    tasks = tuple(
        (number, part)
        for number, visit in enumerate(problem.visits)
        for part in range(len(visit.parts))
    )
    shifts = tuple((one, shift) for one in problem.caregivers for shift in one.shifts)
    places, travel = _travel(problem)
    table, windows = _tasks(problem, tasks, places)
    links = _links(problem, tasks, table)
    rows = _shifts(problem, shifts, places)
    table[:, c.LATEST] = _latest(table, windows)
    fit = suitability(problem, tasks, rows, table)
    able = _able(fit, table)
    data = Data(
        tasks=table,
        windows=windows,
        links=links,
        shifts=rows,
        people=_people(problem),
        travel=travel,
        onto=np.ascontiguousarray(travel.transpose(0, 2, 1)),
        price=fit.price,
        able=able,
        expires=fit.expires,
        near=_near(table, travel),
        prices=_prices(problem),
        linked=len(links) > 0,
        chained=bool(problem.dependencies),
    )
    return Model(problem, data, tasks, shifts)


def _travel(problem: Problem) -> tuple[dict[int, int], Shorts]:
    """New numbers of the places in use, and the matrices over them by mode."""
    used = {visit.place for visit in problem.visits}
    shifts = [shift for one in problem.caregivers for shift in one.shifts]
    used |= {place for shift in shifts for place in (shift.start_place, shift.end_place)}
    places = sorted(used)
    made = [problem.travel[mode][np.ix_(places, places)] for mode in _modes(problem)]
    travel = np.ascontiguousarray(made, dtype=np.int32).reshape(len(made), len(used), len(used))
    return {place: number for number, place in enumerate(places)}, travel


def _modes(problem: Problem) -> list[str]:
    return sorted({one.mode for one in problem.caregivers})


def _tasks(
    problem: Problem, tasks: tuple[tuple[int, int], ...], places: dict[int, int]
) -> tuple[Ints, Ints]:
    table = np.zeros((len(tasks), c.TASK_COLUMNS), dtype=np.int64)
    windows: list[tuple[int, int]] = []
    buildings: dict[str, int] = {}
    for task, (number, part) in enumerate(tasks):
        visit, row = problem.visits[number], table[task]
        row[c.PLACE] = places[visit.place]
        row[c.DURATION] = visit.parts[part].duration
        row[c.SETUP] = visit.setup
        row[c.BUILDING] = buildings.setdefault(visit.building, len(buildings))
        if not visit.building:
            row[c.BUILDING] = -1
        _fill_times(problem, visit, part, row, windows)
        row[c.DROP] = _drop_price(problem, visit)
        row[c.PART] = part
        row[c.MATE] = -1 if len(visit.parts) == 1 else task + 1 - 2 * part
        row[c.SYNC] = visit.sync is not None
    return table, np.array(windows, dtype=np.int64).reshape(-1, 2)


def _fill_times(
    problem: Problem, visit: Visit, part: int, row: Ints, windows: list[tuple[int, int]]
) -> None:
    """Windows and bounds of the start; none at all makes the bounds contradict each other."""
    allowed = allowed_starts(problem, visit, part)
    row[c.HARD] = visit.late_is_hard
    row[c.LOW], row[c.HIGH] = (allowed[0][0], allowed[-1][1]) if allowed else (1, 0)
    if not visit.late_is_hard:
        cut = visit.parts[part].duration if problem.window_met is WindowMet.AT_END else 0
        mine = [(one.start, one.end - cut) for one in visit.windows]
        if problem.weights.lateness is None and visit.locked_start is None:
            row[c.HIGH] = LAST  # priced instead, so that the search can see how late it is
    else:
        mine = list(allowed) or [(1, 0)]
    row[c.WINDOW_FROM], row[c.WINDOW_TO] = len(windows), len(windows) + len(mine)
    row[c.LOW] = max(row[c.LOW], mine[0][0])
    row[c.CLOSE] = mine[0][1]
    windows += mine
    wish = visit.preferred_start if part == 0 else None
    row[c.WISH] = c.UNSET if wish is None else wish


def _drop_price(problem: Problem, visit: Visit) -> int:
    weight = problem.weights.unserved
    if visit.drop_cost is None or (weight is None and visit.drop_cost > 0):
        return c.MANDATORY
    return visit.drop_cost * (weight or 0)


def _latest(table: Ints, windows: Ints) -> Ints:
    """Latest start of every task."""
    last = windows[table[:, c.WINDOW_TO] - 1, c.CLOSES] if len(table) else table[:, 0]
    hard = table[:, c.HARD] == 1
    return np.where(hard, np.minimum(last, table[:, c.HIGH]), table[:, c.HIGH])


def _links(problem: Problem, tasks: tuple[tuple[int, int], ...], table: Ints) -> Ints:
    """Ties between starts, two rows for each, sorted by task; fills their columns of the table."""
    first = {
        problem.visits[number].id: task for task, (number, part) in enumerate(tasks) if not part
    }
    ties: list[tuple[int, int, int, int | None]] = [
        (first[visit.id], first[visit.id] + 1, visit.sync.minimum, visit.sync.maximum)
        for visit in problem.visits
        if visit.sync is not None
    ]
    ties += [
        (first[one.before], first[one.after], one.gap.minimum, one.gap.maximum)
        for one in problem.dependencies
    ]
    rows: list[list[list[int]]] = [[] for _ in tasks]
    for before, after, least, most in ties:
        bound = NEVER if most is None else most
        rows[before].append([after, 0, least, bound])
        rows[after].append([before, 1, least, bound])
    ends = np.cumsum([len(one) for one in rows], dtype=np.int64)
    table[:, c.LINK_TO] = ends
    table[:, c.LINK_FROM] = ends - np.array([len(one) for one in rows], dtype=np.int64)
    return np.array([row for one in rows for row in one], dtype=np.int64).reshape(-1, 4)


def _shifts(
    problem: Problem, shifts: tuple[tuple[Caregiver, Shift], ...], places: dict[int, int]
) -> Ints:
    modes, weights = _modes(problem), problem.weights
    people = {one.id: number for number, one in enumerate(problem.caregivers)}
    table = np.zeros((len(shifts), c.SHIFT_COLUMNS), dtype=np.int64)
    for row, (caregiver, shift) in zip(table, shifts, strict=True):
        row[c.BEGIN], row[c.END] = shift.start, shift.end
        row[c.LAST_RETURN] = _last_return(problem, caregiver, shift)
        row[c.FROM_PLACE], row[c.TO_PLACE] = places[shift.start_place], places[shift.end_place]
        row[c.MODE], row[c.PERSON] = modes.index(caregiver.mode), people[caregiver.id]
        if (rest := shift.rest) is None:
            continue
        must = rest.miss_cost is None or (weights.missed_break is None and rest.miss_cost > 0)
        missed = c.PROHIBITIVE if must else (rest.miss_cost or 0) * (weights.missed_break or 0)
        row[c.REST], row[c.REST_MUST] = 1, must
        row[c.REST_FROM], row[c.REST_UNTIL] = rest.earliest, rest.latest_end
        row[c.REST_LENGTH] = rest.duration
        row[c.MISS], row[c.MISS_IDLE] = missed, missed if rest.due_without_stops else 0
    return table


def _last_return(problem: Problem, caregiver: Caregiver, shift: Shift) -> int:
    """End of the shift with its overtime, but not into the caregiver's next shift.

    The rules allow overtime into a next shift whose route begins later; the search does not.
    """
    over = 0 if problem.weights.overtime is None else shift.maximum_overtime
    latest = LAST if over is None else shift.end + over
    return min([latest, *(one.start for one in caregiver.shifts if one.start > shift.start)])


def _people(problem: Problem) -> Ints:
    rows = [
        (
            c.FAR if one.maximum_work is None else one.maximum_work,
            one.past_workload,
            bool(one.shifts),
        )
        for one in problem.caregivers
    ]
    return np.array(rows, dtype=np.int64).reshape(-1, c.PEOPLE_COLUMNS)


def _able(fit: Suitability, table: Ints) -> Shorts:
    """Shifts that may do each task, ascending; fills its column of the table."""
    able = np.zeros(fit.price.shape, dtype=np.int32)
    for task, row in enumerate(fit.price):
        mine = np.flatnonzero(row >= 0)
        able[task, : len(mine)] = mine
        table[task, c.ABLE] = len(mine)
    return able


def _near(table: Ints, travel: Shorts) -> Shorts:
    """Neighbours of each task in place and time, itself first; shape (n, at most NEIGHBOURS)."""
    count = min(len(table), NEIGHBOURS)
    near = np.zeros((len(table), count), dtype=np.int32)
    if not count:
        return near
    place = table[:, c.PLACE]
    opens = table[:, c.LOW].astype(float)
    slope = 0.1
    for task in range(len(table)):
        way = (travel[0, place[task], place] + travel[0, place, place[task]]) / 2.0
        far = way + slope * np.abs(opens - opens[task])
        far[task] = -1.0
        nearest = np.argpartition(far, count - 1)[:count]
        near[task] = nearest[np.argsort(far[nearest], kind="stable")]
    return near


def _prices(problem: Problem) -> Ints:
    prices = np.zeros(c.PRICES, dtype=np.int64)
    terms = {
        c.TRAVEL: Term.TRAVEL,
        c.WAITING: Term.WAITING,
        c.LATENESS: Term.LATENESS,
        c.HIGHEST: Term.HIGHEST_LATENESS,
        c.OVERTIME: Term.OVERTIME,
        c.IDLE: Term.LARGEST_IDLE,
        c.DEVIATION: Term.START_DEVIATION,
        c.USED: Term.CAREGIVERS_USED,
        c.BALANCE: Term.BALANCE,
    }
    for column, term in terms.items():
        weight = problem.weights.of(term)
        prices[column] = c.PROHIBITIVE if weight is None else weight
    prices[c.PUSH] = max(prices[c.LATENESS] + prices[c.WAITING], prices[c.TRAVEL], 1)
    prices[c.DELAY] = _delay_price(problem, prices)
    return prices


def _delay_price(problem: Problem, prices: Ints) -> int:
    """What a tick of delay beyond the slack of a start costs at least: whatever bounds it."""
    bounds = [c.PROHIBITIVE]
    if any(not visit.late_is_hard for visit in problem.visits):
        bounds += [prices[c.LATENESS], prices[c.PUSH]]
    if any(shift.maximum_overtime != 0 for one in problem.caregivers for shift in one.shifts):
        bounds.append(prices[c.OVERTIME])
    if prices[c.DEVIATION] > 0:
        bounds.append(0)
    return int(min(bounds))
