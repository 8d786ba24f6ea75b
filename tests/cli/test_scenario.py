"""Scenarios from the command line, from making one to publishing it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import Engine

from eldercare.cli.exits import Exit
from eldercare.database import make_engine, transaction
from tests.api.data import published_day
from tests.cli.test_command import run

DAY = "2020-09-17"


@pytest.fixture
def url(sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> str:
    """Two versions and a draft of a day, in tables the migrations made."""
    address = sqlite_engine.url.render_as_string().replace("test.db", "scenarios.db")
    assert run(monkeypatch, "--database", address, "db", "upgrade") == Exit.DONE
    engine = make_engine(address)
    with transaction(engine) as session:
        published_day(session)
    engine.dispose()
    return address


def test_scenarios_speak(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def ask(*arguments: str) -> Any:
        capsys.readouterr()
        assert run(monkeypatch, "--database", url, "--json", *arguments) == Exit.DONE
        return json.loads(capsys.readouterr().out)

    def code(*arguments: str) -> int:
        return run(monkeypatch, "--database", url, *arguments)

    made = ask("scenario", "create", DAY, "甲", "--from", "published")
    assert code("scenario", "create", DAY, "甲") == Exit.CONFLICT
    assert code("scenario", "create", DAY, "a/b") == Exit.INVALID_INPUT
    assert code("scenario", "discard", DAY, "乙") == Exit.NOT_FOUND
    assert [one["name"] for one in ask("scenario", "list", DAY)["rosters"]] == ["甲"]
    assert [one["version"] for one in ask("scenario", "list", DAY, "--versions")["rosters"]] == [
        2,
        1,
    ]
    assert ask("scenario", "compare", DAY)["scenarios"][0]["cost"] == 0
    for command in (["list", DAY], ["compare", DAY, "甲"]):
        capsys.readouterr()
        assert code("scenario", *command) == Exit.DONE
        assert "甲" in capsys.readouterr().out
    assert ask("roster", DAY, "--scenario", "甲")["roster_id"] == made["roster_id"]
    assert ask("roster", DAY, "--version", "1")["version"] == 1
    assert code("scenario", "promote", DAY, "甲") == Exit.CONFLICT
    done = ask("scenario", "promote", DAY, "甲", "--keep-draft-as", "原")
    assert (done["roster_id"], done["draft_kept_as"]) == (made["roster_id"], "原")
    assert ask("roster", DAY)["roster_id"] == made["roster_id"]
    assert code("scenario", "discard", DAY, "原") == Exit.DONE
    assert ask("scenario", "list", DAY)["rosters"] == []
