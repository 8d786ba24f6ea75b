"""Coordinators read whole rosters and publish the draft that they read."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select, update
from sqlmodel import col

from eldercare.accounts.audit import verify_chain
from eldercare.accounts.tables import AuditEntry
from eldercare.database import reading, transaction
from eldercare.rostering.tables import RosterStop, TownPlan
from tests.api.conftest import Client
from tests.registry.rows import OTHER_TOWN, TOWN

DAY = "/rosters/2020-09-17"


def draft_tag(client: Client) -> str:
    return client.get(f"{DAY}?status=draft", by="zhou").headers["ETag"]


def test_a_roster_whole(reader: Client) -> None:
    published = reader.get(f"{DAY}?status=published", by="zhou").json()
    assert (published["status"], published["version"]) == ("published", 2)
    assert [route["worker_name"] for route in published["routes"]] == ["陈美芳", "赵强", "刘芳"]
    assert published["summary"]["visits"]["served"] == 4
    assert published["summary"]["meals"]["delivered"] == 1
    draft = reader.get(DAY, by="zhou").json()
    assert (draft["status"], draft["version"]) == ("draft", None)


def test_a_roster_of_some_towns(reader: Client) -> None:
    path = f"{DAY}?status=published"
    one = reader.get(f"{path}&town={OTHER_TOWN}", by="zhou").json()
    assert [route["worker_name"] for route in one["routes"]] == ["刘芳"]
    both = reader.get(f"{path}&town={OTHER_TOWN}&town={TOWN}", by="zhou").json()
    assert len(both["routes"]) == 3


def test_a_coordinator_of_one_town_sees_that_town(reader: Client) -> None:
    path = f"{DAY}?status=published"
    own = reader.get(path, by="townzhou").json()
    assert {route["town_code"] for route in own["routes"]} == {TOWN}
    other = reader.get(f"{path}&town={OTHER_TOWN}", by="townzhou")
    assert (other.status_code, other.json()["code"]) == (403, "out_of_scope")
    publish = reader.post(f"{DAY}/publish", by="townzhou", headers={"If-Match": "*"})
    assert (publish.status_code, publish.json()["code"]) == (403, "out_of_scope")


def test_publishing_the_draft_that_was_read(client: Client) -> None:
    answer = client.post(f"{DAY}/publish", by="zhou", headers={"If-Match": draft_tag(client)})
    assert answer.status_code == 200
    assert (answer.json()["version"], answer.json()["published_by"]) == (3, "zhou")
    route = client.get("/me/route", by="chen").json()
    assert (route["version"], route["stops"][0]["elder_name"]) == (3, "草稿人")
    with reading(client.app.state.edge.engine) as session:
        (entry,) = session.scalars(select(AuditEntry)).all()
        assert (entry.user_name, entry.action) == ("zhou", "roster.publish")
        assert entry.after is not None
        assert entry.after["version"] == 3
        assert verify_chain(session).is_intact


def test_a_draft_that_changed_meanwhile_is_not_published(client: Client) -> None:
    tag = draft_tag(client)
    with transaction(client.app.state.edge.engine) as session:
        session.execute(
            update(RosterStop).where(col(RosterStop.elder_id) == "E5").values(start_minutes=515)
        )
    answer = client.post(f"{DAY}/publish", by="zhou", headers={"If-Match": tag})
    assert (answer.status_code, answer.json()["code"]) == (412, "draft_changed")
    assert client.get("/me/route", by="chen").json()["version"] == 2
    assert draft_tag(client) != tag


def test_publishing_twice_publishes_once(client: Client) -> None:
    headers = {"If-Match": draft_tag(client)}
    assert client.post(f"{DAY}/publish", by="zhou", headers=headers).status_code == 200
    again = client.post(f"{DAY}/publish", by="zhou", headers=headers)
    assert (again.status_code, again.json()["code"]) == (404, "no_draft")


def test_two_who_publish_at_once(client: Client) -> None:
    headers = {"If-Match": draft_tag(client)}

    def publish(name: str) -> int:
        return client.post(f"{DAY}/publish", by=name, headers=headers).status_code

    with ThreadPoolExecutor(2) as pool:
        statuses = sorted(pool.map(publish, ("admin", "zhou")))
    assert statuses[0] == 200
    assert statuses[1] in {404, 409, 412}
    with reading(client.app.state.edge.engine) as session:
        assert len(session.scalars(select(AuditEntry)).all()) == 1
    assert client.get("/me/route", by="chen").json()["version"] == 3


def test_the_tag_of_what_is_published_publishes_nothing(client: Client) -> None:
    tag = client.get(f"{DAY}?status=published", by="zhou").headers["ETag"]
    answer = client.post(f"{DAY}/publish", by="zhou", headers={"If-Match": f'{tag}, "other"'})
    assert answer.status_code == 412


def test_a_draft_that_breaks_rules_is_not_published(client: Client) -> None:
    with transaction(client.app.state.edge.engine) as session:
        session.execute(update(TownPlan).values(violations=1))
    answer = client.post(f"{DAY}/publish", by="zhou", headers={"If-Match": "*"})
    assert (answer.status_code, answer.json()["code"]) == (409, "draft_not_verified")
    with reading(client.app.state.edge.engine) as session:
        assert session.scalars(select(AuditEntry)).all() == []
