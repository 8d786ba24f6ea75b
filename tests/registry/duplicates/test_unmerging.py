from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlmodel import Session, SQLModel, col

import eldercare.tables  # noqa: F401 - fills the metadata
from eldercare.accounts.tables import AuditEntry
from eldercare.care.tables import Pause, ServiceRecord
from eldercare.errors import Conflict, NotFound
from eldercare.registry.duplicates.merging import merge_elders
from eldercare.registry.duplicates.unmerging import unmerge_elders
from eldercare.registry.id_vault import IdVault
from eldercare.registry.identity import set_id_number
from eldercare.registry.people import Assessment, Elder, ElderGroup, PriorityGroup
from eldercare.registry.same_person import ElderMerge
from eldercare.rostering.tables import RosterVisit
from tests.care.rows import service_record
from tests.registry.duplicates.two_rows import (
    BY,
    DAY,
    DROP,
    KEEP,
    ON,
    picture,
    rostered,
    rows_of,
    small_district,
)
from tests.registry.id_numbers import made_up_number
from tests.registry.rows import elder, put

VAULT = IdVault("a" * 64)


def merge(session: Session, keep: str = KEEP, drop: str = DROP) -> int:
    return merge_elders(session, VAULT, keep, drop, on=ON, **BY).merge_id


offsets = st.fixed_dictionaries(
    {name: st.integers(0, 12) for name in ("group", "assessed", "stay", "signed", "pause")}
)


def _placed(told: dict[str, Any]) -> dict[str, Any]:
    """The position beside the other fields."""
    position: dict[str, Any] = told.pop("position")
    return told | position


blanks = st.fixed_dictionaries(
    {
        "phone": st.sampled_from(["", "00012345678"]),
        "care_note": st.sampled_from(["", "聋"]),
        "registered_on": st.dates(date(2012, 1, 1), date(2019, 1, 1)),
        "position": st.sampled_from(
            [{"longitude": None, "latitude": None}, {"longitude": 119.9700001, "latitude": 31.83}]
        ),
    }
).map(_placed)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    dropped=blanks,
    places_of_rows=st.tuples(offsets, offsets),
    chosen=st.tuples(st.sets(st.integers(0, 13)), st.sets(st.integers(0, 13))),
    numbered=st.sampled_from(["nobody", KEEP, DROP]),
)
def test_after_unmerging_every_table_is_as_it_was(
    session: Session,
    dropped: dict[str, Any],
    places_of_rows: tuple[dict[str, int], dict[str, int]],
    chosen: tuple[set[int], set[int]],
    numbered: str,
) -> None:
    savepoint = session.begin_nested()
    small_district(session, **dropped)
    for place, elder_id in enumerate((KEEP, DROP)):
        rows = [*rows_of(elder_id, **places_of_rows[place]), *rostered(elder_id, place)]
        wanted = chosen[place] | ({5} if 6 in chosen[place] else set())  # an item needs its plan
        wanted |= {10, 12}  # a stop needs no visit, but a real roster has both
        put(session, *(row for number, row in enumerate(rows) if number in wanted))
    if numbered != "nobody":
        set_id_number(session, VAULT, numbered, made_up_number(), on=ON, **BY)
    before = picture(session)
    number = merge(session)
    merged = picture(session)
    assert merged != before
    assert all(row.elder_id != DROP for row in _movable(session))
    unmerge_elders(session, number, **BY)
    assert picture(session) == before
    again = merge(session)
    assert without_seals(picture(session)) == without_seals(merged)
    unmerge_elders(session, again, **BY)
    savepoint.rollback()


def _movable(session: Session) -> list[Any]:
    tables: tuple[Any, ...] = (ElderGroup, Assessment, Pause, ServiceRecord)
    return [row for table in tables for row in session.scalars(select(table))]


def without_seals(whole: dict[str, list[tuple[Any, ...]]]) -> dict[str, list[tuple[Any, ...]]]:
    """Sealing draws a nonce, so two merges differ in nothing but this."""
    return {
        name: [tuple(value for value in row if not str(value).startswith("1.")) for row in rows]
        for name, rows in whole.items()
    }


