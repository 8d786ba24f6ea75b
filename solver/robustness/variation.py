"""How travel and care vary: factors of mean 1, shared by the hour, by the caregiver, or by nobody.

A leg takes its planned time times three factors: its own luck, how fast this caregiver rides today,
and how thick the traffic of that hour is for everybody. A service (its setup included) takes its
own luck times how fast this caregiver works today. Every factor is lognormal with mean 1, so the
plan's times are right on average; `docs/robustness.md` says where the default spreads come from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite, log, sqrt

import numpy as np
from numpy.typing import NDArray

from solver.errors import ProblemError
from solver.problem import Problem
from solver.robustness.course import Course

Trials = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Coefficients of variation (standard deviation over mean) of the factors, 0: none.

    `own` of every leg or service alone, `caregiver` common to a caregiver's day, `hour` common to
    everybody on the way in one hour (without a meaning for services).
    """

    own: float = 0.0
    caregiver: float = 0.0
    hour: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is no coefficient of variation."""
        for name in ("own", "caregiver", "hour"):
            value = getattr(self, name)
            if not isfinite(value) or value < 0:
                raise ProblemError(f"spread: {name} must be a number of at least 0, not {value!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """Spreads of travel and service; by travel mode and by label of the part where they differ."""

    travel: Spread = Spread(own=0.20, caregiver=0.10, hour=0.15)
    service: Spread = Spread(own=0.20, caregiver=0.10)
    travel_by_mode: Mapping[str, Spread] = field(default_factory=dict)
    service_by_label: Mapping[str, Spread] = field(default_factory=dict)

    def of_mode(self, mode: str) -> Spread:
        """Spread of the way by this mode."""
        return self.travel_by_mode.get(mode, self.travel)

    def of_label(self, label: str) -> Spread:
        """Spread of a service with this label."""
        return self.service_by_label.get(label, self.service)


NONE = Variation(travel=Spread(), service=Spread())


@dataclass(frozen=True, slots=True)
class Factors:
    """What each planned time is multiplied with: arrays of (stops or routes, trials)."""

    travel: Trials
    service: Trials
    back: Trials


def draw(
    problem: Problem, course: Course, variation: Variation, *, trials: int, seed: int
) -> Factors:
    """Factors of all stops and returns, the same for the same arguments.

    Luck belongs to the visit, the caregiver and the hour, not to the place in a route: two plans of
    one day meet the same luck and can be compared, and a larger spread stretches the same luck.
    """
    streams = [np.random.default_rng(one) for one in np.random.SeedSequence(seed).spawn(6)]
    parts = {
        (visit.id, number): row
        for row, (visit, number) in enumerate(
            (visit, number) for visit in problem.visits for number in range(len(visit.parts))
        )
    }
    shifts = {shift_id: row for row, shift_id in enumerate(problem.shift_by_id)}
    people = {one.id: row for row, one in enumerate(problem.caregivers)}
    hours = 1 + max((one.hour for one in course.stops), default=0)
    hours = max([hours, *(1 + route.back_hour for route in course.routes)])
    sizes = (len(parts), len(parts), len(shifts), len(people), len(people), hours)
    luck = [rng.standard_normal((size, trials)) for rng, size in zip(streams, sizes, strict=True)]
    rows = [parts[one.visit.id, one.part] for one in course.stops]
    riders = [people[course.routes[one.route].caregiver] for one in course.stops]
    rides = [variation.of_mode(course.routes[one.route].mode) for one in course.stops]
    care = [variation.of_label(one.visit.parts[one.part].label) for one in course.stops]
    travel = _factor(luck[0], rows, [one.own for one in rides])
    travel *= _factor(luck[3], riders, [one.caregiver for one in rides])
    travel *= _factor(luck[5], [one.hour for one in course.stops], [one.hour for one in rides])
    service = _factor(luck[1], rows, [one.own for one in care])
    service *= _factor(luck[4], riders, [one.caregiver for one in care])
    rides = [variation.of_mode(route.mode) for route in course.routes]
    home = [shifts[route.shift.id] for route in course.routes]
    back = _factor(luck[2], home, [one.own for one in rides])
    riders = [people[route.caregiver] for route in course.routes]
    back *= _factor(luck[3], riders, [one.caregiver for one in rides])
    back *= _factor(luck[5], [one.back_hour for one in course.routes], [one.hour for one in rides])
    return Factors(travel, service, back)


def _factor(luck: Trials, rows: Sequence[int], spreads: Sequence[float]) -> Trials:
    """Lognormal factors of mean 1 from standard normal luck, one row for each entry."""
    sigma = np.array([sqrt(log(1 + one * one)) for one in spreads], dtype=np.float64)[:, None]
    chosen = luck[np.array(rows, dtype=np.intp)]
    factors: Trials = np.exp(sigma * chosen - sigma * sigma / 2)
    return factors
