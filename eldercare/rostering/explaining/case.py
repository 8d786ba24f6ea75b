"""The roster, the town's day and the names that a question is about."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from eldercare.care.demand import Visit
from eldercare.errors import InvalidInput, NotFound, NotPermitted
from eldercare.registry.lookup import caregiver_names
from eldercare.registry.tables import Qualification
from eldercare.rostering.explaining.answers import Moved, Person, RosterRef, Told
from eldercare.rostering.in_force import roster_before, roster_in_force
from eldercare.rostering.lifecycle import find_roster, roster_of_version, scenario_named
from eldercare.rostering.tables import Roster, RosterStatus, RosterVisit
from eldercare.rostering.town_day import TownDay, read_town_day
from solver.problem import Caregiver, Problem, Shift
from solver.replanning.disturbance import Appointment, Disturbed
from solver.solution import Route, Solution

SCENARIO = "scenario:"
"""Before the name of a scenario, where a roster is named."""


@dataclass(frozen=True, slots=True)
class Names:
    """How people call what answers only know by id."""

    caregivers: Mapping[str, str] = field(default_factory=dict)
    elders: Mapping[str, str] = field(default_factory=dict)
    services: Mapping[str, str] = field(default_factory=dict)
    qualifications: Mapping[str, str] = field(default_factory=dict)

    def caregiver(self, caregiver_id: str) -> Person:
        """A caregiver; one without a row is called by the id."""
        return Person(id=caregiver_id, name=self.caregivers.get(caregiver_id, caregiver_id))

    def elder(self, elder_id: str) -> Person:
        """An elder of the day."""
        return Person(id=elder_id, name=self.elders.get(elder_id, elder_id))

    def service(self, code: str) -> str:
        """A service of the catalogue."""
        return self.services.get(code, code)

    def told(self, one: Appointment) -> Told:
        """An appointment with names."""
        people = tuple(self.caregiver(who) for who in one.caregivers)
        return Told(caregivers=people, start_minutes=one.start)

    def moved(self, ones: Iterable[Disturbed]) -> tuple[Moved, ...]:
        """Visits that come otherwise, with names."""
        return tuple(
            Moved(
                elder=self.elder(one.elder),
                visit_id=one.visit_id,
                was=self.told(one.was),
                now=self.told(one.now),
            )
            for one in ones
        )


@dataclass(frozen=True, slots=True)
class Case:
    """A town's part of a roster as a question finds it."""

    roster: Roster
    day: TownDay
    names: Names
    clock: int | None = None
    """Minutes after midnight where the day is under way."""


def open_case(
    session: Session,
    roster: Roster,
    town_code: str,
    *,
    also: Sequence[Visit] = (),
    clock: int | None = None,
) -> Case:
    """Read a town's day for a question: reported absences hold, what has begun by `clock` stays."""
    day = as_asked(read_town_day(session, roster, town_code, also=also), clock)
    qualifications = select(col(Qualification.code), col(Qualification.name))
    names = Names(
        caregiver_names(session),
        {key: one.name for key, one in day.rows.elders.items()},
        {code: one.name for code, one in day.rows.service_types.items()},
        dict(session.execute(qualifications).all()),
    )
    return Case(roster, day, names, clock)


def as_asked(day: TownDay, clock: int | None) -> TownDay:
    """The day for a question: reported absences hold, what has begun by `clock` stays."""
    problem = _frozen(_without(day.problem, day.plan, day.gone), day.plan, clock)
    return replace(day, problem=problem)


def _without(problem: Problem, plan: Solution, gone: Collection[str]) -> Problem:
    """The day with what those who left give yet, and nothing after it."""
    if not gone:
        return problem
    driven = {route.shift_id: route for route in plan.routes}

    def of(one: Caregiver) -> Caregiver:
        if one.id not in gone:
            return one
        shifts = (_until(shift, driven[shift.id]) for shift in one.shifts if shift.id in driven)
        return replace(one, shifts=tuple(shifts))

    return replace(problem, caregivers=tuple(of(one) for one in problem.caregivers))


def _until(shift: Shift, route: Route) -> Shift:
    end = max(shift.start + 1, min(shift.end, route.return_at))
    return replace(shift, end=end, rest=shift.rest if route.rest else None)


