"""Registries of every KIND, made up from a seed, so that exports have something to tell."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, TypeVar

from sqlmodel import Session, SQLModel

from eldercare.care.tables import (
    CarePlan,
    HolidayRule,
    MealMode,
    MealSubscription,
    Outcome,
    PlanItem,
    ServiceRecord,
)
from eldercare.registry.tables import (
    Assessment,
    BedGroup,
    BedKind,
    CaregiverQualification,
    ElderGroup,
    EndReason,
    FamilyDoctorContract,
    LivingArrangement,
    MealSiteCommunity,
    MealSiteKind,
    Operator,
    PriorityGroup,
    Sex,
    TravelMode,
)
from tests.care.rows import service_type
from tests.registry.rows import (
    COMMUNITY,
    LONG_AGO,
    OTHER_COMMUNITY,
    OTHER_TOWN,
    TOWN,
    care_centre,
    caregiver,
    elder,
    institution,
    meal_site,
    places,
    put,
    qualification,
    rider,
    shift,
)

Item = TypeVar("Item")

COUNT = 6
"""Rows of most tables."""
WORDS = ("周桂兰", "某路1号", "=1+1", "-飞龙", "a,b;c", '说"好"', "'@x", "全角　空格", "新北·薛家")


class Chance:
    """Draws from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def one(self, *items: Item) -> Item:
        """One of the items."""
        return self.random.choice(items)

    def maybe(self, item: Item) -> Item | None:
        """The item or nothing."""
        return self.random.choice((item, None))

    def day(self, first: date = LONG_AGO, days: int = 3000) -> date:
        """A date from `first` on."""
        return first + timedelta(days=self.random.randrange(days))

    def place(self) -> dict[str, float]:
        """A position in the district, with all places a computer has."""
        return {
            "longitude": self.random.uniform(119.8, 120.0),
            "latitude": self.random.uniform(31.8, 32.0),
        }


def fill(session: Session, seed: int) -> None:
    """Write a small registry, rows of every table that a KIND speaks of."""
    chance = Chance(seed)
    put(session, *places(), service_type(), qualification(), qualification("nurse"))
    for make in (_elders, _facilities, _workers, _care):
        put(session, *make(chance))


def _elders(chance: Chance) -> list[SQLModel]:
    return [row for number in range(COUNT) for row in _elder(chance, f"E{number}")]


def _elder(chance: Chance, key: str) -> list[SQLModel]:
    gone = chance.maybe(chance.day(date(2024, 1, 1), 300))
    position: dict[str, Any] = chance.maybe(chance.place()) or {
        "longitude": None,
        "latitude": None,
    }
    rows: list[SQLModel] = [
        elder(
            key,
            name=chance.one(*WORDS),
            sex=chance.one(*Sex),
            birth_on=chance.day(date(1925, 1, 1), 9000),
            community_code=chance.one(COMMUNITY, OTHER_COMMUNITY),
            address=chance.one(*WORDS),
            building=chance.one("", *WORDS),
            phone=chance.one("", "13812345678", "0519-85123456"),
            position_is_estimated=chance.maybe(1) is not None,
            living_arrangement=chance.one(*LivingArrangement),
            language=chance.one("mandarin", "wu"),
            registered_on=chance.day(days=1000),
            ended_on=gone,
            end_reason=chance.one(EndReason.DIED, EndReason.MOVED) if gone else None,
            care_note=chance.one("", *WORDS),
            **position,
        )
    ]
    rows += [
        ElderGroup(elder_id=key, group=group, from_on=day, until_on=chance.maybe(date(2025, 1, 1)))
        for group, day in {chance.one(*PriorityGroup): chance.day() for _ in range(2)}.items()
    ]
    rows += [
        Assessment(elder_id=key, assessed_on=day, score=70, level=chance.one(1, 2))
        for day in {chance.day() for _ in range(chance.one(0, 1, 2))}
    ]
    signed = chance.day()
    rows.append(
        FamilyDoctorContract(
            elder_id=key,
            signed_on=signed,
            expires_on=signed + timedelta(days=365),
            provider=chance.one("", *WORDS),
        )
    )
    return rows


