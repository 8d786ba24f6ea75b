"""What the days of a week can hold beside the visits that have their day: minutes of care."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session

from eldercare.care.expand import expand_day
from eldercare.care.holidays import week_from
from eldercare.care.tables import ServiceType
from eldercare.registry.lookup import elders_by_id, town_of_community
from eldercare.registry.queries import caregiver_shifts
from eldercare.registry.weekly_limits import working_minutes

CARE_PERCENT = 70
"""Of a shift, its break taken off, so much is care; the rest is the way, and windows that do not
follow one another. Assumed: plans of the demo district leave about a third to both."""


@dataclass(frozen=True, slots=True)
class Room:
    """Minutes free on the seven days, of everybody and of those who hold a qualification."""

    minutes: tuple[int, ...]
    by_skill: Mapping[str, tuple[int, ...]]


def room_of_week(session: Session, monday: date, flexible: Collection[str]) -> dict[str, Room]:
    """Town code → what is left of its caregivers' shifts once visits with fixed days are done.

    `flexible` are the plan items that have no fixed day. A mapping that answers for any town.
    """
    days = week_from(monday)
    free: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * len(days))
    needs = {one.code: one for one in session.scalars(select(ServiceType))}
    town_of = town_of_community(session)
    for number, day in enumerate(days):
        for one in caregiver_shifts(session, day):
            minutes = working_minutes(one.shift) * CARE_PERCENT // 100
            for skill in ("", *one.qualifications):
                free[one.caregiver.town_code, skill][number] += minutes
        visits = [
            one for one in expand_day(session, day).visits if one.plan_item_id not in flexible
        ]
        elders = elders_by_id(session, {one.elder_id for one in visits})
        for visit in visits:
            town = town_of[elders[visit.elder_id].community_code]
            for skill in {"", _scarce(needs[visit.service_type_code])}:
                free[town, skill][number] -= visit.minutes * visit.people
    rooms: defaultdict[str, Room] = defaultdict(lambda: Room((0,) * len(days), {}))
    for town in sorted({code for code, _ in free}):
        rooms[town] = Room(
            _at_least_0(free[town, ""]),
            {
                skill: _at_least_0(own)
                for (code, skill), own in sorted(free.items())
                if code == town and skill
            },
        )
    return rooms


def _scarce(service: ServiceType) -> str:
    """The qualification that alone is good for a service; empty: none, or one of two."""
    if service.alternative_qualification_code is not None:
        return ""
    return service.qualification_code or ""


def _at_least_0(minutes: list[int]) -> tuple[int, ...]:
    return tuple(max(0, one) for one in minutes)
