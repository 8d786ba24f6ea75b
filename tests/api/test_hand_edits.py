"""Coordinators edit the draft by hand, on top of what they read."""

from __future__ import annotations

from typing import Any

from httpx import Response

from tests.api.conftest import Client
from tests.registry.rows import TOWN

DAY = "/rosters/2020-09-17"


def roster_of(client: Client) -> tuple[dict[str, Any], str]:
    answer = client.get(DAY, by="zhou")
    return answer.json(), answer.headers["ETag"]


def stop_of(client: Client, elder_id: str) -> dict[str, Any]:
    roster, _ = roster_of(client)
    stops = [stop for route in roster["routes"] for stop in route["stops"]]
    return next(stop for stop in stops if stop["elder_id"] == elder_id)


def patch(client: Client, tag: str, *, by: str = "zhou", **body: object) -> Response:
    return client.ask("PATCH", f"{DAY}/draft", by=by, json=body, headers={"If-Match": tag})


def test_an_edit_is_answered_and_can_be_followed_by_another(client: Client) -> None:
    visit, (_, tag) = stop_of(client, "E1")["visit_id"], roster_of(client)
    dry = patch(client, tag, kind="phoned", visit_id=visit, dry_run=True)
    assert dry.status_code == 200, dry.text
    assert (dry.json()["is_stored"], roster_of(client)[1]) == (False, tag)
    first = patch(client, tag, kind="phoned", visit_id=visit)
    assert first.status_code == 200, first.text
    assert (first.json()["is_stored"], first.json()["town_code"]) == (True, TOWN)
    assert roster_of(client)[1] == first.headers["ETag"] != tag
    stale = patch(client, tag, kind="phoned", visit_id=visit)
    assert (stale.status_code, stale.json()["code"]) == (412, "draft_changed")
    second = patch(client, first.headers["ETag"], kind="lock", visit_id=visit)
    assert second.status_code == 200, second.text
    stop = stop_of(client, "E1")
    assert stop["is_phoned"]
    assert stop["locked_start_minutes"] == stop["start_minutes"]


def test_what_is_broken_is_listed_and_marked_once_answered_for(client: Client) -> None:
    stop, (_, tag) = stop_of(client, "E1"), roster_of(client)
    late = {
        "kind": "move",
        "visit_id": stop["visit_id"],
        "start_minutes": stop["window_end_minutes"] + 30,
    }
    answer = patch(client, tag, **late)
    assert (answer.status_code, answer.json()["code"]) == (409, "edit_breaks_rules")
    assert "late" in {one["code"] for one in answer.json()["errors"]}
    answer = patch(client, tag, **late, override_reason="女儿要求")
    assert answer.status_code == 200, answer.text
    assert answer.json()["is_overridden"]
    after = stop_of(client, "E1")
    assert (after["override_reason"], after["override_by"]) == ("女儿要求", "zhou")
    published = client.post(
        f"{DAY}/publish", by="zhou", headers={"If-Match": answer.headers["ETag"]}
    )
    assert published.status_code == 200, published.text


def test_a_slot_is_taken_and_taken_back(client: Client) -> None:
    asked = {"elder_id": "E1", "service_type_code": "bath", "on": "2020-09-17"}
    found = client.post("/offers", by="zhou", json=asked).json()["offers"][0]["told"]
    roster, tag = roster_of(client)
    body = {
        "elder_id": "E1",
        "service_type_code": "bath",
        "caregiver_ids": [one["id"] for one in found["caregivers"]],
        "start_minutes": found["start_minutes"],
    }
    acts = f"{DAY}/draft"
    bare = client.post(f"{acts}/visits", by="zhou", json=body)
    assert bare.status_code == 428
    taken = client.post(f"{acts}/visits", by="zhou", json=body, headers={"If-Match": tag})
    assert taken.status_code == 200, taken.text
    visit = taken.json()["visit_id"]
    stops = [stop for route in roster_of(client)[0]["routes"] for stop in route["stops"]]
    assert visit in {stop["visit_id"] for stop in stops}
    fix = {"visit_id": visit, "kind": "add_skill"}
    headers = {"If-Match": taken.headers["ETag"]}
    refused = client.post(f"{acts}/fixes", by="zhou", json=fix, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (422, "fix_elsewhere")
    served = client.post(
        f"{acts}/fixes", by="zhou", json=fix | {"kind": "serve_anyway"}, headers=headers
    )
    assert (served.status_code, served.json()["code"]) == (409, "fix_outdated")
    back = client.post(f"{acts}/undo", by="zhou", json={}, headers=headers)
    assert back.status_code == 200, back.text
    assert (back.json()["kind"], back.json()["visit_id"]) == ("new_visit", visit)
    assert roster_of(client)[0]["routes"] != [] != roster["routes"]
    headers = {"If-Match": back.headers["ETag"]}
    nothing = client.post(f"{acts}/undo", by="zhou", json={}, headers=headers)
    assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing_to_undo")


def test_the_condition_is_asked_for(client: Client) -> None:
    body = {"kind": "phoned", "visit_id": stop_of(client, "E1")["visit_id"]}
    answer = client.ask("PATCH", f"{DAY}/draft", by="zhou", json=body)
    assert answer.status_code == 428


def test_a_coordinator_of_a_town_edits_that_town(client: Client) -> None:
    visit, (_, tag) = stop_of(client, "E1")["visit_id"], roster_of(client)
    answer = patch(client, tag, by="townzhou", kind="phoned", visit_id=visit)
    assert answer.status_code == 200, answer.text
