"""Why a visit is unserved: a code, the figures behind it, and whether that is proved.

*Proved impossible* is said only with a certificate: no caregiver may do a part, or every one who
may do it cannot, even alone on an empty day (windows, shift, way, rest and largest work, and for
two parts the gap). The certificate uses the shortest way by whatever detour and forgives a setup
that a neighbour might save, so that no day whatsoever could serve the visit. Anything else is
*not found in the time given*.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from solver.compatibility import (
    FAR,
    LAST,
    Intervals,
    caregiver_price,
    clipped,
    expiry,
    holds_skills,
    is_welcome,
)
from solver.problem import Caregiver, Part, Problem, Shift, Visit
from solver.solution import Proof, Unserved
from solver.tasks import TaskTable


class Reason(StrEnum):
    """Codes of `Unserved.reason`; the first that holds, in this order."""

    NO_CAREGIVER_WITH_SKILL = "no_caregiver_with_skill"
    SKILL_EXPIRED = "skill_expired"
    TAGS_UNMET = "tags_unmet"
    REFUSED_OR_NOT_ALLOWED = "refused_or_not_allowed"
    NO_SHIFT_IN_WINDOW = "no_shift_in_window"
    TOO_FAR = "too_far"
    ALONE_INFEASIBLE = "alone_infeasible"
    PAIR_NEEDS_TWO = "pair_needs_two"
    DEARER_THAN_DROPPING = "dearer_than_dropping"
    NOT_FOUND_IN_TIME = "not_found_in_time"
    WOULD_DISTURB_TOO_MANY = "would_disturb_too_many"
    """Said by `solver.replanning` alone."""
    GROUP_INFEASIBLE = "group_infeasible"
    """Said by `solver.explaining.infeasible` alone, of a visit beside others that are planned."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """One reason; `detail` is an English sentence, `facts` its figures for any other language."""

    visit_id: str
    reason: Reason
    proof: Proof
    detail: str
    facts: Mapping[str, int | str] = field(default_factory=dict)

    def unserved(self) -> Unserved:
        """The entry of a solution that says so."""
        return Unserved(self.visit_id, self.reason.value, self.proof, self.detail)


Ways = Callable[[Caregiver, Shift], tuple[int, int]]
"""Ticks from the shift's start place to the visit, and from there to its end place."""


@dataclass(frozen=True, slots=True)
class Able:
    """A caregiver's shift that can give a part alone, and when it may start."""

    caregiver: int
    shift: Shift
    starts: Intervals


def able_beside_others(table: TaskTable, visit: int, ways: Ways) -> list[list[Able]]:
    """By part, the shifts that might give it on the fullest day, and every start it may have then.

    `ways` are the shortest by whatever detour: what no day allows is left out, nothing else.
    """
    problem, one = table.problem, table.problem.visits[visit]
    setup = setup_at_least(problem, one)
    return [
        _able(problem, one, part, position, table.starts[task], ways, setup)
        for position, (part, task) in enumerate(
            zip(one.parts, table.tasks_of_visit[visit], strict=True)
        )
    ]


def explain(table: TaskTable, visit: int) -> Explanation:
    """Why visit number `visit` of the table's problem may be unserved."""
    problem, one = table.problem, table.problem.visits[visit]
    able: list[list[Able]] = []
    for position, part in enumerate(one.parts):
        starts = table.starts[table.tasks_of_visit[visit][position]]
        barred = _who_may(problem, one, position, starts)
        if barred is not None:
            return barred
        direct = _able(problem, one, part, position, starts, _direct(problem, one), one.setup)
        able.append(direct)
    if all(able) and _two_agree(one, able):
        return _not_found(one, able)
    setup = setup_at_least(problem, one)
    ways = _shortest(problem, one)
    for position, part in enumerate(one.parts):
        starts = table.starts[table.tasks_of_visit[visit][position]]
        able[position] = _able(problem, one, part, position, starts, ways, setup)
        if not able[position]:
            return _cannot_alone(problem, one, position, starts, ways)
    if not _two_agree(one, able):
        return _no_two(one, able)
    return _not_found(one, able)


def dearer_than_dropping(visit: Visit, price: int, drop_cost: int) -> Explanation:
    """A visit that fits, at a price above what leaving it out costs."""
    detail = f"Serving it would cost {price}, leaving it out {drop_cost}."
    facts: dict[str, int | str] = {"price": price, "drop_cost": drop_cost}
    reason = Reason.DEARER_THAN_DROPPING
    return Explanation(visit.id, reason, Proof.NOT_FOUND, detail, facts)


def _proved(visit: Visit, reason: Reason, detail: str, **facts: int | str) -> Explanation:
    return Explanation(visit.id, reason, Proof.IMPOSSIBLE, detail, facts)


