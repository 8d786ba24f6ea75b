"""Ledgers over HTTP: in, looked at, taken back, and out as the person may see them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from api.routes import imports
from eldercare.exchange.limits import Limits
from tests.api.conftest import Client
from tests.exchange.traffic import ELDER, write_csv
from tests.registry.rows import TOWN

NEW = ELDER | {"老年人编号": "E900"}


def upload(client: Client, path: Path, *, by: str = "zhou", **fields: Any) -> httpx.Response:
    with path.open("rb") as file:
        return client.post(
            "/imports",
            by=by,
            data={"kind": "elders"} | fields,
            files={"file": ("花名册.csv", file.read(), "text/csv")},
        )


def test_a_ledger_goes_in_and_is_taken_back(client: Client, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "a.csv", [NEW, NEW | {"老年人编号": "E901", "性别": "?"}])
    tried = upload(client, file, dry_run="true").json()
    assert (tried["batch"], tried["created"], tried["rejected"]) == (None, 1, 1)
    assert tried["coverage_change"]
    done = upload(client, file).json()
    assert (done["created"], done["rejected"], done["coverage_change"]) == (1, 1, None)
    (error,) = done["errors"]
    assert (error["row"], error["column"], error["code"]) == (3, "性别", "unknown_word")
    assert upload(client, file).json()["repeated"]
    number = done["batch"]
    kept = client.get(f"/imports/{number}", by="zhou").json()
    assert (kept["kind"], kept["file_name"], kept["by"]) == ("elders", "花名册.csv", "zhou")
    undone = client.post(f"/imports/{number}/undo", by="zhou").json()
    assert undone == {"batch": number, "deleted": 1, "restored": 0}
    again = client.post(f"/imports/{number}/undo", by="zhou")
    assert (again.status_code, again.json()["code"]) == (409, "undone_already")


def test_a_newcomer_who_may_be_known_goes_in_with_a_notice(client: Client, tmp_path: Path) -> None:
    known = {"姓名": "周桂兰", "出生日期": "1938-03-05", "地址": "飞龙新苑12幢乙单元302室"}
    file = write_csv(tmp_path / "a.csv", [NEW, NEW | known | {"老年人编号": "E901"}])
    for dry_run in ("true", "false"):
        done = upload(client, file, dry_run=dry_run).json()
        assert (done["created"], done["rejected"], done["errors"]) == (2, 0, [])
        (notice,) = done["notices"]
        told = (notice["row"], notice["column"], notice["value"], notice["code"])
        assert told == (3, "姓名", "周桂兰", "likely_duplicate")
        assert "the same person as elder E1:" in notice["reason"]


def test_no_more_is_told_than_an_answer_holds(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "MOST_ERRORS", 2)
    twins = [NEW | {"老年人编号": f"E91{number}"} for number in range(5)]
    wrong = [NEW | {"老年人编号": f"E92{number}", "性别": "?"} for number in range(5)]
    told = upload(client, write_csv(tmp_path / "a.csv", twins + wrong), dry_run="true").json()
    assert (len(told["errors"]), told["more_errors"]) == (2, 3)
    assert {notice["code"] for notice in told["notices"]} == {"likely_duplicate"}
    assert (len(told["notices"]), told["more_notices"]) == (2, 2)


def test_what_is_no_ledger_is_refused(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write_csv(tmp_path / "a.csv", [NEW])
    unknown = upload(client, file, kind="dogs")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "kind_not_found")
    (tmp_path / "b.csv").write_bytes(b"%PDF-1.7 no ledger")
    assert upload(client, tmp_path / "b.csv").status_code == 422
    monkeypatch.setattr(imports, "WEB_LIMITS", Limits(file_bytes=10))
    large = upload(client, file)
    assert (large.status_code, large.json()["code"]) == (413, "file_too_large")


def test_a_coordinator_of_a_town_brings_nothing_in(reader: Client, tmp_path: Path) -> None:
    refused = upload(reader, write_csv(tmp_path / "a.csv", [NEW]), by="townzhou")
    assert (refused.status_code, refused.json()["code"]) == (403, "out_of_scope")


def test_exports_are_masked_by_role_and_narrowed_by_area(reader: Client) -> None:
    full = reader.get("/exports/elders", by="zhou")
    assert full.headers["Content-Type"].startswith("text/csv")
    assert "attachment" in full.headers["Content-Disposition"]
    masked = reader.get("/exports/elders", by="viewer").text
    assert len(masked.splitlines()) == len(full.text.splitlines()) > 1
    names = [line.split(",")[1] for line in masked.splitlines()[1:]]
    assert all("*" in name or len(name) == 1 for name in names)
    town = reader.get("/exports/elders", by="townzhou").text
    assert 1 < len(town.splitlines()) <= len(full.text.splitlines())
    asked = reader.get(f"/exports/elders?area={TOWN}", by="zhou").text
    assert asked == town
    assert reader.get("/exports/elders?area=320411999000", by="zhou").status_code == 404
    sheet = reader.get("/exports/shifts?format=xlsx&template=true", by="zhou")
    assert sheet.content.startswith(b"PK")
    assert reader.get("/exports/dogs", by="zhou").status_code == 404
