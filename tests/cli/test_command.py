"""The command as a shell sees it: one sentence, the right exit code, one JSON document."""

from __future__ import annotations

import json
import socket
import sqlite3
from pathlib import Path

import pytest

from eldercare.cli.app import main
from eldercare.cli.exits import Exit


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Run the command in this process and return its exit code."""
    monkeypatch.setattr("sys.argv", ["eldercare", *arguments])
    with pytest.raises(SystemExit) as stopped:
        main()
    return int(stopped.value.code or 0)


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database with tables and no rows."""
    address = f"sqlite:///{tmp_path / 'cli.db'}"
    assert run(monkeypatch, "--database", address, "db", "upgrade") == Exit.DONE
    return address


def test_a_date_without_a_roster_is_not_found(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "--database", url, "roster", "2020-09-17") == Exit.NOT_FOUND
    assert "2020-09-17 has no roster" in capsys.readouterr().err


def test_a_date_that_is_none_is_invalid(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "--database", url, "plan", "2020-02-30") == Exit.INVALID_INPUT
    assert "'2020-02-30'" in capsys.readouterr().err


def test_planning_an_empty_registry_says_what_to_do(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "--database", url, "plan", "2020-09-17") == Exit.NOT_FOUND
    assert "eldercare seed" in capsys.readouterr().err


def test_a_missing_folder_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    address = f"sqlite:///{tmp_path / 'nowhere' / 'x.db'}"
    assert run(monkeypatch, "--database", address, "db", "upgrade") == Exit.NOT_FOUND
    assert "nowhere" in capsys.readouterr().err


def test_a_database_without_tables_is_not_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    address = f"sqlite:///{tmp_path / 'empty.db'}"
    assert run(monkeypatch, "--database", address, "coverage") == Exit.NOT_FOUND
    assert "eldercare db upgrade" in capsys.readouterr().err


def test_a_database_from_a_newer_program_is_refused(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with sqlite3.connect(tmp_path / "cli.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'from_the_future'")
    connection.close()
    for command in (["coverage"], ["db", "upgrade"]):
        assert run(monkeypatch, "--database", url, *command) == Exit.CONFLICT
        assert "newer version" in capsys.readouterr().err


def test_a_taken_port_is_a_conflict(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        assert run(monkeypatch, "--database", url, "serve", "--port", port) == Exit.CONFLICT
    assert port in capsys.readouterr().err


def test_an_unknown_command_is_a_matter_of_usage(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(monkeypatch, "fly") == Exit.USAGE


def test_an_unreadable_url_is_invalid(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "--database", "not a url", "coverage") == Exit.INVALID_INPUT
    assert "sqlite:///" in capsys.readouterr().err


def test_json_is_one_document_on_stdout(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run(monkeypatch, "--database", url, "--json", "db", "check") == Exit.DONE
    assert json.loads(capsys.readouterr().out) == {"ok": True, "problems": []}


def test_backup_and_restore_bring_everything_back(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "backup.db"
    assert run(monkeypatch, "--database", url, "db", "backup", str(file)) == Exit.DONE
    assert run(monkeypatch, "--database", url, "db", "backup", str(file)) == Exit.CONFLICT
    assert run(monkeypatch, "--database", url, "db", "restore", str(file)) == Exit.CONFLICT
    assert "--force" in capsys.readouterr().err
    restored = run(monkeypatch, "--database", url, "db", "restore", str(file), "--force")
    assert restored == Exit.DONE
    assert run(monkeypatch, "--database", url, "db", "check") == Exit.DONE
    (tmp_path / "noise.db").write_bytes(b"no database at all")
    bad = run(
        monkeypatch, "--database", url, "db", "restore", str(tmp_path / "noise.db"), "--force"
    )
    assert bad == Exit.INVALID_INPUT
    assert run(monkeypatch, "--database", url, "db", "check") == Exit.DONE