def _not_found(visit: Visit, able: list[list[Able]]) -> Explanation:
    count = min(len({one.caregiver for one in each}) for each in able)
    detail = (
        f"{count} caregivers could serve it on an empty day, but no place for it was found"
        " beside the other visits in the time given."
    )
    facts: dict[str, int | str] = {"caregivers": count}
    return Explanation(visit.id, Reason.NOT_FOUND_IN_TIME, Proof.NOT_FOUND, detail, facts)


def _who_may(
    problem: Problem, visit: Visit, position: int, starts: Intervals
) -> Explanation | None:
    """The first rule without time that leaves nobody for a part (None: somebody is left)."""
    part = visit.parts[position]
    skilled = [one for one in problem.caregivers if holds_skills(part, one)]
    if not skilled:
        return _unskilled(problem, visit, part, position)
    valid = [one for one in skilled if clipped(starts, _cut(part, one))]
    if starts and not valid:
        return _proved(
            visit,
            Reason.SKILL_EXPIRED,
            f"The skills it needs expire for all {len(skilled)} caregivers who hold them.",
            part=position,
            caregivers=len(skilled),
        )
    tagged = [one for one in valid or skilled if visit.required_tags <= one.tags]
    if not tagged:
        wanted = ", ".join(sorted(visit.required_tags))
        return _proved(
            visit,
            Reason.TAGS_UNMET,
            f"None of the {len(valid)} caregivers with its skills is {wanted}.",
            part=position,
            caregivers=len(valid),
            tags=wanted,
        )
    welcome = [one for one in tagged if _is_possible(problem, visit, position, one)]
    if not welcome:
        return _proved(
            visit,
            Reason.REFUSED_OR_NOT_ALLOWED,
            f"All {len(tagged)} caregivers with its skills are refused, not allowed, or not those"
            " it is locked to.",
            part=position,
            caregivers=len(tagged),
        )
    return None


def _is_possible(problem: Problem, visit: Visit, position: int, caregiver: Caregiver) -> bool:
    welcome = is_welcome(visit, position, caregiver)
    return welcome and caregiver_price(problem, visit, caregiver) is not None


def _cut(part: Part, caregiver: Caregiver) -> int:
    until = expiry(part, caregiver)
    return FAR if until is None else until - part.duration


def _unskilled(problem: Problem, visit: Visit, part: Part, position: int) -> Explanation:
    """Nobody holds all skills: name the first one that nobody holds at its level, if any."""
    count = len(problem.caregivers)
    for need in part.skills:
        held = [
            mine.level
            for one in problem.caregivers
            for mine in one.skills
            if mine.skill == need.skill
        ]
        if max(held, default=-1) < need.level:
            text = f"None of {count} caregivers has skill {need.skill} of level {need.level}."
            return _proved(
                visit,
                Reason.NO_CAREGIVER_WITH_SKILL,
                text,
                part=position,
                caregivers=count,
                skill=need.skill,
                level=need.level,
            )
    names = ", ".join(need.skill for need in part.skills)
    text = f"None of {count} caregivers has all of its skills: {names}."
    return _proved(
        visit, Reason.NO_CAREGIVER_WITH_SKILL, text, part=position, caregivers=count, skill=names
    )


def _able(
    problem: Problem,
    visit: Visit,
    part: Part,
    position: int,
    starts: Intervals,
    ways: Ways,
    setup: int,
    *,
    resting: bool = True,
) -> list[Able]:
    """Shifts that can give the part alone on an empty day."""
    found = []
    for index, caregiver in enumerate(problem.caregivers):
        if not (
            holds_skills(part, caregiver)
            and visit.required_tags <= caregiver.tags
            and _is_possible(problem, visit, position, caregiver)
        ):
            continue
        mine = clipped(starts, _cut(part, caregiver))
        for shift in caregiver.shifts:
            there, back = ways(caregiver, shift)
            limit = caregiver.maximum_work
            if limit is not None and there + setup + part.duration + back > limit:
                continue
            spans = _spans_alone(problem, shift, part.duration, there + setup, back, resting)
            fits = tuple(
                (max(a, low), min(b, high))
                for a, b in mine
                for low, high in spans
                if max(a, low) <= min(b, high)
            )
            if fits:
                found.append(Able(index, shift, fits))
    return found


