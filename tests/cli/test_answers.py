"""`eldercare explain`, `offer`, `diff` and `cost` as a shell sees them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eldercare.cli.exits import Exit
from eldercare.database import make_engine, transaction, upgrade
from tests.api.data import published_day
from tests.cli.test_command import run
from tests.registry.rows import TOWN

ON = "2020-09-17"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Two versions and a draft of one day; these commands only read."""
    address = f"sqlite:///{Path(tmp_path_factory.mktemp('answers')) / 'cli.db'}"
    upgrade(address)
    engine = make_engine(address)
    with transaction(engine) as session:
        published_day(session)
    engine.dispose()
    return address


class Shell:
    """Runs commands on the database and gives what they print."""

    def __init__(
        self, url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.url, self.monkeypatch, self.capsys = url, monkeypatch, capsys

    def prints(self, *arguments: str, ends: Exit = Exit.DONE) -> str:
        assert run(self.monkeypatch, "--database", self.url, *arguments) == ends
        said = self.capsys.readouterr()
        return said.out if ends is Exit.DONE else said.err

    def document(self, *arguments: str) -> Any:
        return json.loads(self.prints("--json", *arguments))


@pytest.fixture
def shell(url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(url, monkeypatch, capsys)


def test_explain(shell: Shell) -> None:
    text = shell.prints("explain", "V.E1")
    assert "周桂兰" in text
    assert "陈美芳" in text
    assert "Its cost as travel" in text
    assert "没有班次" not in text
    assert "不当班" in shell.prints("explain", "V.E1", "--why-not", "C2")
    found = shell.document("explain", "V.E1")
    assert (found["state"], found["told"]["start_minutes"]) == ("planned", 640)
    assert "no roster in force has a visit V9" in shell.prints("explain", "V9", ends=Exit.NOT_FOUND)


def test_offer(shell: Shell) -> None:
    asked = ("offer", "E2", "bath", ON, "--from", "13:00", "--until", "15:00", "--most", "2")
    assert "陈美芳" in shell.prints(*asked)
    found = shell.document(*asked)
    assert found["offers"]
    assert all(780 <= one["told"]["start_minutes"] <= 900 for one in found["offers"])
    bad = shell.prints("offer", "E2", "bath", ON, "--from", "1 pm", ends=Exit.INVALID_INPUT)
    assert "no time of day" in bad


def test_diff(shell: Shell) -> None:
    text = shell.prints("diff", ON, "--from-version", "1", "--to-version", "2")
    assert "吴福根" in text
    assert "不再上门" in text
    found = shell.document("diff", ON)
    assert (found["before"]["version"], found["after"]["status"]) == (2, "draft")
    assert sum(found["counts"].values()) > 0
    shell.prints("diff", ON, "--from-version", "9", ends=Exit.NOT_FOUND)


def test_cost(shell: Shell) -> None:
    assert "陈美芳" in shell.prints("cost", ON, "--town", TOWN)
    found = shell.document("cost", ON, "--version", "2")
    assert found["cost"] == sum(town["cost"] for town in found["towns"])
    shell.prints("cost", "2021-01-01", ends=Exit.NOT_FOUND)
