"""A checker is worth what it catches: each rule, broken alone in random valid plans."""

from __future__ import annotations

from functools import cache

import pytest

from solver.verify import Rule, verify
from tests.solver.generate import generate
from tests.solver.mutations import MUTATIONS

SEEDS = range(40)
ENOUGH = 12


def test_every_rule_has_a_mutation() -> None:
    assert set(MUTATIONS) == set(Rule)


valid = cache(generate)  # every test breaks a changed copy


@pytest.mark.parametrize("seed", SEEDS)
def test_generated_plans_break_no_rule(seed: int) -> None:
    assert verify(*valid(seed)).violations == ()


@pytest.mark.parametrize("rule", Rule)
def test_a_rule_broken_alone_is_reported_alone(rule: Rule) -> None:
    tried = 0
    for seed in SEEDS:
        broken = MUTATIONS[rule](*valid(seed))
        if broken is None:
            continue
        tried += 1
        report = verify(*broken)
        assert not report.feasible
        assert {one.rule for one in report.violations} == {rule}, f"seed {seed}"
        assert all(one.item in one.sentence for one in report.violations)
    assert tried >= ENOUGH, f"only {tried} of {len(SEEDS)} plans could be broken that way"
