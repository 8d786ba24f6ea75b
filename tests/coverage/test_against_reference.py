"""The fast path gives what plain loops give, on random districts and on both databases."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session

from eldercare.coverage.areas import Level
from eldercare.coverage.evaluation import evaluate
from eldercare.coverage.indicators import INDICATORS
from eldercare.coverage.named_lists import names
from tests.coverage.district import ON, store
from tests.coverage.random_districts import random_district
from tests.coverage.reference import Entry, Reference


def sums(entries: list[Entry]) -> tuple[int, int]:
    return (
        sum(entry.weight for entry in entries if entry.counted),
        sum(entry.weight for entry in entries),
    )


def check(session: Session, days: int) -> None:
    reference = Reference(session, ON, days)
    figures = {level: evaluate(session, as_of=ON, by=level, look_back_days=days) for level in Level}
    for indicator in INDICATORS:
        code = indicator.code
        expected = reference.entries(code)
        listed = names(session, code, ON, look_back_days=days)
        found = [Entry(n.key, n.community_code, n.weight, n.counted) for n in listed]
        assert found == expected, code
        for level, width in ((Level.DISTRICT, 6), (Level.TOWN, 9), (Level.COMMUNITY, 12)):
            rows = [row for row in figures[level] if row.indicator == code]
            assert rows
            for row in rows:
                mine = [e for e in expected if e.community[:width] == row.area[:width]]
                assert (row.numerator, row.denominator) == sums(mine), (code, row.area)


@settings(max_examples=24, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), days=st.sampled_from((1, 90)))
def test_fast_path_equals_the_reference(engine: Engine, seed: int, days: int) -> None:
    with Session(engine) as session:
        store(session, random_district(Random(seed)))
        check(session, days)
        session.rollback()


@pytest.mark.soak
@settings(max_examples=2000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), days=st.sampled_from((1, 30, 90, 91)))
def test_fast_path_equals_the_reference_many_times(engine: Engine, seed: int, days: int) -> None:
    with Session(engine) as session:
        store(session, random_district(Random(seed)))
        check(session, days)
        session.rollback()
