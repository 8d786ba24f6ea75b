"""Rows of a town → the solver's visit problem. The one translation; the way back is `storing`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import solver.problem as sp
from eldercare.care.demand import Visit
from eldercare.care.tables import ServiceType
from eldercare.registry.tables import Caregiver, CaregiverQualification, Elder, Shift
from eldercare.rostering.places import PlaceIndex
from eldercare.rostering.rows import SetAside, TownRows
from eldercare.rostering.visit_gaps import tie
from eldercare.rostering.weights import (
    DROP_COST,
    START_DEVIATION,
    VISIT_WEIGHTS,
    VISITS_TO_BE_FAMILIAR,
)
from solver.objective import Weights
from solver.travel import TravelProvider

EXPIRED = 0
"""Validity of a skill that is not good today: it serves nobody, but explains why (证书过期)."""


@dataclass(frozen=True, slots=True)
class BuiltVisits:
    """A problem that keeps the rows' ids, and what could not enter it."""

    problem: sp.Problem
    set_aside: tuple[SetAside, ...]


def build_visit_problem(rows: TownRows, provider: TravelProvider) -> BuiltVisits:
    """Translate a town's visits and caregivers; incomplete rows are set aside, never raised."""
    places = PlaceIndex()
    caregivers = _caregivers(rows, places)
    known = frozenset(caregiver.id for caregiver in caregivers)
    prefer = _Preferences(rows, known)
    ties = tie(rows.gaps, rows.visits)
    visits: list[sp.Visit] = []
    set_aside: list[SetAside] = []
    for visit in rows.visits:
        problem = _why_not(visit, rows) or ties.set_aside.get(visit.id)
        if problem is not None:
            set_aside.append(problem)
            continue
        visits.append(_visit(visit, rows, places, prefer))
    modes = {caregiver.mode for caregiver in caregivers}
    built = sp.Problem(
        visits=tuple(visits),
        caregivers=tuple(caregivers),
        travel=places.travel(provider, modes),
        weights=_weights(visits),
        dependencies=ties.among(visit.id for visit in visits),
        name=f"{rows.on}/{rows.town_code}",
    )
    return BuiltVisits(built, tuple(set_aside))


def _weights(visits: Sequence[sp.Visit]) -> Weights:
    """Wished starts are priced only where there are any: pricing nothing would cost time."""
    if all(visit.preferred_start is None for visit in visits):
        return VISIT_WEIGHTS
    return replace(VISIT_WEIGHTS, start_deviation=START_DEVIATION)


def _why_not(visit: Visit, rows: TownRows) -> SetAside | None:
    elder = rows.elders.get(visit.elder_id)
    if elder is None:
        return SetAside(visit.id, "unknown_elder", f"elder {visit.elder_id} is not registered")
    if elder.longitude is None or elder.latitude is None:
        return SetAside(
            visit.id, "no_position", f"elder {elder.id} has no coordinates: {elder.address}"
        )
    if visit.service_type_code not in rows.service_types:
        return SetAside(
            visit.id,
            "unknown_service",
            f"service {visit.service_type_code} is not in the catalogue",
        )
    if visit.people not in (1, 2) or visit.minutes <= 0:
        return SetAside(
            visit.id,
            "bad_visit",
            f"{visit.people} people for {visit.minutes} minutes is impossible",
        )
    if visit.window_end_minutes < visit.window_start_minutes:
        return SetAside(visit.id, "empty_window", "the window ends before it starts")
    return None


class _Preferences:
    """Who had better come to a visit: whom the elder asked for, else whose area it is."""

    def __init__(self, rows: TownRows, known: frozenset[str]) -> None:
        self.known = known
        self._rows = rows
        self._by_community: dict[str, frozenset[str]] = {}

    def of(self, visit: Visit, elder: Elder) -> frozenset[str]:
        """Caregivers preferred; empty where it is all the same."""
        refused = self._rows.refused.get(elder.id, frozenset())
        asked_for = {visit.preferred_caregiver_id, *visit.further_caregiver_ids}
        liked = frozenset(one for one in self.known - refused if one in asked_for)
        if liked:
            return liked
        if elder.community_code not in self._by_community:
            self._by_community[elder.community_code] = self._of_area(elder.community_code)
        return self._by_community[elder.community_code]

    def _of_area(self, community_code: str) -> frozenset[str]:
        """Everybody but those who prefer to work elsewhere; empty where that is everybody."""
        elsewhere = {
            caregiver_id
            for caregiver_id, codes in self._rows.areas.items()
            if caregiver_id in self.known and community_code not in codes
        }
        return self.known - elsewhere if elsewhere else frozenset()


