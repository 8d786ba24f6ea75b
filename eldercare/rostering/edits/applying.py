"""One edit on a town's day: the plan and the decisions that come of it, nothing stored."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from eldercare.errors import Conflict, InvalidInput
from eldercare.rostering.decisions import Decision, decided
from eldercare.rostering.edits.request import Edit, EditKind, LockKind
from eldercare.rostering.town_day import TownDay
from solver.by_hand import Wish, placed, swapped, without
from solver.by_hand.working import Working
from solver.problem import Problem
from solver.replanning import Appointment, appointments
from solver.solution import Proof, Rest, Route, Solution, Unserved

NOT_FOUND = "not_found_in_time"
LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class Edited:
    """The day after an edit; `decisions` are those of the visits that were decided about."""

    problem: Problem
    plan: Solution
    decisions: Mapping[str, Decision]


@dataclass(frozen=True, slots=True)
class Situation:
    """A day to be edited, what elders were told, and when it goes on: before that it has begun."""

    day: TownDay
    told: Mapping[str, Appointment]
    earliest: int

    @staticmethod
    def of(day: TownDay, clock: int | None) -> Situation:
        """The situation at a minute of the day; None: nothing has begun."""
        return Situation(day, appointments(day.problem, day.plan), clock or 0)

    def decision(self, visit_id: str) -> Decision:
        """What has been decided about a visit."""
        return self.day.decisions.get(visit_id, Decision())


def apply(situation: Situation, edit: Edit) -> Edited:
    """The day after an edit.

    Raises InvalidInput where the edit does not fit the visit, Conflict where the state of the
    visit or of a caregiver forbids it.
    """
    _known(situation, edit.visit_id)
    ways: dict[EditKind, Callable[[Situation, Edit], Edited]] = {
        EditKind.MOVE: _move,
        EditKind.SWAP: _swap,
        EditKind.LOCK: _lock,
        EditKind.UNLOCK: _unlock,
        EditKind.LEAVE_OUT: _leave_out,
        EditKind.BRING_BACK: _bring_back,
        EditKind.PHONED: _phoned,
    }
    return ways[edit.kind](situation, edit)


def _known(situation: Situation, visit_id: str) -> None:
    if visit_id not in situation.day.problem.visit_by_id:
        raise Conflict(
            f"visit {visit_id} was set aside: complete its rows and plan the town again",
            code="visit_set_aside",
        )


def _move(situation: Situation, edit: Edit) -> Edited:
    if situation.decision(edit.visit_id).is_left_out:
        raise Conflict(
            f"visit {edit.visit_id} is left out on purpose: bring it back first",
            code="visit_left_out",
        )
    wish = _wish(situation, edit)
    _refuse_begun(situation, edit.visit_id)
    return _edited(situation, {}, placed(_working(situation, {edit.visit_id}), wish))


def _swap(situation: Situation, edit: Edit) -> Edited:
    one, other = edit.visit_id, edit.other_visit_id or ""
    _known(situation, other)
    mine, theirs = _told(situation, one), _told(situation, other)
    if len(mine.caregivers) != len(theirs.caregivers):
        raise InvalidInput(
            f"visits {one} and {other} are given by different numbers of people: move them singly",
            code="bad_edit",
        )
    wishes = (
        Wish(one, theirs.caregivers, theirs.start),
        Wish(other, mine.caregivers, mine.start),
    )
    for wish in wishes:
        _refuse_begun(situation, wish.visit_id)
        _refuse_locked(situation, wish)
        _refuse_gone(situation, wish.caregivers)
    return _edited(situation, {}, swapped(_working(situation, {one, other}), *wishes))


def _lock(situation: Situation, edit: Edit) -> Edited:
    told = _told(situation, edit.visit_id)
    was = situation.decision(edit.visit_id)
    carers, start = was.locked_caregiver_ids, was.locked_start_minutes
    if edit.lock is not LockKind.TIME:
        carers = told.caregivers
    if edit.lock is not LockKind.CAREGIVER:
        start = told.start
    now = replace(was, locked_caregiver_ids=carers, locked_start_minutes=start)
    return _edited(situation, {edit.visit_id: now}, None)


def _unlock(situation: Situation, edit: Edit) -> Edited:
    was = situation.decision(edit.visit_id)
    carers, start = was.locked_caregiver_ids, was.locked_start_minutes
    now = replace(
        was,
        locked_caregiver_ids=carers if edit.lock is LockKind.TIME else None,
        locked_start_minutes=start if edit.lock is LockKind.CAREGIVER else None,
    )
    return _edited(situation, {edit.visit_id: now}, None)


def _leave_out(situation: Situation, edit: Edit) -> Edited:
    _refuse_begun(situation, edit.visit_id)
    now = Decision(is_phoned=situation.decision(edit.visit_id).is_phoned, is_left_out=True)
    left = Unserved(edit.visit_id, LEFT_OUT, Proof.NOT_FOUND, edit.reason.strip())
    working = without(_working(situation, {edit.visit_id}), edit.visit_id)
    working.unserved[edit.visit_id] = left
    return _edited(situation, {edit.visit_id: now}, working)


def _bring_back(situation: Situation, edit: Edit) -> Edited:
    """No longer left out: placed where it is wanted, else among those that wait for a place."""
    was = situation.decision(edit.visit_id)
    if not was.is_left_out:
        raise Conflict(f"visit {edit.visit_id} is not left out", code="visit_not_left_out")
    now = {edit.visit_id: replace(was, is_left_out=False)}
    problem = decided(situation.day.undecided, {**situation.day.decisions, **now})
    back = replace(situation, day=replace(situation.day, problem=problem))
    working = _working(back, {edit.visit_id})
    if edit.caregiver_ids:
        return _edited(back, now, placed(working, _wish(back, edit)))
    working.unserved[edit.visit_id] = Unserved(edit.visit_id, NOT_FOUND, Proof.NOT_FOUND)
    return _edited(back, now, working)


def _phoned(situation: Situation, edit: Edit) -> Edited:
    now = replace(situation.decision(edit.visit_id), is_phoned=edit.is_phoned)
    return _edited(situation, {edit.visit_id: now}, None)


def _wish(situation: Situation, edit: Edit) -> Wish:
    """Who shall come and when; what the edit leaves open stays as it is, or as it is locked."""
    visit = situation.day.problem.visit_by_id[edit.visit_id]
    told = situation.told.get(visit.id)
    carers = edit.caregiver_ids or (told.caregivers if told else ())
    if edit.part is not None and told is not None and edit.part < len(visit.parts):
        named = list(told.caregivers)
        named[edit.part] = edit.caregiver_ids[0]
        carers = tuple(named)
    if len(carers) != len(visit.parts) or len(set(carers)) != len(carers):
        raise InvalidInput(
            f"visit {visit.id} needs {len(visit.parts)} different caregiver(s): name one for each "
            "part",
            code="bad_edit",
        )
    _refuse_gone(situation, carers)
    if edit.start_minutes is not None and edit.start_minutes < situation.earliest:
        raise InvalidInput("the start lies in the past: name a later one", code="start_in_past")
    start = visit.locked_start if edit.start_minutes is None else edit.start_minutes
    wish = Wish(visit.id, carers, start)
    _refuse_locked(situation, wish)
    return wish


def _told(situation: Situation, visit_id: str) -> Appointment:
    if visit_id not in situation.told:
        raise Conflict(
            f"visit {visit_id} is in no route: give it a caregiver first", code="visit_unserved"
        )
    return situation.told[visit_id]


def _refuse_begun(situation: Situation, visit_id: str) -> None:
    told = situation.told.get(visit_id)
    if told is not None and told.start < situation.earliest:
        raise Conflict(f"visit {visit_id} has begun: it stays as it is", code="visit_has_begun")


def _refuse_locked(situation: Situation, wish: Wish) -> None:
    visit = situation.day.problem.visit_by_id[wish.visit_id]
    carers, start = visit.locked_caregivers, visit.locked_start
    if (carers is not None and carers != wish.caregivers) or (
        start is not None and start != wish.start
    ):
        raise Conflict(f"visit {visit.id} is locked: unlock it first", code="visit_locked")


def _refuse_gone(situation: Situation, carers: Collection[str]) -> None:
    for one in carers:
        if one not in situation.day.problem.caregiver_by_id:
            raise Conflict(
                f"caregiver {one} has no shift in this town on {situation.day.on}",
                code="caregiver_without_shift",
            )
        if one in situation.day.gone:
            raise Conflict(f"caregiver {one} is reported absent", code="caregiver_absent")


def _working(situation: Situation, edited: Collection[str]) -> Working:
    day = situation.day
    return Working(
        day.problem, day.plan, kept=day.overridden - set(edited), earliest=situation.earliest
    )


def _edited(
    situation: Situation, changed: Mapping[str, Decision], working: Working | None
) -> Edited:
    day = situation.day
    problem = decided(day.undecided, {**day.decisions, **changed})
    plan = working.solution() if working is not None else day.plan
    return Edited(problem, _doubting(as_stored(plan), changed), changed)


def _doubting(plan: Solution, changed: Mapping[str, Decision]) -> Solution:
    """A proof of a visit that was decided about otherwise is one no longer."""
    return replace(
        plan,
        unserved=tuple(
            Unserved(one.visit_id, NOT_FOUND, Proof.NOT_FOUND)
            if one.visit_id in changed and one.proof is Proof.IMPOSSIBLE
            else one
            for one in plan.unserved
        ),
    )


def as_stored(plan: Solution) -> Solution:
    """The plan as a roster gives it back: a rest lies before the stops that begin after it."""

    def of(route: Route) -> Route:
        rest = route.rest
        if rest is None:
            return route
        before = sum(stop.start < rest.start for stop in route.stops)
        return replace(route, rest=Rest(before, rest.start, rest.end))

    return replace(plan, routes=tuple(of(one) for one in plan.routes if one.stops))
