"""What a plan is worth on days that do not go as planned: chances of visits, routes and stops."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.errors import ProblemError
from solver.problem import Problem, WindowMet
from solver.robustness.course import Course, PlannedStop, course_of
from solver.robustness.running import Days, run
from solver.robustness.variation import NONE, Trials, Variation, draw
from solver.solution import Solution

# An elder who was told ten o'clock waits until half past.
TOLERANCE_MINUTES = 30
# Sums of fractions of a tick are not exact to the last bit.
TINY = 1e-6


@dataclass(frozen=True, slots=True)
class VisitOdds:
    """One served visit, all its parts together; shares of the trials and minutes.

    `in_window`: no part was late; `as_promised`: every part began within the tolerance of its
    promised start; `on_time`: both. `lateness` counts from the end of the window, `delay` from the
    promised start; each is that of the later part, as mean and as 90th percentile.
    """

    visit_id: str
    on_time: float
    in_window: float
    as_promised: float
    mean_lateness_minutes: float
    lateness_90_minutes: float
    mean_delay_minutes: float
    delay_90_minutes: float


@dataclass(frozen=True, slots=True)
class RouteOdds:
    """One route: chances of a return after the shift's end, and after the overtime allowed.

    `rest_in_window` is None where the route has no rest, or one that nobody owes.
    """

    shift_id: str
    overtime: float
    overtime_exceeded: float
    mean_overtime_minutes: float
    rest_in_window: float | None


@dataclass(frozen=True, slots=True)
class FragileSpot:
    """A stop that is less often on time than the one before it (the first: than certainty).

    `slack_minutes` is what may be lost since the stop before, and this one is still on time.
    """

    shift_id: str
    position: int
    visit_id: str
    part: int
    on_time: float
    on_time_before: float
    slack_minutes: float

    @property
    def fall(self) -> float:
        """By how much the chance falls."""
        return self.on_time_before - self.on_time


@dataclass(frozen=True, slots=True)
class Robustness:
    """Odds of a plan; `on_time` is the mean of its visits (1.0 where there are none).

    `fragile` holds every stop with a fall, the deepest first. `ties_kept` is the share of trials
    and ties (two-part visits, dependencies) with a gap as it is to be.
    """

    trials: int
    on_time: float
    ties_kept: float
    visits: tuple[VisitOdds, ...]
    routes: tuple[RouteOdds, ...]
    fragile: tuple[FragileSpot, ...]


def simulate(
    problem: Problem,
    plan: Solution,
    *,
    trials: int = 1000,
    seed: int = 0,
    variation: Variation | None = None,
    early_minutes: int = 0,
) -> Robustness:
    """Run a plan many times with travel and service that vary.

    Args:
        problem: the day.
        plan: a plan of it that the checker accepts.
        trials: how often the day is run.
        seed: of luck; the same seed gives the same luck to every plan of the day.
        variation: the spreads (None: the defaults of `docs/robustness.md`).
        early_minutes: how much before the promised start a service may begin.

    Raises:
        ProblemError: the trials are not at least 1, or the minutes not at least 0.
        SolutionError: the plan names what the problem does not have.
    """
    if trials < 1:
        raise ProblemError(f"simulation: trials must be at least 1, not {trials}")
    if early_minutes < 0:
        raise ProblemError(f"simulation: early_minutes must be at least 0, not {early_minutes}")
    course = course_of(problem, plan)
    early = early_minutes * problem.ticks_per_minute
    chosen = variation if variation is not None else Variation()
    days = run(course, draw(problem, course, chosen, trials=trials, seed=seed), early=early)
    planned = run(course, draw(problem, course, NONE, trials=1, seed=seed))
    late = _lateness(problem, course, days)
    off = days.start - np.array([[one.promised] for one in course.stops]).reshape(-1, 1)
    tolerance = TOLERANCE_MINUTES * problem.ticks_per_minute
    in_window, near = late <= TINY, np.abs(off) <= tolerance + TINY
    chances = (in_window & near).mean(axis=1)
    visits = _visits(problem, course, late, off, in_window, near)
    return Robustness(
        trials=trials,
        on_time=float(np.mean([one.on_time for one in visits])) if visits else 1.0,
        ties_kept=_ties_kept(course, days),
        visits=visits,
        routes=tuple(_route(problem, course, days, number) for number in range(len(course.routes))),
        fragile=_fragile(problem, course, planned, chances, tolerance),
    )


def _lateness(problem: Problem, course: Course, days: Days) -> Trials:
    """Ticks after the end of the latest window that has begun, by stop and trial."""
    late = np.zeros_like(days.start)
    instants = days.end if problem.window_met is WindowMet.AT_END else days.start
    for number, stop in enumerate(course.stops):
        start = days.start[number]
        ends = np.full_like(start, stop.visit.windows[0].end)
        for window in stop.visit.windows[1:]:
            ends[start >= window.start - TINY] = window.end
        late[number] = np.maximum(0, instants[number] - ends)
    return late


def _visits(
    problem: Problem,
    course: Course,
    late: Trials,
    off: Trials,
    in_window: NDArray[np.bool_],
    near: NDArray[np.bool_],
) -> tuple[VisitOdds, ...]:
    rows: dict[str, list[int]] = {}
    for number, stop in enumerate(course.stops):
        rows.setdefault(stop.visit.id, []).append(number)
    made = []
    for visit in problem.visits:
        if visit.id not in rows:
            continue
        mine = rows[visit.id]
        kept, told = in_window[mine].all(axis=0), near[mine].all(axis=0)
        lateness = late[mine].max(axis=0) / problem.ticks_per_minute
        delay = np.maximum(0, off[mine].max(axis=0)) / problem.ticks_per_minute
        made.append(
            VisitOdds(
                visit_id=visit.id,
                on_time=float((kept & told).mean()),
                in_window=float(kept.mean()),
                as_promised=float(told.mean()),
                mean_lateness_minutes=float(lateness.mean()),
                lateness_90_minutes=float(np.quantile(lateness, 0.9)),
                mean_delay_minutes=float(delay.mean()),
                delay_90_minutes=float(np.quantile(delay, 0.9)),
            )
        )
    return tuple(made)


def _route(problem: Problem, course: Course, days: Days, number: int) -> RouteOdds:
    route = course.routes[number]
    shift = route.shift
    over = np.maximum(0, days.done[number] - shift.end)
    allowed = shift.maximum_overtime
    owed = route.owed > 0 and shift.rest is not None
    return RouteOdds(
        shift_id=shift.id,
        overtime=float((over > TINY).mean()),
        overtime_exceeded=0.0 if allowed is None else float((over > allowed + TINY).mean()),
        mean_overtime_minutes=float(over.mean()) / problem.ticks_per_minute,
        rest_in_window=(
            float((days.rested[number] <= shift.rest.latest_end + TINY).mean())
            if owed and shift.rest is not None
            else None
        ),
    )


def _ties_kept(course: Course, days: Days) -> float:
    kept = [
        (gap >= tie.minimum - TINY) & (tie.maximum is None or gap <= tie.maximum + TINY)
        for tie in course.ties
        for gap in (days.start[tie.after] - days.start[tie.before],)
    ]
    return float(np.mean(kept)) if kept else 1.0


def _fragile(
    problem: Problem, course: Course, planned: Days, chances: Trials, tolerance: int
) -> tuple[FragileSpot, ...]:
    spots = []
    for number, stop in enumerate(course.stops):
        before = 1.0 if stop.before < 0 else float(chances[stop.before])
        here = float(chances[number])
        if here >= before:
            continue
        slack = stop.promised - float(planned.ready[number, 0])
        slack += max(0, min(tolerance, _margin(problem, stop)))
        route = course.routes[stop.route]
        spots.append(
            FragileSpot(
                shift_id=route.shift.id,
                position=number - route.first,
                visit_id=stop.visit.id,
                part=stop.part,
                on_time=here,
                on_time_before=before,
                slack_minutes=slack / problem.ticks_per_minute,
            )
        )
    return tuple(sorted(spots, key=lambda one: (-one.fall, one.shift_id, one.position)))


def _margin(problem: Problem, stop: PlannedStop) -> int:
    """Ticks by which the promised start may slip inside its window."""
    begun = [one for one in stop.visit.windows if one.start <= stop.promised]
    end = (begun or [stop.visit.windows[0]])[-1].end
    lasts = stop.visit.parts[stop.part].duration
    return end - stop.promised - (lasts if problem.window_met is WindowMet.AT_END else 0)
