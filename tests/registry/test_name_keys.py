"""Names by pinyin, initials and fragments; keys follow what is written."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import Session, select

from eldercare.registry.name_keys import (
    NameKey,
    bearers,
    fill_name_keys,
    keys_of_name,
    plain_words,
)
from eldercare.registry.search import find_caregivers, find_elders
from eldercare.registry.tables import Community, Elder
from tests.registry.rows import caregiver, elder, places, put

ON = date(2020, 9, 17)


@pytest.fixture
def people(session: Session) -> Session:
    put(
        session,
        *places(),
        elder("E1", name="周桂兰"),
        elder("E2", name="曾国强"),
        elder("E3", name="尉迟恭"),
        elder("E4", name="阿依·Mary"),
        caregiver("C1", name="陈美芳"),
    )
    return session


def found(session: Session, words: str) -> list[str]:
    return sorted(session.scalars(bearers(Elder, words)).all())


def test_keys_of_a_name() -> None:
    assert keys_of_name("周桂兰") == {"zhouguilan", "zgl", "周桂兰", "桂兰", "兰"}
    assert "zengguoqiang" in keys_of_name("曾国强")
    assert "yuchigong" in keys_of_name("尉迟恭")
    assert keys_of_name("") == frozenset()
    assert plain_words(" Zhou Gui·lan ") == "zhouguilan"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("zgl", ["E1"]),
        ("ZHOU g", ["E1"]),
        ("zeng", ["E2"]),
        ("ycg", ["E3"]),
        ("guilan", []),
        ("z", ["E1", "E2"]),
        ("mary", ["E4"]),
        ("ayi", ["E4"]),
    ],
)
def test_beginnings_are_found(people: Session, words: str, expected: list[str]) -> None:
    assert found(people, words) == expected


def test_pieces_of_a_name_are_found_with_and_without_keys(people: Session) -> None:
    assert [one.elder.id for one in find_elders(people, ON, words="桂兰")] == ["E1"]
    assert [one.caregiver.id for one in find_caregivers(people, ON, words="美芳")] == ["C1"]
    kept = people.exec(select(NameKey.key).where(NameKey.owner == "elder")).all()
    assert {"zhouguilan", "zgl", "mary"} < set(kept)
    assert all(key.isascii() for key in kept)
    place = people.exec(select(Community)).all()[0]
    for piece in (place.name, place.name[1:]):
        found_there = people.scalars(bearers(Community, piece)).all()
        assert place.code in found_there


def test_keys_follow_changes_and_removals(people: Session) -> None:
    row = people.get_one(Elder, "E1")
    row.name = "王桂兰"
    people.flush()
    assert (found(people, "zgl"), found(people, "wgl")) == ([], ["E1"])
    people.delete(row)
    people.flush()
    assert found(people, "wgl") == []


def test_making_keys_anew_gives_the_same(people: Session) -> None:
    def keys() -> set[tuple[str, str, str]]:
        return {(one.owner, one.key, one.owner_id) for one in people.exec(select(NameKey)).all()}

    before = keys()
    assert fill_name_keys(people) == len(before)
    people.expire_all()
    assert keys() == before


def test_search_by_pinyin_only_for_those_who_may_see_names(people: Session) -> None:
    assert [one.elder.id for one in find_elders(people, ON, words="zgl")] == ["E1"]
    assert find_elders(people, ON, words="zgl", personal=False) == []
    assert [one.caregiver.id for one in find_caregivers(people, ON, words="chenm")] == ["C1"]


def test_a_beginning_is_answered_from_an_index(people: Session) -> None:
    fill_name_keys(people)
    connection = people.connection()
    statement = bearers(Elder, "zgl").compile(connection, compile_kwargs={"literal_binds": True})
    if connection.dialect.name == "sqlite":
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}").all()
        assert "SEARCH name_key USING" in str(plan)
    else:
        with connection.begin_nested() as trial:
            # On a few rows every way costs the same: take the others away, to see this one open.
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            connection.exec_driver_sql("DROP INDEX ix_name_key_owner_id")
            plan = connection.exec_driver_sql(f"EXPLAIN {statement}").all()
            trial.rollback()
        assert "pk_name_key" in str(plan)
        assert "Index Cond" in str(plan)
        assert "key >= 'zgl'" in str(plan)[str(plan).index("Index Cond") :].replace("\\", "")
