"""Scenarios over HTTP: on top of what was read, once, and nobody discards another town's."""

from __future__ import annotations

from typing import Any

from tests.api.conftest import Client

DAY = "/rosters/2020-09-17"


def tag(client: Client, which: str) -> str:
    return client.get(f"{DAY}?{which}", by="zhou").headers["ETag"]


def create(client: Client, name: str, by: str = "zhou", **options: Any) -> Any:
    body = {"name": name, "base": "published"}
    return client.post(f"{DAY}/scenarios", by=by, json=body, **options)


def test_versions_and_one_of_them(reader: Client) -> None:
    found = reader.get(f"{DAY}/versions", by="zhou").json()["rosters"]
    assert [(one["version"], one["status"], one["is_in_force"]) for one in found] == [
        (2, "published", True),
        (1, "closed", False),
    ]
    old = reader.get(f"{DAY}?version=1", by="zhou")
    assert (old.status_code, old.json()["version"]) == (200, 1)
    assert reader.get(f"{DAY}?version=9", by="zhou").status_code == 404
    both = reader.get(f"{DAY}?version=1&status=draft", by="zhou")
    assert (both.status_code, both.json()["code"]) == (422, "bad_roster_name")


def test_a_scenario_from_making_to_the_draft(client: Client) -> None:
    key = {"Idempotency-Key": "0b0e7a52-6f0f-4d0e-9a43-3a1f1c7f9d11"}
    made, again = create(client, "方案甲", headers=key), create(client, "方案甲", headers=key)
    assert (made.status_code, made.json()) == (201, again.json())
    assert create(client, "方案甲").json()["code"] == "scenario_exists"
    (listed,) = client.get(f"{DAY}/scenarios", by="zhou").json()["rosters"]
    assert (listed["name"], listed["created_by"], listed["based_on"]["version"]) == (
        "方案甲",
        "zhou",
        2,
    )
    (compared,) = client.get(f"{DAY}/comparison", by="zhou").json()["scenarios"]
    assert (compared["cost"], compared["served"]) == (0, 0)
    seen = {"If-Match": tag(client, "scenario=方案甲")}
    path = f"{DAY}/scenarios/方案甲/promote"
    assert client.post(path, by="zhou", json={}).status_code == 428
    stands = client.post(path, by="zhou", json={}, headers=seen)
    assert (stands.status_code, stands.json()["code"]) == (409, "draft_stands")
    stale = client.post(path, by="zhou", json={"discard_draft": '"old"'}, headers=seen)
    assert stale.status_code == 412
    body = {"discard_draft": tag(client, "status=draft")}
    done = client.post(path, by="zhou", json=body, headers=seen)
    assert (done.status_code, done.json()["roster_id"]) == (200, made.json()["roster_id"])
    assert (
        client.get(f"{DAY}?status=draft", by="zhou").json()["roster_id"]
        == (made.json()["roster_id"])
    )


def test_who_works_in_one_town_discards_only_her_own(client: Client) -> None:
    create(client, "a")
    create(client, "b", by="townzhou")
    any_tag = {"If-Match": "*"}
    other = client.ask("DELETE", f"{DAY}/scenarios/a", by="townzhou", headers=any_tag)
    assert (other.status_code, other.json()["code"]) == (403, "out_of_scope")
    promote = client.post(f"{DAY}/scenarios/b/promote", by="townzhou", json={}, headers=any_tag)
    assert (promote.status_code, promote.json()["code"]) == (403, "out_of_scope")
    assert (
        client.ask("DELETE", f"{DAY}/scenarios/b", by="townzhou", headers=any_tag).status_code
        == 204
    )
    assert client.ask("DELETE", f"{DAY}/scenarios/a", by="zhou").status_code == 428
    changed = client.ask("DELETE", f"{DAY}/scenarios/a", by="zhou", headers={"If-Match": '"x"'})
    assert changed.status_code == 412
    gone = client.ask("DELETE", f"{DAY}/scenarios/b", by="zhou", headers=any_tag)
    assert (gone.status_code, gone.json()["code"]) == (404, "scenario_not_found")


def test_an_edit_of_a_scenario_is_none_of_the_draft(client: Client) -> None:
    create(client, "a")
    draft, visit = tag(client, "status=draft"), "V.E1"
    body = {"kind": "phoned", "visit_id": visit, "scenario": "a"}
    headers = {"If-Match": tag(client, "scenario=a")}
    done = client.ask("PATCH", f"{DAY}/draft", by="zhou", json=body, headers=headers)
    assert done.status_code == 200, done.text
    assert (tag(client, "status=draft"), tag(client, "scenario=a")) == (
        draft,
        done.headers["ETag"],
    )