def _spans_alone(
    problem: Problem, shift: Shift, duration: int, there: int, back: int, resting: bool
) -> Intervals:
    """Starts of a single service of a shift: the rest before it, or after it, or none owed."""
    over = 0 if problem.weights.overtime is None else shift.maximum_overtime
    last = LAST if over is None else shift.end + over
    low, high = shift.start + there, last - back - duration
    rest = shift.rest
    owed = rest is not None and (rest.miss_cost is None or problem.weights.missed_break is None)
    if rest is None or not owed or not resting:
        return ((low, high),)
    begin = max(shift.start, rest.earliest)
    spans = []
    if begin + rest.duration <= min(rest.latest_end, last):
        # The setup may come before a rest at the door: only the way must.
        spans.append((max(low, begin) + rest.duration, high))
        until = min(rest.latest_end - rest.duration, last - back - rest.duration)
        spans.append((low, until - duration))
    return tuple(spans)


def _cannot_alone(
    problem: Problem, visit: Visit, position: int, starts: Intervals, ways: Ways
) -> Explanation:
    """Somebody may give the part, nobody can: the first of shift, way, rest and work to say so."""
    part = visit.parts[position]
    window = {"part": position, "opens": visit.windows[0].start, "closes": visit.windows[-1].end}

    def no_way(_caregiver: Caregiver, _shift: Shift) -> tuple[int, int]:
        return 0, 0

    without_way = _able(problem, visit, part, position, starts, no_way, 0, resting=False)
    if not without_way:
        text = "No shift of a caregiver who may serve it has room for it inside its windows."
        return _proved(visit, Reason.NO_SHIFT_IN_WINDOW, text, **window)
    if not _able(problem, visit, part, position, starts, ways, 0, resting=False):
        caregivers = [problem.caregivers[one.caregiver] for one in without_way]
        nearest = min(sum(ways(one, shift)) for one in caregivers for shift in one.shifts)
        text = (
            f"Even the nearest of {len(without_way)} shifts cannot get there, serve and be back"
            f" in time or within its largest work: the way there and back takes {nearest}."
        )
        count = len(without_way)
        return _proved(visit, Reason.TOO_FAR, text, travel=nearest, shifts=count, **window)
    text = "Alone on an empty day it leaves every caregiver who could come without their rest."
    return _proved(visit, Reason.ALONE_INFEASIBLE, text, shifts=len(without_way), **window)


def _two_agree(visit: Visit, able: list[list[Able]]) -> bool:
    """Whether two different caregivers can keep the gap (a single part needs no agreement)."""
    if len(able) == 1:
        return True
    least, most = -FAR, FAR
    if visit.sync is not None:
        least = visit.sync.minimum
        most = FAR if visit.sync.maximum is None else visit.sync.maximum
    return any(
        one.caregiver != two.caregiver and max(a, c - most) <= min(b, d - least)
        for one in able[0]
        for two in able[1]
        for a, b in one.starts
        for c, d in two.starts
    )


def _no_two(visit: Visit, able: list[list[Able]]) -> Explanation:
    counts = [len({one.caregiver for one in each}) for each in able]
    text = (
        "It needs two caregivers in step; "
        f"{counts[0]} could give the first part and {counts[1]} the second, but no two together."
    )
    return _proved(visit, Reason.PAIR_NEEDS_TWO, text, first_part=counts[0], second_part=counts[1])


def setup_at_least(problem: Problem, visit: Visit) -> int:
    """The setup of a visit; 0 where a stop in the same building might save it."""
    saved = bool(visit.building) and any(
        one.building == visit.building for one in problem.visits if one is not visit
    )
    return 0 if saved else visit.setup


def _direct(problem: Problem, visit: Visit) -> Ways:
    def ways(caregiver: Caregiver, shift: Shift) -> tuple[int, int]:
        matrix = problem.travel[caregiver.mode]
        there, back = matrix[shift.start_place, visit.place], matrix[visit.place, shift.end_place]
        return int(there), int(back)

    return ways


def _shortest(problem: Problem, visit: Visit) -> Ways:
    """Shortest ways over any detour, worked out once for each travel mode."""
    known: dict[str, tuple[NDArray[np.int64], NDArray[np.int64]]] = {}

    def ways(caregiver: Caregiver, shift: Shift) -> tuple[int, int]:
        if caregiver.mode not in known:
            matrix = problem.travel[caregiver.mode]
            known[caregiver.mode] = (
                shortest_from(matrix.T, visit.place),
                shortest_from(matrix, visit.place),
            )
        there, back = known[caregiver.mode]
        return int(there[shift.start_place]), int(back[shift.end_place])

    return ways


def shortest_from(matrix: NDArray[np.int32], place: int) -> NDArray[np.int64]:
    """Shortest ways from a place to all others over any detour (Bellman-Ford); shape (n,)."""
    best: NDArray[np.int64] = matrix[place].astype(np.int64)
    best[place] = 0
    nearer = np.arange(len(matrix))
    while nearer.size:
        via = (best[nearer, None] + matrix[nearer]).min(axis=0)
        better: NDArray[np.int64] = np.minimum(best, via)
        nearer = np.flatnonzero(better != best)
        best = better
    return best
