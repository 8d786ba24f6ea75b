from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import Session

from eldercare.accounts.tables import AuditEntry
from eldercare.errors import InvalidInput, NotFound
from eldercare.registry.duplicates.dismissing import dismiss_duplicate, withdraw_dismissal
from eldercare.registry.same_person import DuplicateDismissal
from tests.accounts.people import NOW
from tests.registry.rows import elder, places, put

BY: dict[str, Any] = {"now": NOW, "by": "zhou"}
ON = date(2020, 9, 17)


@pytest.fixture
def district(session: Session) -> Session:
    put(session, *places(), elder("e1"), elder("e2"))
    return session


def test_a_dismissal_says_who_when_and_why_once(district: Session) -> None:
    first = dismiss_duplicate(district, "e2", "e1", on=ON, reason="堂姐妹", **BY)
    assert dismiss_duplicate(district, "e1", "e2", on=ON, **BY) is first
    district.expire_all()
    (stored,) = district.scalars(select(DuplicateDismissal))
    assert (stored.first_id, stored.second_id, stored.dismissed_by) == ("e1", "e2", "zhou")
    assert (stored.dismissed_at, stored.reason) == (NOW, "堂姐妹")
    (entry,) = district.scalars(select(AuditEntry))
    assert (entry.subject, entry.after) == ("elder/e1", {"other": "e2", "reason": "堂姐妹"})


def test_a_dismissal_is_withdrawn(district: Session) -> None:
    dismiss_duplicate(district, "e1", "e2", on=ON, **BY)
    withdraw_dismissal(district, "e2", "e1", **BY)
    assert list(district.scalars(select(DuplicateDismissal))) == []
    with pytest.raises(NotFound, match="two persons"):
        withdraw_dismissal(district, "e1", "e2", **BY)


def test_two_elders_that_exist_are_wanted(district: Session) -> None:
    with pytest.raises(InvalidInput):
        dismiss_duplicate(district, "e1", "e1", on=ON, **BY)
    with pytest.raises(NotFound, match="nobody"):
        dismiss_duplicate(district, "e1", "nobody", on=ON, **BY)
