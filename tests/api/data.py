"""A published day, the version before it and a draft on top, small enough to know by heart.

Version 2 is in force. In it Chen (C1) visits E1 10:40, E2 11:50 (in version 1: 11:30) and E3 13:20
(new); E4 is no longer hers. Liu (C2, the other town) visits E6. The rider takes a meal to E1.
The draft gives Chen E5 at 08:30, which nobody has been told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlmodel import Session, SQLModel

from eldercare.care.tables import (
    Entitlement,
    HolidayKind,
    HolidayOverride,
    ItemException,
    ItemGap,
    MatchKind,
    MealMode,
    Pause,
    PlanItemPreference,
    ServiceMatch,
)
from eldercare.registry.tables import (
    Absence,
    Assessment,
    CaregiverArea,
    CaregiverQualification,
    Consent,
    ConsentKind,
    ElderContact,
    ElderGroup,
    FamilyDoctorContract,
    FormerHome,
    InstitutionStay,
    PlannedMove,
    PositionOutcome,
    PositionReason,
    PositionTask,
    PriorityGroup,
)
from eldercare.rostering.tables import (
    Placement,
    Roster,
    RosterMeal,
    RosterRoute,
    RosterStatus,
    RosterStop,
    RosterVisit,
    TownPlan,
)
from tests.care.rows import care_plan, plan_item, service_type, subscription
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
from tests.registry.working_rows import pattern, refusal

ON = date(2020, 9, 17)
NOW = datetime(2020, 9, 17, 1, 30, tzinfo=UTC)
"""Half past nine in the morning of that day in the district."""
ENDED = date(2016, 1, 1)
WORKERS = {"C1": TOWN, "C2": OTHER_TOWN, "R1": TOWN}
TRAVEL_MINUTES = 9


@dataclass(frozen=True)
class Stop:
    """A visit (a meal for the rider) at an elder's home."""

    elder_id: str
    start: int
    minutes: int = 60
    people: int = 1


Routes = dict[str, Sequence[Stop]]

VERSION_1: Routes = {"C1": [Stop("E1", 640), Stop("E2", 690), Stop("E4", 870)]}
VERSION_2: Routes = {
    "C1": [Stop("E1", 640), Stop("E2", 710, 45), Stop("E3", 800, people=2)],
    "C2": [Stop("E6", 600)],
    "R1": [Stop("E1", 660, 4)],
}
DRAFT: Routes = {"C1": [Stop("E5", 510), Stop("E1", 640)]}


def published_day(session: Session) -> None:
    """Write the registry, both versions and the draft."""
    registry(session)
    put_roster(session, VERSION_1, RosterStatus.CLOSED, version=1)
    put_roster(session, VERSION_2, RosterStatus.PUBLISHED, version=2)
    put_roster(session, DRAFT, RosterStatus.DRAFT)


def registry(session: Session) -> None:
    """Two towns with workers, shifts, elders and one facility of each kind."""
    put(session, *places(), service_type("bath"))
    put(session, care_centre("H1"), meal_site("M1"), institution("I1"))
    put(
        session,
        caregiver("C1", name="陈美芳", phone="13912345678"),
        caregiver("C2", name="刘芳", town_code=OTHER_TOWN),
        rider("R1", "M1", name="赵强"),
        shift("C1.day", ON, caregiver_id="C1"),
        shift("C2.day", ON, caregiver_id="C2"),
        shift("R1.day", ON, rider_id="R1"),
    )
    put(
        session,
        elder(
            "E1",
            name="周桂兰",
            birth_on=date(1938, 3, 5),
            address="飞龙新苑12幢乙单元302",
            phone="13800012345",
            care_note="高血压，水温不超过40℃；耳背，敲门重一点",
        ),
        elder("E2", name="李德明", address="河海花园3幢401", phone="0519-85100000"),
        elder("E3", name="蒋金凤"),
        elder("E4", name="吴福根"),
        elder("E5", name="草稿人"),
        elder("E6", name="别镇人", community_code=OTHER_COMMUNITY),
    )
    put(session, care_plan("P1", "E1"), plan_item("T1", "P1"), subscription("S1", "E1", "M1"))
    put(session, qualification(), *beside_elders(), *beside_workers(), *beside_plans())


def beside_elders() -> list[SQLModel]:
    """A row of each table that speaks of an elder; all but two ended long ago."""
    past: dict[str, Any] = {"elder_id": "E1", "from_on": LONG_AGO, "until_on": ENDED}
    return [
        Assessment(elder_id="E5", assessed_on=LONG_AGO, score=80, level=1),
        ElderGroup(group=PriorityGroup.HONOURED, **past),
        ElderContact(elder_id="E5", name="草小明", relation="儿子", phone="13900000001"),
        Consent(kind=ConsentKind.PHOTOS, given_by="本人", **past),
        InstitutionStay(institution_id="I1", **past),
        FamilyDoctorContract(elder_id="E1", signed_on=LONG_AGO, expires_on=ENDED),
        FormerHome(elder_id="E5", until_on=ENDED, community_code=COMMUNITY, address="旧街1号"),
        PlannedMove(
            elder_id="E5", from_on=date(2021, 1, 1), community_code=COMMUNITY, address="新街1号"
        ),
        PositionTask(
            elder_id="E5",
            reason=PositionReason.ESTIMATED,
            opened_on=LONG_AGO,
            closed_on=ENDED,
            how=PositionOutcome.CONFIRMED,
        ),
    ]


