"""A small seeded district that tests of this folder read and never change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from eldercare.database import create_all, make_engine, reading, transaction
from eldercare.seeding.district import SeedSummary, seed_district

SCALE = 0.03
SEED = 2018


@dataclass(frozen=True)
class Seeded:
    """The database and what seeding said."""

    engine: Engine
    summary: SeedSummary


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seeded]:
    """About 5,000 elders and 21 caregivers, on SQLite, made once."""
    file: Path = tmp_path_factory.mktemp("seeded") / "district.db"
    engine = make_engine(f"sqlite:///{file}")
    create_all(engine)
    with transaction(engine) as session:
        summary = seed_district(session, scale=SCALE, seed=SEED)
    yield Seeded(engine, summary)
    engine.dispose()


@pytest.fixture
def district(seeded: Seeded) -> Iterator[Session]:
    """A reading session on the small seeded district."""
    with reading(seeded.engine) as session:
        yield session
