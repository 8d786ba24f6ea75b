"""Rules for caregivers, riders, qualifications and shifts."""

from __future__ import annotations

from collections.abc import Iterator

from eldercare.clock import clock
from eldercare.errors import FieldProblem
from eldercare.registry.admission.blocks import in_district, in_order, no_overlap, not_future
from eldercare.registry.admission.context import Context
from eldercare.registry.admission.gate import Rule, Rules, noun
from eldercare.registry.workers import (
    Caregiver,
    CaregiverQualification,
    Qualification,
    Rider,
    Shift,
)
from eldercare.registry.working_time import Absence, ShiftPattern

OfOneWorker = Shift | ShiftPattern | Absence


def one_worker(row: OfOneWorker, _context: Context) -> Iterator[FieldProblem]:
    """A caregiver or a rider, not both and not neither."""
    if row.caregiver_id is None and row.rider_id is None:
        reason = f"is missing: the {noun(type(row))} belongs to a caregiver or to a rider"
        yield FieldProblem("/caregiver_id", reason, code="missing")
    if row.caregiver_id is not None and row.rider_id is not None:
        reason = f"{row.rider_id!r} is one worker too many: give a caregiver or a rider"
        yield FieldProblem("/rider_id", reason, code="two_workers")


def ends_after_start(row: Shift | ShiftPattern, _context: Context) -> Iterator[FieldProblem]:
    """The times are in order."""
    if row.end_minutes <= row.start_minutes:
        yield FieldProblem(
            "/end_minutes",
            f"{clock(row.end_minutes)} is not after the start {clock(row.start_minutes)}: "
            "split a shift that goes past midnight into two",
            code="ends_before_start",
        )


def break_fits(row: Shift | ShiftPattern, _context: Context) -> Iterator[FieldProblem]:
    """A break has its times, and they lie inside the shift."""
    first, last = row.break_earliest_minutes, row.break_latest_end_minutes
    if row.break_minutes < 0:
        reason = f"{row.break_minutes} is too small: at least 0"
        yield FieldProblem("/break_minutes", reason, code="not_positive")
        return
    if row.break_minutes == 0:
        if first is not None or last is not None:
            reason = "is 0 although times of a break are given: give its length or no times"
            yield FieldProblem("/break_minutes", reason, code="missing")
        return
    for field, value in (("break_earliest_minutes", first), ("break_latest_end_minutes", last)):
        if value is None:
            reason = f"is missing for a break of {row.break_minutes} minutes: give both times"
            yield FieldProblem(f"/{field}", reason, code="missing")
        elif not row.start_minutes <= value <= row.end_minutes:
            span = f"{clock(row.start_minutes)} to {clock(row.end_minutes)}"
            reason = f"{clock(value)} lies outside the shift, {span}: move the break or the shift"
            yield FieldProblem(f"/{field}", reason, code="break_outside_shift")
    if first is not None and last is not None and last - first < row.break_minutes:
        yield FieldProblem(
            "/break_minutes",
            f"a break of {row.break_minutes} minutes does not fit from {clock(first)} "
            f"to {clock(last)}: shorten it or widen its times",
            code="break_too_long",
        )


def _employed(row: Shift, context: Context) -> Iterator[FieldProblem]:
    for field, model, key in (
        ("caregiver_id", Caregiver, row.caregiver_id),
        ("rider_id", Rider, row.rider_id),
    ):
        worker = context.find(model, key) if key is not None else None
        if not isinstance(worker, Caregiver | Rider):
            continue
        if row.on < worker.hired_on or (worker.left_on is not None and row.on >= worker.left_on):
            until = f" to before {worker.left_on}" if worker.left_on else ""
            yield FieldProblem(
                "/on",
                f"{row.on}: {field} {worker.id!r} is employed from {worker.hired_on}{until}",
                code="not_employed",
            )


def _level_exists(row: CaregiverQualification, context: Context) -> Iterator[FieldProblem]:
    kind = context.find(Qualification, row.qualification_code)
    if kind is not None and not 0 <= row.level <= kind.maximum_level:
        reason = f"{row.level} is no level of {kind.code}: give 0 to {kind.maximum_level}"
        yield FieldProblem("/level", reason, code="no_such_level")


def _no_negative_level(row: Qualification, _context: Context) -> Iterator[FieldProblem]:
    if row.maximum_level < 0:
        reason = f"{row.maximum_level} is too small: at least 0"
        yield FieldProblem("/maximum_level", reason, code="not_positive")


RULES: Rules = {
    Qualification: (Rule(("maximum_level",), _no_negative_level),),
    Caregiver: (
        in_district("base_longitude", "base_latitude"),
        in_order("hired_on", "left_on"),
    ),
    CaregiverQualification: (
        Rule(("qualification_code", "level"), _level_exists),
        not_future("obtained_on"),
        in_order("obtained_on", "expires_on"),
    ),
    Rider: (in_order("hired_on", "left_on"),),
    Shift: (
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
        Rule(("caregiver_id", "rider_id", "on"), _employed),
        no_overlap("caregiver_id", "on", start="start_minutes", end="end_minutes"),
        no_overlap("rider_id", "on", start="start_minutes", end="end_minutes"),
    ),
}
