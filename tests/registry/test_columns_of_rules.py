"""A rule that answers for whole columns says what it says row by row."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session, SQLModel

from eldercare.errors import FieldProblem
from eldercare.registry.admission.context import Context
from eldercare.registry.admission.gate import Rule
from eldercare.registry.admit import GATE
from eldercare.registry.tables import Assessment, Elder, ElderGroup, EndReason, LevelGround
from tests.registry.rows import elder

ON = date(2026, 5, 1)
DATES = st.none() | st.sampled_from([ON + timedelta(days=days) for days in (-1, 0, 1)])
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "birth_on": st.dates(date(1890, 1, 1), date(2030, 1, 1)),
    "end_reason": st.none() | st.just(EndReason.MOVED),
    "id_number_cipher": st.none() | st.just("a"),
    "id_number_hash": st.none() | st.just("b"),
    "longitude": st.none() | st.sampled_from([116.3, 119.9, 122.0, 122.1, 31.9]),
    "latitude": st.none() | st.sampled_from([30.7, 31.9, 35.2, 35.3, 119.9]),
    "score": st.integers(0, 90),
    "level": st.integers(0, 4),
    "item_scores": st.none() | st.just({"B1.1": 4}),
    "grounds": st.none() | st.just([]) | st.just([LevelGround.DEMENTIA]),
}
RULES = [
    (model, rule)
    for model in (Elder, ElderGroup, Assessment)
    for rule in GATE.rules[model]
    if rule.holds is not None
]


def test_rules_of_elders_answer_for_columns() -> None:
    assert len([rule for model, rule in RULES if model is Elder]) == len(GATE.rules[Elder])


@pytest.mark.parametrize(("model", "rule"), RULES)
@settings(max_examples=40)
@given(data=st.data())
def test_both_say_the_same(model: type[SQLModel], rule: Rule, data: st.DataObject) -> None:
    lines = st.tuples(*[VALUES.get(name, DATES) for name in rule.fields])
    given_lines = data.draw(st.lists(lines, min_size=1, max_size=3))
    context = Context(Session(), ON, [], models={})
    found: list[FieldProblem] = []
    for line in given_lines:
        row = elder("E1") if model is Elder else model()
        for name, value in zip(rule.fields, line, strict=True):
            row.__dict__[name] = value
        found += rule.check(row, context)
    assert rule.holds is not None
    columns = list(zip(*given_lines, strict=True))
    if rule.check.__name__ != "_level_is_derived":  # its columns only leave out what is not given
        assert rule.holds(columns, ON) == (not found)
    elif rule.holds(columns, ON):
        assert not found
