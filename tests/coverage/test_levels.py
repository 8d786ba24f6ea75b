from __future__ import annotations

from random import Random

import pytest
from sqlmodel import Session

from eldercare.coverage.areas import Level
from eldercare.coverage.evaluation import evaluate
from eldercare.coverage.levels import evaluate_levels
from eldercare.coverage.targets import load_targets
from eldercare.errors import InvalidInput
from tests.coverage.district import ON, TOWN_A, store
from tests.coverage.random_districts import random_district


@pytest.mark.parametrize("seed", range(3))
def test_every_level_is_what_evaluate_says(session: Session, seed: int) -> None:
    store(session, random_district(Random(seed)))
    load_targets(session)
    found = evaluate_levels(session, as_of=ON, levels=list(Level))
    assert found == {level: evaluate(session, as_of=ON, by=level) for level in Level}


def test_inside_a_town(session: Session) -> None:
    store(session, random_district(Random(1)))
    levels = [Level.TOWN, Level.COMMUNITY]
    found = evaluate_levels(session, as_of=ON, levels=levels, area=TOWN_A)
    assert found == {level: evaluate(session, as_of=ON, by=level, area=TOWN_A) for level in levels}


def test_a_level_above_the_area_is_refused(session: Session) -> None:
    store(session, random_district(Random(1)))
    with pytest.raises(InvalidInput):
        evaluate_levels(session, as_of=ON, levels=[Level.DISTRICT], area=TOWN_A)
