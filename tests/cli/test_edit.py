"""Hand edits from the command line: what they say, what they store, how they end."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine

from eldercare.cli.exits import Exit
from eldercare.database import make_engine, transaction
from tests.api.data import published_day
from tests.cli.test_command import run

DAY = "2020-09-17"
Ask = Callable[..., tuple[int, str]]


@pytest.fixture
def ask(
    sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Ask:
    """Runs the command on a published day; (exit code, standard output)."""
    address = sqlite_engine.url.render_as_string().replace("test.db", "edits.db")
    assert run(monkeypatch, "--database", address, "db", "upgrade") == Exit.DONE
    engine = make_engine(address)
    with transaction(engine) as session:
        published_day(session)
    engine.dispose()

    def asked(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        code = run(monkeypatch, "--database", address, *arguments)
        return code, capsys.readouterr().out

    return asked


def stops(ask: Ask) -> list[dict[str, Any]]:
    code, out = ask("--json", "roster", DAY)
    assert code == Exit.DONE
    routes = json.loads(out)["routes"]
    return [one for route in routes for one in route["stops"] if one["visit_id"]]


def test_an_edit_says_what_it_breaks_and_costs_and_is_answered_for(ask: Ask) -> None:
    visit = stops(ask)[0]["visit_id"]
    late = ("edit", "move", DAY, visit, "--start", "19:30")
    code, out = ask(*late)
    assert code == Exit.CONFLICT
    assert all(words in out for words in ("新违反", "可说明理由放行", "代价", "未写入"))
    assert stops(ask)[0]["override_reason"] is None
    code, out = ask(*late, "--override", "女儿要求", "--dry-run")
    assert (code, "未写入" in out) == (Exit.DONE, True)
    code, out = ask("--json", *late, "--override", "女儿要求")
    told = json.loads(out)
    assert code == Exit.DONE
    assert (told["is_stored"], told["is_overridden"]) == (True, True)
    assert told["total_after"] - told["total_before"] == sum(told["change"].values())
    mine = next(one for one in stops(ask) if one["visit_id"] == visit)
    assert (mine["start_minutes"], mine["override_reason"]) == (19 * 60 + 30, "女儿要求")
    assert mine["override_by"] == "cli"


def test_every_kind_of_edit_is_there(ask: Ask) -> None:
    visit = stops(ask)[0]["visit_id"]

    def stop() -> dict[str, Any]:
        return next((one for one in stops(ask) if one["visit_id"] == visit), {})

    carer = stop()["start_minutes"]
    assert ask("edit", "phoned", DAY, visit)[0] == Exit.DONE
    assert ask("edit", "lock", DAY, visit, "--hold", "time")[0] == Exit.DONE
    assert (stop()["is_phoned"], stop()["locked_start_minutes"]) == (True, carer)
    assert ask("edit", "move", DAY, visit, "--start", "19:30")[0] == Exit.CONFLICT, "it is locked"
    assert ask("edit", "lock", DAY, visit, "--off")[0] == Exit.DONE
    assert ask("edit", "phoned", DAY, visit, "--off")[0] == Exit.DONE
    assert (stop()["is_phoned"], stop()["locked_start_minutes"]) == (False, None)
    code, out = ask("edit", "leave-out", DAY, visit, "--reason", "住院")
    assert (code, "已写入草稿" in out, stop()) == (Exit.DONE, True, {})
    assert ask("edit", "bring-back", DAY, visit)[0] == Exit.DONE
    assert ask("edit", "bring-back", DAY, visit)[0] == Exit.CONFLICT
    code, out = ask("edit", "undo", DAY)
    assert (code, "已撤销" in out, stop()) == (Exit.DONE, True, {})
    assert ask("edit", "undo", DAY)[0] == Exit.DONE
    assert stop()["start_minutes"] == carer
    assert ask("edit", "swap", DAY, visit, visit)[0] == Exit.INVALID_INPUT
    assert ask("edit", "phoned", DAY, "nothing")[0] == Exit.NOT_FOUND
    assert ask("edit", "lock", DAY, visit, "--hold", "door")[0] == Exit.USAGE
