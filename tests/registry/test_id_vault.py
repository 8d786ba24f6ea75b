from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eldercare.errors import DatabaseUnusable
from eldercare.registry.id_vault import IdVault
from tests.registry.id_numbers import made_up_number

VAULT = IdVault("a" * 64)
OTHER = IdVault("b" * 64)
NUMBER = made_up_number()


@settings(max_examples=50)
@given(st.text(max_size=16), st.text("0123456789X", min_size=18, max_size=18))
def test_what_is_sealed_opens_again_for_the_same_elder_only(elder_id: str, number: str) -> None:
    sealed = VAULT.seal(elder_id, number)
    assert number not in sealed
    assert VAULT.open(elder_id, sealed) == number
    with pytest.raises(DatabaseUnusable, match="another row"):
        VAULT.open(elder_id + "x", sealed)


def test_every_altered_character_is_noticed() -> None:
    sealed = VAULT.seal("e1", NUMBER)
    for place, character in enumerate(sealed):
        for wrong in "AB":
            if wrong != character:
                with pytest.raises(DatabaseUnusable):
                    VAULT.open("e1", sealed[:place] + wrong + sealed[place + 1 :])
    for cut in (sealed[:-4], sealed + "AAAA", sealed + "\n", "", "1", "1.é.é"):
        with pytest.raises(DatabaseUnusable):
            VAULT.open("e1", cut)


def test_the_same_number_never_looks_the_same_twice_but_is_found() -> None:
    assert VAULT.seal("e1", NUMBER) != VAULT.seal("e1", NUMBER)
    assert VAULT.digest(NUMBER) == VAULT.digest(NUMBER) == IdVault("a" * 64).digest(NUMBER)
    assert VAULT.digest(NUMBER) != VAULT.digest(made_up_number(serial=2))
    assert len(VAULT.digest(NUMBER)) == 64


def test_another_installation_opens_and_finds_nothing() -> None:
    assert VAULT.digest(NUMBER) != OTHER.digest(NUMBER)
    with pytest.raises(DatabaseUnusable, match="retired") as caught:
        OTHER.open("e1", VAULT.seal("e1", NUMBER))
    assert caught.value.code == "id_number_key_missing"


def test_a_retired_secret_still_opens_and_finds() -> None:
    changed = IdVault("b" * 64, retired=["a" * 64])
    sealed = VAULT.seal("e1", NUMBER)
    assert changed.open("e1", sealed) == NUMBER
    assert changed.digests(NUMBER) == (OTHER.digest(NUMBER), VAULT.digest(NUMBER))
    assert not changed.is_current(sealed)
    assert changed.is_current(changed.seal("e1", NUMBER))
    assert OTHER.open("e1", changed.seal("e1", NUMBER)) == NUMBER
