"""Figures, the names behind them, snapshots and runs, as the API gives them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from eldercare.coverage.snapshots import take_snapshot
from eldercare.database import transaction
from eldercare.jobs.tables import JobRun, JobStatus
from tests.api.conftest import Client
from tests.registry.rows import OTHER_TOWN, TOWN

INDICATORS = 12


def test_figures_of_the_district(reader: Client) -> None:
    answer = reader.get("/coverage?as_of=2020-09-17", by="viewer").json()
    assert (answer["as_of"], answer["by"]) == ("2020-09-17", "district")
    assert len(answer["rows"]) == INDICATORS
    row = next(row for row in answer["rows"] if row["indicator"] == "home_service")
    assert (row["numerator"], row["denominator"], row["value"]) == (0, 6, 0)


def test_figures_by_town_and_of_some_indicators(reader: Client) -> None:
    query = "by=town&indicator=home_service&indicator=family_doctor"
    rows = reader.get(f"/coverage?{query}", by="zhou").json()["rows"]
    assert [(row["indicator"], row["area"]) for row in rows] == [
        ("home_service", TOWN),
        ("home_service", OTHER_TOWN),
        ("family_doctor", TOWN),
        ("family_doctor", OTHER_TOWN),
    ]


def test_a_figure_with_nothing_to_divide_by_is_null(reader: Client) -> None:
    path = f"/coverage?indicator=meal_urban&area={OTHER_TOWN}"
    (row,) = reader.get(path, by="zhou").json()["rows"]
    assert (row["value"], row["met"], row["denominator"]) == (None, None, 0)
    assert row["note"]


def test_a_coordinator_of_one_town_gets_its_figure(reader: Client) -> None:
    rows = reader.get("/coverage?indicator=home_service", by="townzhou").json()["rows"]
    assert [(row["area"], row["denominator"]) for row in rows] == [(TOWN, 5)]
    refused = reader.get(f"/coverage?area={OTHER_TOWN}", by="townzhou")
    assert (refused.status_code, refused.json()["code"]) == (403, "out_of_scope")


def test_names_behind_a_figure_by_pages(reader: Client) -> None:
    path = "/coverage/home_service/names?counted=false&limit=4"
    first = reader.get(path, by="zhou").json()
    rest = reader.get(f"{path}&after={first['next']}", by="zhou").json()
    names = [item["name"] for item in first["items"] + rest["items"]]
    assert names == ["周桂兰", "李德明", "蒋金凤", "吴福根", "草稿人", "别镇人"]
    assert (len(first["items"]), rest["next"]) == (4, None)
    assert reader.get("/coverage/home_service/names?counted=true", by="zhou").json()["items"] == []
    in_town = reader.get("/coverage/home_service/names", by="townzhou").json()["items"]
    assert len(in_town) == 5


def test_snapshots_by_pages(client: Client) -> None:
    with transaction(client.app.state.edge.engine) as session:
        for day in (15, 16, 17):
            take_snapshot(session, as_of=date(2020, 9, day), now=datetime(2020, 9, 18, tzinfo=UTC))
    first = client.get("/snapshots?limit=2", by="viewer").json()
    assert [item["as_of"] for item in first["items"]] == ["2020-09-17", "2020-09-16"]
    rest = client.get(f"/snapshots?limit=2&after={first['next']}", by="viewer").json()
    assert [item["as_of"] for item in rest["items"]] == ["2020-09-15"]
    assert rest["next"] is None
    since = client.get("/snapshots?since=2020-09-16&until=2020-09-16", by="viewer").json()
    assert [item["as_of"] for item in since["items"]] == ["2020-09-16"]


def test_runs_of_the_jobs(client: Client) -> None:
    with transaction(client.app.state.edge.engine) as session:
        session.add(
            JobRun(
                job="plan",
                for_on=date(2020, 9, 18),
                started_at=datetime(2020, 9, 17, 18, tzinfo=UTC),
                status=JobStatus.RUNNING,
            )
        )
    answer = client.get("/jobs", by="admin").json()
    assert [(run["job"], run["status"]) for run in answer["items"]] == [("plan", "running")]
    assert answer["next_runs"] == []
