"""Use cases over HTTP: one that is carried out and one that is refused for each route."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from eldercare.accounts.audit import verify_chain
from eldercare.care.tables import StatusChange
from eldercare.database import create_all, make_engine, reading, transaction
from eldercare.registry.assessment import ITEM_MAXIMA
from eldercare.registry.tables import CaregiverQualification, PositionReason, PositionTask
from tests.api.conftest import Client, make_client
from tests.registry.rows import COMMUNITY, LONG_AGO, OTHER_COMMUNITY, OTHER_TOWN, TOWN, elder, put

SCORES = dict(ITEM_MAXIMA) | {"B1.1": 0}


@pytest.fixture
def office(tmp_path: Path) -> Client:
    """An API on SQLite: the use cases themselves are tested on both kinds of database."""
    engine = make_engine(f"sqlite:///{tmp_path / 'office.db'}")
    create_all(engine)
    return make_client(engine, tmp_path)


def ok(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def refused(answer: Any, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


def trail(client: Client) -> list[str]:
    """Actions of the audit trail, the newest last."""
    with reading(client.app.state.edge.engine) as session:
        assert verify_chain(session).is_intact
    found = ok(client.get("/audit?limit=50", by="admin"))["items"]
    return [entry["action"] for entry in reversed(found)]


def test_a_stay_in_hospital_is_planned_ended_and_sent_once(office: Client) -> None:
    stay = {"from_on": "2020-09-20", "until_on": "2020-09-25"}
    headers = {"Idempotency-Key": "stay-1"}
    first = office.post("/elders/E1/hospital-stays", by="townzhou", json=stay, headers=headers)
    again = office.post("/elders/E1/hospital-stays", by="townzhou", json=stay, headers=headers)
    assert ok(first, 201) == ok(again, 201)
    (pause,) = ok(office.get("/pauses?q=E1", by="zhou"))["items"]
    assert (pause["from_on"], pause["reason"]) == ("2020-09-20", "hospital")
    refused(office.post("/elders/E1/hospital-stays", by="zhou", json=stay), 422, "invalid_input")
    refused(office.post("/elders/E6/hospital-stays", by="townzhou", json=stay), 403, "out_of_scope")
    ended = office.post("/elders/E1/hospital-stays/end", by="zhou", json={"until_on": "2020-09-19"})
    assert ok(ended)["called_off"] is True
    nothing = office.post(
        "/elders/E1/hospital-stays/end", by="zhou", json={"until_on": "2020-09-19"}
    )
    refused(nothing, 404, "no_stay")
    assert trail(office) == ["elder.hospital", "elder.hospital_called_off"]


def test_a_death_and_a_move_out_are_taken_back(office: Client) -> None:
    report = ok(office.post("/elders/E1/death", by="zhou", json={"on": "2020-09-16"}))
    assert report["rows"] == 2
    refused(
        office.post("/elders/E1/move-out", by="zhou", json={"on": "2020-09-16"}),
        409,
        "elder_ended",
    )
    refused(
        office.post("/elders/E2/death", by="zhou", json={"on": "2020-09-30"}),
        422,
        "invalid_input",
    )
    assert ok(office.post("/elders/E1/end/take-back", by="zhou"))["rows"] == 2
    assert ok(office.get("/care-plans/P1", by="zhou"))["until_on"] is None
    refused(office.post("/elders/E1/end/take-back", by="zhou"), 404, "no_end")
    ok(office.post("/elders/E2/move-out", by="zhou", json={"on": "2020-09-30"}))
    for path in ("/elders/E6/death", "/elders/E6/move-out"):
        refused(office.post(path, by="townzhou", json={"on": "2020-09-16"}), 403, "out_of_scope")
    refused(office.post("/elders/E6/end/take-back", by="townzhou"), 403, "out_of_scope")
    with reading(office.app.state.edge.engine) as session:
        assert session.get_one(StatusChange, 1).undone_by == "zhou"


def test_a_move_keeps_the_old_home_and_is_taken_back(office: Client) -> None:
    home = {"on": "2020-09-10", "community_code": COMMUNITY, "address": "新街9号"}
    assert ok(office.post("/elders/E1/moves", by="townzhou", json=home), 201)["on"] == "2020-09-10"
    (task,) = ok(office.get("/position-tasks?q=E1", by="zhou"))["items"]
    assert task["reason"] == "estimated"
    (old,) = ok(office.get("/former-homes?q=E1", by="zhou"))["items"]
    assert old["address"] == "飞龙新苑12幢乙单元302"
    away = home | {"on": "2020-09-15", "community_code": OTHER_COMMUNITY}
    refused(office.post("/elders/E1/moves", by="townzhou", json=away), 403, "out_of_scope")
    half = home | {"on": "2020-09-15", "longitude": 119.9}
    refused(office.post("/elders/E1/moves", by="zhou", json=half), 422, "invalid_input")
    refused(office.ask("DELETE", "/elders/E1/moves/2020-09-09", by="zhou"), 404, "no_move")
    ok(office.ask("DELETE", "/elders/E1/moves/2020-09-10", by="zhou"), 204)
    assert ok(office.get("/elders/E1", by="zhou"))["address"] == old["address"]
    assert trail(office) == ["elder.move", "elder.move_back"]


def test_a_position_is_converted_and_asked_about(office: Client) -> None:
    place = {"longitude": 119.97, "latitude": 31.83, "coordinate_system": "gcj02"}
    refused(
        office.ask("PUT", "/elders/E1/position", by="zhou", json=place),
        428,
        "precondition_required",
    )
    tag = office.get("/elders/E1", by="zhou").headers["ETag"]
    headers = {"If-Match": tag}
    answer = office.ask("PUT", "/elders/E1/position", by="zhou", json=place, headers=headers)
    placed = ok(answer)
    assert 0.003 < 119.97 - placed["longitude"] < 0.006
    assert placed["question"] is None
    assert office.get("/elders/E1", by="zhou").headers["ETag"] == answer.headers["ETag"]
    stale = office.ask("PUT", "/elders/E1/position", by="zhou", json=place, headers=headers)
    refused(stale, 412, "row_changed")
    there = office.ask(
        "PUT", "/elders/E6/position", by="townzhou", json=place, headers={"If-Match": "*"}
    )
    refused(there, 403, "out_of_scope")


def test_a_wrong_position_is_given_up(office: Client) -> None:
    assert office.ask("DELETE", "/elders/E1/position", by="zhou").status_code == 428
    headers = {"If-Match": office.get("/elders/E1", by="zhou").headers["ETag"]}
    away = {"longitude": 119.99, "latitude": 31.84, "coordinate_system": "wgs84"}
    put = office.ask("PUT", "/elders/E1/position", by="zhou", json=away, headers=headers)
    headers = {"If-Match": put.headers["ETag"]}
    answer = office.ask("DELETE", "/elders/E1/position", by="zhou", headers=headers)
    point = office.get("/communities/320411001001", by="zhou").json()
    told = ok(answer)
    assert (told["longitude"], told["latitude"]) == (point["longitude"], point["latitude"])
    assert told["question"] == "estimated"
    again = {"If-Match": answer.headers["ETag"]}
    refused = office.ask("DELETE", "/elders/E1/position", by="zhou", headers=again)
    assert (refused.status_code, refused.json()["code"]) == (409, "no_change")
    there = office.ask("DELETE", "/elders/E6/position", by="townzhou", headers={"If-Match": "*"})
    assert (there.status_code, there.json()["code"]) == (403, "out_of_scope")


def test_position_tasks_are_counted_given_and_closed(office: Client) -> None:
    with transaction(office.app.state.edge.engine) as session:
        asked: dict[str, Any] = {"reason": PositionReason.ESTIMATED, "opened_on": LONG_AGO}
        put(session, PositionTask(elder_id="E1", **asked), PositionTask(elder_id="E6", **asked))
    seen = ok(office.get("/position-tasks/counts", by="townzhou"))["items"]
    assert seen == [{"town_code": TOWN, "owner": None, "tasks": 1}]
    assert len(ok(office.get("/position-tasks/counts", by="zhou"))["items"]) == 2
    given = office.post("/position-tasks/2/assign", by="zhou", json={"owner": "townzhou"})
    assert ok(given)["owner"] == "townzhou"
    nobody = office.post("/position-tasks/2/assign", by="zhou", json={"owner": "nobody"})
    assert nobody.status_code == 404
    for what, body in (("assign", {"owner": None}), ("close", {"how": "confirmed"})):
        there = office.post(f"/position-tasks/3/{what}", by="townzhou", json=body)
        refused(there, 403, "out_of_scope")
    refused(
        office.post("/position-tasks/2/close", by="zhou", json={"how": "placed"}),
        422,
        "invalid_input",
    )
    closed = office.post("/position-tasks/2/close", by="townzhou", json={"how": "confirmed"})
    assert ok(closed)["how"] == "confirmed"
    refused(
        office.post("/position-tasks/2/close", by="zhou", json={"how": "moved"}),
        409,
        "task_closed",
    )
    refused(office.ask("POST", "/position-tasks", by="zhou", json={}), 405, "method_not_allowed")


def test_a_level_follows_from_the_items(office: Client) -> None:
    body = {"assessed_on": "2020-09-10", "item_scores": SCORES, "grounds": ["dementia"]}
    made = ok(office.post("/elders/E1/assessments", by="townzhou", json=body), 201)
    assert (made["score"], made["level"]) == (86, 2)
    wrong = body | {"assessed_on": "2020-09-11", "item_scores": SCORES | {"B1.2": 9, "B9.9": 1}}
    answer = office.post("/elders/E1/assessments", by="zhou", json=wrong)
    refused(answer, 422, "invalid_input")
    assert {one["pointer"] for one in answer.json()["errors"]} >= {
        "/item_scores/B1.2",
        "/item_scores/B9.9",
    }
    refused(office.post("/elders/E6/assessments", by="townzhou", json=body), 403, "out_of_scope")
    asked = office.post("/elders/E1/reassessment", by="zhou", json={"from_on": "2020-10-01"})
    assert ok(asked)["reassess_on"] == "2020-10-01"
    refused(
        office.post("/elders/E1/reassessment", by="zhou", json={"from_on": "2020-10-02"}),
        409,
        "due_anyway",
    )
    due = ok(office.get("/reassessments-due?within_days=30&limit=1", by="townzhou"))
    assert [one["elder_id"] for one in due["items"]] == ["E5"]
    more = ok(office.get(f"/reassessments-due?within_days=30&after={due['next']}", by="zhou"))
    assert [one["elder_id"] for one in more["items"]] == ["E1"]
    there = office.get(f"/reassessments-due?town={OTHER_TOWN}", by="townzhou")
    refused(there, 403, "out_of_scope")
    assert trail(office) == ["assessment.record", "assessment.ask_again"]


def test_qualifications_that_run_out_are_told_of_ones_own_town(office: Client) -> None:
    with transaction(office.app.state.edge.engine) as session:
        for worker in ("C1", "C2"):
            held = CaregiverQualification(
                caregiver_id=worker,
                qualification_code="care_worker",
                obtained_on=date(2019, 1, 1),
                expires_on=date(2020, 10, 1),
            )
            put(session, held)
        # The one that C1 has held since 2015 is good for ever.
        session.get_one(CaregiverQualification, ("C1", "care_worker", LONG_AGO)).expires_on = date(
            2020, 9, 1
        )
    own = ok(office.get("/expiring-qualifications?within_days=30", by="townzhou"))["items"]
    assert [(one["caregiver_id"], one["days_left"]) for one in own] == [("C1", 14)]
    both = ok(office.get("/expiring-qualifications?within_days=30", by="zhou"))["items"]
    assert [one["caregiver_id"] for one in both] == ["C1", "C2"]
    refused(office.get("/expiring-qualifications", by="viewer"), 403, "not_permitted")


def test_a_plan_change_is_shown_and_then_done(office: Client) -> None:
    body = {"scope": "this", "from_on": "2020-09-21", "change": {"minutes": 90}, "dry_run": True}
    shown = ok(office.post("/plan-items/T1/changes", by="townzhou", json=body))
    (pair,) = shown["dates"]
    assert (pair["before"]["minutes"], pair["after"]["minutes"]) == (60, 90)
    assert trail(office) == []
    doing = body | {"dry_run": False}
    refused(
        office.post("/plan-items/T1/changes", by="zhou", json=doing), 428, "precondition_required"
    )
    headers = {"If-Match": office.get("/plan-items/T1", by="zhou").headers["ETag"]}
    done = ok(office.post("/plan-items/T1/changes", by="zhou", json=doing, headers=headers))
    assert done["dates"] == shown["dates"]
    later = doing | {"scope": "later", "change": {"weekdays": "135"}}
    split = ok(office.post("/plan-items/T1/changes", by="zhou", json=later, headers=headers))
    assert split["item_id"] == "T1~2"
    past = doing | {"from_on": "2020-09-01"}
    now = {"If-Match": "*"}
    refused(
        office.post("/plan-items/T1/changes", by="zhou", json=past, headers=now), 422, "in_the_past"
    )
    assert trail(office) == ["plan_item.change_visits"] * 2


def test_hours_and_warnings_of_a_month(office: Client) -> None:
    one = ok(office.get("/elders/E1/hours?month=2020-09", by="townzhou"))
    assert (one["month"], one["planned_minutes"]) == ("2020-09", 30 * 60)
    assert ok(office.get(f"/hours?month=2020-09&town={TOWN}", by="zhou"))["items"] == [one]
    assert ok(office.get("/entitlement-warnings", by="zhou"))["items"] == []
    row = {"minutes_per_month": 1000, "from_on": "2020-01-01", "source": "某通知"}
    ok(office.post("/entitlements", by="zhou", json=row), 201)
    (warning,) = ok(office.get("/entitlement-warnings?month=2020-09", by="zhou"))["items"]
    assert (warning["reach"], warning["hours"]["elder_id"]) == ("over", "E1")
    for path in (f"/hours?town={OTHER_TOWN}", f"/entitlement-warnings?town={OTHER_TOWN}"):
        refused(office.get(path, by="townzhou"), 403, "out_of_scope")
    refused(office.get("/elders/E6/hours", by="townzhou"), 403, "out_of_scope")
    refused(office.get("/hours?month=2020-13", by="zhou"), 422, "invalid_input")


def test_what_holds_everywhere_is_the_districts_to_write(office: Client) -> None:
    for path in ("/entitlements", "/holiday-overrides"):
        (row,) = ok(office.get(path, by="townzhou"))["items"]
        key = row.get("id") or row["on"]
        ok(office.get(f"{path}/{key}", by="townzhou"))
    day = {"on": "2020-10-08", "kind": "holiday", "name": "国庆节"}
    refused(office.post("/holiday-overrides", by="townzhou", json=day), 403, "out_of_scope")


def test_elders_are_matched_and_told_why(office: Client) -> None:
    run = {"kind": "care_centre", "keep_unless_better_by_metres": 200}
    report = ok(office.post("/matches", by="zhou", json=run))
    assert (report["matched"], report["changed"]) == (1, 1)
    assert ok(office.post("/matches", by="zhou", json=run))["kept"] == 1
    (match,) = ok(office.get("/elders/E1/matches", by="townzhou"))["items"]
    assert (match["place_id"], match["rank"]) == ("H1", 1)
    assert match["why"]["en"].startswith("nearest")
    refused(office.post("/matches", by="townzhou", json=run), 403, "out_of_scope")
    early = run | {"on": "2020-09-01"}
    refused(office.post("/matches", by="zhou", json=early), 409, "matched_later")
    refused(office.get("/elders/E6/matches", by="townzhou"), 403, "out_of_scope")
    advice = ok(office.get("/elders/E1/advice", by="zhou"))
    assert advice["setting"] == "community"
    assert advice["reasons"][0]["zh"]
    refused(office.get("/elders/E6/advice", by="townzhou"), 403, "out_of_scope")


def test_duplicates_are_merged_taken_apart_and_dismissed(office: Client) -> None:
    with transaction(office.app.state.edge.engine) as session:
        put(session, elder("E7", name="李德明", address="河海花园3幢401"))
    (pair,) = ok(office.get("/duplicates", by="townzhou"))["items"]
    assert (pair["first_id"], pair["second_id"]) == ("E2", "E7")
    merged = ok(office.post("/elders/E2/merge", by="zhou", json={"drop_id": "E7"}))
    assert ok(office.get("/elders/E7", by="zhou"))["end_reason"] == "merged"
    refused(office.post("/elders/E2/merge", by="zhou", json={"drop_id": "E7"}), 409, "elder_merged")
    refused(
        office.post("/elders/E2/merge", by="townzhou", json={"drop_id": "E6"}), 403, "out_of_scope"
    )
    path = f"/merges/{merged['merge_id']}/undo"
    assert ok(office.post(path, by="townzhou"))["drop_id"] == "E7"
    refused(office.post(path, by="zhou"), 409, "merge_undone")
    both = {"first_id": "E7", "second_id": "E2", "reason": "两人同名"}
    assert ok(office.post("/duplicates/dismissals", by="zhou", json=both))["first_id"] == "E2"
    assert ok(office.get("/duplicates", by="zhou"))["items"] == []
    ok(office.ask("DELETE", "/duplicates/dismissals/E2/E7", by="zhou"), 204)
    refused(
        office.ask("DELETE", "/duplicates/dismissals/E2/E7", by="zhou"),
        404,
        "dismissal_not_found",
    )
    outside = both | {"second_id": "E6"}
    refused(office.post("/duplicates/dismissals", by="townzhou", json=outside), 403, "out_of_scope")


def test_reasons_reach_a_viewer_empty(office: Client) -> None:
    (absence,) = ok(office.get("/absences", by="viewer"))["items"]
    assert (absence["reason"], absence["masked"]) == ("", True)
    (rider,) = ok(office.get("/riders", by="viewer"))["items"]
    assert rider["name"] == "赵*"
    refused(office.get("/refusals", by="viewer"), 403, "not_permitted")
