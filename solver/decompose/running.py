"""Jobs on an executor that may lose workers: what fails is missing from the answers, no more."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import dataclass, field

from solver.decompose.jobs import Job
from solver.decompose.pool import ProcessPool
from solver.solution import Solution

log = logging.getLogger(__name__)

Work = Callable[[Job], Solution]
ASK_SECONDS = 0.2
"""How often it is asked whether to stop."""


@dataclass
class Batch:
    """Jobs 0..count-1 of one work, each made when its turn comes, `width` at a time.

    A process that dies takes the jobs beside it along. Those that ran at that moment run again,
    each alone, so that only the one that kills is without an answer.
    """

    executor: Executor
    width: int
    work: Work
    make: Callable[[int, int], Job]  # (number, jobs waiting behind it) -> job
    ended: Callable[[], bool]
    answers: dict[int, Solution] = field(default_factory=dict)
    suspects: deque[int] = field(default_factory=deque)
    flying: dict[Future[Solution], int] = field(default_factory=dict)

    def run(self, count: int) -> dict[int, Solution]:
        """Answers by number; ends early where `ended` says so, without those still at work."""
        waiting = deque(range(count))
        retried: set[int] = set()
        while (waiting or self.suspects or self.flying) and not self.ended():
            while waiting and len(self.flying) < self.width:
                self._submit(waiting.popleft(), len(waiting))
            if self.suspects and not waiting and not self.flying:
                retried.add(self.suspects[0])
                self._submit(self.suspects.popleft(), 0)
            done, _ = wait(self.flying, timeout=ASK_SECONDS, return_when=FIRST_COMPLETED)
            for future in sorted(done, key=self.flying.__getitem__):
                self._land(future, self.flying.pop(future), retried)
        self._give_up()
        return self.answers

    def _submit(self, number: int, behind: int) -> None:
        try:
            self.flying[self.executor.submit(self.work, self.make(number, behind))] = number
        except Exception:  # an executor that is gone costs improvement, not the plan
            log.exception("shard %s could not be handed to a worker", number)

    def _land(self, future: Future[Solution], number: int, retried: set[int]) -> None:
        try:
            self.answers[number] = future.result()
        except BrokenExecutor:
            log.warning("the worker of shard %s died", number)
            if number not in retried:
                self.suspects.append(number)
        except Exception:  # a fault in one shard must not reach the others
            log.exception("shard %s failed; its plan stays as it was", number)

    def _give_up(self) -> None:
        """Leave what is not ready; a pool of our own is rid of workers that do not come back."""
        hanging = [future for future in self.flying if not future.cancel() and not future.done()]
        if hanging and isinstance(self.executor, ProcessPool):
            self.executor.renew()
        for number in sorted(self.flying.values()):
            log.info("shard %s was not ready in time; its plan stays as it was", number)
        self.flying.clear()
