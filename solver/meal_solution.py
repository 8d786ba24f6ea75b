"""The answer to a `MealProblem`: the riders' trips, and the deliveries left out with reasons."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from solver.solution import Proof


class MealReason(StrEnum):
    """Why a delivery is on no trip."""

    NO_RIDER = "no_rider"
    """No rider may load at its kitchen."""
    TOO_LARGE = "too_large"
    """More portions than any of those riders, or the kitchen, can give in one trip."""
    OUT_OF_REACH = "out_of_reach"
    """Even alone on a trip it misses its window, gets cold, or the rider's shift ends."""
    KITCHEN_FULL = "kitchen_full"
    """The kitchen's portions went to other deliveries."""
    NO_ROOM = "no_room"
    """It could be delivered alone, but no trip with room was found beside the others."""


@dataclass(frozen=True, slots=True)
class MealStop:
    """One handover: arrival at the address, start and end of the handover (minutes)."""

    delivery_id: str
    arrival: int
    handover_start: int
    end: int


@dataclass(frozen=True, slots=True)
class Trip:
    """One round: loading begins at `load_at`, the rider leaves the kitchen at `departure`.

    `return_at` is the arrival at the kitchen of the rider's next trip, or at the rider's end place
    after the last one.
    """

    rider_id: str
    kitchen_id: str
    load_at: int
    departure: int
    stops: tuple[MealStop, ...]
    return_at: int


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A delivery on no trip, why, and how sure that is; `detail` is one sentence."""

    delivery_id: str
    reason: MealReason
    proof: Proof
    detail: str = ""


@dataclass(frozen=True, slots=True)
class MealSolution:
    """Trips, those of one rider in the order they are ridden, and deliveries left out.

    Together they name every delivery of the problem once.
    """

    trips: tuple[Trip, ...]
    undelivered: tuple[Undelivered, ...] = ()
