"""Which services the seed plans, how long and how often; minutes stay inside the catalogue.

Shares and frequencies are assumed: they give visits of 30 to 90 minutes, one in twenty by two.
"""

from __future__ import annotations

from dataclasses import dataclass

from eldercare.seeding.sources import ServiceSource


@dataclass(frozen=True, slots=True)
class Habit:
    """How a service is usually given.

    `share`: part of all visits; `minutes` with their weights; `weekly[level]`: visits a week at a
    care level, 0 for never; `weight[level]`: how likely an elder of that level has it.
    """

    code: str
    share: float
    minutes: tuple[tuple[int, float], ...]
    weekly: tuple[float, float, float, float, float]
    weight: tuple[float, float, float, float, float]
    sex_insisted: float = 0.0
    windows: tuple[tuple[int, int], ...] = ()
    """Allowed starts beside the catalogue's usual ones, in minutes after midnight."""


HABITS = (
    Habit("hospice", 0.004, ((60, 1.0),), (0, 0, 0, 0, 3), (0, 0, 0, 0, 1)),
    Habit(
        "nursing",
        0.08,
        ((30, 0.65), (40, 0.2), (45, 0.1), (60, 0.05)),
        (0, 0.5, 1, 1, 2),
        (0, 0.5, 2, 5, 8),
    ),
    Habit("rehab", 0.035, ((45, 0.8), (60, 0.2)), (0, 1, 2, 2, 1), (0, 1, 3, 2, 0.5)),
    Habit(
        "bathing",
        0.062,
        ((60, 0.75), (75, 0.2), (90, 0.05)),
        (0, 1, 1, 1, 1),
        (0, 0.1, 0.6, 1, 12),
        0.15,
    ),
    Habit("feeding", 0.06, ((30, 0.7), (40, 0.3)), (0, 0, 3, 5, 7), (0, 0, 0.2, 1, 3)),
    Habit("walking", 0.02, ((60, 1.0),), (0.5, 1, 1, 0, 0), (0.3, 1, 1, 0, 0)),
    Habit("escort", 0.003, ((120, 1.0),), (0.25, 0.25, 0.25, 0.25, 0), (0.5, 1, 1, 1, 0)),
    Habit(
        "visiting",
        0.1,
        ((30, 0.75), (40, 0.2), (60, 0.05)),
        (0.5, 0.5, 1, 1, 1),
        (3, 2, 1, 1, 1),
    ),
    Habit("cleaning", 0.07, ((60, 0.9), (90, 0.1)), (0.5, 0.5, 1, 1, 1), (3, 2, 1, 0.5, 0.3)),
)
CARE_WINDOWS = (
    (8 * 60, 10 * 60),
    (9 * 60, 11 * 60 + 30),
    (11 * 60, 13 * 60),
    (12 * 60 + 30, 14 * 60 + 30),
    (14 * 60, 16 * 60 + 15),
)
"""Not everybody can be helped at getting up and going to bed: early and late hands are too few."""
CARE_HABIT = Habit(
    "personal_care",
    1.0,
    ((30, 0.72), (40, 0.17), (45, 0.08), (60, 0.03)),
    (1, 2, 3, 5, 7),
    (0, 1, 3, 6, 8),
    0.04,
    CARE_WINDOWS,
)
FIRST_HABIT = Habit(
    "personal_care",
    1.0,
    ((30, 0.8), (40, 0.2)),
    (0.5, 1, 1, 2, 3),
    (1, 1, 1, 1, 1),
    0.0,
    CARE_WINDOWS,
)
"""What everybody on a plan has at least."""


def checked_minutes(service: ServiceSource, minutes: int) -> int:
    """Minutes within the bounds of the catalogue."""
    return min(max(minutes, service.minimum_minutes), service.maximum_minutes)
