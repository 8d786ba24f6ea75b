"""Made-up days in the published formats, small enough to count by hand."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

# A made-up UHHC day: one office, two patients, three caregivers.
UHHC: dict[str, Any] = {
    "metadata": {
        "time_window_met": "at_service_end",
        "cost_components": {"travel_time": 2, "total_tardiness": "HARD", "missed_lunch_break": 9},
    },
    "distances": [[0, 10, 10], [10, 0, 4], [10, 4, 0]],
    "terminal_points": [{"id": "d0", "distance_matrix_index": 0}],
    "services": [{"id": "s0", "default_duration": 15}, {"id": "s1", "default_duration": 5}],
    "caregivers": [
        {
            "id": name,
            "abilities": ["s0", "s1"],
            "departing_point": "d0",
            "arrival_point": "d0",
            "working_shift": {"start": 100, "end": 400},
            "lunch_break": name != "c3",
        }
        for name in ("c1", "c2", "c3")
    ],
    "patients": [
        {
            "id": "p1",
            "required_services": [{"service": "s0"}, {"service": "s1", "duration": 7}],
            "distance_matrix_index": 1,
            "time_windows": [{"start": 200, "end": 300}, {"start": 100, "end": 150}],
            "synchronization": {"type": "sequential", "distance": {"min": 5, "max": 20}},
            "preferred_caregivers": ["c1"],
            "incompatible_caregivers": ["c3"],
        },
        {
            "id": "p2",
            "required_services": [{"service": "s1"}],
            "distance_matrix_index": 2,
            "time_windows": [{"start": 100, "end": 390}],
            "optional": True,
        },
    ],
    "lunch_breaks": {"start": 180, "end": 360, "min_duration": 30},
}

HHCRSP: dict[str, Any] = {
    "central_offices": [{"id": "d"}],
    "services": [{"id": "s1", "default_duration": 14.0}],
    "distances": [[0.0, 3.605], [3.605, 0.0]],
    "caregivers": [{"id": "c1", "abilities": ["s1"]}, {"id": "c2", "abilities": ["s1"]}],
    "patients": [
        {
            "id": "p1",
            "time_window": [154.99999999999997, 200.0],
            "required_caregivers": [{"service": "s1"}, {"service": "s1", "duration": 3.5}],
            "synchronization": {"type": "simultaneous"},
        }
    ],
}


def with_change(document: dict[str, Any], change: Callable[[dict[str, Any]], object]) -> Any:
    other = copy.deepcopy(document)
    change(other)
    return other


def service(patient: str, name: str, start: int, end: int) -> dict[str, Any]:
    return {"patient": patient, "service": name, "arrival_time": start, "departure_time": end}


def lunch(patient: str, start: int) -> dict[str, Any]:
    return {
        "patient": patient,
        "service": "lunch_break",
        "start_time": start,
        "end_time": start + 30,
    }
