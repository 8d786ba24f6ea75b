"""Rules for shift patterns, absences, preferred areas and refusals."""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd

from eldercare.clock import clock
from eldercare.errors import FieldProblem
from eldercare.registry.admission.blocks import in_order, no_overlap
from eldercare.registry.admission.context import Context
from eldercare.registry.admission.gate import Rule, Rules
from eldercare.registry.admission.workers import (
    break_fits,
    ends_after_start,
    one_worker,
)
from eldercare.registry.workers import Caregiver, Rider
from eldercare.registry.working_time import Absence, CaregiverArea, Refusal, ShiftPattern


def _weekdays_once(row: ShiftPattern, _context: Context) -> Iterator[FieldProblem]:
    if not set(row.weekdays) <= set("1234567") or len(set(row.weekdays)) < len(row.weekdays):
        reason = f"{row.weekdays!r} is no list of weekdays: digits 1 (Monday) to 7, each once"
        yield FieldProblem("/weekdays", reason, code="not_weekdays")


def _begins_while_employed(row: ShiftPattern, context: Context) -> Iterator[FieldProblem]:
    worker: Caregiver | Rider | None = None
    if row.caregiver_id is not None:
        worker = context.find(Caregiver, row.caregiver_id)
    elif row.rider_id is not None:
        worker = context.find(Rider, row.rider_id)
    if worker is None:
        return
    if row.from_on < worker.hired_on or (worker.left_on and row.from_on >= worker.left_on):
        until = f" to before {worker.left_on}" if worker.left_on else ""
        reason = f"{row.from_on}: {worker.id!r} is employed from {worker.hired_on}{until}"
        yield FieldProblem("/from_on", reason, code="not_employed")


def _no_shift_at_the_same_time(row: ShiftPattern, context: Context) -> Iterator[FieldProblem]:
    own = "caregiver_id" if row.caregiver_id is not None else "rider_id"
    for other in context.siblings(row, own):
        if _share_a_time(row, other) and _share_a_day(row, other):
            span = f"{clock(other.start_minutes)} to {clock(other.end_minutes)}"
            reason = (
                f"meets the shift pattern {other.id!r}, {span} on weekdays {other.weekdays}: "
                "end that one first or choose other times"
            )
            yield FieldProblem("/start_minutes", reason, code="overlap")
            return


def _share_a_time(one: ShiftPattern, other: ShiftPattern) -> bool:
    return one.start_minutes < other.end_minutes and other.start_minutes < one.end_minutes


def _share_a_day(one: ShiftPattern, other: ShiftPattern) -> bool:
    """Whether both hold at the same time, on a common weekday of weeks that ever coincide."""
    begins = max(one.from_on, other.from_on)
    if any(row.until_on is not None and row.until_on <= begins for row in (one, other)):
        return False
    weeks = (_week(one) - _week(other)) % gcd(one.every_weeks, other.every_weeks)
    return weeks == 0 and not set(one.weekdays).isdisjoint(other.weekdays)


def _week(row: ShiftPattern) -> int:
    return (row.anchor_on.toordinal() - 1) // 7  # day 1 of the calendar was a Monday


def _both_times_or_none(row: Absence, _context: Context) -> Iterator[FieldProblem]:
    first, last = row.start_minutes, row.end_minutes
    for field, value, other in (("start_minutes", first, last), ("end_minutes", last, first)):
        if value is None and other is not None:
            reason = f"is missing beside {clock(other)}: give both times, or none for whole days"
            yield FieldProblem(f"/{field}", reason, code="missing")
    if first is not None and last is not None and last <= first:
        reason = f"{clock(last)} is not after the start {clock(first)}: correct one of them"
        yield FieldProblem("/end_minutes", reason, code="ends_before_start")


RULES: Rules = {
    ShiftPattern: (
        Rule(("caregiver_id", "rider_id"), one_worker),
        Rule(("start_minutes", "end_minutes"), ends_after_start),
        Rule(
            (
                "start_minutes",
                "end_minutes",
                "break_minutes",
                "break_earliest_minutes",
                "break_latest_end_minutes",
            ),
            break_fits,
        ),
        Rule(("weekdays",), _weekdays_once),
        in_order("from_on", "until_on"),
        Rule(("caregiver_id", "rider_id", "from_on"), _begins_while_employed),
        Rule(
            (
                "caregiver_id",
                "rider_id",
                "weekdays",
                "every_weeks",
                "anchor_on",
                "start_minutes",
                "end_minutes",
                "from_on",
                "until_on",
            ),
            _no_shift_at_the_same_time,
        ),
    ),
    Absence: (
        Rule(("caregiver_id", "rider_id"), one_worker),
        in_order("from_on", "until_on"),
        Rule(("start_minutes", "end_minutes"), _both_times_or_none),
    ),
    CaregiverArea: (),  # its columns say it all: who and where
    Refusal: (
        in_order("from_on", "until_on"),
        no_overlap("elder_id", "caregiver_id", "by"),
    ),
}
