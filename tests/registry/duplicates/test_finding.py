from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert
from sqlmodel import Session

from eldercare.errors import NotFound
from eldercare.registry.duplicates.dismissing import dismiss_duplicate
from eldercare.registry.duplicates.finding import (
    NEIGHBOURS,
    Likelihood,
    Suspicion,
    find_duplicates,
    warn_for,
    warn_for_all,
)
from eldercare.registry.id_vault import IdVault
from eldercare.registry.identity import set_id_number
from eldercare.registry.people import Elder, EndReason
from tests.accounts.people import NOW
from tests.registry.duplicates.synthetic import synthetic_elders
from tests.registry.id_numbers import made_up_number
from tests.registry.rows import COMMUNITY, OTHER_COMMUNITY, OTHER_TOWN, elder, places, put

ON = date(2020, 9, 17)
VAULT = IdVault("a" * 64)
BY: dict[str, Any] = {"on": ON, "now": NOW, "by": "zhou"}
HOME = "飞龙新苑12幢2单元302室"
FAR = "锦绣家园7幢1单元101室"


@pytest.fixture
def district(session: Session) -> Session:
    put(session, *places(), elder("e1", name="张春芳", address=HOME, phone="00012345678"))
    return session


def found(session: Session, area_code: str | None = None) -> list[tuple[str, str, str]]:
    area = {} if area_code is None else {"area_code": area_code}
    search = find_duplicates(session, on=ON, **area)
    return [(one.first_id, one.second_id, one.likelihood.value) for one in search.suspicions]


# What a second row says, and how likely it is taken to be the same person (None: not at all).
SECOND_ROWS: dict[str, tuple[dict[str, Any], str | None]] = {
    "all the same": ({}, "likely"),
    "the address in other words": ({"address": "新北区飞龙新苑12号楼2-302"}, "likely"),
    "a name by its sound": ({"name": "章春方"}, "possible"),
    "another door": ({"address": "飞龙新苑15幢1单元101室"}, "possible"),
    "elsewhere with the same phone": ({"address": FAR, "phone": "00012345678"}, "likely"),
    "elsewhere": ({"address": FAR}, None),
    "another name": ({"name": "张春花"}, None),
    "another birthday": ({"birth_on": date(1940, 3, 6)}, None),
    "left the registry": ({"ended_on": ON, "end_reason": EndReason.MOVED}, None),
}


@pytest.mark.parametrize("case", SECOND_ROWS)
def test_a_second_row_is_found_by_what_it_shares(district: Session, case: str) -> None:
    fields, likelihood = SECOND_ROWS[case]
    put(district, elder("e2", **({"name": "张春芳", "address": HOME} | fields)))
    assert found(district) == ([] if likelihood is None else [("e1", "e2", likelihood)])


def test_the_reasons_are_told_in_words(district: Session) -> None:
    put(district, elder("e2", name="章春方", address=HOME, phone="00012345678"))
    (suspicion,) = find_duplicates(district, on=ON).suspicions
    assert suspicion.reasons == (
        "names that sound alike",
        "the same birth date",
        "the same phone",
        "addresses alike to 100%",
    )


def test_two_different_id_numbers_are_two_persons(district: Session) -> None:
    put(district, elder("e2", name="张春芳", address=HOME))
    set_id_number(district, VAULT, "e1", made_up_number(), **BY)
    assert found(district) == [("e1", "e2", "likely")]
    set_id_number(district, VAULT, "e2", made_up_number(serial=2), **BY)
    assert found(district) == []


def test_a_dismissed_pair_is_not_asked_about_again(district: Session) -> None:
    twin = elder("e2", name="张春芳", address=HOME)
    put(district, twin)
    dismiss_duplicate(district, "e2", "e1", **BY)
    assert found(district) == []
    assert warn_for(district, twin) == ()


def test_a_pair_counts_for_the_area_of_either(district: Session) -> None:
    put(district, elder("e2", name="张春芳", address=HOME, community_code=OTHER_COMMUNITY))
    put(district, elder("e3", name="李明", address=HOME), elder("e4", name="李明", address=HOME))
    assert len(found(district)) == len(found(district, COMMUNITY)) == 2
    assert found(district, OTHER_TOWN) == [("e1", "e2", "likely")]
    with pytest.raises(NotFound, match="320411999000"):
        found(district, "320411999000")


def test_an_elder_to_be_entered_is_compared_before_it_is_stored(district: Session) -> None:
    put(district, elder("e9", ended_on=date(2019, 1, 1), end_reason=EndReason.MOVED, address=HOME))
    put(district, elder("e8", ended_on=ON, end_reason=EndReason.MERGED, address=HOME))
    set_id_number(district, VAULT, "e1", made_up_number(), **BY)
    new = elder("new", name="别名", birth_on=date(1950, 1, 1), address=FAR)
    assert warn_for(district, new) == ()
    new.id_number_hash = VAULT.digest(made_up_number())
    (certain,) = warn_for(district, new)
    assert (certain.second_id, certain.likelihood) == ("e1", Likelihood.CERTAIN)
    back = elder("back", address=HOME)
    (left,) = warn_for(district, back)
    assert left.second_id == "e9"
    assert left.reasons[-1] == "e9 left the registry on 2019-01-01"
    assert warn_for_all(district, [new, back]) == {"new": (certain,), "back": (left,)}
    assert warn_for_all(district, []) == {}


def test_all_planted_are_found_among_twenty_thousand(sqlite_engine: Engine) -> None:
    rows, planted = synthetic_elders(20_000, 90, seed=4)
    with Session(sqlite_engine) as session:
        put(session, *places())
        session.execute(insert(Elder), rows)
        session.flush()
        search = find_duplicates(session, on=ON)
        asked = _queries(sqlite_engine, session, [Elder(**row) for row in rows[-90:]], planted)
    pairs = {(one.first_id, one.second_id) for one in search.suspicions}
    assert planted <= pairs
    assert len(pairs - planted) <= 20  # chance: the same name, day and estate
    assert search.comparisons <= 2_000  # all with all would be 200 million
    assert asked <= 4


def _queries(engine: Engine, session: Session, twins: list[Elder], planted: set[Any]) -> int:
    """Queries that a file of the second rows needs; every one of them is warned of."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    warned = warn_for_all(session, twins)
    event.remove(engine, "before_cursor_execute", note)
    told = {(one.second_id, one.first_id) for found in warned.values() for one in found}
    assert planted <= told
    return len(statements)


def test_one_birthday_for_everybody_costs_no_more_than_the_length_of_the_file(
    sqlite_engine: Engine,
) -> None:
    with Session(sqlite_engine) as session:
        put(session, *places())
        rows = [elder(f"e{n:04d}", address=f"前塘{n}号").model_dump() for n in range(1_000)]
        session.execute(insert(Elder), rows)
        search = find_duplicates(session, on=ON)
    assert search.comparisons <= 1_000 * NEIGHBOURS


def test_the_surest_come_first(district: Session) -> None:
    put(
        district, elder("e2", name="章春方", address=HOME), elder("e3", name="张春芳", address=HOME)
    )
    ranked: tuple[Suspicion, ...] = find_duplicates(district, on=ON).suspicions
    order = list(Likelihood)
    keys = [(order.index(one.likelihood), -one.address_likeness) for one in ranked]
    assert keys == sorted(keys)
    assert len(ranked) == 3
