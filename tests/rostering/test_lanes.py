"""Towns in lanes: even, complete, and proof against a worker that dies."""

from __future__ import annotations

import os
from concurrent.futures import BrokenExecutor, Future

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eldercare.rostering.lanes import Lanes, lanes
from solver.decompose import ProcessPool


@given(st.lists(st.floats(0.1, 1_000), max_size=12), st.integers(1, 5))
def test_every_town_is_in_one_lane_and_lanes_are_even(weights: list[float], count: int) -> None:
    rows = lanes(weights, count)
    assert sorted(one for row in rows for one in row) == list(range(len(weights)))
    loads = [sum(weights[one] for one in row) for row in rows]
    if loads:
        assert max(loads) <= sum(weights) / len(rows) + max(weights) + 1e-6


def test_shares_of_a_lane_add_up_to_its_time() -> None:
    shares: list[tuple[int, float]] = []

    def submit(number: int, share: float) -> Future[int]:
        shares.append((number, share))
        future: Future[int] = Future()
        future.set_result(number)
        return future

    done = [number for number, _ in Lanes([30.0, 10.0, 10.0], 1, submit).run()]
    assert done == [0, 1, 2]
    assert shares == [(0, 0.6), (1, 0.5), (2, 1.0)]


def test_only_the_town_that_kills_its_worker_fails() -> None:
    with ProcessPool(2) as pool:

        def submit(number: int, _share: float) -> Future[int]:
            return pool.submit(os._exit, 1) if number == 1 else pool.submit(abs, -number)

        ended = dict(Lanes([3.0, 2.0, 1.0, 1.0], 2, submit).run())
    assert sorted(ended) == [0, 1, 2, 3]
    assert [ended[number].result() for number in (0, 2, 3)] == [0, 2, 3]
    with pytest.raises(BrokenExecutor):
        ended[1].result()


def test_a_town_that_cannot_be_handed_over_fails_by_itself() -> None:
    def submit(number: int, share: float) -> Future[int]:
        raise RuntimeError("cannot schedule new futures after shutdown")

    ((number, future),) = Lanes([1.0], 1, submit).run()
    assert number == 0
    assert isinstance(future.exception(), RuntimeError)
