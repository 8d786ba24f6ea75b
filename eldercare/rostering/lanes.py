"""Towns side by side: who is solved after whom, and for how long, so that all end together."""

from __future__ import annotations

import heapq
import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from dataclasses import dataclass, field
from typing import Generic, TypeVar

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")


def lanes(weights: Sequence[float], count: int) -> list[list[int]]:
    """Numbers of the towns in at most `count` lanes, as even as largest first makes them."""
    heap = [(0.0, lane) for lane in range(min(count, len(weights)))]
    found: list[list[int]] = [[] for _ in heap]
    for number in sorted(range(len(weights)), key=lambda one: (-weights[one], one)):
        load, lane = heapq.heappop(heap)
        found[lane].append(number)
        heapq.heappush(heap, (load + weights[number], lane))
    return found


@dataclass
class Lanes(Generic[Answer]):
    """Towns solved lane by lane on an executor.

    `submit` hands over a town, by number, with its share (0..1) of the time that is left: a lane
    that lost time, to a process that had to start or a town that took longer, makes it good in
    its next one. Where a worker dies, the towns at work at that moment are solved again at the
    end, each alone, so that only the one that kills fails.
    """

    weights: Sequence[float]
    count: int
    submit: Callable[[int, float], Future[Answer]]
    flying: dict[Future[Answer], tuple[int, list[int]]] = field(default_factory=dict)
    suspects: list[int] = field(default_factory=list)

    def run(self) -> Iterator[tuple[int, Future[Answer]]]:
        """Each town's number with its finished future, as they end."""
        for row in lanes(self.weights, self.count):
            self._launch(row)
        yield from self._landed()
        again, self.suspects = sorted(self.suspects), []
        for number in again:
            self._launch([number])
            yield from self._landed(final=True)

    def _landed(self, *, final: bool = False) -> Iterator[tuple[int, Future[Answer]]]:
        while self.flying:
            done, _ = wait(self.flying, return_when=FIRST_COMPLETED)
            for future in sorted(done, key=lambda one: self.flying[one][0]):
                number, row = self.flying.pop(future)
                if row:
                    self._launch(row)
                if isinstance(future.exception(), BrokenExecutor) and not final:
                    self.suspects.append(number)
                else:
                    yield number, future

    def _launch(self, row: list[int]) -> None:
        share = self.weights[row[0]] / sum(self.weights[one] for one in row)
        try:
            future = self.submit(row[0], share)
        except Exception as fault:  # an executor that is gone fails every town by its name
            log.exception("a town could not be handed to a worker")
            future = Future()
            future.set_exception(RuntimeError(str(fault)))
        self.flying[future] = (row[0], row[1:])
