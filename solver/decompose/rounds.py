"""The rounds of a district's search; between two of them a verified plan of the day stands."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from time import monotonic
from typing import Literal

import numpy as np

from solver.decompose.jobs import Job, first_plan, improved_plan
from solver.decompose.partition import Seams, first_cut
from solver.decompose.pieces import Piece, Shard, cut_out
from solver.decompose.positions import positions
from solver.decompose.reasons import explained
from solver.decompose.running import Batch, Work
from solver.decompose.standing import Standing
from solver.engine import Engine
from solver.mend import faults
from solver.problem import Problem
from solver.solution import Solution
from solver.verify import verify

log = logging.getLogger(__name__)

# A shard's first plan takes a tenth of a second; together they get half the limit at most.
FIRST_SECONDS, FIRST_SHARE = 4.0, 0.5
# Seconds of a round for each visit of a shard: longer searches deeper, shorter cuts more seams.
ROUND_SECONDS, MOST_ROUNDS = 0.02, 12
ROUNDS_BY_ITERATIONS = 3
# Kept for checking the whole and for reasons: a share of the limit, and so many checks.
CLOSING_SHARE, CLOSING_CHECKS = 0.02, 2
# For reasons even where the time is over: a visit left out without one helps nobody.
REASON_SECONDS = 2.0
# Patience with workers beyond their seconds; on a machine's first run they have to compile.
GRACE_SECONDS, COLD_SECONDS = 5.0, 120.0

Rank = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class DistrictProgress:
    """What stands, verified as a whole: after the first plans, after each round, at the end."""

    phase: Literal["first", "shards", "seams", "done"]
    seconds: float
    served: int
    cost: int
    round: int
    shards: int


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to try; see `solve_district`."""

    time_limit: float
    seed: int
    engine: Engine
    iterations: int | None
    workers: int


