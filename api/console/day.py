"""A date's roster as timeline and map draw it: plain data, times in minutes after midnight."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from api.console.place import Place
from api.console.words import hours
from eldercare.care.tables import Outcome, ServiceRecord
from eldercare.rostering.tables import Placement
from eldercare.rostering.views import RosterView, RouteView, StopView, UnplacedView

COLOURS = 16
"""Eight hues, then the same dashed; from the 17th worker on one grey."""
LATE_AFTER_MINUTES = 10
"""A visit that nobody has begun so long after its start is called late."""
HOUR = 60
EARLIEST, LATEST = 7 * HOUR, 18 * HOUR


@dataclass(frozen=True)
class Progress:
    """What has happened so far; `now_minutes` only where the roster's date is today."""

    records: Mapping[str, Sequence[ServiceRecord]] = field(default_factory=dict)
    handed_over: frozenset[str] = frozenset()
    now_minutes: int | None = None
    drafted: frozenset[str] = frozenset()
    """Bars of a draft that stand elsewhere in the published version, or not at all."""

    def state(self, stop: StopView, worker_id: str) -> str:
        """plan, run, done, late or bad, as the timeline's bars are called."""
        if stop.order_id is not None:
            return "done" if stop.order_id in self.handed_over else self._unstarted(stop)
        mine = [one for one in self.records.get(stop.visit_id or "", ()) if _is_of(one, worker_id)]
        if not mine:
            return self._unstarted(stop)
        record = mine[0]
        if record.outcome is Outcome.NO_SHOW:
            return "bad"
        return "run" if record.started_at is not None and record.ended_at is None else "done"

    def _unstarted(self, stop: StopView) -> str:
        if self.now_minutes is None:
            return "plan"
        # Where nobody has reported anything yet, silence says nothing about one visit.
        overdue = self.now_minutes > stop.start_minutes + LATE_AFTER_MINUTES
        return "late" if overdue and (self.records or self.handed_over) else "plan"

    def actual(self, stop: StopView, worker_id: str) -> tuple[int, int] | None:
        """When a visit really began and ended, where a record says both."""
        for record in self.records.get(stop.visit_id or "", ()):
            if _is_of(record, worker_id) and record.started_at and record.ended_at:
                began, ended = Place.local(record.started_at), Place.local(record.ended_at)
                minutes = (ended - began) // timedelta(minutes=1)
                start = began.hour * HOUR + began.minute
                return start, start + minutes
        return None


def _is_of(record: ServiceRecord, worker_id: str) -> bool:
    return record.caregiver_id is None or record.caregiver_id == worker_id


def stop_id(stop: StopView) -> str:
    """Id of a stop's bar; the two parts of a two-person visit have two."""
    return f"v:{stop.visit_id}:{stop.part}" if stop.visit_id else f"o:{stop.order_id}"


def lock_words(stop: StopView) -> str:
    """What a lock holds of a visit; empty where there is none."""
    if stop.locked_caregiver_ids and stop.locked_start_minutes is not None:
        return "护理员和时间已锁定"
    if stop.locked_caregiver_ids:
        return "护理员已锁定"
    return "时间已锁定" if stop.locked_start_minutes is not None else ""


def drafted(draft: RosterView, published: RosterView) -> frozenset[str]:
    """Bars of a draft with another worker or start than in the published version."""
    told = set(_places(published))
    return frozenset(
        bar for bar, worker, start in _places(draft) if (bar, worker, start) not in told
    )


def _places(view: RosterView) -> Iterable[tuple[str, str, int]]:
    for route in view.routes:
        for stop in route.stops:
            yield stop_id(stop), route.worker_id, stop.start_minutes


def trip_id(route: RouteView) -> str:
    """Id of a rider's trip, which is one bar."""
    return f"t:{route.route_id}"


def unplaced_id(item: UnplacedView) -> str:
    """Id of a visit or order that no route holds."""
    return f"u:{item.visit_id or item.order_id}"


