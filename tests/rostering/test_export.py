"""What was decided by hand is marked wherever a roster goes."""

from __future__ import annotations

import io
from typing import Any

from icalendar import Calendar
from rich.console import Console
from sqlalchemy import Engine

from eldercare.cli.roster import route_table
from eldercare.database import reading
from eldercare.rostering.edits.request import EditKind
from eldercare.rostering.export import as_calendar, as_frame, as_geojson
from eldercare.rostering.reading import read_roster
from eldercare.rostering.views import RosterView
from eldercare.settings import DEMO_ON
from solver.replanning import appointments
from tests.rostering.edits.test_editing import day_of, edit, singles

SAID = "人工放行：女儿要求（周敏）；已锁定；已致电"


def test_an_override_a_lock_and_a_call_are_marked_in_every_form(published: Engine) -> None:
    day = day_of(published)
    one = singles(day)[0]
    late = day.problem.visit_by_id[one].windows[-1].end + 5
    move: dict[str, Any] = {"start_minutes": late, "override_reason": "女儿要求"}
    edit(published, EditKind.MOVE, one, **move)
    edit(published, EditKind.LOCK, one)
    edit(published, EditKind.PHONED, one)
    who = appointments(day.problem, day.plan)[one].caregivers[0]
    with reading(published) as session:
        view = read_roster(session, DEMO_ON, worker_id=who)
    assert _marks(view) == 1
    frame = as_frame(view, {})
    assert [words for words in frame["备注"] if words] == [SAID]
    points = [each["properties"].get("remark") for each in as_geojson(view)["features"]]
    assert points.count(SAID) == 1
    events = Calendar.from_ical(as_calendar(view)).walk("VEVENT")
    assert sum(SAID in str(event.get("description", "")) for event in events) == 1
    shown = io.StringIO()
    Console(file=shown, width=400).print(route_table(view.routes[0]))
    assert SAID in shown.getvalue()


def _marks(view: RosterView) -> int:
    return sum(stop.override_reason is not None for route in view.routes for stop in route.stops)
