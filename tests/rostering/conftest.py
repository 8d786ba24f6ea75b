"""A planned and published day of a small seeded district, copied for every test that changes it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from eldercare.database import create_all, make_engine, transaction
from eldercare.rostering.gathering import gather_day
from eldercare.rostering.lifecycle import publish
from eldercare.rostering.planned import PlannedTown
from eldercare.rostering.problem_builder import build_visit_problem
from eldercare.rostering.rows import TownRows
from eldercare.rostering.solving import Effort, Solved, solve_town
from eldercare.rostering.storing import open_draft, replace_town
from eldercare.seeding.district import seed_district
from eldercare.settings import DEMO_ON
from solver.engine import solve
from solver.travel.crowfly import CrowFly

SCALE, SEED = 0.03, 2018
PLENTY, ITERATIONS, BRANCHES = 600.0, 400, 200
NOW = datetime(2020, 9, 16, 12, tzinfo=UTC)


def planned(rows: TownRows) -> PlannedTown:
    """A town's plan, its visits bounded by iterations: the same on every machine."""
    solution = solve(
        build_visit_problem(rows, CrowFly()).problem,
        time_limit=PLENTY,
        iterations=ITERATIONS,
        branch_limit=BRANCHES,
        seed=1,
        threads=1,
    )
    effort = Effort(visit_seconds=PLENTY, meal_seconds=0.2, seed=1)
    return solve_town(rows, effort, Solved(solution, 0.0))


@pytest.fixture(scope="session")
def published_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with about 150 visits of 21 caregivers, published."""
    file = tmp_path_factory.mktemp("published") / "district.db"
    engine = make_engine(f"sqlite:///{file}")
    create_all(engine)
    with transaction(engine) as session:
        seed_district(session, scale=SCALE, seed=SEED)
    with transaction(engine) as session:
        draft = open_draft(session, DEMO_ON, NOW)
        for rows in gather_day(session, DEMO_ON, None):
            replace_town(session, draft, planned(rows), NOW)
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