def by_worker(view: RosterView) -> dict[str, list[RouteView]]:
    """Worker id → routes of the day; caregivers first, by town and id, so that rows stay put."""
    found: defaultdict[str, list[RouteView]] = defaultdict(list)
    for route in view.routes:
        found[route.worker_id].append(route)
    return dict(found)


def colours(worker_ids: Iterable[str]) -> dict[str, int]:
    """Worker id → number of the line's colour; -1 is grey. By sorted id, so it stays with them."""
    ordered = sorted(worker_ids)
    return {one: number if number < COLOURS else -1 for number, one in enumerate(ordered)}


def timeline_data(view: RosterView, progress: Progress, note: str) -> dict[str, Any]:
    """The `day` prop of timeline.js."""
    workers = by_worker(view)
    tone = colours(workers)
    common = _common_skills(view)
    rows = [_row(key, routes, tone[key], progress, common) for key, routes in workers.items()]
    lane = [_card(item) for item in view.unplaced if item.visit_id]
    first, last = _span(view)
    return {
        "from": first,
        "until": last,
        "now": progress.now_minutes,
        "rows": rows,
        "lane": lane,
        "note": note,
    }


def _span(view: RosterView) -> tuple[int, int]:
    """First and last full hour that the day needs, at least 7 to 18."""
    starts = [route.shift_start_minutes for route in view.routes]
    ends = [max(route.shift_end_minutes, route.return_minutes) for route in view.routes]
    first, last = min([EARLIEST, *starts]), max([LATEST, *ends])
    return first // HOUR * HOUR, min(-(-last // HOUR) * HOUR, 24 * HOUR)


def _common_skills(view: RosterView) -> frozenset[str]:
    """Skills that every caregiver has tell nothing apart, so a row leaves them out."""
    held = [set(route.skills) for route in view.routes if route.caregiver_id is not None]
    return frozenset(set.intersection(*held)) if held else frozenset()


def _row(
    key: str,
    routes: Sequence[RouteView],
    colour: int,
    progress: Progress,
    common: frozenset[str],
) -> dict[str, Any]:
    rider = routes[0].rider_id is not None
    skills = routes[0].skills
    special = [skill for skill in skills if skill not in common] or list(skills)
    shifts = sorted({(one.shift_start_minutes, one.shift_end_minutes) for one in routes})
    busy = sum(busy_minutes(route) for route in routes)
    available = sum(end - start for start, end in shifts)
    bars = [_trip(one, progress) for one in routes] if rider else _visits(routes, progress)
    return {
        "key": key,
        "name": routes[0].worker_name,
        "skills": f"送餐 · {len(routes)} 趟" if rider else " · ".join(special) or "无资质",
        "skill_list": [] if rider else [skill for skill in skills if skill not in common],
        "all_skills": " · ".join(skills),
        "rider": rider,
        "colour": colour,
        "shifts": shifts,
        "hours": hours(busy),
        "load": round(busy / available, 3) if available else 0,
        "rests": [
            (one.rest_start_minutes, one.rest_end_minutes)
            for one in routes
            if one.rest_start_minutes is not None and one.rest_end_minutes is not None
        ],
        "returns": [] if rider else [_way_back(one) for one in routes if one.stops],
        "bars": sorted(bars, key=lambda bar: (bar["start"], bar["id"])),
    }


def busy_minutes(route: RouteView) -> int:
    """Minutes at homes and on the way; waiting and rest do not count."""
    at_homes = sum(stop.end_minutes - stop.start_minutes for stop in route.stops)
    return at_homes + route.travel_minutes


def _way_back(route: RouteView) -> tuple[int, int]:
    last = route.stops[-1].end_minutes
    minutes = route.travel_minutes - sum(stop.travel_minutes for stop in route.stops)
    return max(last, route.return_minutes - minutes), minutes


def _visits(routes: Iterable[RouteView], progress: Progress) -> list[dict[str, Any]]:
    return [_bar(stop, route, progress) for route in routes for stop in route.stops]


