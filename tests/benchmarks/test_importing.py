"""The ledger's benchmark: once small, and what its rows are judged by."""

from __future__ import annotations

import pytest

from benchmarks.importing import DATABASES, HEADERS, TARGET, import_elders, judge
from benchmarks.rows import Row, Status
from eldercare.exchange.kinds import find_kind


def row(cost: float) -> Row:
    facts = {"read_seconds": 1.0, "insert_seconds": 1.0, "all_seconds": 3.0}
    return Row(
        section="import",
        item="165000 elders",
        engine="import_file",
        seed=1,
        limit_seconds=120,
        status=Status.DONE,
        cost=cost,
        used_seconds=8.0,
        facts=facts,
    )


@pytest.mark.parametrize("database", DATABASES)
def test_a_small_ledger_goes_in_whole(database: str) -> None:
    measured = import_elders(60, 1, database)
    assert measured.fault == ""
    assert measured.facts["elders"] == 60
    assert measured.cost > 0
    assert set(HEADERS) <= set(find_kind("elders").headers)


def test_the_target_is_a_ratio() -> None:
    assert judge([row(TARGET)]).verdicts[0].is_met
    slow = judge([row(TARGET + 1)])
    assert not slow.verdicts[0].is_met
    assert slow.lines[0][-1] == "2.0"
