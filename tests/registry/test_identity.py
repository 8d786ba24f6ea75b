from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from eldercare.accounts.tables import AuditEntry
from eldercare.errors import Conflict, DatabaseUnusable, InvalidInput, NotFound
from eldercare.registry.duplicates.merging import merge_elders
from eldercare.registry.duplicates.unmerging import unmerge_elders
from eldercare.registry.id_vault import IdVault
from eldercare.registry.identity import (
    find_by_id_number,
    reveal_id_number,
    rotate_id_numbers,
    set_id_number,
    shown_id_number,
)
from eldercare.registry.masking import masked_fields
from eldercare.registry.people import Elder, EndReason, Sex
from tests.accounts.people import NOW
from tests.registry.id_numbers import made_up_number
from tests.registry.rows import LONG_AGO, elder, places, put

ON = date(2020, 9, 17)
VAULT = IdVault("a" * 64)
NUMBER = made_up_number()
BY: dict[str, Any] = {"now": NOW, "by": "zhou"}


@pytest.fixture
def district(session: Session) -> Session:
    put(session, *places(), elder("e1"), elder("e2"), elder("m1", sex=Sex.MALE))
    put(session, elder("gone", ended_on=LONG_AGO, end_reason=EndReason.MERGED))
    return session


def entries(session: Session) -> list[AuditEntry]:
    return list(session.scalars(select(AuditEntry).order_by(col(AuditEntry.id))))


def test_a_number_is_stored_sealed_found_and_shown_masked(district: Session) -> None:
    set_id_number(district, VAULT, "e1", NUMBER.lower(), on=ON, **BY)
    district.expire_all()
    stored = district.get_one(Elder, "e1")
    assert NUMBER not in (stored.id_number_cipher or "") + (stored.id_number_hash or "")
    assert find_by_id_number(district, VAULT, f" {NUMBER}", on=ON) is stored
    assert find_by_id_number(district, VAULT, made_up_number(serial=2), on=ON) is None
    assert shown_id_number(VAULT, stored) == NUMBER[:3] + "*" * 13 + NUMBER[-2:]
    assert shown_id_number(VAULT, district.get_one(Elder, "e2")) is None


def test_those_who_see_no_persons_see_neither_half(district: Session) -> None:
    stored = set_id_number(district, VAULT, "e1", NUMBER, on=ON, **BY)
    fields = masked_fields(stored)
    assert (fields["id_number_cipher"], fields["id_number_hash"]) == (None, None)


def test_every_change_is_audited_and_none_tells_the_number(district: Session) -> None:
    other = made_up_number(serial=2)
    set_id_number(district, VAULT, "e1", NUMBER, on=ON, **BY)
    set_id_number(district, VAULT, "e1", NUMBER, on=ON, **BY)  # again: nothing changes
    set_id_number(district, VAULT, "e1", other, on=ON, **BY)
    assert reveal_id_number(district, VAULT, "e1", reason="补贴核对", **BY) == other
    first, second, third = entries(district)
    assert [first.action, second.action] == ["elder.set_id_number"] * 2
    assert first.before == {"id_number": None}
    assert (third.action, third.after) == ("elder.reveal_id_number", {"reason": "补贴核对"})
    told = repr([(entry.before, entry.after) for entry in (first, second, third)])
    assert NUMBER[6:] not in told
    assert other[6:] not in told


def test_a_number_that_the_row_contradicts_is_refused(district: Session) -> None:
    with pytest.raises(InvalidInput) as caught:
        set_id_number(district, VAULT, "m1", NUMBER, on=ON, **BY)
    assert [problem.code for problem in caught.value.fields] == ["sex_differs"]
    with pytest.raises(InvalidInput, match="18"):
        set_id_number(district, VAULT, "e1", NUMBER[:-1], on=ON, **BY)
    assert entries(district) == []


def test_a_number_belongs_to_one_elder(district: Session) -> None:
    set_id_number(district, VAULT, "e1", NUMBER, on=ON, **BY)
    with pytest.raises(Conflict, match="e1") as caught:
        set_id_number(district, VAULT, "e2", NUMBER, on=ON, **BY)
    assert caught.value.code == "id_number_taken"
    assert NUMBER not in str(caught.value)


def test_two_at_once_cannot_store_one_number(district: Session, engine: Engine) -> None:
    """What a search cannot see yet, the unique index refuses."""
    set_id_number(district, VAULT, "e1", NUMBER, on=ON, **BY)

    class Blind(IdVault):
        def digests(self, number: str) -> tuple[str, ...]:
            return ("0" * 64,)

    with pytest.raises(Conflict, match="meanwhile"):
        set_id_number(district, Blind("a" * 64), "e2", NUMBER, on=ON, **BY)
    assert district.get_one(Elder, "e2").id_number_hash is None


def test_unknown_merged_and_numberless_elders_are_told_apart(district: Session) -> None:
    with pytest.raises(NotFound, match="nobody"):
        set_id_number(district, VAULT, "nobody", NUMBER, on=ON, **BY)
    with pytest.raises(Conflict, match="merged"):
        set_id_number(district, VAULT, "gone", NUMBER, on=ON, **BY)
    with pytest.raises(NotFound, match="no ID number"):
        reveal_id_number(district, VAULT, "e2", reason="x", **BY)
    with pytest.raises(InvalidInput, match="reason"):
        reveal_id_number(district, VAULT, "e1", reason=" ", **BY)


def test_after_a_rotation_the_old_secret_is_needed_for_nothing(district: Session) -> None:
    other = made_up_number(serial=2)
    set_id_number(district, VAULT, "e1", NUMBER, on=ON, **BY)
    set_id_number(district, VAULT, "e2", other, on=ON, **BY)
    between = IdVault("b" * 64, retired=["a" * 64])
    assert find_by_id_number(district, between, NUMBER, on=ON) is district.get_one(Elder, "e1")
    with pytest.raises(Conflict):
        set_id_number(district, between, "e1", other, on=ON, **BY)
    assert rotate_id_numbers(district, between, **BY) == 2
    assert rotate_id_numbers(district, between, **BY) == 0
    after = IdVault("b" * 64)
    assert find_by_id_number(district, after, other, on=ON) is district.get_one(Elder, "e2")
    assert reveal_id_number(district, after, "e1", reason="x", **BY) == NUMBER
    assert entries(district)[-2].after == {"count": 2}


def test_a_rotation_without_the_old_secret_changes_nothing(district: Session) -> None:
    stored = set_id_number(district, VAULT, "e1", NUMBER, on=ON, **BY)
    sealed = stored.id_number_cipher
    with pytest.raises(DatabaseUnusable, match="retired"):
        rotate_id_numbers(district, IdVault("b" * 64), **BY)
    assert stored.id_number_cipher == sealed


def test_a_merge_is_undone_after_a_rotation_too(district: Session) -> None:
    set_id_number(district, VAULT, "e2", NUMBER, on=ON, **BY)
    merge = merge_elders(district, VAULT, "e1", "e2", on=ON, **BY)
    rotate_id_numbers(district, IdVault("b" * 64, retired=["a" * 64]), **BY)
    unmerge_elders(district, merge.merge_id, **BY)
    after = IdVault("b" * 64)
    assert reveal_id_number(district, after, "e2", reason="x", **BY) == NUMBER
    assert find_by_id_number(district, after, NUMBER, on=ON) is district.get_one(Elder, "e2")
    assert district.get_one(Elder, "e1").id_number_hash is None
