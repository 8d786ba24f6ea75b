"""A planned and published day of a small seeded district, copied for every test that changes it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from eldercare.database import create_all, make_engine, transaction
from eldercare.rostering.lifecycle import publish
from eldercare.rostering.planning import PlanRequest, plan_day
from eldercare.seeding.district import seed_district
from eldercare.settings import DEMO_ON

SCALE, SEED = 0.03, 2018
NOW = datetime(2020, 9, 16, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def published_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with about 150 visits of 21 caregivers, published."""
    file = tmp_path_factory.mktemp("published") / "district.db"
    engine = make_engine(f"sqlite:///{file}")
    create_all(engine)
    with transaction(engine) as session:
        seed_district(session, scale=SCALE, seed=SEED)
    with ThreadPoolExecutor(1) as pool:
        request = PlanRequest(on=DEMO_ON, time_limit_seconds=6)
        plan_day(engine, request, now=NOW, executor=pool, workers=1)
    with transaction(engine) as session:
        publish(session, DEMO_ON, by="周敏", now=NOW)
    engine.dispose()  # the last connection takes the write-ahead log into the file
    return file


@pytest.fixture
def published(published_file: Path, tmp_path: Path) -> Iterator[Engine]:
    """The published day, this test's own."""
    copy = tmp_path / "day.db"
    shutil.copyfile(published_file, copy)
    engine = make_engine(f"sqlite:///{copy}")
    yield engine
    engine.dispose()
