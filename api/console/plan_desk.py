"""One planning run at a time, started from the console: it goes on when its page is closed."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock, Thread

from api.console.errors import sentence
from api.console.place import Place
from api.console.visitor import Visitor
from eldercare.accounts.audit import record
from eldercare.accounts.permissions import Action
from eldercare.accounts.scope import towns_for
from eldercare.clock import local_minutes
from eldercare.errors import Conflict, EldercareError
from eldercare.jobs.history import run_logged
from eldercare.rostering.planning import PlanRequest, plan_day

log = logging.getLogger(__name__)
JOB = "plan_by_hand"
"""Name of these runs in the log of runs."""


@dataclass
class PlanRun:
    """A run as the page shows it; written by the run's thread, read by every open page."""

    request: PlanRequest
    by: str
    started_at: datetime
    done: int = 0
    of: int = 0
    town: str = ""
    finished_at: datetime | None = None
    problem: str = ""

    @property
    def running(self) -> bool:
        """Still at work."""
        return self.finished_at is None


class PlanDesk:
    """Holds the last run of this process and refuses a second one beside it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.last: PlanRun | None = None

    def start(
        self,
        visitor: Visitor,
        on: date,
        towns: Sequence[str] | None,
        seconds: float,
        scenario: str = "",
    ) -> PlanRun:
        """Begin to plan the draft or a scenario.

        Raises Conflict while another run is at work, NotPermitted out of one's area.
        """
        place = visitor.place
        with place.reading() as session:
            user = visitor.confirmed(session, Action.PLAN)
        inside = towns_for(user, Action.PLAN, towns)
        clock = local_minutes(place.now()) if on == place.today() else None
        request = PlanRequest(
            on=on, towns=inside, time_limit_seconds=seconds, clock=clock, scenario=scenario
        )
        with self._lock:
            if self.last is not None and self.last.running:
                raise Conflict("a plan is being made: wait until it is ready", code="plan_running")
            run = self.last = PlanRun(request, user.name, place.now())
        Thread(target=self._work, args=(place, run), name="plan", daemon=True).start()
        return run

    def _work(self, place: Place, run: PlanRun) -> None:
        try:
            run_logged(
                place.engine, JOB, run.request.on, lambda: self._plan(place, run), clock=place.clock
            )
        except EldercareError as refused:
            run.problem = sentence(refused)
        except Exception:
            log.exception("planning %s from the console failed", run.request.on)
            run.problem = "计算中断，已记录；原来的草稿没有改动。"
        finally:
            run.finished_at = place.now()

    def _plan(self, place: Place, run: PlanRun) -> str:
        def progress(town: str, done: int, of: int) -> None:
            run.town, run.done, run.of = town, done, of

        roster_id = plan_day(place.engine, run.request, now=place.now(), progress=progress)
        with place.writing() as session:
            record(
                session,
                at=place.now(),
                user_name=run.by,
                action="roster.plan",
                subject=f"roster/{run.request.on}",
                after={
                    "roster_id": roster_id,
                    "scenario": run.request.scenario or None,
                    "towns": list(run.request.towns or []),
                },
            )
        return f"draft {roster_id} by {run.by}"


desk = PlanDesk()
"""The console runs in one process, so there is one desk."""
