"""UHHC instances and solutions (github.com/iolab-uniud/uhhc; doi 10.1111/itor.70140).

A tick is a minute. A patient is a visit (mandatory unless optional), a caregiver has one shift with
a soft end and perhaps a lunch. Weights of the instance become `Weights`; the word HARD, or a
missing weight of a cost that is hard by default, becomes None.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from solver.errors import FormatError
from solver.formats.published import (
    ROAD,
    default_durations,
    distances,
    listed,
    need,
    parts,
    text,
    texts,
    ticks,
)
from solver.formats.uhhc_solution import components, read_solution, total, write_solution
from solver.objective import Term, Weights
from solver.problem import (
    Break,
    Caregiver,
    Gap,
    Problem,
    Shift,
    SkillHeld,
    TimeWindow,
    Visit,
    WindowMet,
)

__all__ = ["components", "read_problem", "read_solution", "total", "write_solution"]

WEIGHTS = {
    "travel_time": Term.TRAVEL,
    "total_tardiness": Term.LATENESS,
    "highest_tardiness": Term.HIGHEST_LATENESS,
    "total_waiting_time": Term.WAITING,
    "total_extra_time": Term.OVERTIME,
    "max_idle_time": Term.LARGEST_IDLE,
    "caregiver_preferences": Term.PREFERENCE,
    "optional_patients": Term.UNSERVED,
    "missed_lunch_break": Term.MISSED_BREAK,
}
HARD_BY_DEFAULT = {"caregiver_preferences", "optional_patients", "missed_lunch_break"}


def read_problem(document: Mapping[str, Any]) -> Problem:
    """A problem from an instance file; raises FormatError for costs it cannot express."""
    metadata = need("instance", document, "metadata")
    met = need("metadata", metadata, "time_window_met")
    if met not in [one.value for one in WindowMet]:
        raise FormatError(f"metadata: time_window_met {met!r} is unknown")
    terminals = {
        text("terminal point", one, "id"): need("terminal point", one, "distance_matrix_index")
        for one in listed("instance", document, "terminal_points")
    }
    usual = default_durations(document)
    lunch = _lunch(need("instance", document, "lunch_breaks"), WindowMet(met))
    return Problem(
        visits=tuple(_visit(one, usual) for one in listed("instance", document, "patients")),
        caregivers=tuple(
            _caregiver(one, terminals, lunch) for one in listed("instance", document, "caregivers")
        ),
        travel={ROAD: distances(document)},
        weights=_weights(need("metadata", metadata, "cost_components")),
        window_met=WindowMet(met),
        name=str(metadata.get("name", "")),
    )


def _weights(given: Any) -> Weights:
    if not isinstance(given, Mapping):
        raise FormatError("metadata: 'cost_components' is not an object")
    values: dict[str, int | None] = {}
    for name, term in WEIGHTS.items():
        weight = given.get(name, None if name in HARD_BY_DEFAULT else 0)
        values[term.value] = None if weight == "HARD" else weight
    for name, weight in given.items():
        if name not in WEIGHTS and weight not in (None, 0, "HARD"):
            raise FormatError(f"cost_components: {name!r} with weight {weight} is not supported")
    return Weights(**values)


def _lunch(given: Any, met: WindowMet) -> Break:
    start, end, shortest = (
        ticks("lunch_breaks", key, need("lunch_breaks", given, key), 1)
        for key in ("start", "end", "min_duration")
    )
    latest_end = end if met is WindowMet.AT_END else end + shortest
    return Break(
        earliest=start,
        latest_end=latest_end,
        duration=shortest,
        miss_cost=1,
        due_without_stops=True,
    )


def _visit(given: Any, usual: Mapping[str, Any]) -> Visit:
    name = text("patient", given, "id")
    item = f"patient {name}"
    shares = parts(item, given, "required_services", usual, 1)
    windows = [
        TimeWindow(*(ticks(item, key, need(item, one, key), 1) for key in ("start", "end")))
        for one in listed(item, given, "time_windows")
    ]
    return Visit(
        id=name,
        place=need(item, given, "distance_matrix_index"),
        parts=shares,
        windows=tuple(sorted(windows, key=lambda window: window.start)),
        sync=_sync(item, given.get("synchronization")) if len(shares) > 1 else None,
        drop_cost=1 if given.get("optional") else None,
        late_is_hard=False,
        preferred_caregivers=frozenset(texts(item, given, "preferred_caregivers")),
        refused_caregivers=frozenset(texts(item, given, "incompatible_caregivers")),
    )


def _sync(item: str, given: Any) -> Gap | None:
    kind = "independent" if given is None else need(item, given, "type")
    if kind == "independent":
        return None
    if kind == "simultaneous":
        return Gap()
    if kind != "sequential":
        raise FormatError(f"{item}: synchronization {kind!r} is unknown")
    distance = need(item, given, "distance")
    return Gap(*(ticks(item, key, need(item, distance, key), 1) for key in ("min", "max")))


def _caregiver(given: Any, terminals: Mapping[str, int], lunch: Break) -> Caregiver:
    name = text("caregiver", given, "id")
    item = f"caregiver {name}"
    hours = need(item, given, "working_shift")
    places = [text(item, given, key) for key in ("departing_point", "arrival_point")]
    for place in places:
        if place not in terminals:
            raise FormatError(f"{item}: terminal point {place!r} is unknown")
    shift = Shift(
        id=name,
        start=ticks(item, "start", need(item, hours, "start"), 1),
        end=ticks(item, "end", need(item, hours, "end"), 1),
        start_place=terminals[places[0]],
        end_place=terminals[places[1]],
        rest=lunch if given.get("lunch_break") else None,
        maximum_overtime=None,
    )
    skills = tuple(SkillHeld(one) for one in texts(item, given, "abilities"))
    return Caregiver(id=name, shifts=(shift,), mode=ROAD, skills=skills)
