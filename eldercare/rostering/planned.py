"""A town's solved day as plain values, between the solver and the roster's rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from eldercare.care.demand import Visit
from eldercare.rostering.rows import TownRows
from eldercare.rostering.tables import Placement


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one visit or order."""

    placement: Placement
    reason: str = ""
    proof: str = ""
    detail: str = ""


PLANNED = Fate(Placement.PLANNED)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStop:
    """One place on a route; minutes after midnight."""

    elder_id: str
    visit_id: str | None = None
    part: int = 0
    order_id: str | None = None
    travel_minutes: int
    arrival_minutes: int
    start_minutes: int
    end_minutes: int

    def columns(self) -> dict[str, Any]:
        """Values for a `RosterStop`."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRoute:
    """One worker's way; minutes after midnight."""

    shift_id: str
    caregiver_id: str | None = None
    rider_id: str | None = None
    trip: int = 1
    departure_minutes: int
    return_minutes: int
    travel_minutes: int
    rest_start_minutes: int | None = None
    rest_end_minutes: int | None = None
    stops: tuple[PlannedStop, ...] = ()

    def columns(self) -> dict[str, Any]:
        """Values for a `RosterRoute`."""
        return {key: value for key, value in asdict(self).items() if key != "stops"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedTown:
    """One town's verified plan with the rows it was made of."""

    rows: TownRows
    engine: str
    seed: int
    seconds: float
    violations: int
    visit_fates: Mapping[str, Fate]
    meal_fates: Mapping[str, Fate]
    routes: tuple[PlannedRoute, ...]
    visit_cost: Mapping[str, int] = field(default_factory=dict)
    meal_cost: Mapping[str, int] = field(default_factory=dict)
    overridden: int = 0
    """Of the violations, those that somebody answers for."""
    begun: frozenset[str] = frozenset()
    """Visits that had begun when the day was planned: they are as they were."""
    gone: frozenset[str] = frozenset()
    """Caregivers who work no longer: locks on them are off."""
    knows_events: bool = False
    """The events reported on the day are planned around."""

    @property
    def known_events(self) -> frozenset[str]:
        """The events that are planned around, as they were reported."""
        under_way = self.rows.under_way
        if not self.knows_events or under_way is None:
            return frozenset()
        return frozenset(one.text for one in under_way.reported)

    @property
    def keeps_meals(self) -> bool:
        """The meal round stays as it is stored."""
        return self.rows.under_way is not None and self.rows.under_way.keeps_meals

    @property
    def town_code(self) -> str:
        """The town's official code."""
        return self.rows.town_code


@dataclass(frozen=True, slots=True, kw_only=True)
class MendedVisits:
    """A town's visits after something changed on the day; its meal round is no part of it."""

    town_code: str
    fates: Mapping[str, Fate]
    routes: tuple[PlannedRoute, ...]
    cost: Mapping[str, int]
    violations: int
    seconds: float
    added: tuple[tuple[Visit, int], ...] = ()
    """Visits that came in, each with its priority."""
    gone: frozenset[str] = frozenset()
    """Caregivers who work no longer: locks on them are off."""
    overridden: int = 0
    """Of the violations, those that somebody answers for."""
    answered_for: frozenset[str] = frozenset()
    """Visits for which somebody still does; the marks of all others go."""
