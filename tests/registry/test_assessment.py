from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from eldercare.errors import Conflict, InvalidInput, NotFound
from eldercare.registry import admit
from eldercare.registry.assessing import ask_reassessment, reassessments_due, record_assessment
from eldercare.registry.assessment import (
    HIGHEST_SCORE,
    ITEM_MAXIMA,
    derive_level,
    due_date,
    level_of_score,
)
from eldercare.registry.queries import care_levels
from eldercare.registry.tables import Assessment, LevelGround
from seed_data import path
from tests.registry.rows import elder, places, put

ON = date(2020, 9, 17)
DAY = timedelta(days=1)
NOW = datetime(2020, 9, 17, 1, tzinfo=UTC)


@pytest.fixture
def district(session: Session) -> Session:
    put(session, *places(), elder("e1"), elder("e2"), elder("gone", ended_on=ON, end_reason="died"))
    return session


def test_items_are_those_of_the_standard() -> None:
    with path("assessment_items.csv").open(encoding="utf-8") as file:
        stated = {row["item_code"]: int(row["maximum_score"]) for row in csv.DictReader(file)}
    assert stated == ITEM_MAXIMA
    assert (len(ITEM_MAXIMA), sum(ITEM_MAXIMA.values())) == (26, HIGHEST_SCORE)


BANDS = {0: (90, 90), 1: (66, 89), 2: (46, 65), 3: (30, 45), 4: (0, 29)}


@given(score=st.integers(0, 90), grounds=st.sets(st.sampled_from(LevelGround)))
def test_the_level_follows_the_bands_and_the_grounds(score: int, grounds: set[LevelGround]) -> None:
    (band,) = [level for level, (low, high) in BANDS.items() if low <= score <= high]
    assert level_of_score(score) == band
    if LevelGround.COMA in grounds:
        expected = 4
    elif grounds:
        expected = 4 if band == 4 else band + 1
    else:
        expected = band
    assert derive_level(score, grounds) == expected


def test_the_next_is_due_in_a_year_or_from_a_change() -> None:
    assert due_date(date(2020, 2, 29), None) == date(2021, 2, 28)
    assert due_date(date(2020, 2, 29), date(2020, 5, 1)) == date(2020, 5, 1)


def test_an_assessment_is_stored_with_its_level_and_the_former_one_stays(district: Session) -> None:
    record_assessment(district, "e1", ON - 200 * DAY, ITEM_MAXIMA, now=NOW, by="test")
    less = {**ITEM_MAXIMA, "B1.3": 0}
    found = record_assessment(district, "e1", ON, less, {LevelGround.DEMENTIA}, now=NOW, by="test")
    district.flush()
    district.refresh(found)
    assert (found.score, found.level, found.item_scores) == (86, 2, less)
    assert found.grounds == [LevelGround.DEMENTIA]
    assert care_levels(district, ["e1"], ON - DAY) == {"e1": 0}
    assert care_levels(district, ["e1"], ON) == {"e1": 2}


def test_coma_needs_no_scores_and_nothing_else_does_without(district: Session) -> None:
    coma = record_assessment(district, "e1", ON, None, {LevelGround.COMA}, now=NOW, by="test")
    assert (coma.score, coma.level, coma.item_scores) == (0, 4, None)
    with pytest.raises(InvalidInput, match="all 26 items"):
        record_assessment(district, "e2", ON, None, now=NOW, by="test")
    with pytest.raises(NotFound):
        record_assessment(district, "nobody", ON, ITEM_MAXIMA, now=NOW, by="test")


def problems(session: Session, **fields: Any) -> dict[str, str]:
    with pytest.raises(InvalidInput) as caught:
        admit.add(session, Assessment(elder_id="e1", assessed_on=ON, **fields), on=ON)
    return {problem.pointer: problem.code for problem in caught.value.fields}


def test_every_wrong_item_is_named(district: Session) -> None:
    scores = {**ITEM_MAXIMA, "B3.7": 2, "B9.9": 1, "B1.1": -1}
    del scores["B2.4"]
    found = problems(district, score=80, level=1, item_scores=scores)
    wrong = ("B1.1", "B2.4", "B3.7", "B9.9")
    assert found == {f"/item_scores/{code}": "item_score" for code in wrong}


def test_items_sum_to_the_score_and_the_level_is_derived(district: Session) -> None:
    given: dict[str, Any] = {"item_scores": dict(ITEM_MAXIMA)}
    assert problems(district, score=89, level=1, **given) == {"/score": "not_the_sum"}
    assert problems(district, score=90, level=1, **given) == {"/level": "level_not_derived"}
    raised: dict[str, Any] = {"grounds": [LevelGround.CARE_RISK_EVENTS]}
    assert problems(district, score=50, level=2, **raised) == {"/level": "level_not_derived"}
    assert problems(district, score=50, level=4, **raised) == {"/level": "level_not_derived"}
    sound = Assessment(elder_id="e1", assessed_on=ON, score=50, level=3, **raised)
    admit.add(district, sound, on=ON)
    admit.add(district, Assessment(elder_id="e2", assessed_on=ON, score=50, level=3), on=ON)


def test_a_new_one_is_not_asked_for_before_the_last(district: Session) -> None:
    found = problems(district, score=90, level=0, reassess_on=ON)
    assert found == {"/reassess_on": "ends_before_start"}


def test_what_is_due_is_listed_by_date(district: Session) -> None:
    put(
        district,
        Assessment(elder_id="e1", assessed_on=date(2018, 1, 1), score=20, level=4),
        Assessment(elder_id="e1", assessed_on=date(2019, 9, 27), score=20, level=4),
        Assessment(elder_id="e2", assessed_on=ON - 30 * DAY, score=50, level=2),
        Assessment(elder_id="gone", assessed_on=date(2019, 1, 1), score=50, level=2),
    )
    due = [(one.elder_id, one.due_on) for one in reassessments_due(district, ON, 10)]
    assert due == [("e1", date(2020, 9, 27))]
    assert reassessments_due(district, ON, 9) == []
    ask_reassessment(district, "e2", ON - DAY, now=NOW, by="test")
    due = [(one.elder_id, one.due_on) for one in reassessments_due(district, ON)]
    assert due == [("e2", ON - DAY)]
    with pytest.raises(Conflict, match="anyway"):
        ask_reassessment(district, "e2", ON, now=NOW, by="test")
    put(district, elder("new"))
    with pytest.raises(NotFound, match="never assessed"):
        ask_reassessment(district, "new", ON, now=NOW, by="test")
