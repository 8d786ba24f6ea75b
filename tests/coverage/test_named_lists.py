from __future__ import annotations

from random import Random

import pytest
from sqlmodel import Session

from eldercare.coverage.areas import Level
from eldercare.coverage.evaluation import evaluate
from eldercare.coverage.indicators import INDICATORS
from eldercare.coverage.named_lists import NamedRow, names
from eldercare.errors import InvalidInput, NotFound
from tests.coverage.district import ON, store
from tests.coverage.random_districts import random_district

CODES = [indicator.code for indicator in INDICATORS]


@pytest.fixture(params=range(3))
def district(request: pytest.FixtureRequest, session: Session) -> Session:
    store(session, random_district(Random(request.param)))
    return session


def weight(rows: list[NamedRow]) -> int:
    return sum(row.weight for row in rows)


def test_names_add_up_to_the_figures(district: Session) -> None:
    for level in (Level.DISTRICT, Level.TOWN):
        for figure in evaluate(district, as_of=ON, by=level):
            code, area = figure.indicator, figure.area
            counted = names(district, code, ON, area, counted=True)
            missing = names(district, code, ON, area, counted=False)
            everyone = names(district, code, ON, area)
            assert all(row.counted for row in counted)
            assert not any(row.counted for row in missing)
            assert weight(counted) == figure.numerator
            assert weight(counted) + weight(missing) == figure.denominator
            assert sorted(row.cursor for row in everyone) == sorted(
                row.cursor for row in counted + missing
            )


def test_pages_are_the_list_in_pieces(district: Session) -> None:
    for code in CODES:
        whole = names(district, code, ON)
        pieces: list[NamedRow] = []
        after = None
        for _ in range(len(whole) + 1):
            page = names(district, code, ON, limit=2, after=after)
            assert len(page) <= 2
            if not page:
                break
            pieces += page
            after = page[-1].cursor
        assert pieces == whole


def test_a_place_that_is_no_cursor(session: Session) -> None:
    with pytest.raises(InvalidInput, match="no place in this list"):
        names(session, "home_service", ON, after="somewhere")


def test_an_unknown_indicator_names_those_there_are(session: Session) -> None:
    with pytest.raises(NotFound, match="choose one of home_service, meal_urban"):
        names(session, "meals", ON)