def test_unmerging_is_told_and_happens_once(session: Session) -> None:
    put(small_district(session), *rows_of(DROP))
    number = merge(session)
    undone = unmerge_elders(session, number, **BY)
    assert (undone.undone_at, undone.undone_by) == (BY["now"], "zhou")
    entry = session.scalars(select(AuditEntry).order_by(col(AuditEntry.id).desc())).first()
    assert entry is not None
    assert (entry.action, entry.before) == ("elder.unmerge", {"merge": number, "kept": KEEP})
    with pytest.raises(Conflict, match="undone already"):
        unmerge_elders(session, number, **BY)
    with pytest.raises(NotFound, match="99"):
        unmerge_elders(session, 99, **BY)


def _new_record(session: Session) -> None:
    put(session, service_record("V-new", KEEP, ON))


def _changed_row(session: Session) -> None:
    session.scalars(select(Pause)).one().reason = "住院"


def _removed_row(session: Session) -> None:
    session.execute(delete(Assessment))


def _changed_field(session: Session) -> None:
    session.get_one(Elder, KEEP).phone = "00099999999"


def _revived(session: Session) -> None:
    drop = session.get_one(Elder, DROP)
    drop.ended_on, drop.end_reason = None, None


def _row_of_the_dropped(session: Session) -> None:
    put(session, ElderGroup(elder_id=DROP, group=PriorityGroup.DIBAO, from_on=ON))


# What was built on a merge, and the words that name it.
BUILT: list[tuple[Callable[[Session], None], str]] = [
    (_new_record, r"service_record \[\"V-new/1\"\] was added"),
    (_changed_row, r"pause \[\d+\] was changed"),
    (_removed_row, r"assessment \[.*\] was removed"),
    (_changed_field, "the field phone of elder keep was changed"),
    (_revived, "the field ended_on of elder drop was changed"),
    (_row_of_the_dropped, "elder_group .* was added"),
]


@pytest.mark.parametrize(("build", "named"), BUILT, ids=[build.__name__ for build, _ in BUILT])
def test_what_was_built_on_a_merge_is_named(
    session: Session, build: Callable[[Session], None], named: str
) -> None:
    put(small_district(session, phone="00012345678"), *rows_of(DROP))
    number = merge(session)
    build(session)
    built = picture(session)
    with pytest.raises(Conflict, match=named) as caught:
        unmerge_elders(session, number, **BY)
    assert caught.value.code == "built_upon"
    assert picture(session) == built


def test_a_field_that_the_merge_left_alone_may_change(session: Session) -> None:
    small_district(session)
    number = merge(session)
    session.get_one(Elder, KEEP).address = "新家2号"
    unmerge_elders(session, number, **BY)
    assert session.get_one(Elder, KEEP).address == "新家2号"


def test_a_later_merge_is_to_be_undone_first(session: Session) -> None:
    put(small_district(session), elder("third"), *rows_of(DROP))
    before = picture(session)
    first = merge(session)
    second = merge(session, "third", KEEP)
    with pytest.raises(Conflict, match=f"merge {second} .keep into third. stands on"):
        unmerge_elders(session, first, **BY)
    unmerge_elders(session, second, **BY)
    unmerge_elders(session, first, **BY)
    assert picture(session) == before


def test_a_roster_made_anew_since_stays_as_it_is(session: Session) -> None:
    put(small_district(session), *rostered(DROP, 1))
    number = merge(session)
    session.execute(delete(RosterVisit).where(col(RosterVisit.roster_id) == 2))
    unmerge_elders(session, number, **BY)
    assert [row.elder_id for row in session.scalars(select(RosterVisit))] == [DROP]


def test_the_journal_holds_rows_loaded_before_no_longer(session: Session) -> None:
    """A session that had read the rows sees what is stored, not what it remembers."""
    rows: list[SQLModel] = rows_of(DROP)
    put(small_district(session), *rows)
    number = merge(session)
    assert session.get(Assessment, (DROP, ON - 100 * DAY)) is None
    assert session.get(Assessment, (KEEP, ON - 100 * DAY)) is not None
    unmerge_elders(session, number, **BY)
    assert session.get(Assessment, (DROP, ON - 100 * DAY)) is not None
    assert session.scalars(select(ElderMerge)).one().undone_by == "zhou"
