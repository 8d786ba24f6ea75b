"""Who may do a part of a visit, when it may start, and what the caregiver's face costs.

Starts are unions of closed intervals `((low, high), ...)`, ascending and disjoint; empty means
never. Each function words one rule of `docs/solver_model.md` for the search; the checker words them
again on its own.
"""

from __future__ import annotations

from collections.abc import Iterable

from solver.problem import Caregiver, Part, Problem, Visit, WindowMet

# The latest instant anything may happen at where nothing bounds it, and one later than that, which
# marks the impossible; sums of either with real times still tell them apart and fit 64 bits.
LAST = 1 << 30
FAR = 1 << 40

Intervals = tuple[tuple[int, int], ...]


def allowed_starts(problem: Problem, visit: Visit, position: int) -> Intervals:
    """When part `position` may start by the visit's own windows and locks."""
    duration = visit.parts[position].duration
    late_is_hard = visit.late_is_hard or problem.weights.lateness is None
    found: Intervals
    if late_is_hard:
        cut = duration if problem.window_met == WindowMet.AT_END else 0
        found = merged((window.start, window.end - cut) for window in visit.windows)
    else:
        found = ((visit.windows[0].start, LAST),)
    if visit.locked_start is None:
        exact = problem.weights.start_deviation is None and position == 0
        if not exact or visit.preferred_start is None:
            return found
        low = high = visit.preferred_start
    elif position == 0:
        low = high = visit.locked_start
    elif visit.sync is None:
        return found
    else:
        low = visit.locked_start + visit.sync.minimum
        most = visit.sync.maximum
        high = FAR if most is None else visit.locked_start + most
    return tuple((max(a, low), min(b, high)) for a, b in found if max(a, low) <= min(b, high))


def merged(intervals: Iterable[tuple[int, int]]) -> Intervals:
    """Closed intervals, ascending, with overlapping and touching ones joined; empty ones go."""
    result: list[tuple[int, int]] = []
    for low, high in sorted(one for one in intervals if one[0] <= one[1]):
        if result and low <= result[-1][1] + 1:
            result[-1] = (result[-1][0], max(high, result[-1][1]))
        else:
            result.append((low, high))
    return tuple(result)


def clipped(intervals: Intervals, high: int) -> Intervals:
    """What of the intervals is not later than `high`."""
    return tuple((a, min(b, high)) for a, b in intervals if a <= high)


def is_welcome(visit: Visit, position: int, caregiver: Caregiver) -> bool:
    """Whether refusals, exclusive caregivers and locks let the caregiver do the part."""
    name = caregiver.id
    if name in visit.refused_caregivers:
        return False
    if visit.only_caregivers is not None and name not in visit.only_caregivers:
        return False
    return visit.locked_caregivers is None or visit.locked_caregivers[position] == name


def holds_skills(part: Part, caregiver: Caregiver) -> bool:
    """Whether the caregiver holds, or held, every skill of the part at its level."""
    return all(
        any(held.skill == need.skill and held.level >= need.level for held in caregiver.skills)
        for need in part.skills
    )


def expiry(part: Part, caregiver: Caregiver) -> int | None:
    """The instant by which the part must end for all its skills to be valid (None: no limit)."""
    earliest: int | None = None
    for need in part.skills:
        ends = [
            held.valid_until
            for held in caregiver.skills
            if held.skill == need.skill and held.level >= need.level
        ]
        if None not in ends:
            latest = max(end for end in ends if end is not None)
            earliest = latest if earliest is None else min(earliest, latest)
    return earliest


def caregiver_price(problem: Problem, visit: Visit, caregiver: Caregiver) -> int | None:
    """Weighted preference and continuity of one part; None where a weight forbids it."""
    total = 0
    weights = problem.weights
    if visit.preferred_caregivers and caregiver.id not in visit.preferred_caregivers:
        if weights.preference is None:
            return None
        total += weights.preference
    missing = 100 - visit.familiarity.get(caregiver.id, 0) if visit.familiarity else 0
    if missing:
        if weights.continuity is None:
            return None
        total += weights.continuity * missing
    return total