@dataclass
class Search:
    """One search; `standing` never breaks a rule of a route."""

    problem: Problem
    effort: Effort
    executor: Executor
    tell: Callable[[DistrictProgress], None]
    asked_to_stop: Callable[[], bool]
    begun: float = field(default_factory=monotonic)
    standing: Standing = field(init=False)
    rank: Rank = field(init=False)

    def __post_init__(self) -> None:
        """Begin with nobody served."""
        self.standing = Standing(self.problem, {})
        self.rank = self._rank(self.standing)

    def run(self, shard_visits: int, groups: Mapping[str, str] | None) -> Solution:
        """First plans, then rounds over ever other cuts, then reasons."""
        points = positions(self.problem)
        shards = first_cut(self.problem, points, shard_visits, groups)
        checked = self._first(shards)
        self._told("first", 0, len(shards))
        end = self.begun + self.effort.time_limit * (1 - CLOSING_SHARE) - CLOSING_CHECKS * checked
        rounds = self._rounds(shards, shard_visits, end - monotonic())
        seams = Seams(self.problem, points, shard_visits)
        rng = np.random.default_rng(self.effort.seed)
        for number in range(rounds):
            left = end - monotonic()
            if self.asked_to_stop() or left <= 0:
                break
            if number:
                shards = seams.cut(self.standing, rng)
            self._round(shards, number, monotonic() + left / (rounds - number))
            self._told("seams" if number else "shards", number + 1, len(shards))
        reasons_end = max(self.begun + self.effort.time_limit, monotonic() + REASON_SECONDS)
        solution = explained(
            self.problem, self.standing.solution(), lambda: monotonic() > reasons_end
        )
        self._told("done", rounds, len(shards))
        return solution

    def _rounds(self, shards: Sequence[Shard], shard_visits: int, seconds: float) -> int:
        """As many as leave each shard enough seconds; at least two, so that seams are seen to."""
        if len(shards) == 1:
            return 1
        if self.effort.iterations is not None:
            return ROUNDS_BY_ITERATIONS
        waves = -(-len(shards) // self.effort.workers)
        return min(MOST_ROUNDS, max(2, round(seconds / (waves * ROUND_SECONDS * shard_visits))))

    def _is_over(self) -> bool:
        return self.asked_to_stop() or monotonic() > self.begun + self.effort.time_limit

    def _first(self, shards: Sequence[Shard]) -> float:
        """A plan of every shard; what no worker brings is planned here. Seconds a check takes."""
        pieces = [cut_out(self.standing, one, f"shard {n}") for n, one in enumerate(shards)]
        end = self.begun + FIRST_SHARE * self.effort.time_limit

        def job(number: int, behind: int) -> Job:
            return Job(pieces[number].problem, None, min(FIRST_SECONDS, self._share(end, behind)))

        answers = self._answers(first_plan, job, len(pieces), end)
        for number in range(len(pieces)):
            if number not in answers and not self._is_over():
                try:
                    answers[number] = first_plan(job(number, len(pieces) - number))
                except Exception:  # a shard that cannot be planned leaves its visits unserved
                    log.exception("shard %s has no first plan", number)
        begun = monotonic()
        self._merge(pieces, answers)
        return monotonic() - begun

    def _round(self, shards: Sequence[Shard], turn: int, end: float) -> None:
        """Improve every shard that has something to serve."""
        pieces = [
            cut_out(self.standing, one, f"shard {number} of round {turn + 1}")
            for number, one in enumerate(shards)
            if one.visits and one.caregivers
        ]
        effort = self.effort
        bounded = effort.iterations is not None
        threads = 1 if bounded else max(1, effort.workers // max(1, len(pieces)))

        def job(number: int, behind: int) -> Job:
            return Job(
                pieces[number].problem,
                pieces[number].start,
                self._share(end, 0 if bounded else behind),
                effort.seed * 10_007 + turn * 1_009 + number,
                effort.engine,
                effort.iterations,
                threads,
            )

        grace = GRACE_SECONDS if turn else COLD_SECONDS
        self._merge(pieces, self._answers(improved_plan, job, len(pieces), end + grace))

    def _share(self, end: float, behind: int) -> float:
        """Seconds of a job with so many behind it in the line."""
        waves = -(-(behind + 1) // self.effort.workers)
        return max(0.0, end - monotonic()) / waves

    def _answers(
        self, work: Work, job: Callable[[int, int], Job], count: int, end: float
    ) -> dict[int, Solution]:
        def ended() -> bool:
            return self.asked_to_stop() or monotonic() > end

        return Batch(self.executor, self.effort.workers, work, job, ended).run(count)

    def _merge(self, pieces: Sequence[Piece], answers: Mapping[int, Solution]) -> None:
        """Take over what is better; shard by shard where all together are not."""
        good = [
            (piece, answers[number])
            for number, piece in enumerate(pieces)
            if number in answers and _is_better(piece, answers[number])
        ]
        together = self.standing
        for piece, answer in good:
            together = together.with_routes(piece.shifts(), piece.routes(answer))
        if good and not self._take(together) and len(good) > 1:
            for piece, answer in good:
                self._take(self.standing.with_routes(piece.shifts(), piece.routes(answer)))

    def _take(self, found: Standing) -> bool:
        rank = self._rank(found)
        if rank >= self.rank:
            return False
        self.standing, self.rank = found, rank
        return True

    def _rank(self, standing: Standing) -> Rank:
        return _rank(self.problem, standing.solution())

    def _told(
        self, phase: Literal["first", "shards", "seams", "done"], number: int, shards: int
    ) -> None:
        served = len(self.problem.visits) - len(self.standing.unserved)
        seconds = monotonic() - self.begun
        self.tell(DistrictProgress(phase, seconds, served, self.rank[2], number, shards))


def _is_better(piece: Piece, answer: Solution) -> bool:
    """Whether the checker likes a shard's answer better than what it has."""
    return _rank(piece.problem, answer) < _rank(piece.problem, piece.start)


def _rank(problem: Problem, solution: Solution) -> Rank:
    """Broken rules of routes, then visits that must be served and are not, then the cost."""
    report = verify(problem, solution)
    wrong = len(faults(report))
    return wrong, len(report.violations) - wrong, report.total
