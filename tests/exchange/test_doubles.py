"""Newcomers who may be one with another are told, and go in all the same."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlmodel import Session

from eldercare.exchange import drafting
from eldercare.exchange.words import reason_of
from tests.exchange.traffic import ELDER, bring, counts, write_csv
from tests.registry.rows import elder, places, put


@pytest.mark.parametrize("dry_run", [False, True])
@pytest.mark.parametrize("lines", [1, 4_000])
def test_likely_duplicates_are_told_with_their_rows(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dry_run: bool, lines: int
) -> None:
    monkeypatch.setattr(drafting, "LINES", lines)
    stored = {"name": "周桂兰", "birth_on": date(1940, 3, 5), "address": "太湖路8号3幢501室"}
    put(session, *places(), elder("E1", **stored))
    same = ELDER | {"姓名": "周桂兰", "出生日期": "1940-03-05", "地址": "太湖路8号3幢501"}
    other = same | {"姓名": "李根生", "地址": "长江路1号2室"}
    file = write_csv(
        tmp_path / "a.csv",
        [
            same | {"老年人编号": "E2"},
            other | {"老年人编号": "E3"},
            other | {"老年人编号": "E4", "地址": "黄河路77号"},
            other | {"老年人编号": "E5"},
            same | {"老年人编号": "E1"},
        ],
    )
    report = bring(session, "elders", file, dry_run=dry_run)
    assert counts(report) == (4, 1, 0, 0)
    assert report.errors == ()
    told = [(one.row, one.column, one.code) for one in report.notices]
    assert told == [(2, "姓名", "likely_duplicate"), (5, "姓名", "likely_duplicate")]
    first, second = (one.reason for one in report.notices)
    assert "elder E1:" in first
    assert "elder E3 in row 3:" in second
    assert reason_of("likely_duplicate", second).endswith("（另见：E3，第 3 行）")
