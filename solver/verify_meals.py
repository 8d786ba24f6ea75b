"""An independent check of a meal plan: every time, cost and rule recomputed from scratch.

It imports nothing of the engine. A plan is feasible exactly when no violation is found.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from solver.meal_problem import Delivery, Kitchen, MealProblem, MealTerm, Rider
from solver.meal_reach import Reach
from solver.meal_solution import MealSolution, MealStop, Trip
from solver.solution import Proof


class MealRule(StrEnum):
    """What a meal plan can break."""

    UNKNOWN_ID = "unknown_id"
    REPEATED = "repeated"
    MISSING = "missing"
    EMPTY_TRIP = "empty_trip"
    WRONG_KITCHEN = "wrong_kitchen"
    RIDER_KITCHEN = "rider_kitchen"
    RIDER_CAPACITY = "rider_capacity"
    KITCHEN_CAPACITY = "kitchen_capacity"
    KITCHEN_READY = "kitchen_ready"
    LOADING = "loading"
    TRAVEL_TIME = "travel_time"
    HANDOVER = "handover"
    EARLY = "early"
    LATE = "late"
    HOT_LIMIT = "hot_limit"
    TRIP_ORDER = "trip_order"
    SHIFT = "shift"
    FALSE_PROOF = "false_proof"


@dataclass(frozen=True, slots=True)
class MealViolation:
    """A broken rule: its code, the item that breaks it, and one sentence with the figures."""

    rule: MealRule
    item: str
    sentence: str


@dataclass(frozen=True, slots=True)
class MealReport:
    """The checker's verdict, shaped like `solver.verify`'s for visits.

    `terms` are unweighted, `cost` weighted (0 for a term whose weight is None: any value above 0
    is a violation instead); `total` is their sum. All are computed for infeasible plans too.
    """

    feasible: bool
    violations: tuple[MealViolation, ...]
    terms: Mapping[MealTerm, int]
    cost: Mapping[MealTerm, int]
    total: int


def verify_meals(problem: MealProblem, solution: MealSolution) -> MealReport:
    """Check a plan against its problem; a bad plan is reported, never raised.

    Trips with unknown ids are reported and then left out of the sums.
    """
    check = _Check(problem, solution)
    violations = tuple(check.run())
    cost = check.cost()
    return MealReport(not violations, violations, check.terms, cost, sum(cost.values()))


class _Check:
    def __init__(self, problem: MealProblem, solution: MealSolution) -> None:
        self.problem = problem
        self.solution = solution
        self.kitchens: dict[str, Kitchen] = {one.id: one for one in problem.kitchens}
        self.riders: dict[str, Rider] = {one.id: one for one in problem.riders}
        self.deliveries: dict[str, Delivery] = {one.id: one for one in problem.deliveries}
        self.usual: dict[str, tuple[str, int]] = {
            name: (rider.id, number)
            for rider in problem.riders
            for number, name in enumerate(rider.usual)
        }
        self.terms: dict[MealTerm, int] = dict.fromkeys(MealTerm, 0)

    def cost(self) -> dict[MealTerm, int]:
        weights = self.problem.weights
        return {term: (weights.of(term) or 0) * value for term, value in self.terms.items()}

    def run(self) -> Iterator[MealViolation]:
        yield from self._each_once()
        by_rider: dict[str, list[Trip]] = defaultdict(list)
        for trip in self.solution.trips:
            unknown = list(_unknown(self, trip))
            yield from unknown
            if not unknown:
                by_rider[trip.rider_id].append(trip)
        for rider_id, trips in by_rider.items():
            yield from self._day(self.riders[rider_id], trips)
        yield from self._kitchen_capacity(by_rider)
        yield from self._proofs()

    def _each_once(self) -> Iterator[MealViolation]:
        named = Counter(
            [stop.delivery_id for trip in self.solution.trips for stop in trip.stops]
            + [one.delivery_id for one in self.solution.undelivered]
        )
        for delivery_id, count in named.items():
            if count > 1:
                yield _broken(
                    MealRule.REPEATED, f"delivery {delivery_id}", f"is named {count} times"
                )
        for delivery_id in self.deliveries:
            if delivery_id not in named:
                yield _broken(
                    MealRule.MISSING,
                    f"delivery {delivery_id}",
                    "is neither on a trip nor undelivered",
                )
        for one in self.solution.undelivered:
            if one.delivery_id not in self.deliveries:
                yield _broken(MealRule.UNKNOWN_ID, f"delivery {one.delivery_id}", "is unknown")
            else:
                dropped = self.deliveries[one.delivery_id].drop_cost
                self.terms[MealTerm.UNDELIVERED] += dropped

    def _day(self, rider: Rider, trips: list[Trip]) -> Iterator[MealViolation]:
        """The trips of one rider, in the order given."""
        travel = self.problem.travel[rider.mode]
        item = f"rider {rider.id}"
        here, free = rider.start_place, rider.start
        self.terms[MealTerm.RIDERS_USED] += 1
        for number, trip in enumerate(trips):
            kitchen = self.kitchens[trip.kitchen_id]
            way = int(travel[here, kitchen.place])
            if number == 0:
                self.terms[MealTerm.TRAVEL] += way
                if trip.load_at < free + way:
                    message = f"loads at {trip.load_at} but can be at the kitchen at {free + way}"
                    yield _broken(MealRule.SHIFT, item, message)
            elif trip.load_at < free:
                message = f"loads trip {number + 1} at {trip.load_at} but returns at {free}"
                yield _broken(MealRule.TRIP_ORDER, item, message)
            yield from self._trip(rider, kitchen, trip)
            last = number + 1 == len(trips)
            here = rider.end_place if last else self.kitchens[trips[number + 1].kitchen_id].place
            yield from self._return(rider, kitchen, trip, here)
            free = trip.return_at
        if free > rider.end:
            yield _broken(MealRule.SHIFT, item, f"is back at {free}, the shift ends at {rider.end}")

    def _trip(self, rider: Rider, kitchen: Kitchen, trip: Trip) -> Iterator[MealViolation]:
        item = f"rider {rider.id}, trip loaded at {trip.load_at}"
        if not rider.works_for(kitchen.id):
            yield _broken(MealRule.RIDER_KITCHEN, item, f"may not load at kitchen {kitchen.id}")
        if not trip.stops:
            yield _broken(MealRule.EMPTY_TRIP, item, "has no stop")
        portions = sum(self.deliveries[stop.delivery_id].portions for stop in trip.stops)
        if portions > rider.capacity:
            message = f"carries {portions} portions, {rider.capacity} fit"
            yield _broken(MealRule.RIDER_CAPACITY, item, message)
        if not kitchen.ready_from <= trip.load_at <= kitchen.ready_until:
            message = (
                f"kitchen {kitchen.id} loads from {kitchen.ready_from} to {kitchen.ready_until}"
            )
            yield _broken(MealRule.KITCHEN_READY, item, message)
        if trip.departure < trip.load_at + kitchen.load_minutes:
            message = f"leaves at {trip.departure}, loading takes {kitchen.load_minutes} minutes"
            yield _broken(MealRule.LOADING, item, message)
        here, clock = kitchen.place, trip.departure
        for stop in trip.stops:
            delivery = self.deliveries[stop.delivery_id]
            way = int(self.problem.travel[rider.mode][here, delivery.place])
            self.terms[MealTerm.TRAVEL] += way
            yield from self._stop(kitchen, trip, stop, clock + way)
            here, clock = delivery.place, stop.end
        self.terms[MealTerm.USUAL_ROUTE] += self._deviation(trip)

    def _deviation(self, trip: Trip) -> int:
        """Handovers by a stranger, and neighbours in the wrong order of one usual route."""
        usual = [self.usual.get(stop.delivery_id) for stop in trip.stops]
        strange = sum(1 for one in usual if one is not None and one[0] != trip.rider_id)
        swapped = sum(
            1
            for before, after in pairwise(usual)
            if before and after and before[0] == after[0] and after[1] < before[1]
        )
        return strange + swapped

    def _stop(
        self, kitchen: Kitchen, trip: Trip, stop: MealStop, arrival: int
    ) -> Iterator[MealViolation]:
        delivery = self.deliveries[stop.delivery_id]
        item = f"delivery {delivery.id}"
        start = stop.handover_start
        if delivery.kitchen != kitchen.id:
            message = f"comes from kitchen {kitchen.id}, ordered from {delivery.kitchen}"
            yield _broken(MealRule.WRONG_KITCHEN, item, message)
        if stop.arrival != arrival:
            message = f"arrival is {stop.arrival}, travel gives {arrival}"
            yield _broken(MealRule.TRAVEL_TIME, item, message)
        if start < stop.arrival:
            message = f"handover starts at {start}, arrival is {stop.arrival}"
            yield _broken(MealRule.HANDOVER, item, message)
        if stop.end != start + delivery.handover_minutes:
            message = f"ends at {stop.end}, the handover takes {delivery.handover_minutes} minutes"
            yield _broken(MealRule.HANDOVER, item, message)
        if start < delivery.window_start:
            message = f"handover starts at {start}, the window at {delivery.window_start}"
            yield _broken(MealRule.EARLY, item, message)
        late = max(0, start - delivery.window_end)
        self.terms[MealTerm.LATENESS] += late
        if late and self.problem.weights.lateness is None:
            message = f"handover starts at {start}, the window ends at {delivery.window_end}"
            yield _broken(MealRule.LATE, item, message)
        limit = self.problem.hot_limit_of(delivery)
        if start - trip.departure > limit:
            message = f"is {start - trip.departure} minutes on the way, {limit} are allowed"
            yield _broken(MealRule.HOT_LIMIT, item, message)

    def _return(
        self, rider: Rider, kitchen: Kitchen, trip: Trip, there: int
    ) -> Iterator[MealViolation]:
        here, clock = kitchen.place, trip.departure
        if trip.stops:
            here, clock = self.deliveries[trip.stops[-1].delivery_id].place, trip.stops[-1].end
        way = int(self.problem.travel[rider.mode][here, there])
        self.terms[MealTerm.TRAVEL] += way
        if trip.return_at != clock + way:
            item = f"rider {rider.id}, trip loaded at {trip.load_at}"
            message = f"return is {trip.return_at}, travel gives {clock + way}"
            yield _broken(MealRule.TRAVEL_TIME, item, message)

    def _kitchen_capacity(self, by_rider: Mapping[str, list[Trip]]) -> Iterator[MealViolation]:
        cooked: Counter[str] = Counter()
        for trips in by_rider.values():
            for trip in trips:
                for stop in trip.stops:
                    cooked[trip.kitchen_id] += self.deliveries[stop.delivery_id].portions
        for kitchen in self.problem.kitchens:
            if kitchen.capacity is not None and cooked[kitchen.id] > kitchen.capacity:
                message = f"gives {cooked[kitchen.id]} portions, {kitchen.capacity} are cooked"
                yield _broken(MealRule.KITCHEN_CAPACITY, f"kitchen {kitchen.id}", message)

    def _proofs(self) -> Iterator[MealViolation]:
        """A delivery called impossible must fail every rider's bounds."""
        reach = Reach(self.problem)
        for one in self.solution.undelivered:
            delivery = self.deliveries.get(one.delivery_id)
            if delivery is None or one.proof is not Proof.IMPOSSIBLE:
                continue
            if reach.why_impossible(delivery) is None:
                message = "is called impossible, yet no bound forbids it"
                yield _broken(MealRule.FALSE_PROOF, f"delivery {delivery.id}", message)


def _unknown(check: _Check, trip: Trip) -> Iterator[MealViolation]:
    if trip.rider_id not in check.riders:
        yield _broken(MealRule.UNKNOWN_ID, f"rider {trip.rider_id}", "is unknown")
    if trip.kitchen_id not in check.kitchens:
        yield _broken(MealRule.UNKNOWN_ID, f"kitchen {trip.kitchen_id}", "is unknown")
    for stop in trip.stops:
        if stop.delivery_id not in check.deliveries:
            yield _broken(MealRule.UNKNOWN_ID, f"delivery {stop.delivery_id}", "is unknown")


def _broken(rule: MealRule, item: str, message: str) -> MealViolation:
    return MealViolation(rule, item, f"{item}: {message}")
