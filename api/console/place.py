"""What the console's pages stand on: the settings, the database, the clock. One per process.

NiceGUI's application is one global of the process, and so are the pages on it; `attach` may be
called again (tests do), and the last call holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import Session

from eldercare.accounts.throttle import Throttle
from eldercare.database import reading, transaction
from eldercare.jobs.scheduler import JobScheduler
from eldercare.settings import TIME_ZONE, Settings

Clock = Callable[[], datetime]


@dataclass(frozen=True, eq=False)
class Place:
    """Settings, database and clock; the clock is read at this edge and nowhere below."""

    settings: Settings
    engine: Engine
    clock: Clock
    app: FastAPI | None = None
    throttle: Throttle = field(default_factory=Throttle)

    def now(self) -> datetime:
        """The instant, in UTC."""
        return self.clock()

    def today(self) -> date:
        """Today in the district."""
        return self.local(self.now()).date()

    def minutes_of_day(self) -> int:
        """Minutes since the district's midnight."""
        now = self.local(self.now())
        return now.hour * 60 + now.minute

    @staticmethod
    def local(instant: datetime) -> datetime:
        """An instant in the district's civil time."""
        return instant.astimezone(TIME_ZONE)

    def scheduler(self) -> JobScheduler | None:
        """The jobs of this process; None where another process runs them, or none does."""
        found = getattr(self.app.state, "scheduler", None) if self.app else None
        return found if isinstance(found, JobScheduler) else None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for reading."""
        with reading(self.engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose changes are committed at the end: the edge's one commit."""
        with transaction(self.engine) as session:
            yield session


class _Current:
    place: Place | None = None


def settle(place: Place) -> None:
    """Let the pages stand on this place from now on."""
    _Current.place = place


def here() -> Place:
    """The place the pages stand on."""
    if _Current.place is None:
        raise RuntimeError("the console has not been attached to an application")
    return _Current.place
