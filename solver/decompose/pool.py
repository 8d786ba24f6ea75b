"""A process pool that outlives its workers."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import ParamSpec, TypeVar

log = logging.getLogger(__name__)

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def cores() -> int:
    """Cores of this machine, at least one."""
    return max(1, os.cpu_count() or 1)


class ProcessPool(Executor):
    """As `ProcessPoolExecutor`, but a worker that dies does not end it.

    Futures of the moment fail with `BrokenProcessPool` as usual; the next `submit` starts new
    workers. `renew` also ends workers that hang. Not for use from several threads at once.
    """

    def __init__(self, workers: int | None = None) -> None:
        self.workers = workers or cores()
        self._pool = self._started()

    def _started(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self.workers, mp_context=get_context("spawn"))

    def submit(
        self, fn: Callable[Given, Answer], /, *args: Given.args, **kwargs: Given.kwargs
    ) -> Future[Answer]:
        """Run in a worker; on new ones if the old ones are dead."""
        try:
            return self._pool.submit(fn, *args, **kwargs)
        except BrokenExecutor:
            log.warning("a worker process died; starting new ones")
            self.renew()
            return self._pool.submit(fn, *args, **kwargs)

    def renew(self) -> None:
        """End all workers, whatever they do, and start new ones; waiting tasks are cancelled."""
        self._end()
        self._pool = self._started()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """As of any executor; without waiting, tasks that run are ended."""
        if wait:
            self._pool.shutdown(wait=True, cancel_futures=cancel_futures)
        else:
            self._end()

    def _end(self) -> None:
        workers = list((self._pool._processes or {}).values())  # noqa: SLF001 - public from Python 3.14 on
        self._pool.shutdown(wait=False, cancel_futures=True)
        for worker in workers:
            worker.kill()
        for worker in workers:
            worker.join()
