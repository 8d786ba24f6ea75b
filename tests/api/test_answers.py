"""A coordinator's questions over HTTP: answered inside the area, refused with a sentence else."""

from __future__ import annotations

import pytest

from tests.api.conftest import Client
from tests.registry.rows import OTHER_TOWN, TOWN

DAY = "/rosters/2020-09-17"


def test_a_visit_is_explained(reader: Client) -> None:
    answer = reader.get("/visits/V.E1/explanation", by="zhou")
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["state"], body["town_code"], body["roster"]["status"]) == (
        "planned",
        TOWN,
        "draft",
    )
    assert body["told"]["caregivers"] == [{"id": "C1", "name": "陈美芳"}]
    assert "周桂兰" in body["sentences"][0]["zh"]
    assert {"zh", "en"} == set(body["sentences"][0])
    other = reader.get("/visits/V.E1/explanation?why_not=C2", by="zhou").json()["comparison"]
    assert [ban["code"] for ban in other["bans"]] == ["not_on_duty"]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/visits/none/explanation", 404, "visit_not_found"),
        ("/visits/V.E1/explanation?why_not=C9", 404, "caregiver_not_found"),
        ("/visits/V.E1/explanation?why_not=C1", 422, "already_comes"),
        ("/rosters/2021-01-01/diff", 404, "no_roster"),
        (f"{DAY}/diff?before=7", 404, "no_roster"),
        (f"{DAY}/diff?before=newest", 422, "invalid_input"),
        ("/rosters/2021-01-01/costs", 404, "no_roster"),
    ],
)
def test_what_cannot_be_answered(reader: Client, path: str, status: int, code: str) -> None:
    answer = reader.get(path, by="zhou")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_slots_are_offered_for_one_more_visit(reader: Client) -> None:
    wanted = {"elder_id": "E2", "service_type_code": "bath", "on": "2020-09-17", "since": "13:00"}
    answer = reader.post("/offers", by="zhou", json={**wanted, "most": 3})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert 1 <= len(body["offers"]) <= 3
    for one in body["offers"]:
        assert one["told"]["start_minutes"] >= 13 * 60
        assert [who["id"] for who in one["told"]["caregivers"]] == ["C1"]
    roster = reader.get(DAY, by="zhou").json()
    assert sum(len(one["stops"]) for one in roster["routes"]) == 2, "an offer stores nothing"
    early = reader.post("/offers", by="zhou", json={**wanted, "since": "07:00", "until": "08:00"})
    assert (early.status_code, early.json()["code"]) == (422, "empty_window")  # it is 09:30


def test_two_versions_are_compared_in_people(reader: Client) -> None:
    body = reader.get(f"{DAY}/diff?before=1&after=2", by="zhou").json()
    changes = {one["elder"]["name"]: one["changes"] for one in body["visits"]}
    assert changes["吴福根"] == ["no_longer_served"]
    assert changes["别镇人"] == ["newly_served"]
    assert (body["before"]["version"], body["after"]["version"]) == (1, 2)
    assert body["cost"] == sum(one["cost"] for one in body["terms"])
    default = reader.get(f"{DAY}/diff", by="zhou").json()
    assert (default["before"]["version"], default["after"]["status"]) == (2, "draft")


def test_costs_by_town_and_caregiver(reader: Client) -> None:
    body = reader.get(f"{DAY}/costs?version=2", by="zhou").json()
    assert [one["town_code"] for one in body["towns"]] == [TOWN, OTHER_TOWN]
    assert body["cost"] == sum(row["cost"] for town in body["towns"] for row in town["rows"])


def test_a_coordinator_of_a_town_sees_that_town(reader: Client) -> None:
    body = reader.get(f"{DAY}/diff?before=1&after=2", by="townzhou").json()
    assert {one["town_code"] for one in body["visits"]} == {TOWN}
    costs = reader.get(f"{DAY}/costs?version=2", by="townzhou").json()
    assert [one["town_code"] for one in costs["towns"]] == [TOWN]
    wanted = {"elder_id": "E6", "service_type_code": "bath", "on": "2020-09-17"}
    offer = reader.post("/offers", by="townzhou", json=wanted)
    assert (offer.status_code, offer.json()["code"]) == (403, "out_of_scope")
    for path in (f"{DAY}/diff?town={OTHER_TOWN}", f"{DAY}/costs?town={OTHER_TOWN}"):
        assert reader.get(path, by="townzhou").status_code == 403