def beside_workers() -> list[SQLModel]:
    """A row of each table that speaks of a worker."""
    past: dict[str, Any] = {"caregiver_id": "C1", "from_on": LONG_AGO, "until_on": ENDED}
    return [
        pattern("W1", **past),
        Absence(reason="病假", **past),
        CaregiverArea(caregiver_id="C1", community_code=COMMUNITY),
        CaregiverQualification(
            caregiver_id="C1", qualification_code="care_worker", obtained_on=LONG_AGO
        ),
        refusal("E5", "C1", until_on=ENDED),
    ]


def beside_plans() -> list[SQLModel]:
    """A row of each table that stands beside plans."""
    past: dict[str, Any] = {"from_on": LONG_AGO, "until_on": ENDED}
    return [
        Pause(elder_id="E5", **past),
        PlanItemPreference(item_id="T1", caregiver_id="C2"),
        ItemGap(before_item_id="T1", after_subscription_id="S1"),
        ItemException(item_id="T1", original_on=LONG_AGO, cancelled=True),
        ServiceMatch(
            elder_id="E5",
            kind=MatchKind.CARE_CENTRE,
            place_id="H1",
            metres=300,
            rank=1,
            further_metres=0,
            **past,
        ),
        Entitlement(minutes_per_month=600, source="某旧通知", **past),
        HolidayOverride(on=LONG_AGO, kind=HolidayKind.HOLIDAY, name="元旦"),
    ]


def put_roster(
    session: Session, routes: Routes, status: RosterStatus, *, version: int | None = None
) -> int:
    """Write a roster; its routes begin at the first stop's way and end at the last stop's."""
    roster = Roster(
        on=ON,
        status=status,
        version=version,
        created_at=NOW,
        published_at=NOW if version else None,
        published_by="zhou" if version else None,
    )
    put(session, roster)
    assert roster.id is not None
    towns = {WORKERS[worker] for worker in routes}
    put(session, *(_town_plan(roster.id, town) for town in sorted(towns)))
    for worker, stops in routes.items():
        _put_route(session, roster.id, worker, stops)
    return roster.id


def _town_plan(roster_id: int, town: str) -> TownPlan:
    return TownPlan(
        roster_id=roster_id,
        town_code=town,
        engine="hybrid",
        seed=1,
        seconds=0.5,
        violations=0,
        planned_at=NOW,
    )


def _put_route(session: Session, roster_id: int, worker: str, stops: Sequence[Stop]) -> None:
    is_rider = worker.startswith("R")
    for stop in stops:
        put(session, (_meal if is_rider else _visit)(roster_id, WORKERS[worker], stop))
    route = RosterRoute(
        roster_id=roster_id,
        town_code=WORKERS[worker],
        shift_id=f"{worker}.day",
        caregiver_id=None if is_rider else worker,
        rider_id=worker if is_rider else None,
        departure_minutes=stops[0].start - TRAVEL_MINUTES,
        return_minutes=stops[-1].start + stops[-1].minutes + TRAVEL_MINUTES,
        travel_minutes=TRAVEL_MINUTES * (len(stops) + 1),
        rest_start_minutes=None if is_rider else 755,
        rest_end_minutes=None if is_rider else 785,
    )
    put(session, route)
    assert route.id is not None
    for number, stop in enumerate(stops, start=1):
        put(
            session,
            RosterStop(
                route_id=route.id,
                sequence=number,
                roster_id=roster_id,
                visit_id=None if is_rider else f"V.{stop.elder_id}",
                order_id=f"O.{stop.elder_id}" if is_rider else None,
                elder_id=stop.elder_id,
                travel_minutes=TRAVEL_MINUTES,
                arrival_minutes=stop.start,
                start_minutes=stop.start,
                end_minutes=stop.start + stop.minutes,
            ),
        )


def _visit(roster_id: int, town: str, stop: Stop) -> RosterVisit:
    return RosterVisit(
        roster_id=roster_id,
        visit_id=f"V.{stop.elder_id}",
        town_code=town,
        elder_id=stop.elder_id,
        service_type_code="bath",
        minutes=stop.minutes,
        people=stop.people,
        window_start_minutes=stop.start - 30,
        window_end_minutes=stop.start + 30,
        placement=Placement.PLANNED,
    )


def _meal(roster_id: int, town: str, stop: Stop) -> RosterMeal:
    return RosterMeal(
        roster_id=roster_id,
        order_id=f"O.{stop.elder_id}",
        town_code=town,
        elder_id=stop.elder_id,
        meal_site_id="M1",
        mode=MealMode.DELIVERY,
        portions=2,
        placement=Placement.PLANNED,
    )
