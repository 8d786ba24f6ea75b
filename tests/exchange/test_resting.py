"""The collector rests for a piece of work, and is afterwards as it was before."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from eldercare.exchange.resting import collector_at_rest


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    was_on = gc.isenabled()
    yield
    (gc.enable if was_on else gc.disable)()


@pytest.mark.parametrize("was_on", [True, False])
def test_the_collector_rests_and_is_as_it_was(was_on: bool) -> None:
    (gc.enable if was_on else gc.disable)()
    with collector_at_rest():
        assert not gc.isenabled()
        with collector_at_rest():
            pass
        assert not gc.isenabled()  # an inner piece of work does not wake it
    assert gc.isenabled() is was_on


def test_work_that_fails_wakes_it_too() -> None:
    gc.enable()
    with pytest.raises(ValueError, match="wrong"), collector_at_rest():
        raise ValueError("wrong")
    assert gc.isenabled()
