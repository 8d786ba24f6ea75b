"""Rows of a town's lunch round → the solver's meal problem. Meals eaten or fetched never enter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import solver.meal_problem as mp
from eldercare.care.demand import MealOrder
from eldercare.care.meal_hours import LUNCH_FROM_MINUTES, LUNCH_UNTIL_MINUTES
from eldercare.care.tables import MealMode
from eldercare.registry.tables import MealSite
from eldercare.rostering.places import PlaceIndex
from eldercare.rostering.rows import SetAside, TownRows
from eldercare.rostering.weights import DROP_COST, MINUTE
from solver.travel import TravelProvider

READY_FROM_MINUTES = 10 * 60 + 20
READY_UNTIL_MINUTES = 12 * 60
"""Riders load between 10:20 and 12:00."""
LOAD_MINUTES = 5
HANDOVER_MINUTES = 3
"""Up the stairs, a word at the door, down again."""
HOT_MINUTES = 60
"""A box keeps food above 60 °C for about an hour."""


@dataclass(frozen=True, slots=True)
class BuiltMeals:
    """A problem that keeps the rows' ids (a rider's is the shift's), and what is not in it."""

    problem: mp.MealProblem
    set_aside: tuple[SetAside, ...]
    on_site: tuple[str, ...]


def build_meal_problem(rows: TownRows, provider: TravelProvider) -> BuiltMeals:
    """Translate a town's meal orders and riders; incomplete rows are set aside, never raised."""
    places = PlaceIndex()
    riders = _riders(rows, places)
    staffed = {rows.riders[shift.rider_id].meal_site_id for shift in rows.shifts if shift.rider_id}
    deliveries: list[mp.Delivery] = []
    set_aside: list[SetAside] = []
    for order in rows.meal_orders:
        if order.mode is not MealMode.DELIVERY:
            continue
        refusal = _why_not(order, rows)
        if refusal is not None:
            set_aside.append(refusal)
        else:
            deliveries.append(_delivery(order, rows, places, staffed))
    kitchens = _kitchens({delivery.kitchen for delivery in deliveries}, rows, places)
    kitchens += _kitchens(staffed - {kitchen.id for kitchen in kitchens}, rows, places)
    problem = mp.MealProblem(
        kitchens=tuple(kitchens),
        riders=tuple(riders),
        deliveries=tuple(deliveries),
        travel=places.travel(provider, {rider.mode for rider in riders}),
        weights=mp.MealWeights(travel=MINUTE, riders_used=5 * MINUTE),
        hot_limit=HOT_MINUTES,
        name=f"{rows.on}/{rows.town_code}/lunch",
    )
    on_site = tuple(order.id for order in rows.meal_orders if order.mode is not MealMode.DELIVERY)
    return BuiltMeals(problem, tuple(set_aside), on_site)


def _why_not(order: MealOrder, rows: TownRows) -> SetAside | None:
    elder = rows.elders.get(order.elder_id)
    if elder is None:
        return SetAside(order.id, "unknown_elder", f"elder {order.elder_id} is not registered")
    if elder.longitude is None or elder.latitude is None:
        return SetAside(
            order.id, "no_position", f"elder {elder.id} has no coordinates: {elder.address}"
        )
    if order.meal_site_id not in rows.meal_sites:
        return SetAside(order.id, "unknown_site", f"no meal site {order.meal_site_id}")
    return None


def _delivery(
    order: MealOrder, rows: TownRows, places: PlaceIndex, staffed: set[str]
) -> mp.Delivery:
    elder = rows.elders[order.elder_id]
    if elder.longitude is None or elder.latitude is None:  # `_why_not` has set these aside
        raise AssertionError(order.id)
    priority = rows.priority(order.elder_id)
    return mp.Delivery(
        id=order.id,
        place=places.add(elder.longitude, elder.latitude),
        kitchen=_loading_site(rows.meal_sites[order.meal_site_id], rows, staffed).id,
        portions=order.portions,
        window_start=LUNCH_FROM_MINUTES,
        window_end=LUNCH_UNTIL_MINUTES,
        handover_minutes=HANDOVER_MINUTES,
        drop_cost=DROP_COST[priority],
        priority=priority,
    )


def _loading_site(site: MealSite, rows: TownRows, staffed: set[str]) -> MealSite:
    """Where the box is loaded: the elder's site, or its supplier where only that one has riders."""
    supplier = rows.meal_sites.get(site.supplied_by_id or "")
    if site.id not in staffed and supplier is not None and supplier.id in staffed:
        return supplier
    return site


def _kitchens(ids: Iterable[str], rows: TownRows, places: PlaceIndex) -> list[mp.Kitchen]:
    sites = [rows.meal_sites[site_id] for site_id in sorted(ids)]
    return [
        mp.Kitchen(
            id=site.id,
            place=places.add(site.longitude, site.latitude),
            ready_from=READY_FROM_MINUTES,
            ready_until=READY_UNTIL_MINUTES,
            load_minutes=LOAD_MINUTES,
            capacity=site.kitchen_capacity or None,
        )
        for site in sites
    ]


def _riders(rows: TownRows, places: PlaceIndex) -> list[mp.Rider]:
    riders = []
    for shift in sorted(rows.shifts, key=lambda shift: shift.id):
        if shift.rider_id is None:
            continue
        rider = rows.riders[shift.rider_id]
        site = rows.meal_sites[rider.meal_site_id]
        base = places.add(site.longitude, site.latitude)
        riders.append(
            mp.Rider(
                id=shift.id,
                mode=rider.travel_mode.value,
                capacity=rider.capacity_portions,
                start=shift.start_minutes,
                end=shift.end_minutes,
                start_place=base,
                end_place=base,
                kitchens=frozenset({site.id}),
            )
        )
    return riders
