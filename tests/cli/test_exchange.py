"""`eldercare import` and `export` as a shell sees them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eldercare.cli.exits import Exit
from eldercare.database import make_engine, transaction, upgrade
from tests.cli.test_command import run
from tests.exchange.traffic import ELDER, write_csv
from tests.registry.rows import places, put


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A database with two communities."""
    address = f"sqlite:///{tmp_path / 'cli.db'}"
    upgrade(address)
    engine = make_engine(address)
    with transaction(engine) as session:
        put(session, *places())
    engine.dispose()
    return address


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def test_a_ledger_goes_in_out_and_back(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def command(*arguments: str) -> int:
        capsys.readouterr()
        return run(monkeypatch, "--database", url, "--json", *arguments)

    bad = ELDER | {"老年人编号": "E2", "性别": "?"}
    file = str(write_csv(tmp_path / "a.csv", [ELDER, bad], "gb18030"))
    assert command("import", "elders", file, "--dry-run") == Exit.INVALID_INPUT
    document = told(capsys)
    assert document["batch"] is None
    assert [change["indicator"] for change in document["coverage_change"]]
    rejects = tmp_path / "bad.xlsx"
    assert command("import", "elders", file, "--whole") == Exit.INVALID_INPUT
    assert told(capsys)["batch"] is None
    assert command("import", "elders", file, "--rejects", str(rejects)) == Exit.INVALID_INPUT
    document = told(capsys)
    counted = {name: document[name] for name in ("created", "updated", "unchanged", "rejected")}
    assert counted == {"created": 1, "updated": 0, "unchanged": 0, "rejected": 1}
    (error,) = document["errors"]
    assert (error["row"], error["column"], error["value"]) == (3, "性别", "?")
    assert rejects.is_file()
    batch = str(document["batch"])
    assert command("import", "elders", file) == Exit.DONE
    assert told(capsys)["repeated"]
    out = tmp_path / "out.csv"
    assert command("export", "elders", str(out)) == Exit.DONE
    assert told(capsys)["rows"] == 1
    assert command("import", "elders", str(out)) == Exit.DONE
    assert told(capsys)["unchanged"] == 1
    assert command("import", "undo", batch) == Exit.DONE
    assert told(capsys) == {"batch": int(batch), "deleted": 1, "restored": 0}
    assert command("import", "undo", batch) == Exit.CONFLICT
    assert command("import", "undo", "999") == Exit.NOT_FOUND
    assert command("import", "undo", "x") == Exit.INVALID_INPUT
    assert command("export", "dogs", str(out)) == Exit.NOT_FOUND
    assert command("import", "elders", str(tmp_path / "none.csv")) == Exit.NOT_FOUND


def test_who_may_stand_in_the_file_twice_is_told_and_goes_in(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    twice = [ELDER | {"老年人编号": key, "地址": "太湖路8号3幢501"} for key in ("E1", "E2")]
    file = str(write_csv(tmp_path / "a.csv", twice))
    command = ("--database", url, "--json", "import", "elders", file, "--dry-run")
    assert run(monkeypatch, *command) == Exit.DONE
    document = told(capsys)
    assert (document["created"], document["errors"]) == (2, [])
    (notice,) = document["notices"]
    assert (notice["row"], notice["code"]) == (3, "likely_duplicate")
    assert "elder E1 in row 2:" in notice["reason"]
    assert run(monkeypatch, "--database", url, "import", "elders", file) == Exit.DONE
    shown = "".join(capsys.readouterr())
    assert "可能与另一位老人是同一人" in shown
    assert "另见：E1，第 2 行" in shown


def test_people_read_tables(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(write_csv(tmp_path / "a.csv", [ELDER, ELDER | {"出生日期": "1940-13-01"}]))
    run(monkeypatch, "--database", url, "import", "elders", file, "--dry-run")
    shown = capsys.readouterr().out
    assert "试算" in shown
    assert "对覆盖指标的影响" in shown
    assert "1940-13-01" in shown
    sheet = tmp_path / "t.xlsx"
    done = run(monkeypatch, "--database", url, "export", "shifts", str(sheet), "--template")
    assert done == Exit.DONE
    assert sheet.is_file()
