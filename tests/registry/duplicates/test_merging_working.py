"""Refusals and matches of two elders who are one person."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import Session, SQLModel

from eldercare.care.tables import MatchKind, ServiceMatch
from eldercare.registry.duplicates.merging import MergeReport, merge_elders
from eldercare.registry.duplicates.unmerging import unmerge_elders
from eldercare.registry.id_vault import IdVault
from eldercare.registry.tables import Refusal
from tests.registry.duplicates.two_rows import BY, DAY, DROP, KEEP, ON, picture, small_district
from tests.registry.rows import put
from tests.registry.working_rows import refusal


def rows_of(elder_id: str, from_on: date) -> list[SQLModel]:
    until_on = from_on + 5 * DAY
    matched: dict[str, Any] = {"metres": 10, "rank": 1, "further_metres": 0}
    return [
        refusal(elder_id, "c1", from_on=from_on, until_on=until_on),
        ServiceMatch(
            elder_id=elder_id,
            kind=MatchKind.MEAL_SITE,
            from_on=from_on,
            until_on=until_on,
            place_id="m1",
            **matched,
        ),
    ]


def merge(session: Session) -> MergeReport:
    return merge_elders(session, IdVault("a" * 64), KEEP, DROP, on=ON, **BY)


@pytest.mark.parametrize(("days", "aside"), [(5, set()), (4, {"refusal", "service_match"})])
def test_they_follow_the_elder_where_they_do_not_overlap(
    session: Session, days: int, aside: set[str]
) -> None:
    put(small_district(session), *rows_of(KEEP, ON), *rows_of(DROP, ON + days * DAY))
    before = picture(session)
    report = merge(session)
    assert set(report.set_aside) == aside
    for table in (Refusal, ServiceMatch):
        rows = session.scalars(select(table)).all()
        assert [row.elder_id for row in rows] == [KEEP] * (1 if aside else 2)  # type: ignore[attr-defined]  # both have it
    unmerge_elders(session, report.merge_id, **BY)
    session.expire_all()
    assert picture(session) == before
