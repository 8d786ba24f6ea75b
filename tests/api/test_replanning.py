"""Coordinators report what happened and read who must be called."""

from __future__ import annotations

from httpx import Response
from sqlalchemy import select

from eldercare.accounts.tables import AuditEntry
from eldercare.database import reading
from eldercare.rostering.tables import RosterEvent
from tests.api.conftest import Client
from tests.registry.rows import OTHER_TOWN, TOWN

DAY = "/rosters/2020-09-17"


def visit_of(client: Client, elder_id: str) -> str:
    roster = client.get(DAY, by="zhou").json()
    stops = [stop for route in roster["routes"] for stop in route["stops"]]
    return next(str(stop["visit_id"]) for stop in stops if stop["elder_id"] == elder_id)


def report(client: Client, event: str, *, by: str = "zhou", **more: object) -> Response:
    return client.post(
        f"{DAY}/replan",
        by=by,
        json={"event": event, "time_limit_seconds": 0.5, **more},
    )


def test_a_visit_is_called_off(client: Client) -> None:
    visit = visit_of(client, "E5")
    answer = report(client, f"cancel:{visit}", at="08:00")
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["town_code"], body["at_minutes"], body["violations"]) == (TOWN, 480, 0)
    assert (body["disturbed"], body["lost"], body["incoming"]) == ([], [], None)
    roster = client.get(DAY, by="zhou").json()
    assert (roster["status"], roster["roster_id"]) == ("draft", body["roster_id"])
    assert visit not in {stop["visit_id"] for one in roster["routes"] for stop in one["stops"]}
    with reading(client.app.state.edge.engine) as session:
        assert [one.event for one in session.scalars(select(RosterEvent))] == [f"cancel:{visit}"]
        (entry,) = session.scalars(select(AuditEntry)).all()
        assert (entry.user_name, entry.action) == ("zhou", "roster.replan")


def test_today_an_event_is_of_now(client: Client) -> None:
    visit = visit_of(client, "E5")  # begins at 08:30, and the clock of these tests says 09:30
    answer = report(client, f"cancel:{visit}")
    assert (answer.status_code, answer.json()["code"]) == (422, "event_impossible")


def test_the_roster_that_was_read(client: Client) -> None:
    visit, tag = visit_of(client, "E1"), client.get(DAY, by="zhou").headers["ETag"]
    body = {"event": f"cancel:{visit}", "time_limit_seconds": 0.5}
    first = client.post(f"{DAY}/replan", by="zhou", json=body, headers={"If-Match": tag})
    assert first.status_code == 200, first.text
    again = client.post(f"{DAY}/replan", by="zhou", json=body, headers={"If-Match": tag})
    assert (again.status_code, again.json()["code"]) == (412, "draft_changed")


def test_a_coordinator_of_a_town_mends_that_town(client: Client) -> None:
    other = report(client, "sick:C2@10:00", by="townzhou")
    assert (other.status_code, other.json()["code"]) == (403, "out_of_scope")
    assert OTHER_TOWN in other.json()["detail"]
    own = report(client, "sick:C1@08:00", by="townzhou")
    assert own.status_code == 200, own.text
    assert {one["elder"] for one in own.json()["lost"]} == {"E1", "E5"}


def test_what_is_wrong_is_said(client: Client) -> None:
    for event, status, code in (
        ("ill:C1@10:00", 422, "bad_event"),
        ("sick:C9@10:00", 404, "caregiver_not_found"),
        ("cancel:none.20200917", 404, "visit_not_found"),
    ):
        answer = report(client, event)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert report(client, "sick:C1@10:00", max_disturbed=-1).status_code == 422
    away = client.post("/rosters/2021-01-01/replan", by="zhou", json={"event": "cancel:any"})
    assert (away.status_code, away.json()["code"]) == (404, "no_roster")
