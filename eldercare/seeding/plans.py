"""Care plans and their items as the seed holds them, and their rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from eldercare.care.recurrence import monday_of
from eldercare.seeding.people import People
from eldercare.seeding.sources import ServiceSource
from eldercare.seeding.workforce import Carer
from eldercare.seeding.workload import Rhythm
from eldercare.seeding.writing import Row


@dataclass(slots=True)
class Item:
    """A plan item; `preferred` is the number of a caregiver."""

    service: ServiceSource
    minutes: int
    people: int
    rhythm: Rhythm
    window: tuple[int, int]
    preferred: int | None
    required_sex: str | None
    favourite: int | None
    """Who usually comes, whether the plan says so or not."""


@dataclass(slots=True)
class Plan:
    """An elder's plan."""

    elder: int
    id: str
    from_on: date
    entitled_minutes: int | None
    level: int
    items: list[Item] = field(default_factory=list)


def plan_rows(people: People, plans: list[Plan]) -> Iterator[Row]:
    """Rows of `care_plan`."""
    for plan in plans:
        yield {
            "id": plan.id,
            "elder_id": people.ids[plan.elder],
            "from_on": plan.from_on,
            "until_on": None,
            "entitled_minutes_per_month": plan.entitled_minutes,
        }


def item_id(plan: Plan, number: int) -> str:
    """Id of the item at a position of the plan."""
    return f"I{plan.id[1:]}-{number + 1}"


def anchor_of(plan: Plan, rhythm: Rhythm, on: date) -> date:
    """The first Monday, from the plan's first week on, of a week in which the rhythm falls due."""
    weeks = (monday_of(on) - monday_of(plan.from_on)).days // 7
    wait = (rhythm.phase + weeks) % rhythm.every
    return monday_of(plan.from_on) + timedelta(weeks=wait)


def item_rows(people: People, plans: list[Plan], carers: list[Carer]) -> Iterator[Row]:
    """Rows of `plan_item`."""
    for plan in plans:
        for number, item in enumerate(plan.items):
            preferred = None if item.preferred is None else carers[item.preferred].id
            yield {
                "id": item_id(plan, number),
                "care_plan_id": plan.id,
                "service_type_code": item.service.code,
                "minutes": item.minutes,
                "people": item.people,
                "weekdays": item.rhythm.days,
                "every_weeks": item.rhythm.every,
                "anchor_on": anchor_of(plan, item.rhythm, people.on),
                "window_start_minutes": item.window[0],
                "window_end_minutes": item.window[1],
                "preferred_caregiver_id": preferred,
                "required_sex": item.required_sex,
            }
