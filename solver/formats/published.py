"""What the two published formats share: careful access, and the times a solution leaves out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from numpy.typing import NDArray

from solver.errors import FormatError
from solver.formats.codec import matrix
from solver.problem import Part, Problem, Shift, SkillNeed
from solver.solution import Proof, Rest, Route, Solution, Stop, Unserved

ROAD = "road"


def need(item: str, document: Any, key: str) -> Any:
    """A value that must be there."""
    if not isinstance(document, Mapping) or key not in document:
        raise FormatError(f"{item}: {key!r} is missing")
    return document[key]


def listed(item: str, document: Any, key: str) -> list[Any]:
    """A list that must be there."""
    value = need(item, document, key)
    if not isinstance(value, list):
        raise FormatError(f"{item}: {key!r} is not a list")
    return value


def text(item: str, document: Any, key: str) -> str:
    """A text that must be there."""
    value = need(item, document, key)
    if not isinstance(value, str):
        raise FormatError(f"{item}: {key!r} is {value!r}, not a text")
    return value


def texts(item: str, document: Mapping[str, Any], key: str) -> list[str]:
    """A list of texts; none where the key is missing or null."""
    values = document.get(key)
    if values is None:
        return []
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise FormatError(f"{item}: {key!r} is not a list of texts")
    return values


def locations(item: str, route: Mapping[str, Any]) -> list[Any]:
    """The locations of a route; none where they are missing or null."""
    return [] if route.get("locations") is None else listed(item, route, "locations")


def default_durations(document: Any) -> dict[str, Any]:
    """Usual duration by service."""
    services = listed("instance", document, "services")
    return {text("service", one, "id"): one.get("default_duration") for one in services}


def parts(
    item: str, patient: Any, key: str, usual: Mapping[str, Any], per_unit: int
) -> tuple[Part, ...]:
    """Parts of a visit: each needs the skill of its service."""
    made = []
    for one in listed(item, patient, key):
        service = text(item, one, "service")
        length = ticks(item, "duration", one.get("duration", usual.get(service)), per_unit)
        made.append(Part(length, (SkillNeed(service),), service))
    return tuple(made)


def distances(document: Any) -> NDArray[Any]:
    """The matrix of an instance."""
    return matrix(listed("instance", document, "distances"), "instance.distances")


def ticks(item: str, key: str, value: Any, per_unit: int) -> int:
    """A number of the file in ticks, to the nearest one."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise FormatError(f"{item}: {key!r} is {value!r}, not a number")
    return round(value * per_unit)


@dataclass(frozen=True, slots=True)
class GivenStop:
    """What a published solution says of a stop."""

    patient: str
    service: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class GivenRest:
    """A rest before stop `before`; `at_next` says at which of the two places."""

    before: int
    start: int
    end: int
    at_next: bool


def make_route(
    problem: Problem,
    shift: Shift,
    given: Sequence[GivenStop],
    rest: GivenRest | None,
    used: Counter[tuple[str, int]],
) -> Route:
    """A route with departure, arrivals and return recomputed: just in time, then without delay.

    `used` counts (patient, part) over all routes and is updated.
    """
    travel_times = problem.travel[ROAD]
    stops: list[Stop] = []
    place, free, departure = shift.start_place, 0, 0
    for position, one in enumerate(given):
        visit_id, part = _part(problem, one, used)
        goal = problem.visit_by_id[visit_id].place
        travel = int(travel_times[place, goal])
        now = rest if rest and rest.before == position else None
        if position == 0:
            arrival = now.start if now and now.at_next else one.start
            departure = arrival - travel
        else:
            arrival = (now.end if now and not now.at_next else free) + travel
        stops.append(Stop(visit_id, part, arrival, one.start, one.end))
        place = goal
        free = one.start + problem.visit_by_id[visit_id].parts[part].duration
    back = int(travel_times[place, shift.end_place])
    return_at = free + back
    if rest and rest.before == len(given):
        return_at = rest.end if rest.at_next else rest.end + back
    taken = Rest(rest.before, rest.start, rest.end) if rest else None
    return Route(shift.id, departure, tuple(stops), return_at, taken)


def _part(problem: Problem, one: GivenStop, used: Counter[tuple[str, int]]) -> tuple[str, int]:
    visit = problem.visit_by_id.get(one.patient)
    if visit is None:
        raise FormatError(f"solution: patient {one.patient!r} is not in the instance")
    fitting = [number for number, part in enumerate(visit.parts) if part.label == one.service]
    if not fitting:
        raise FormatError(f"solution: patient {one.patient} needs no service {one.service!r}")
    part = min(fitting, key=lambda number: used[one.patient, number])
    used[one.patient, part] += 1
    return visit.id, part


def make_solution(problem: Problem, routes: Iterable[Route]) -> Solution:
    """Routes with stops, and as unserved every visit that none of them names."""
    kept = tuple(route for route in routes if route.stops)
    named = {stop.visit_id for route in kept for stop in route.stops}
    unserved = (
        Unserved(visit.id, "unscheduled", Proof.NOT_FOUND)
        for visit in problem.visits
        if visit.id not in named
    )
    return Solution(kept, tuple(unserved))


def ordering(solution: Solution) -> list[str]:
    """Patients in the order in which their first service starts."""
    starts = [(stop.start, stop.visit_id) for route in solution.routes for stop in route.stops]
    return list(dict.fromkeys(visit_id for _, visit_id in sorted(starts)))
