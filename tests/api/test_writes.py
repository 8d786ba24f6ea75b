"""Rows written over HTTP: conditions, keys of requests, areas, ends, and what the trail keeps."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from api.ledger_entry import Entry
from api.ledgers import LEDGERS
from eldercare.accounts.audit import verify_chain
from eldercare.accounts.tables import AuditEntry, IdempotencyKey
from eldercare.database import reading, transaction
from eldercare.registry.tables import Elder, EndReason
from tests.api.conftest import Client
from tests.registry.rows import COMMUNITY, OTHER_COMMUNITY

ELDER: dict[str, Any] = {
    "name": "王秀英",
    "sex": "female",
    "birth_on": "1941-05-02",
    "community_code": COMMUNITY,
    "address": "某某新村3幢201",
    "living_arrangement": "alone",
    "registered_on": "2020-01-01",
}
EXAMPLES: dict[str, dict[str, Any]] = {
    "/plan-items": {
        "care_plan_id": "P1",
        "service_type_code": "bath",
        "minutes": 60,
        "weekdays": "1",
        "anchor_on": "2020-08-31",
        "window_start_minutes": 480,
        "window_end_minutes": 600,
    }
}
"""New rows of ledgers whose entry shows none."""


def send(
    client: Client,
    method: str,
    path: str,
    *,
    by: str = "zhou",
    tag: str | None = None,
    **options: Any,
) -> Any:
    """A write on top of what is there now, where no tag is given."""
    if tag is None and method in {"PATCH", "DELETE"}:
        tag = client.get(path.partition("?")[0], by="admin").headers["ETag"]
    headers = {"If-Match": tag} if tag else {}
    return client.ask(method, path, by=by, headers=headers, **options)


def trail(client: Client) -> list[AuditEntry]:
    with reading(client.app.state.edge.engine) as session:
        assert verify_chain(session).is_intact
        return list(session.scalars(select(AuditEntry).order_by(col(AuditEntry.id))))


def test_an_elder_from_the_first_entry_to_the_end(client: Client) -> None:
    made = client.post("/elders", by="zhou", json=ELDER)
    assert made.status_code == 201, made.text
    elder = made.json()
    path = f"/elders/{elder['id']}"
    assert made.headers["Location"] == f"/api/v1{path}"
    read = client.get(path, by="zhou")
    assert read.headers["ETag"] == made.headers["ETag"] == elder["etag"]
    assert read.json() == {name: value for name, value in elder.items() if name != "warnings"}

    changed = send(client, "PATCH", path, json={"phone": "13812345678", "building": "3幢"})
    assert (changed.status_code, changed.json()["phone"]) == (200, "13812345678")
    assert changed.headers["ETag"] != made.headers["ETag"]
    emptied = send(client, "PATCH", path, json={"building": None})
    assert emptied.json()["building"] == ""

    ended = send(client, "DELETE", f"{path}?on=2020-09-01&reason=moved")
    assert (ended.json()["ended_on"], ended.json()["end_reason"]) == ("2020-09-01", "moved")
    assert client.get(path, by="zhou").json() == ended.json()

    entries = trail(client)
    assert [entry.action for entry in entries] == [
        "elder.create",
        "elder.change",
        "elder.change",
        "elder.end",
    ]
    assert {(entry.user_name, entry.subject) for entry in entries} == {
        ("zhou", f"elder/{elder['id']}")
    }
    assert entries[1].before == {"phone": "", "building": ""}
    assert entries[1].after == {"phone": "13812345678", "building": "3幢"}
    assert entries[0].after is not None
    assert not {"id_number_cipher", "id_number_hash"} & set(entries[0].after)


def test_without_a_condition_nothing_is_written(client: Client) -> None:
    for method, options in (("PATCH", {"json": {"phone": "1"}}), ("DELETE", {})):
        answer = client.ask(method, "/elders/E1", by="zhou", **options)
        assert (answer.status_code, answer.json()["code"]) == (428, "precondition_required")
    assert trail(client) == []


def test_what_somebody_else_changed_is_left_alone(client: Client) -> None:
    old = client.get("/elders/E1", by="zhou").headers["ETag"]
    assert send(client, "PATCH", "/elders/E1", tag=old, json={"phone": "1"}).status_code == 200
    for answer in (
        send(client, "PATCH", "/elders/E1", tag=old, json={"phone": "2"}),
        send(client, "DELETE", "/elders/E1", tag=old),
    ):
        assert (answer.status_code, answer.json()["code"]) == (412, "row_changed")
    assert client.get("/elders/E1", by="zhou").json()["phone"] == "1"
    assert send(client, "PATCH", "/elders/E1", tag="*", json={"phone": "3"}).status_code == 200
    assert len(trail(client)) == 2


def test_of_two_coordinators_at_once_one_is_told(client: Client) -> None:
    tag = client.get("/elders/E1", by="zhou").headers["ETag"]
    start = threading.Barrier(2)
    answers: list[int] = []

    def write(phone: str, by: str) -> None:
        start.wait()
        answers.append(
            send(client, "PATCH", "/elders/E1", by=by, tag=tag, json={"phone": phone}).status_code
        )

    writers = [
        threading.Thread(target=write, args=given) for given in (("1", "zhou"), ("2", "townzhou"))
    ]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    assert sorted(answers) == [200, 412]
    (entry,) = trail(client)
    assert entry.after == {"phone": client.get("/elders/E1", by="zhou").json()["phone"]}


def test_a_request_sent_twice_at_once_is_carried_out_once(client: Client) -> None:
    start = threading.Barrier(2)
    answers: list[tuple[int, str]] = []

    def write() -> None:
        start.wait()
        headers = {"Idempotency-Key": "phone-1"}
        answer = client.post("/elders", by="zhou", json=ELDER, headers=headers)
        answers.append((answer.status_code, answer.text))

    writers = [threading.Thread(target=write) for _ in range(2)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    assert answers[0] == answers[1]
    assert answers[0][0] == 201
    assert len(trail(client)) == 1


def test_a_key_stands_for_one_request(client: Client) -> None:
    headers = {"Idempotency-Key": "k1"}
    first = client.post("/elders", by="zhou", json=ELDER, headers=headers)
    again = client.post("/elders", by="zhou", json=ELDER, headers=headers)
    assert (again.status_code, again.text) == (201, first.text)
    assert {again.headers[name] for name in ("ETag", "Location")} == {
        first.headers[name] for name in ("ETag", "Location")
    }
    other = client.post("/elders", by="zhou", json=ELDER | {"name": "别人"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    # Keys are everybody's own, and a refused request leaves its key free.
    wrong = client.post(
        "/elders", by="townzhou", json=ELDER | {"birth_on": "2019-01-01"}, headers=headers
    )
    mended = client.post("/elders", by="townzhou", json=ELDER, headers=headers)
    assert (wrong.status_code, mended.status_code) == (422, 201)
    assert mended.json()["id"] != first.json()["id"]
    with reading(client.app.state.edge.engine) as session:
        assert len(list(session.scalars(select(IdempotencyKey)))) == 2


def test_every_problem_is_pointed_at(client: Client) -> None:
    wrong = ELDER | {"birth_on": "2019-01-01", "community_code": "320411001999"}
    answer = client.post("/elders", by="zhou", json=wrong)
    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.json()["errors"]} == {
        "/birth_on",
        "/community_code",
    }
    sealed = client.post("/elders", by="zhou", json=ELDER | {"id_number_hash": "x"})
    assert [error["pointer"] for error in sealed.json()["errors"]] == ["/id_number_hash"]
    sealed = send(client, "PATCH", "/elders/E1", json={"id_number_cipher": "x"})
    assert sealed.status_code == 422
    key = send(client, "PATCH", "/elders/E1", json={"id": "E9"})
    assert key.status_code == 422
    required = send(client, "PATCH", "/elders/E1", json={"name": None})
    assert [error["pointer"] for error in required.json()["errors"]] == ["/name"]
    assert trail(client) == []


def test_a_coordinator_of_a_town_writes_there_only(client: Client) -> None:
    outside = client.post(
        "/elders", by="townzhou", json=ELDER | {"community_code": OTHER_COMMUNITY}
    )
    there = send(client, "PATCH", "/elders/E6", by="townzhou", json={"phone": "1"})
    moved_out = send(
        client, "PATCH", "/elders/E1", by="townzhou", json={"community_code": OTHER_COMMUNITY}
    )
    ended = send(client, "DELETE", "/elders/E6?reason=moved", by="townzhou")
    read = client.get("/elders/E6", by="townzhou")
    shift = send(client, "PATCH", "/shifts/C2.day", by="townzhou", json={"end_minutes": 900})
    for answer in (outside, there, moved_out, ended, read, shift):
        assert (answer.status_code, answer.json()["code"]) == (403, "out_of_scope")
    assert trail(client) == []
    unknown = client.post(
        "/meal-subscriptions",
        by="townzhou",
        json={
            "elder_id": "E99",
            "meal_site_id": "M1",
            "mode": "delivery",
            "weekdays": "1",
            "from_on": "2020-09-01",
        },
    )
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/elder_id")


def test_a_new_elder_who_may_be_there_already_is_stored_with_a_warning(client: Client) -> None:
    first = client.post("/elders", by="zhou", json=ELDER).json()
    assert first["warnings"] == []
    (warning,) = client.post("/elders", by="zhou", json=ELDER).json()["warnings"]
    assert (warning["code"], warning["other"]) == ("likely_duplicate", first["id"])


def test_a_merged_elder_is_left_alone(client: Client) -> None:
    with transaction(client.app.state.edge.engine) as session:
        elder = session.get_one(Elder, "E3")
        elder.ended_on, elder.end_reason = date(2020, 1, 1), EndReason.MERGED
    refused = send(client, "PATCH", "/elders/E3", json={"phone": "1"})
    assert (refused.status_code, refused.json()["code"]) == (409, "elder_merged")
    by_hand = send(client, "DELETE", "/elders/E1?reason=merged")
    assert (by_hand.status_code, by_hand.json()["errors"][0]["pointer"]) == (422, "/end_reason")


def test_a_care_plan_comes_with_its_items(client: Client) -> None:
    (example,) = [dict(one.example) for one in LEDGERS if one.path == "/care-plans"]
    made = client.post("/care-plans", by="zhou", json=example)
    assert made.status_code == 201, made.text
    plan = made.json()
    (item,) = plan["items"]
    assert item["care_plan_id"] == plan["id"]
    path = f"/care-plans/{plan['id']}"
    # An item is written by itself; the plan as somebody read it is then another.
    tag = client.get(path, by="zhou").headers["ETag"]
    written = send(client, "PATCH", f"/plan-items/{item['id']}", json={"minutes": 90})
    assert written.json()["minutes"] == 90
    assert client.get(path, by="zhou").json()["items"][0]["minutes"] == 90
    stale = send(client, "DELETE", path, tag=tag)
    assert stale.status_code == 412
    wrong = example["items"][0] | {"window_end_minutes": 400}
    refused = client.post("/care-plans", by="zhou", json=example | {"items": [wrong]})
    assert [error["pointer"] for error in refused.json()["errors"]] == [
        "/items/0/window_end_minutes"
    ]


def test_every_ledger_is_written(client: Client) -> None:
    for entry in LEDGERS:
        if not entry.is_read_only:
            write_and_end(client, entry)


def write_and_end(client: Client, entry: Entry) -> None:
    """A new row by the example of the document, then ended, or told why not."""
    example = dict(entry.example) or EXAMPLES[entry.path]
    already = len(trail(client))
    made = client.post(entry.path, by="zhou", json=example)
    assert made.status_code == 201, made.text
    path = made.headers["Location"].removeprefix("/api/v1")
    assert client.get(path, by="zhou").status_code == 200
    same = send(client, "PATCH", path, json={})
    assert (same.status_code, same.headers["ETag"]) == (200, made.headers["ETag"])
    reason = "&reason=moved" if entry.ledger.end_reason else ""
    ended = send(client, "DELETE", f"{path}?on=2020-09-30{reason}")
    actions = [f"{entry.ledger.name}.create"]
    if entry.ledger.removable:
        assert ended.status_code == 200, ended.text
        assert client.get(path, by="zhou").status_code == 404
        actions.append(f"{entry.ledger.name}.remove")
    elif entry.ledger.ends is None:
        assert (ended.status_code, ended.json()["code"]) == (409, "row_has_no_end")
        assert entry.ledger.instead in ended.json()["detail"]
    else:
        assert ended.json()[entry.ledger.ends] == "2020-09-30"
        again = send(client, "DELETE", f"{path}?on=2020-09-30")
        assert (again.status_code, again.json()["code"]) == (409, "row_has_ended")
        actions.append(f"{entry.ledger.name}.end")
    assert [one.action for one in trail(client)[already:]] == actions


def test_an_unchanged_row_is_not_sent_again(reader: Client) -> None:
    tag = reader.get("/elders/E1", by="zhou").headers["ETag"]
    answer = reader.get("/elders/E1", by="zhou", headers={"If-None-Match": tag})
    assert (answer.status_code, answer.content) == (304, b"")


def test_the_tag_tells_a_viewer_nothing_that_is_hidden(client: Client) -> None:
    before = client.get("/elders/E1", by="viewer")
    assert before.json()["masked"] is True
    assert send(client, "PATCH", "/elders/E1", json={"care_note": "新"}).status_code == 200
    after = client.get("/elders/E1", by="viewer")
    assert after.headers["ETag"] == before.headers["ETag"]
