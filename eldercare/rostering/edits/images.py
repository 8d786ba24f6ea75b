"""What a town's visits and routes are in a draft, so that an edit can be taken back exactly."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import Session, col

from eldercare.rostering.tables import Placement, RosterRoute, RosterStop, RosterVisit, TownPlan

Image = dict[str, dict[str, Any]]
"""`visits` by id, `routes` (with stops) by shift, and the `plan`'s figures; plain JSON values."""

_PARTS = ("visits", "routes", "plan")
_FIGURES = ("visit_cost", "violations", "overridden")


def town_image(session: Session, roster_id: int, town_code: str) -> Image:
    """A town's visits as they stand in a roster; its meal rounds are no part of it."""
    visits = session.scalars(
        select(RosterVisit).where(
            col(RosterVisit.roster_id) == roster_id, col(RosterVisit.town_code) == town_code
        )
    )
    routes = session.scalars(
        select(RosterRoute).where(
            col(RosterRoute.roster_id) == roster_id,
            col(RosterRoute.town_code) == town_code,
            col(RosterRoute.caregiver_id).is_not(None),
        )
    ).all()
    stops = session.scalars(
        select(RosterStop)
        .where(col(RosterStop.route_id).in_([one.id for one in routes]))
        .order_by(col(RosterStop.sequence))
    )
    by_route: dict[int, list[dict[str, Any]]] = {}
    for stop in stops:
        values = stop.model_dump(mode="json", exclude={"route_id", "roster_id", "sequence"})
        by_route.setdefault(stop.route_id, []).append(values)
    plan = session.get(TownPlan, (roster_id, town_code))
    return {
        "visits": {
            one.visit_id: one.model_dump(mode="json", exclude={"roster_id"}) for one in visits
        },
        "routes": {
            one.shift_id: one.model_dump(mode="json", exclude={"id", "roster_id"})
            | {"stops": by_route.get(one.id or 0, [])}
            for one in routes
        },
        "plan": {} if plan is None else {name: getattr(plan, name) for name in _FIGURES},
    }


def print_of(image: Image) -> str:
    """SHA-256 of an image: the same again after an edit was taken back."""
    plain = json.dumps(image, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def changed(before: Image, after: Image) -> Image:
    """Of `before` what differs; what only `after` has is None."""
    return {
        part: {
            key: before[part].get(key)
            for key in sorted(before[part].keys() | after[part].keys())
            if before[part].get(key) != after[part].get(key)
        }
        for part in _PARTS
    }


def put_back(session: Session, roster_id: int, town_code: str, was: Image) -> None:
    """Write what `changed` gave into the draft again."""
    for visit_id, values in was["visits"].items():
        row = session.get(RosterVisit, (roster_id, visit_id))
        if row is not None:
            session.delete(row)
            session.flush()
        if values is not None:
            placement = Placement(values["placement"])
            session.add(RosterVisit(**(values | {"placement": placement, "roster_id": roster_id})))
    for shift_id, values in was["routes"].items():
        _remove_route(session, roster_id, shift_id)
        if values is not None:
            _add_route(session, roster_id, values)
    plan = session.get(TownPlan, (roster_id, town_code))
    if plan is not None:
        for name, value in was["plan"].items():
            setattr(plan, name, value)
    session.flush()


def _remove_route(session: Session, roster_id: int, shift_id: str) -> None:
    mine = select(col(RosterRoute.id)).where(
        col(RosterRoute.roster_id) == roster_id,
        col(RosterRoute.shift_id) == shift_id,
        col(RosterRoute.caregiver_id).is_not(None),
    )
    ids = list(session.scalars(mine))
    session.execute(delete(RosterStop).where(col(RosterStop.route_id).in_(ids)))
    session.execute(delete(RosterRoute).where(col(RosterRoute.id).in_(ids)))


def _add_route(session: Session, roster_id: int, values: Mapping[str, Any]) -> None:
    columns = {name: value for name, value in values.items() if name != "stops"}
    route = RosterRoute(roster_id=roster_id, **columns)
    session.add(route)
    session.flush()
    if route.id is None:
        raise AssertionError("the route has been flushed")
    session.add_all(
        RosterStop(route_id=route.id, roster_id=roster_id, sequence=number, **stop)
        for number, stop in enumerate(values["stops"], start=1)
    )
