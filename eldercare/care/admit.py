"""Checked writes of care and registry: the registry's gate with the rules of care added."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from eldercare.care.admit_beside import (
    BESIDE_PLANS,
    flexible_days_fit,
    monthly_or_weekly,
    preferred_in_window,
)
from eldercare.care.recurrence import LAST_OF_MONTH
from eldercare.care.tables import (
    CarePlan,
    HolidayOverride,
    MatchKind,
    MealMode,
    MealRecord,
    MealSubscription,
    Outcome,
    Pause,
    PlanItem,
    ServiceMatch,
    ServiceRecord,
    ServiceType,
)
from eldercare.clock import clock
from eldercare.errors import FieldProblem
from eldercare.registry.admission.blocks import in_order, no_overlap, not_future, one_of
from eldercare.registry.admission.context import Context
from eldercare.registry.admission.gate import Rule, Rules
from eldercare.registry.admit import GATE as REGISTRY_GATE
from eldercare.registry.tables import CareCentre, Caregiver, Elder, MealSite, Qualification, Sex
from eldercare.settings import TIME_ZONE

DAY_MINUTES = 24 * 60


def _minutes_in_order(row: ServiceType, _context: Context) -> Iterator[FieldProblem]:
    if row.minimum_minutes > row.maximum_minutes:
        reason = f"{row.maximum_minutes} is less than minimum_minutes {row.minimum_minutes}"
        yield FieldProblem("/maximum_minutes", reason, code="ends_before_start")
    elif not row.minimum_minutes <= row.default_minutes <= row.maximum_minutes:
        reason = f"{row.default_minutes} is not {row.minimum_minutes} to {row.maximum_minutes}"
        yield FieldProblem("/default_minutes", reason, code="outside_range")


def _level_exists(row: ServiceType, context: Context) -> Iterator[FieldProblem]:
    kind = context.find(Qualification, row.qualification_code) if row.qualification_code else None
    highest = kind.maximum_level if kind is not None else 0
    if not 0 <= row.qualification_level <= highest:
        reason = f"{row.qualification_level} is no level of the qualification: 0 to {highest}"
        yield FieldProblem("/qualification_level", reason, code="no_such_level")


def _window_in_order(row: PlanItem, _context: Context) -> Iterator[FieldProblem]:
    first, last = row.window_start_minutes, row.window_end_minutes
    if last < first:
        reason = f"{clock(last)} lies before the start of the window {clock(first)}: swap them"
        yield FieldProblem("/window_end_minutes", reason, code="ends_before_start")
    elif last + row.minutes > DAY_MINUTES:
        reason = f"a start at {clock(last)} with {row.minutes} minutes runs past midnight"
        yield FieldProblem("/window_end_minutes", reason, code="past_midnight")


def _weekdays_once(row: PlanItem | MealSubscription, _context: Context) -> Iterator[FieldProblem]:
    if not set(row.weekdays) <= set("1234567") or len(set(row.weekdays)) < len(row.weekdays):
        reason = f"{row.weekdays!r} is no list of weekdays: digits 1 (Monday) to 7, each once"
        yield FieldProblem("/weekdays", reason, code="not_weekdays")


def _minutes_of_service(row: PlanItem, context: Context) -> Iterator[FieldProblem]:
    service = context.find(ServiceType, row.service_type_code)
    if service is None or service.minimum_minutes <= row.minutes <= service.maximum_minutes:
        return
    reason = (
        f"{row.minutes} minutes: {service.name} takes "
        f"{service.minimum_minutes} to {service.maximum_minutes}"
    )
    yield FieldProblem("/minutes", reason, code="outside_range")


def _preferred_fits(row: PlanItem, context: Context) -> Iterator[FieldProblem]:
    if row.preferred_caregiver_id is None or row.required_sex is None:
        return
    caregiver = context.find(Caregiver, row.preferred_caregiver_id)
    if caregiver is not None and caregiver.sex.value != row.required_sex:
        reason = (
            f"{caregiver.id!r} is {caregiver.sex.value}, but required_sex is {row.required_sex}: "
            "change one of them"
        )
        yield FieldProblem("/preferred_caregiver_id", reason, code="contradiction")


def _elder_still_registered(
    row: CarePlan | MealSubscription, context: Context
) -> Iterator[FieldProblem]:
    elder = context.find(Elder, row.elder_id)
    if elder is not None and elder.ended_on is not None and row.from_on >= elder.ended_on:
        reason = f"{row.from_on}: elder {elder.id!r} left the registry on {elder.ended_on}"
        yield FieldProblem("/from_on", reason, code="elder_ended")


def _no_negative_minutes(row: CarePlan, _context: Context) -> Iterator[FieldProblem]:
    if row.entitled_minutes_per_month is not None and row.entitled_minutes_per_month < 0:
        reason = f"{row.entitled_minutes_per_month} is too small: at least 0"
        yield FieldProblem("/entitled_minutes_per_month", reason, code="not_positive")


def _happened_on_its_date(row: ServiceRecord, _context: Context) -> Iterator[FieldProblem]:
    yield from _on_local_date(row, "started_at", row.started_at)


def _handed_over_on_its_date(row: MealRecord, _context: Context) -> Iterator[FieldProblem]:
    yield from _on_local_date(row, "handed_over_at", row.handed_over_at)


def _on_local_date(
    row: ServiceRecord | MealRecord, field: str, at: datetime | None
) -> Iterator[FieldProblem]:
    if at is not None and (local := at.astimezone(TIME_ZONE)).date() != row.on:
        reason = f"{local:%Y-%m-%d %H:%M} (Shanghai time) is not on the record's date {row.on}"
        yield FieldProblem(f"/{field}", reason, code="other_date")


def _somebody_came(row: ServiceRecord, _context: Context) -> Iterator[FieldProblem]:
    if row.outcome is Outcome.DELIVERED and row.caregiver_id is None:
        reason = "is missing for a delivered visit: say who came"
        yield FieldProblem("/caregiver_id", reason, code="missing")


def _place_is_open(row: ServiceMatch, context: Context) -> Iterator[FieldProblem]:
    place: CareCentre | MealSite | None
    if row.kind is MatchKind.CARE_CENTRE:
        place = context.find(CareCentre, row.place_id)
    else:
        place = context.find(MealSite, row.place_id)
    what = row.kind.value.replace("_", " ")
    if place is None:
        reason = f"no {what} has the id {row.place_id!r}: correct it or add the {what} first"
        yield FieldProblem("/place_id", reason, code=f"unknown_{row.kind.value}")
    elif row.from_on < place.opened_on or (place.closed_on and row.from_on >= place.closed_on):
        until = f" to before {place.closed_on}" if place.closed_on else ""
        reason = f"{row.place_id!r} is open from {place.opened_on}{until}: choose another"
        yield FieldProblem("/place_id", reason, code="not_open")


def _rider_only_delivers(row: MealRecord, _context: Context) -> Iterator[FieldProblem]:
    if row.rider_id is not None and row.mode is not MealMode.DELIVERY:
        reason = f"{row.rider_id!r}: a meal taken as {row.mode.value} has no rider"
        yield FieldProblem("/rider_id", reason, code="contradiction")


RULES: Rules = {
    ServiceType: (
        Rule(("minimum_minutes", "default_minutes", "maximum_minutes"), _minutes_in_order),
        Rule(("qualification_code", "qualification_level"), _level_exists),
        one_of("two_person_from_level", (0, 1, 2, 3, 4)),
    ),
    CarePlan: (
        in_order("from_on", "until_on"),
        Rule(("elder_id", "from_on"), _elder_still_registered),
        Rule(("entitled_minutes_per_month",), _no_negative_minutes),
    ),
    PlanItem: (
        Rule(("window_start_minutes", "window_end_minutes", "minutes"), _window_in_order),
        Rule(("weekdays",), _weekdays_once),
        Rule(("service_type_code", "minutes"), _minutes_of_service),
        in_order("from_on", "until_on"),
        Rule(
            ("preferred_start_minutes", "window_start_minutes", "window_end_minutes"),
            preferred_in_window,
        ),
        one_of("week_of_month", (1, 2, 3, 4, LAST_OF_MONTH)),
        Rule(("week_of_month", "every_weeks"), monthly_or_weekly),
        Rule(
            ("times_per_week", "least_days_apart", "weekdays", "week_of_month"), flexible_days_fit
        ),
        one_of("people", (1, 2)),
        one_of("required_sex", tuple(sex.value for sex in Sex)),
        Rule(("preferred_caregiver_id", "required_sex"), _preferred_fits),
    ),
    **BESIDE_PLANS,
    HolidayOverride: (),  # its columns say it all: a date, a kind and a name
    Pause: (in_order("from_on", "until_on"), no_overlap("elder_id")),
    MealSubscription: (
        in_order("from_on", "until_on"),
        Rule(("elder_id", "from_on"), _elder_still_registered),
        Rule(("weekdays",), _weekdays_once),
    ),
    ServiceMatch: (
        in_order("from_on", "until_on"),
        Rule(("kind", "place_id", "from_on"), _place_is_open),
        no_overlap("elder_id", "kind"),
    ),
    ServiceRecord: (
        not_future("on"),
        in_order("started_at", "ended_at", may_equal=True),
        Rule(("on", "started_at"), _happened_on_its_date),
        Rule(("outcome", "caregiver_id"), _somebody_came),
    ),
    MealRecord: (
        not_future("on"),
        Rule(("on", "handed_over_at"), _handed_over_on_its_date),
        Rule(("mode", "rider_id"), _rider_only_delivers),
    ),
}

GATE = REGISTRY_GATE.extended(RULES)

add = GATE.add
add_all = GATE.add_all
add_sound = GATE.add_sound
change = GATE.change
check = GATE.check