def _visit(visit: Visit, rows: TownRows, places: PlaceIndex, prefer: _Preferences) -> sp.Visit:
    elder: Elder = rows.elders[visit.elder_id]
    service: ServiceType = rows.service_types[visit.service_type_code]
    if elder.longitude is None or elder.latitude is None:  # `_why_not` has set these aside
        raise AssertionError(visit.id)
    priority = rows.priority(visit.elder_id)
    return sp.Visit(
        id=visit.id,
        place=places.add(elder.longitude, elder.latitude),
        parts=(_part(visit, service),) * visit.people,
        windows=(sp.TimeWindow(visit.window_start_minutes, visit.window_end_minutes),),
        sync=sp.Gap(0, 0) if visit.people == 2 else None,
        elder=elder.id,
        drop_cost=DROP_COST[priority],
        priority=priority,
        preferred_start=visit.preferred_start_minutes,
        preferred_caregivers=prefer.of(visit, elder),
        refused_caregivers=rows.refused.get(elder.id, frozenset()) & prefer.known,
        familiarity=_familiarity(rows.familiar.get(elder.id, {}), prefer.known),
        required_tags=frozenset({f"sex:{visit.required_sex}"})
        if visit.required_sex
        else frozenset(),
        building=elder.building,
    )


def _part(visit: Visit, service: ServiceType) -> sp.Part:
    needs: tuple[sp.SkillNeed, ...] = ()
    if service.alternative_qualification_code is not None:
        needs = (sp.SkillNeed(_either(service)),)
    elif service.qualification_code is not None:
        needs = (sp.SkillNeed(service.qualification_code, service.qualification_level),)
    return sp.Part(duration=visit.minutes, skills=needs, label=service.code)


def _either(service: ServiceType) -> str:
    """Name of the skill that either qualification of a service gives."""
    return f"{service.qualification_code}|{service.alternative_qualification_code}"


def _familiarity(visits_by: Mapping[str, int], known: frozenset[str]) -> dict[str, int]:
    return {
        caregiver_id: min(100, 100 * visits // VISITS_TO_BE_FAMILIAR)
        for caregiver_id, visits in sorted(visits_by.items())
        if caregiver_id in known and visits > 0
    }


def _caregivers(rows: TownRows, places: PlaceIndex) -> list[sp.Caregiver]:
    shifts: dict[str, list[Shift]] = {}
    for shift in rows.shifts:
        if shift.caregiver_id is not None and shift.caregiver_id in rows.caregivers:
            shifts.setdefault(shift.caregiver_id, []).append(shift)
    return [
        _caregiver(
            rows.caregivers[caregiver_id], sorted(own, key=lambda s: s.start_minutes), rows, places
        )
        for caregiver_id, own in sorted(shifts.items())
    ]


def _caregiver(
    caregiver: Caregiver, shifts: list[Shift], rows: TownRows, places: PlaceIndex
) -> sp.Caregiver:
    base = places.add(caregiver.base_longitude, caregiver.base_latitude)
    held = [
        skill for row in rows.qualifications.get(caregiver.id, ()) for skill in _held(row, rows)
    ]
    return sp.Caregiver(
        id=caregiver.id,
        shifts=tuple(_shift(shift, base) for shift in shifts),
        mode=caregiver.travel_mode.value,
        skills=tuple(_best(held)),
        tags=frozenset({f"sex:{caregiver.sex.value}"}),
        maximum_work=rows.minutes_left.get(caregiver.id),
        past_workload=rows.past_workload.get(caregiver.id, 0),
    )


def _held(row: CaregiverQualification, rows: TownRows) -> Iterator[sp.SkillHeld]:
    """The skill of a qualification, and of services for which it is one of two alternatives."""
    until = None if _is_good(row, rows.on) else EXPIRED
    yield sp.SkillHeld(row.qualification_code, row.level, until)
    for service in rows.service_types.values():
        if service.alternative_qualification_code is None:
            continue
        enough = row.level >= service.qualification_level
        if row.qualification_code == service.alternative_qualification_code or (
            row.qualification_code == service.qualification_code and enough
        ):
            yield sp.SkillHeld(_either(service), 0, until)


def _is_good(row: CaregiverQualification, on: date) -> bool:
    return row.obtained_on <= on and (row.expires_on is None or on < row.expires_on)


def _best(held: list[sp.SkillHeld]) -> list[sp.SkillHeld]:
    """One entry for each skill: a good one before an expired one, then the highest level."""
    best: dict[str, sp.SkillHeld] = {}
    for skill in held:
        other = best.get(skill.skill)
        if other is None or _rank(skill) > _rank(other):
            best[skill.skill] = skill
    return [best[name] for name in sorted(best)]


def _rank(skill: sp.SkillHeld) -> tuple[bool, int]:
    return (skill.valid_until is None, skill.level)


def _shift(shift: Shift, base: int) -> sp.Shift:
    rest = None
    if (
        shift.break_minutes
        and shift.break_earliest_minutes is not None
        and shift.break_latest_end_minutes is not None
    ):
        rest = sp.Break(
            earliest=shift.break_earliest_minutes,
            latest_end=shift.break_latest_end_minutes,
            duration=shift.break_minutes,
        )
    return sp.Shift(
        id=shift.id,
        start=shift.start_minutes,
        end=shift.end_minutes,
        start_place=base,
        end_place=base,
        rest=rest,
    )
