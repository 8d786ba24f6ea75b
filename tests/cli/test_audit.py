from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from eldercare.cli.exits import Exit
from eldercare.database import make_engine
from tests.cli.test_command import run


def test_a_trail_that_was_changed_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path / 'audit.db'}"
    assert run(monkeypatch, "--database", url, "db", "upgrade") == Exit.DONE
    add = ("--database", url, "user", "add", "zhou", "--role", "viewer")
    assert run(monkeypatch, *add) == Exit.DONE
    capsys.readouterr()
    assert run(monkeypatch, "--database", url, "--json", "audit", "verify") == Exit.DONE
    report = json.loads(capsys.readouterr().out)
    assert (report["entries"], report["intact"]) == (1, True)
    again = ("--database", url, "audit", "verify", "--head", report["head"])
    assert run(monkeypatch, *again) == Exit.DONE
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE audit_entry SET user_name = 'nobody'"))
    engine.dispose()
    assert run(monkeypatch, "--database", url, "audit", "verify") == Exit.CONFLICT
    assert "entry 1 was changed" in capsys.readouterr().err