def _frozen(problem: Problem, plan: Solution, clock: int | None) -> Problem:
    """The day on which every service that has begun by `clock` is fixed to its minute."""
    if clock is None:
        return problem
    begun = {
        stop.visit_id: stop.start
        for route in plan.routes
        for stop in route.stops
        if stop.part == 0 and stop.start <= clock
    }
    visits = (
        replace(one, locked_start=begun[one.id]) if one.id in begun else one
        for one in problem.visits
    )
    return replace(problem, visits=tuple(visits))


def current_roster(session: Session, on: date) -> Roster:
    """The roster questions are about: the draft, else what is published, else what last held.

    Raises NotFound where the date has none.
    """
    found = find_roster(session, on) or roster_in_force(session, on)
    if found is None:
        raise NotFound(f"{on} has no roster: run `eldercare plan {on}`", code="no_roster")
    return found


def roster_named(session: Session, on: date, name: str) -> Roster:
    """A roster of a date by `draft`, `published`, a version number, `scenario:NAME`, or `id:17`.

    Raises NotFound where there is none, InvalidInput for another kind of name.
    """
    if name.startswith(SCENARIO):
        return scenario_named(session, on, name.removeprefix(SCENARIO))
    kind, _, number = name.rpartition(":")
    if name in {RosterStatus.DRAFT.value, RosterStatus.PUBLISHED.value}:
        found = find_roster(session, on, RosterStatus(name))
    elif number.isascii() and number.isdigit() and len(number) <= 9 and kind in {"", "id"}:
        if kind == "":
            return roster_of_version(session, on, int(number))
        found = session.get(Roster, int(number))
        found = found if found is not None and found.on == on else None
    else:
        raise InvalidInput(
            f"roster {name!r} is not understood: write draft, published, a version number such as "
            "2, scenario:NAME, or id:17",
            code="bad_roster_name",
        )
    if found is None:
        raise NotFound(f"{on} has no roster {name}", code="no_roster")
    return found


def roster_asked(session: Session, on: date, name: str | None) -> Roster:
    """The roster of a date by name; None: the one that questions are about."""
    return current_roster(session, on) if name is None else roster_named(session, on, name)


def rosters_compared(
    session: Session, on: date, before: str | None, after: str | None
) -> tuple[Roster, Roster]:
    """The two rosters of a comparison: by name, else the newest against the one it replaces."""
    second = roster_asked(session, on, after)
    if before is not None:
        return roster_named(session, on, before), second
    first = roster_before(session, on, second.version)
    if first is None:
        raise NotFound(
            f"{on} has no published version before this one to compare with: name one",
            code="no_roster",
        )
    return first, second


def roster_of_visit(
    session: Session, visit_id: str, scenario: str = ""
) -> tuple[Roster, RosterVisit]:
    """The current roster of a visit's date (or a scenario) and the visit's row; raises NotFound."""
    newest = session.scalars(
        select(Roster)
        .join(RosterVisit, col(RosterVisit.roster_id) == col(Roster.id))
        .where(col(RosterVisit.visit_id) == visit_id)
        .order_by(col(Roster.id).desc())
        .limit(1)
    ).first()
    roster = None
    if newest is not None:
        named = f"{SCENARIO}{scenario}" if scenario else None
        roster = roster_asked(session, newest.on, named)
    row = None if roster is None else session.get(RosterVisit, (roster.id, visit_id))
    if roster is None or row is None:
        raise NotFound(
            f"no roster in force has a visit {visit_id}: `eldercare roster DATE --json` names all",
            code="visit_not_found",
        )
    return roster, row


def within(towns: Collection[str] | None, town_code: str, what: str) -> None:
    """Refuse what lies in a town that the person does not work in (None: in all)."""
    if towns is not None and town_code not in towns:
        raise NotPermitted(
            f"{what} is in town {town_code}, outside the area you work in", code="out_of_scope"
        )


def ref(roster: Roster) -> RosterRef:
    """How an answer names its roster."""
    return RosterRef(
        roster_id=roster.id or 0,
        on=roster.on,
        status=roster.status,
        version=roster.version,
        name=roster.name,
    )
