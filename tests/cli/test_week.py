"""Weeks, fairness and robustness from the command line."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine

from eldercare.cli.exits import Exit
from eldercare.database import make_engine, transaction
from eldercare.rostering.planning import PlanRequest, plan_day
from eldercare.settings import DEMO_ON
from tests.care.rows import care_plan, plan_item
from tests.cli.test_command import run
from tests.rostering.conftest import NOW
from tests.rostering.day import small_day


@pytest.fixture
def url(sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> str:
    """The small day, with flexible days for one elder, in tables the migrations made."""
    address = sqlite_engine.url.render_as_string().replace("test.db", "week.db")
    assert run(monkeypatch, "--database", address, "db", "upgrade") == Exit.DONE
    engine = make_engine(address)
    with transaction(engine) as session:
        small_day(session)
        session.add_all([care_plan("W1", "E2")])
        session.flush()
        session.add(plan_item("F1", "W1", times_per_week=2, least_days_apart=2))
    engine.dispose()
    return address


def test_a_week_is_chosen_and_shown(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run(monkeypatch, "--database", url, "--json", "week", "2060-09-13", "--show") == 0
    assert json.loads(capsys.readouterr().out)["items"][0]["is_chosen"] is False
    assert run(monkeypatch, "--database", url, "--json", "week", "2060-09-13") == Exit.DONE
    (own,) = json.loads(capsys.readouterr().out)["week"]["items"]
    assert (own["is_chosen"], len(own["days"])) == (True, 2)
    assert run(monkeypatch, "--database", url, "week", "2060-09-13", "--show") == Exit.DONE
    assert "F1" in capsys.readouterr().out
    assert run(monkeypatch, "--database", url, "week", "2060-09-14") == Exit.INVALID_INPUT
    assert "no Monday" in capsys.readouterr().err


def test_fairness_and_robustness_speak(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    day = "2020-09-17"
    assert run(monkeypatch, "--database", url, "robustness", day) == Exit.NOT_FOUND
    refused = run(monkeypatch, "--database", url, "plan", day, "--slack", "101")
    assert refused == Exit.INVALID_INPUT
    engine = make_engine(url)
    request = PlanRequest(on=DEMO_ON, time_limit_seconds=1, slack_percent=20)
    with ThreadPoolExecutor(1) as pool:
        plan_day(engine, request, now=NOW, executor=pool, workers=1)
    engine.dispose()
    capsys.readouterr()
    for command in (["fairness", day], ["robustness", day, "--trials", "20"]):
        assert run(monkeypatch, "--database", url, *command) == Exit.DONE
        assert capsys.readouterr().out
        assert run(monkeypatch, "--database", url, "--json", *command) == Exit.DONE
        document = json.loads(capsys.readouterr().out)
        assert document["on"] == day
