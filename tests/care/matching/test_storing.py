"""A match is stored only where it names an open place and no other holds at the same time."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from eldercare.care import admit
from eldercare.care.tables import MatchKind, ServiceMatch
from eldercare.errors import InvalidInput
from tests.registry.rows import LONG_AGO, care_centre, elder, meal_site, places, put

ON = date(2020, 9, 17)
DAY = timedelta(days=1)


def matched(**fields: Any) -> ServiceMatch:
    given: dict[str, Any] = {
        "elder_id": "e1",
        "kind": MatchKind.CARE_CENTRE,
        "from_on": ON,
        "place_id": "k1",
        "metres": 420,
        "rank": 1,
        "further_metres": 0,
    } | fields
    return ServiceMatch(**given)


def filled(session: Session) -> Session:
    put(session, *places(), elder("e1"), meal_site("m1"))
    put(session, care_centre("k1"), care_centre("k2", closed_on=ON))
    put(session, matched(from_on=LONG_AGO, until_on=ON))
    return session


def test_matches_one_after_the_other_and_of_two_kinds(session: Session) -> None:
    district = filled(session)
    rows = [matched(), matched(kind=MatchKind.MEAL_SITE, place_id="m1", from_on=ON - DAY)]
    admit.add_all(district, rows, on=ON)
    key = ("e1", MatchKind.MEAL_SITE, ON - DAY)
    assert district.get(ServiceMatch, key) is rows[1]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"place_id": "m1"}, {"/place_id": "unknown_care_centre"}),
        ({"kind": MatchKind.MEAL_SITE}, {"/place_id": "unknown_meal_site"}),
        ({"place_id": "k2"}, {"/place_id": "not_open"}),
        ({"elder_id": "e9"}, {"/elder_id": "unknown_elder"}),
        ({"from_on": ON - DAY}, {"/from_on": "overlap"}),
        ({"until_on": ON}, {"/until_on": "ends_before_start"}),
        ({"metres": -1}, {"/metres": "greater_than_equal"}),
        ({"rank": 0}, {"/rank": "greater_than_equal"}),
    ],
)
def test_what_is_wrong_is_refused_with_its_field(
    sqlite_engine: Engine, fields: dict[str, Any], expected: dict[str, str]
) -> None:
    with Session(sqlite_engine) as session, pytest.raises(InvalidInput) as caught:
        admit.add(filled(session), matched(**fields), on=ON)
    assert {problem.pointer: problem.code for problem in caught.value.fields} == expected
