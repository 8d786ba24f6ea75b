"""What a roster looks like to its readers: the command line, the API, the console and the phone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from eldercare.care.tables import MealMode
from eldercare.registry.tables import TravelMode
from eldercare.rostering.tables import Placement, RosterStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class StopView:
    """One place on a route. Times are minutes after local midnight; positions WGS-84 degrees."""

    sequence: int
    visit_id: str | None
    part: int
    order_id: str | None
    elder_id: str
    elder_name: str
    elder_birth_on: date
    address: str
    phone: str
    care_note: str
    longitude: float | None
    latitude: float | None
    service_type_code: str
    service_name: str
    travel_minutes: int
    arrival_minutes: int
    start_minutes: int
    end_minutes: int
    window_start_minutes: int | None
    window_end_minutes: int | None
    people: int
    portions: int
    priority: int
    is_phoned: bool = False
    locked_caregiver_ids: tuple[str, ...] | None = None
    locked_start_minutes: int | None = None
    override_reason: str | None = None
    """Why a rule is broken here on purpose, and (`override_by`) who answers for it."""
    override_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteView:
    """One worker's way on one shift (or one trip of a rider)."""

    route_id: int
    town_code: str
    caregiver_id: str | None
    rider_id: str | None
    worker_name: str
    travel_mode: TravelMode
    trip: int
    shift_id: str
    shift_start_minutes: int
    shift_end_minutes: int
    departure_minutes: int
    return_minutes: int
    travel_minutes: int
    rest_start_minutes: int | None
    rest_end_minutes: int | None
    base_longitude: float
    base_latitude: float
    skills: tuple[str, ...]
    stops: tuple[StopView, ...]

    @property
    def worker_id(self) -> str:
        """Id of the caregiver or rider."""
        return self.caregiver_id or self.rider_id or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnplacedView:
    """A visit (or an order) that no route holds, with the reason."""

    visit_id: str | None
    order_id: str | None
    town_code: str
    elder_id: str
    elder_name: str
    elder_birth_on: date
    community_code: str
    longitude: float | None
    latitude: float | None
    service_type_code: str
    service_name: str
    minutes: int
    people: int
    window_start_minutes: int | None
    window_end_minutes: int | None
    priority: int
    placement: Placement
    reason: str
    reason_zh: str
    proof: str
    proof_zh: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitCounts:
    """required = served + unserved + set_aside; priority means the groups the plan puts first."""

    required: int
    served: int
    unserved: int
    set_aside: int
    proved_impossible: int
    priority_required: int
    priority_served: int
    priority_possible: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MealCounts:
    """orders = on_site + delivered + undelivered + set_aside."""

    orders: int
    on_site: int
    delivered: int
    undelivered: int
    set_aside: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterSummary:
    """The counts and costs of a roster; travel in minutes, cost by named term."""

    visits: VisitCounts
    meals: MealCounts
    caregivers: int
    riders: int
    visit_travel_minutes: int
    meal_travel_minutes: int
    violations: int
    visit_cost: dict[str, int]
    meal_cost: dict[str, int]
    seconds: float
    reasons: dict[str, int]
    """How many visits and orders by reason code, set aside included."""
    overridden: int = 0
    """Of the violations, those that somebody answers for by name."""
    slack: dict[str, int] = field(default_factory=dict)
    """Town → per cent by which its visits and ways were planned longer; others are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterView:
    """A whole roster of a date."""

    roster_id: int
    on: date
    status: RosterStatus
    version: int | None
    created_at: datetime
    published_at: datetime | None
    name: str = ""
    """Of a scenario."""
    summary: RosterSummary
    routes: tuple[RouteView, ...]
    unplaced: tuple[UnplacedView, ...]


__all__ = [
    "MealCounts",
    "MealMode",
    "RosterSummary",
    "RosterView",
    "RouteView",
    "StopView",
    "UnplacedView",
    "VisitCounts",
]