def _facilities(chance: Chance) -> list[SQLModel]:
    rows: list[SQLModel] = []
    for number in range(COUNT):
        common = {"operator": chance.one(*Operator), "closed_on": chance.maybe(date(2025, 2, 3))}
        opened = chance.day(days=1000)
        rows += [
            care_centre(
                f"CC{number}",
                name=chance.one(*WORDS),
                opened_on=opened,
                standardised_since=chance.maybe(opened),
                **common,
                **chance.place(),
            ),
            meal_site(f"M{number}", opened_on=opened, kind=MealSiteKind.REGIONAL_CENTRE),
            meal_site(
                f"A{number}",
                kind=MealSiteKind.POINT,
                kitchen_capacity=0,
                supplied_by_id=f"M{number}",
                **chance.place(),
            ),
            institution(
                f"I{number}", opened_on=opened, medical_care_since=chance.maybe(opened), **common
            ),
            *(
                MealSiteCommunity(
                    meal_site_id=f"M{number}",
                    community_code=code,
                    since_on=opened,
                    until_on=chance.maybe(date(2025, 1, 1)),
                )
                for code in (COMMUNITY, OTHER_COMMUNITY)
            ),
            *(
                BedGroup(
                    institution_id=f"I{number}",
                    kind=kind,
                    operator=chance.one(*Operator),
                    from_on=opened,
                    beds=chance.one(1, 60),
                )
                for kind in BedKind
            ),
        ]
    return rows


def _workers(chance: Chance) -> list[SQLModel]:
    rows: list[SQLModel] = [rider("R1", "M1")]
    for number in range(COUNT):
        key = f"C{number}"
        rows += [
            caregiver(
                key,
                sex=chance.one(*Sex),
                town_code=chance.one(TOWN, OTHER_TOWN),
                care_centre_id=chance.maybe("CC1"),
                travel_mode=chance.one(*TravelMode),
                languages=chance.one("mandarin", "mandarin,wu"),
                left_on=chance.maybe(date(2025, 3, 1)),
            ),
            CaregiverQualification(
                caregiver_id=key,
                qualification_code=chance.one("care_worker", "nurse"),
                obtained_on=chance.day(),
                level=chance.one(0, 3),
                expires_on=chance.maybe(date(2027, 1, 1)),
            ),
            shift(f"S{number}", chance.day(date(2024, 1, 1), 300), caregiver_id=key),
            shift(
                f"T{number}",
                date(2024, 2, 1 + number),
                rider_id="R1",
                start_minutes=0,
                end_minutes=1440,
                break_minutes=30,
                break_earliest_minutes=chance.one(600, 661),
                break_latest_end_minutes=chance.one(720, 1440),
            ),
        ]
    return rows


def _care(chance: Chance) -> list[SQLModel]:
    rows: list[SQLModel] = []
    for number in range(COUNT):
        early = date(2020, 1, 1)
        rows += [
            CarePlan(
                id=f"P{number}",
                elder_id=f"E{number}",
                from_on=early,
                until_on=chance.maybe(date(2026, 1, 1)),
                entitled_minutes_per_month=chance.maybe(1800),
            ),
            *(
                _item(chance, f"P{number}", part)
                for part in range(chance.one(0, 1, 2) if number else 0)
            ),
            MealSubscription(
                id=f"O{number}",
                elder_id=f"E{number}",
                meal_site_id="M1",
                mode=chance.one(*MealMode),
                weekdays=chance.one("1", "135", "1234567", "67"),
                diet=chance.one("", "低盐"),
                portions=chance.one(1, 4),
                from_on=early,
                until_on=chance.maybe(date(2026, 1, 1)),
            ),
            _record(chance, number),
        ]
    return rows


def _item(chance: Chance, plan: str, part: int) -> PlanItem:
    preferred = chance.maybe(f"C{chance.random.randrange(COUNT)}")
    return PlanItem(
        id=f"{plan}-{part}",
        care_plan_id=plan,
        service_type_code="bath",
        minutes=chance.one(30, 90),
        people=chance.one(1, 2),
        weekdays=chance.one("1", "246", "7"),
        every_weeks=chance.one(1, 8),
        anchor_on=chance.day(),
        window_start_minutes=chance.one(0, 487),
        window_end_minutes=chance.one(600, 1200),
        preferred_caregiver_id=preferred,
        required_sex=None if preferred else chance.one(None, "female", "male"),
        holiday_rule=chance.one(*HolidayRule),
    )


def _record(chance: Chance, number: int) -> ServiceRecord:
    started = chance.one(
        datetime(2024, 5, 6, 1, 30, tzinfo=UTC),
        datetime(2024, 5, 6, 1, 30, 15, tzinfo=UTC),
        datetime(2024, 5, 6, 1, 30, 15, 123456, tzinfo=UTC),
    )
    return ServiceRecord(
        id=f"V{number}/1",
        visit_id=f"V{number}",
        elder_id=f"E{number}",
        service_type_code="bath",
        caregiver_id="C1",
        on=date(2024, 5, 6),
        started_at=chance.maybe(started),
        ended_at=chance.maybe(started + timedelta(minutes=50)),
        outcome=chance.one(*Outcome),
    )
