"""待办 is turned page by page, so that nothing of a long list stays out of reach."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from api.console import todo_parts, todo_reading
from api.console.place import Place
from api.console.visitor import Visitor
from eldercare.accounts.tables import Role, User
from eldercare.database import transaction
from eldercare.registry.homes import PositionReason, PositionTask
from eldercare.registry.tables import Assessment
from eldercare.settings import DISTRICT_CODE, Settings
from tests.registry.rows import COMMUNITY, OTHER_COMMUNITY, elder, places, put

ON = date(2020, 9, 17)
NOW = datetime(2020, 9, 17, 1, 30, tzinfo=UTC)
COUNT = 5


def visitor(engine: Engine, area: str = DISTRICT_CODE) -> Visitor:
    user = User(name="zhou", role=Role.COORDINATOR, password_hash="", area_code=area)
    return Visitor(Place(Settings(database_url="sqlite://"), engine, lambda: NOW), user)


@pytest.fixture
def district(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Five elders of one community and one of another; two rows on a page."""
    for module in (todo_reading, todo_parts):
        monkeypatch.setattr(module, "SHOWN", 2)
    with transaction(engine) as session:
        put(session, *places())
        put(session, *(elder(f"E{number}") for number in range(COUNT)))
        put(session, elder("Z", community_code=OTHER_COMMUNITY))
        for number, key in enumerate(["Z", *(f"E{number}" for number in range(COUNT))]):
            opened = ON - timedelta(days=number)
            reason = PositionReason.FAR_FROM_COMMUNITY
            put(session, PositionTask(elder_id=key, reason=reason, opened_on=opened))
            on = date(2019, 9, 1) + timedelta(days=number)
            put(session, Assessment(elder_id=key, assessed_on=on, score=80, level=1))
    return engine


def test_every_row_stands_on_one_page(district: Engine) -> None:
    who = visitor(district)
    for tab, row in (("positions", "positions"), ("reassessments", "reassessments")):
        pages = [todo_reading.read_todo(who, tab, ON, number) for number in range(4)]
        ids = [[one.elder_id for one in getattr(page, row)] for page in pages]
        assert ids == [["Z", "E0"], ["E1", "E2"], ["E3", "E4"], []]
        assert {page.total for page in pages} == {COUNT + 1}
        first, _, last, beyond = (todo_parts.turning(page, None) for page in pages)
        assert "第 1–2 条，共 6 条" in first
        assert "page=1" in first
        assert "前 2 条" not in first
        assert "page=1" in last
        assert "后 2 条" not in last
        assert beyond == ""
        assert "这一页没有了" in todo_parts.body(who, pages[3])


def test_a_community_counts_and_sees_its_own_rows(district: Engine) -> None:
    page = todo_reading.read_todo(visitor(district, OTHER_COMMUNITY), "positions", ON)
    assert ([one.elder_id for one in page.positions], page.total) == (["Z"], 1)
    page = todo_reading.read_todo(visitor(district, COMMUNITY), "positions", ON, 2)
    assert ([one.elder_id for one in page.positions], page.total) == (["E4"], COUNT)
