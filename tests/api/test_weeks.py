"""Coordinators read fairness and chances, and choose the days of a week."""

from __future__ import annotations

from eldercare.database import transaction
from tests.api.conftest import Client
from tests.care.rows import care_plan, plan_item
from tests.registry.rows import OTHER_TOWN, TOWN, put

WEEK = "/weeks/2020-09-21"


def test_fairness_of_what_somebody_sees(reader: Client) -> None:
    answer = reader.get("/fairness?date=2020-09-20", by="zhou")
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["on"], body["days"], body["many_carers"]) == ("2020-09-20", 14, [])
    assert [one["town_code"] for one in body["towns"]] == [TOWN, OTHER_TOWN]
    (chen,) = body["towns"][0]["fairness"]["carried"]
    assert (chen["caregiver"], chen["days"]) == ("C1", 1)
    assert chen["work_minutes"] == 60 + 45 + 60 + chen["travel_minutes"]
    own = reader.get("/fairness?date=2020-09-20", by="townzhou").json()
    assert [one["town_code"] for one in own["towns"]] == [TOWN]
    assert reader.get(f"/fairness?town={OTHER_TOWN}", by="townzhou").status_code == 403
    assert reader.get("/fairness?days=0", by="zhou").status_code == 422


def test_chances_of_what_is_published(reader: Client) -> None:
    path = "/rosters/2020-09-17/robustness"
    body = reader.get(f"{path}?trials=50&status=published", by="zhou").json()
    assert (body["version"], body["trials"]) == (2, 50)
    assert {one["visit_id"] for one in body["visits"]} <= {f"V.E{n}" for n in (1, 2, 3, 6)}
    assert all(0 <= one["on_time"] <= 1 for one in body["visits"])
    assert reader.get("/rosters/2021-01-01/robustness", by="zhou").status_code == 404


def test_a_week_is_read_and_chosen(client: Client) -> None:
    with transaction(client.app.state.edge.engine) as session:
        put(session, care_plan("W1", "E2"), care_plan("W2", "E6"))
        put(session, plan_item("F1", "W1", times_per_week=2, least_days_apart=3))
        put(session, plan_item("F2", "W2", times_per_week=1))
    before = client.get(WEEK, by="zhou").json()
    assert [one["is_chosen"] for one in before["items"]] == [False, False]
    answer = client.post(WEEK, by="townzhou", json={"seed": 3})
    assert answer.status_code == 200, answer.text
    (own,) = answer.json()["week"]["items"]
    assert (own["plan_item_id"], len(own["days"]), own["is_chosen"]) == ("F1", 2, True)
    after = client.get(WEEK, by="zhou").json()
    assert [one["is_chosen"] for one in after["items"]] == [True, False]
    assert after["items"][0]["days"] == own["days"]
    assert client.post(WEEK, by="townzhou", json={"town": [OTHER_TOWN]}).status_code == 403
    wrong = client.post("/weeks/2020-09-22", by="zhou", json={})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "no_monday")
