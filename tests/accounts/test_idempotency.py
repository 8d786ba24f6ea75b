"""A request is carried out once under a key, for a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlmodel import Session

from eldercare.accounts.idempotency import KEPT, Answer, carry_out_once, request_hash
from eldercare.accounts.tables import IdempotencyKey
from eldercare.errors import InvalidInput

NOW = datetime(2020, 9, 17, 1, 30, tzinfo=UTC)


class Work:
    """Counts how often it was done."""

    def __init__(self) -> None:
        self.done = 0

    def __call__(self) -> Answer:
        self.done += 1
        return Answer(201, {"number": self.done}, {"ETag": f'"{self.done}"'})


def ask(
    session: Session, work: Work, *, asked: str = "a", user: str = "zhou", at: datetime = NOW
) -> Answer:
    return carry_out_once(session, work, key="k", user_name=user, asked=asked, now=at)


def test_the_same_request_is_answered_the_same(session: Session) -> None:
    work = Work()
    first = ask(session, work)
    session.expire_all()
    assert ask(session, work, at=NOW + KEPT - timedelta(seconds=1)) == first
    assert work.done == 1


def test_another_request_under_the_key_is_refused(session: Session) -> None:
    work = Work()
    ask(session, work)
    with pytest.raises(InvalidInput, match="stood for another request") as refused:
        ask(session, work, asked="b")
    assert refused.value.code == "idempotency_key_reused"
    assert ask(session, work, user="wang").body == {"number": 2}


def test_a_day_later_the_key_is_free_and_what_was_kept_is_gone(session: Session) -> None:
    work = Work()
    ask(session, work, user="wang")
    ask(session, work, user="zhou", at=NOW + KEPT)
    assert session.scalar(select(func.count()).select_from(IdempotencyKey)) == 1
    assert ask(session, work, user="wang", at=NOW + KEPT, asked="b").body == {"number": 3}


def test_work_that_fails_leaves_the_key_free(session: Session) -> None:
    def broken() -> Answer:
        raise InvalidInput("no")

    session.commit()
    with pytest.raises(InvalidInput):
        carry_out_once(session, broken, key="k", user_name="zhou", asked="a", now=NOW)
    session.rollback()
    assert ask(session, Work(), asked="b").body == {"number": 1}


def test_requests_are_told_apart_by_what_they_ask() -> None:
    same = [request_hash("POST", "/elders", body) for body in ({"a": 1, "b": 2}, {"b": 2, "a": 1})]
    assert same[0] == same[1]
    others = {
        request_hash("POST", "/elders", {"a": 1}),
        request_hash("POST", "/caregivers", {"a": 1}),
        request_hash("PUT", "/elders", {"a": 1}),
        request_hash("POST", "/elders", {"a": "1"}),
    }
    assert len(others) == 4
