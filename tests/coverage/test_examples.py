"""The handbook's worked examples are what the product computes, and its words are the product's."""

from __future__ import annotations

import pytest
from sqlmodel import Session

from eldercare.coverage.areas import Level, level_of
from eldercare.coverage.definition import Indicator
from eldercare.coverage.evaluation import evaluate
from eldercare.coverage.indicators import INDICATORS
from eldercare.coverage.named_lists import names
from eldercare.coverage.targets import load_targets
from tests.coverage.district import store
from tests.coverage.examples import PAGE, read_examples

EXAMPLES = read_examples(PAGE.read_text())


def test_the_handbook_works_every_indicator() -> None:
    shown = {line.indicator for example in EXAMPLES for line in example.expected}
    assert shown == {indicator.code for indicator in INDICATORS}
    assert all(example.expected for example in EXAMPLES)


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_worked_example(session: Session, number: int) -> None:
    example = read_examples(PAGE.read_text())[number]  # rows of its own: a session keeps them
    store(session, example.rows)
    load_targets(session)
    for line in example.expected:
        (figure,) = evaluate(
            session,
            as_of=example.as_of,
            by=level_of(session, line.area),
            area=line.area,
            indicators=[line.indicator],
        )
        counted = names(session, line.indicator, example.as_of, line.area, counted=True)
        assert (figure.numerator, figure.denominator, figure.met) == (
            line.numerator,
            line.denominator,
            line.met,
        ), line
        assert sorted(each.key for each in counted) == line.names
        if line.denominator == 0:
            assert figure.value is None
            assert "cannot be computed" in figure.note


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda indicator: indicator.code)
def test_the_handbook_words_are_those_of_the_definition(indicator: Indicator) -> None:
    lines = [line for line in PAGE.read_text().splitlines() if line.startswith("| `")]
    (line,) = [line for line in lines if line.startswith(f"| `{indicator.code}` |")]
    for words in (indicator.name, indicator.numerator, indicator.denominator):
        assert f"{words.zh} · {words.en}" in line


def test_levels_are_those_of_the_codes(session: Session) -> None:
    store(session, read_examples(PAGE.read_text())[0].rows)
    assert level_of(session, None) is Level.DISTRICT
    assert level_of(session, "320411002000") is Level.TOWN
    assert level_of(session, "320411002001") is Level.COMMUNITY
