"""Ledgers: keys as text, where rows lie, which hold, and how lists are narrowed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlmodel import Session, SQLModel

from eldercare.care.ledgers import CARE_PLANS, MEAL_SUBSCRIPTIONS, PLAN_ITEMS
from eldercare.errors import InvalidInput, NotFound
from eldercare.registry.ledger import (
    Ledger,
    Place,
    area_of,
    contents,
    find_row,
    key_text,
    version_of,
)
from eldercare.registry.ledgers import CARE_CENTRES, CAREGIVERS, COMMUNITIES, ELDERS, SHIFTS
from eldercare.registry.listing import Filters, Standing, page_of
from eldercare.registry.tables import Assessment, ElderGroup, PriorityGroup
from tests.care.rows import care_plan, plan_item, service_type, subscription
from tests.registry.rows import (
    COMMUNITY,
    LONG_AGO,
    OTHER_COMMUNITY,
    OTHER_TOWN,
    TOWN,
    care_centre,
    caregiver,
    elder,
    meal_site,
    places,
    put,
    rider,
    shift,
)

ON = date(2020, 9, 17)
GROUPS = Ledger(ElderGroup, (Place("elder_id", ELDERS),), starts="from_on", ends="until_on")


@pytest.fixture(autouse=True)
def rows(session: Session) -> None:
    put(session, *places(), service_type(), meal_site("M1"), care_centre("H1", name="河畔中心"))
    put(
        session,
        elder("E1", name="周桂兰", phone="13812345678"),
        elder("E2", name="李德明", ended_on=date(2020, 3, 1), end_reason="moved"),
        elder("E3", name="王五", community_code=OTHER_COMMUNITY, registered_on=date(2020, 6, 1)),
        Assessment(elder_id="E1", assessed_on=LONG_AGO, score=35, level=2),
        ElderGroup(elder_id="E1", group=PriorityGroup.DIBAO, from_on=LONG_AGO),
        ElderGroup(elder_id="E2", group=PriorityGroup.DIBAO, from_on=LONG_AGO),
        ElderGroup(elder_id="E2", group=PriorityGroup.WUBAO, from_on=LONG_AGO, until_on=ON),
        caregiver("C1"),
        caregiver("C2", town_code=OTHER_TOWN),
        rider("R1", "M1"),
        shift("S1", ON, caregiver_id="C1"),
        shift("S2", date(2020, 9, 18), caregiver_id="C2"),
        shift("S3", ON, rider_id="R1"),
        care_plan("P1", "E1"),
        plan_item("T1", "P1"),
        plan_item("T2", "P1"),
        care_plan("P3", "E3", until_on=ON),
        subscription("B1", "E1", "M1"),
    )


def keys(session: Session, ledger: Ledger, **filters: Any) -> list[str]:
    given: dict[str, Any] = {"on": ON, "personal": True} | filters
    page = page_of(session, ledger, Filters(**given))
    return [key_text(row) for row in page.rows]


NARROWED: list[tuple[Ledger, dict[str, Any], list[str]]] = [
    (ELDERS, {}, ["E1", "E2", "E3"]),
    (ELDERS, {"standing": Standing.CURRENT}, ["E1", "E3"]),
    (ELDERS, {"standing": Standing.CURRENT, "on": date(2020, 2, 1)}, ["E1", "E2"]),
    (ELDERS, {"standing": Standing.ENDED}, ["E2"]),
    (ELDERS, {"area_code": OTHER_TOWN}, ["E3"]),
    (ELDERS, {"area_code": COMMUNITY}, ["E1", "E2"]),
    (ELDERS, {"care_level": 2}, ["E1"]),
    (ELDERS, {"care_level": 3}, []),
    (ELDERS, {"group": PriorityGroup.DIBAO}, ["E1", "E2"]),
    (ELDERS, {"group": PriorityGroup.WUBAO}, []),
    (ELDERS, {"words": "zgl"}, ["E1"]),
    (ELDERS, {"words": "桂"}, ["E1"]),
    (ELDERS, {"words": "123456"}, ["E1"]),
    (ELDERS, {"words": "桂", "personal": False}, []),
    (ELDERS, {"words": "E1", "personal": False}, ["E1"]),
    (COMMUNITIES, {"area_code": TOWN}, [COMMUNITY]),
    (CARE_CENTRES, {"words": "hepan", "personal": False}, ["H1"]),
    (CAREGIVERS, {"area_code": TOWN}, ["C1"]),
    (SHIFTS, {"area_code": TOWN}, ["S1", "S3"]),
    (SHIFTS, {"standing": Standing.CURRENT}, ["S1", "S3"]),
    (SHIFTS, {"standing": Standing.ENDED, "on": date(2020, 9, 18)}, ["S1", "S3"]),
    (CARE_PLANS, {"words": "zhouguilan"}, ["P1"]),
    (CARE_PLANS, {"standing": Standing.CURRENT}, ["P1"]),
    (CARE_PLANS, {"area_code": OTHER_TOWN}, ["P3"]),
    (CARE_PLANS, {"group": PriorityGroup.DIBAO, "care_level": 2}, ["P1"]),
    (PLAN_ITEMS, {"area_code": TOWN}, ["T1", "T2"]),
    (MEAL_SUBSCRIPTIONS, {"words": "B1"}, ["B1"]),
    (GROUPS, {"standing": Standing.CURRENT}, ["E1,dibao,2015-01-01", "E2,dibao,2015-01-01"]),
]


def test_lists_are_narrowed(session: Session) -> None:
    for ledger, filters, expected in NARROWED:
        assert keys(session, ledger, **filters) == expected, (ledger.name, filters)


def test_rows_of_no_elder_have_no_level(session: Session) -> None:
    with pytest.raises(InvalidInput, match="belong to no elder") as refused:
        keys(session, SHIFTS, care_level=2)
    assert refused.value.fields[0].pointer == "/care_level"


def test_pages_of_a_key_of_three_columns_join(session: Session) -> None:
    for limit in (1, 2, 3):
        found: list[str] = []
        after: str | None = None
        while len(found) < 3:
            page = page_of(session, GROUPS, Filters(on=ON), after=after, limit=limit)
            found += [key_text(row) for row in page.rows]
            after = page.next_key
        assert after is None
        assert found == ["E1,dibao,2015-01-01", "E2,dibao,2015-01-01", "E2,wubao,2015-01-01"]


def test_rows_lie_somewhere(session: Session) -> None:
    for ledger, key, area in (
        (ELDERS, "E3", OTHER_COMMUNITY),
        (SHIFTS, "S2", OTHER_TOWN),
        (SHIFTS, "S3", COMMUNITY),
        (PLAN_ITEMS, "T1", COMMUNITY),
        (GROUPS, "E1,dibao,2015-01-01", COMMUNITY),
    ):
        row = find_row(session, ledger, key, locked=True)
        assert key_text(row) == key
        assert area_of(session, ledger, row) == area


def test_a_key_of_no_row(session: Session) -> None:
    for key in ("E9", "", "E1\x00", "\ud800", "E1," * 100, "E1,none,2015-01-01", "E1,dibao,2015"):
        for ledger in (ELDERS, GROUPS):
            with pytest.raises(NotFound) as refused:
                find_row(session, ledger, key)
            assert refused.value.code == "row_not_found"
    with pytest.raises(InvalidInput, match="cursor"):
        page_of(session, GROUPS, Filters(on=ON), after="E1")


def test_a_row_comes_with_its_parts_and_another_content_is_another_version(
    session: Session,
) -> None:
    session.expire_all()

    def version(row: SQLModel) -> str:
        return version_of(*contents(session, CARE_PLANS, [row]))

    plan = find_row(session, CARE_PLANS, "P1")
    (fields,) = contents(session, CARE_PLANS, [plan])
    assert [item["id"] for item in fields["items"]] == ["T1", "T2"]
    before = version(plan)
    session.expire_all()
    assert version(plan) == before
    put(session, plan_item("T0", "P1"))
    assert version(plan) != before
