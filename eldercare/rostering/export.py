"""A roster as a flat table, GeoJSON or calendar, for people and other systems."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
from icalendar import Calendar, Event

from eldercare.clock import clock
from eldercare.rostering.views import RosterView, RouteView, StopView
from eldercare.settings import TIME_ZONE

COLUMNS = (
    "日期", "版本", "镇（街道）", "工号", "姓名", "趟次", "序号", "到达", "开始", "结束", "路程分",
    "老人编号", "老人", "服务", "双人", "份数", "地址", "电话", "注意", "备注",
)  # fmt: skip


def as_frame(view: RosterView, town_names: Mapping[str, str]) -> pd.DataFrame:
    """One row for each stop, in the order of routes and stops, with Chinese headers."""
    rows = [
        _row(view, route, stop, town_names.get(route.town_code, route.town_code))
        for route in view.routes
        for stop in route.stops
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(view: RosterView, route: RouteView, stop: StopView, town: str) -> tuple[Any, ...]:
    return (
        view.on.isoformat(),
        f"v{view.version}" if view.version else "草稿",
        town,
        route.worker_id,
        route.worker_name,
        route.trip,
        stop.sequence,
        clock(stop.arrival_minutes),
        clock(stop.start_minutes),
        clock(stop.end_minutes),
        stop.travel_minutes,
        stop.elder_id,
        stop.elder_name,
        stop.service_name,
        "双人" if stop.people == 2 else "",
        stop.portions or "",
        stop.address,
        stop.phone,
        stop.care_note,
        remark(stop),
    )


def remark(stop: StopView) -> str:
    """What was decided by hand: a rule set aside and who answers for it, locks, a call."""
    parts = []
    if stop.override_reason:
        parts.append(f"人工放行：{stop.override_reason}（{stop.override_by}）")
    if stop.locked_caregiver_ids or stop.locked_start_minutes is not None:
        parts.append("已锁定")
    if stop.is_phoned:
        parts.append("已致电")
    return "；".join(parts)


def as_geojson(view: RosterView) -> dict[str, Any]:
    """A line for each route and a point for each stop, WGS-84, as a feature collection."""
    features = []
    for route in view.routes:
        base = [route.base_longitude, route.base_latitude]
        placed = [
            stop for stop in route.stops if stop.longitude is not None and stop.latitude is not None
        ]
        way = [[stop.longitude, stop.latitude] for stop in placed]
        properties = {"worker": route.worker_id, "name": route.worker_name, "trip": route.trip}
        features.append(_feature("LineString", [base, *way, base], properties))
        features += [
            _feature(
                "Point",
                [stop.longitude, stop.latitude],
                properties | {"sequence": number, "remark": remark(stop)},
            )
            for number, stop in enumerate(placed, start=1)
        ]
    return {"type": "FeatureCollection", "features": features}


def _feature(kind: str, coordinates: list[Any], properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": kind, "coordinates": coordinates},
        "properties": properties,
    }


def as_calendar(view: RosterView) -> bytes:
    """Every stop as an event (RFC 5545) in local time."""
    calendar = Calendar()
    calendar.add("prodid", "-//xinbei-eldercare//roster//ZH")
    calendar.add("version", "2.0")
    for route in view.routes:
        for stop in route.stops:
            event = Event()
            event.add("uid", f"{stop.visit_id or stop.order_id}/{stop.part}@xinbei-eldercare")
            event.add("dtstamp", view.created_at)
            event.add("dtstart", _instant(view.on, stop.start_minutes))
            event.add("dtend", _instant(view.on, stop.end_minutes))
            event.add("summary", f"{stop.service_name} {stop.elder_name}")
            event.add("location", stop.address)
            notes = [one for one in (stop.care_note, remark(stop)) if one]
            if notes:
                event.add("description", "\n".join(notes))
            calendar.add_component(event)
    calendar.add_missing_timezones()
    content: bytes = calendar.to_ical()
    return content


def _instant(on: date, minutes: int) -> datetime:
    return datetime(on.year, on.month, on.day, tzinfo=TIME_ZONE) + timedelta(minutes=minutes)
