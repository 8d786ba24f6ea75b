"""Whom a list of elders shows: by whereabouts, level, group and area."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from eldercare.care.elder_list import NEVER_ASSESSED, Narrowing, Whereabouts, elders_who
from eldercare.care.tables import Pause
from eldercare.registry.homes import PlannedMove
from eldercare.registry.search import find_elders
from eldercare.registry.tables import (
    Assessment,
    ElderGroup,
    EndReason,
    InstitutionStay,
    PriorityGroup,
)
from eldercare.settings import DISTRICT_CODE
from tests.registry.rows import (
    COMMUNITY,
    LONG_AGO,
    OTHER_COMMUNITY,
    OTHER_TOWN,
    TOWN,
    elder,
    institution,
    places,
    put,
)

ON = date(2020, 9, 17)
DAY = timedelta(days=1)
ALL = {"paused", "home", "soon", "moves", "leaves", "other"}


@pytest.fixture
def district(session: Session) -> Session:
    put(session, *places(), institution("h1"), *(elder(one) for one in sorted(ALL - {"other"})))
    left = ON - DAY
    put(session, elder("died", ended_on=left, end_reason=EndReason.DIED))
    put(session, elder("twice", ended_on=left, end_reason=EndReason.MERGED))
    put(session, elder("other", community_code=OTHER_COMMUNITY))
    session.get_one(type(elder("x")), "leaves").ended_on = ON + DAY
    put(
        session,
        Pause(elder_id="paused", from_on=ON),
        Pause(elder_id="home", from_on=ON - 2 * DAY, until_on=ON),
        Pause(elder_id="soon", from_on=ON + DAY),
        InstitutionStay(elder_id="home", institution_id="h1", from_on=ON),
        PlannedMove(elder_id="moves", from_on=ON + DAY, community_code=COMMUNITY, address="x"),
        Assessment(elder_id="home", assessed_on=ON, score=20, level=3),
        ElderGroup(elder_id="soon", group=PriorityGroup.WUBAO, from_on=LONG_AGO),
        ElderGroup(elder_id="moves", group=PriorityGroup.WUBAO, from_on=LONG_AGO, until_on=ON),
    )
    return session


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, ALL),
        ({"whereabouts": Whereabouts.PAUSED}, {"paused"}),
        ({"whereabouts": Whereabouts.IN_INSTITUTION}, {"home"}),
        ({"whereabouts": Whereabouts.CHANGING}, {"soon", "moves", "leaves"}),
        ({"whereabouts": Whereabouts.LEFT}, {"died"}),
        ({"care_level": 3}, {"home"}),
        ({"care_level": NEVER_ASSESSED}, ALL - {"home"}),
        ({"group": PriorityGroup.WUBAO}, {"soon"}),
        ({"area_code": TOWN}, ALL - {"other"}),
        ({"area_code": OTHER_TOWN}, {"other"}),
        ({"area_code": COMMUNITY}, ALL - {"other"}),
    ],
)
def test_who_is_shown(district: Session, asked: dict[str, Any], expected: set[str]) -> None:
    where = elders_who(Narrowing(**{"area_code": DISTRICT_CODE, **asked}), ON)
    assert {one.elder.id for one in find_elders(district, ON, where=where)} == expected
