"""Nights plan in this process: starting others is tested with the executors, and takes seconds."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from eldercare.jobs import nightly
from eldercare.rostering.planning import plan_day


@pytest.fixture(autouse=True)
def planning_here(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Plans of one thread."""
    with ThreadPoolExecutor(1) as pool:
        monkeypatch.setattr(nightly, "plan_day", partial(plan_day, executor=pool, workers=1))
        yield
