"""Who may give a part: skills, tags, refusals, locks, and what a caregiver can bear in a day."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from solver.problem import Problem, SkillNeed
from solver.verify.day import Day, Served
from solver.verify.report import Rule, Violation
from solver.verify.times import Timeline


def check_skills(served: Served) -> Iterator[Violation]:
    """Each needed skill is held, at its level, and still valid when the service ends."""
    end = served.stop.start + served.part.duration
    for need in served.part.skills:
        held = [one for one in served.caregiver.skills if one.skill == need.skill]
        capable = [one for one in held if one.level >= need.level]
        if any(one.valid_until is None or end <= one.valid_until for one in capable):
            continue
        if not held:
            yield _unskilled(served, Rule.SKILL_MISSING, need, "without it")
        elif not capable:
            best = max(one.level for one in held)
            yield _unskilled(served, Rule.SKILL_LEVEL, need, f"of level {best}")
        else:
            until = max(one.valid_until or 0 for one in capable)
            yield _unskilled(served, Rule.SKILL_EXPIRED, need, f"valid until {until} only")


def _unskilled(served: Served, rule: Rule, need: SkillNeed, how: str) -> Violation:
    wanted = f"skill {need.skill}" + (f" of level {need.level}" if need.level else "")
    text = f"{served.label} needs {wanted}, and caregiver {served.caregiver.id} comes {how}"
    return Violation(rule, served.label, text)


def check_wishes(served: Served) -> Iterator[Violation]:
    """Required tags, refusals, exclusive caregivers and locks."""
    visit, who, label = served.visit, served.caregiver, served.label
    if missing := visit.required_tags - who.tags:
        text = f"{label} requires {sorted(missing)}, which caregiver {who.id} lacks"
        yield Violation(Rule.TAG_MISSING, label, text)
    if who.id in visit.refused_caregivers:
        text = f"{label} refuses caregiver {who.id}"
        yield Violation(Rule.CAREGIVER_REFUSED, label, text)
    if visit.only_caregivers is not None and who.id not in visit.only_caregivers:
        text = f"{label} is only for others than caregiver {who.id}"
        yield Violation(Rule.CAREGIVER_NOT_ALLOWED, label, text)
    locked = visit.locked_caregivers
    if locked is not None and locked[served.number] != who.id:
        text = f"{label} is locked to {locked[served.number]} and given by {who.id}"
        yield Violation(Rule.LOCKED_CAREGIVER, label, text)


def check_pairs(served: tuple[Served, ...]) -> Iterator[Violation]:
    """The two parts of a visit are given by two caregivers."""
    parts = {one.number: one.caregiver.id for one in served}
    if len(parts) == 2 and len(set(parts.values())) == 1:
        item = f"visit {served[0].visit.id}"
        text = f"{item} has both parts given by caregiver {parts[0]}"
        yield Violation(Rule.SAME_CAREGIVER, item, text)


def check_routes(day: Day) -> Iterator[Violation]:
    """One route for a shift."""
    seen: set[str] = set()
    for tour in day.tours:
        if tour.shift.id in seen:
            item = f"shift {tour.shift.id}"
            yield Violation(Rule.ROUTE_TWICE, item, f"{item} has more than one route")
        seen.add(tour.shift.id)


def check_days(problem: Problem, lines: list[Timeline]) -> Iterator[Violation]:
    """A caregiver's routes do not overlap and keep to the largest work allowed."""
    by_caregiver: dict[str, list[Timeline]] = {}
    for line in lines:
        by_caregiver.setdefault(line.tour.caregiver.id, []).append(line)
    for caregiver_id, mine in by_caregiver.items():
        caregiver = problem.caregiver_by_id[caregiver_id]
        item = f"caregiver {caregiver.id}"
        ordered = sorted(mine, key=lambda line: line.begin)
        for earlier, later in pairwise(ordered):
            if later.begin < earlier.end and later.tour.shift.id != earlier.tour.shift.id:
                text = f"{item} leaves at {later.begin} before being back at {earlier.end}"
                yield Violation(Rule.SHIFT_OVERLAP, item, text)
        work, allowed = sum(line.work for line in mine), caregiver.maximum_work
        if allowed is not None and work > allowed:
            text = f"{item} works {work} where {allowed} is allowed"
            yield Violation(Rule.MAXIMUM_WORK, item, text)
