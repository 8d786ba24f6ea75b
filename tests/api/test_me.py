"""A worker's own route: theirs alone, published alone."""

from __future__ import annotations

import pytest

from eldercare.database import transaction
from eldercare.rostering.lifecycle import find_roster
from eldercare.rostering.tables import RosterStatus
from tests.api.conftest import Client

SECRETS = ("草稿人", "E5")


def test_my_published_day(reader: Client) -> None:
    route = reader.get("/me/route?date=2020-09-17", by="chen").json()
    assert (route["version"], route["worker_name"], route["travel_mode"]) == (2, "陈美芳", "e_bike")
    assert [stop["elder_name"] for stop in route["stops"]] == ["周桂兰", "李德明", "蒋金凤"]
    assert [stop["change"] for stop in route["stops"]] == ["none", "moved", "new"]
    assert [stop["elder_name"] for stop in route["removed"]] == ["吴福根"]


@pytest.mark.parametrize("path", ["/me/route", "/me/route.ics"])
def test_nothing_drafted_and_nobody_elses_is_shown(reader: Client, path: str) -> None:
    texts = {name: reader.get(path, by=name).text for name in ("chen", "liu", "zhao")}
    for text in texts.values():
        assert not any(secret in text for secret in SECRETS)
    assert "李德明" in texts["chen"]
    assert "别镇人" not in texts["chen"]
    assert "别镇人" in texts["liu"]
    assert "李德明" not in texts["liu"] + texts["zhao"]
    assert "周桂兰" in texts["zhao"]


def test_no_parameter_opens_anothers_route(reader: Client) -> None:
    plain = reader.get("/me/route", by="liu").json()
    for query in ("caregiver=C1", "caregiver_id=C1", "worker_id=C1", "status=draft"):
        assert reader.get(f"/me/route?{query}", by="liu").json() == plain


def test_a_date_that_only_has_a_draft(client: Client) -> None:
    with transaction(client.app.state.edge.engine) as session:
        draft = find_roster(session, client.app.state.edge.today(), RosterStatus.DRAFT)
        assert draft is not None
        draft.on = draft.on.replace(day=18)
    answer = client.get("/me/route?date=2020-09-18", by="chen")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_published")


def test_a_phone_that_has_it_already_is_spared_the_rest(reader: Client) -> None:
    first = reader.get("/me/route", by="chen")
    tag = first.headers["ETag"]
    second = reader.get("/me/route", by="chen", headers={"If-None-Match": tag})
    assert (second.status_code, second.content, second.headers["ETag"]) == (304, b"", tag)
    other = reader.get("/me/route", by="liu", headers={"If-None-Match": tag})
    assert other.status_code == 200


def test_a_calendar(reader: Client) -> None:
    answer = reader.get("/me/route.ics", by="chen")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.text.count("BEGIN:VEVENT") == 3


def test_personal_data_stay_in_no_cache(reader: Client) -> None:
    assert reader.get("/me/route", by="chen").headers["Cache-Control"] == "no-store"