def _bar(stop: StopView, route: RouteView, progress: Progress) -> dict[str, Any]:
    window = None
    if stop.window_start_minutes is not None and stop.window_end_minutes is not None:
        window = (stop.window_start_minutes, stop.window_end_minutes)
    return {
        "id": stop_id(stop),
        "name": stop.elder_name,
        "service": stop.service_name,
        "start": stop.start_minutes,
        "end": stop.end_minutes,
        "leave": stop.arrival_minutes - stop.travel_minutes,
        "travel": stop.travel_minutes,
        "window": window,
        "pair": stop.people > 1,
        "priority": stop.priority,
        "by_hand": stop.override_reason,
        "locked": lock_words(stop),
        "phoned": stop.is_phoned,
        "drafted": stop_id(stop) in progress.drafted,
        "state": progress.state(stop, route.worker_id),
    }


def _trip(route: RouteView, progress: Progress) -> dict[str, Any]:
    portions = sum(stop.portions for stop in route.stops)
    states = {progress.state(stop, route.worker_id) for stop in route.stops}
    return {
        "id": trip_id(route),
        "name": f"第 {route.trip} 趟",
        "service": f"{portions} 份 · {len(route.stops)} 户",
        "start": route.departure_minutes,
        "end": route.return_minutes,
        "leave": 0,
        "travel": 0,
        "window": None,
        "pair": False,
        "priority": max((stop.priority for stop in route.stops), default=0),
        "state": states.pop() if len(states) == 1 else "run" if "done" in states else "plan",
        "ticks": [stop.start_minutes for stop in route.stops],
    }


def _card(item: UnplacedView) -> dict[str, Any]:
    window = None
    if item.window_start_minutes is not None and item.window_end_minutes is not None:
        window = (item.window_start_minutes, item.window_end_minutes)
    return {
        "id": unplaced_id(item),
        "name": item.elder_name,
        "service": item.service_name,
        "minutes": item.minutes,
        "window": window,
        "priority": item.priority,
        "reason": item.reason_zh,
        "proof": "资料不全" if item.placement is Placement.SET_ASIDE else item.proof_zh,
    }


def map_data(
    view: RosterView,
    progress: Progress,
    towns: Sequence[str],
    bounds: Sequence[Sequence[float]],
    caption: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The `data` prop of district_map.js; positions are [latitude, longitude] in WGS-84 degrees."""
    workers = by_worker(view)
    tone = colours(workers)
    return {
        "bounds": bounds,
        "towns": list(towns),
        "caption": caption,
        "routes": [_way(key, routes, tone[key], progress) for key, routes in workers.items()],
        "unplaced": [
            {
                "id": unplaced_id(item),
                "name": item.elder_name,
                "priority": item.priority,
                "at": [item.latitude, item.longitude],
            }
            for item in view.unplaced
            if item.latitude is not None
        ],
    }


def _answered(stop: StopView) -> str:
    return "　人工放行" if stop.override_reason else ""


def _way(key: str, routes: Sequence[RouteView], colour: int, progress: Progress) -> dict[str, Any]:
    rider = routes[0].rider_id is not None
    stops = sum(len(route.stops) for route in routes)
    travel = sum(route.travel_minutes for route in routes)
    return {
        "key": key,
        "name": routes[0].worker_name,
        "text": f"{stops} 户 · 路程 {travel} 分",
        "rider": rider,
        "colour": colour,
        "base": [routes[0].base_latitude, routes[0].base_longitude],
        "trips": [
            {
                "id": trip_id(route) if rider else None,
                "stops": [
                    {
                        "id": trip_id(route) if rider else stop_id(stop),
                        "name": f"{stop.elder_name}　{stop.service_name}{_answered(stop)}",
                        "at": [stop.latitude, stop.longitude],
                        "done": progress.state(stop, route.worker_id) == "done",
                    }
                    for stop in route.stops
                    if stop.latitude is not None
                ],
            }
            for route in routes
        ],
    }
