"""Plans that the town's caregivers can serve, and a past that agrees with them."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from eldercare.care.demand import DayDemand, Visit
from eldercare.care.expand import expand_day
from eldercare.care.tables import (
    CarePlan,
    MealMode,
    MealRecord,
    MealSubscription,
    Outcome,
    PlanItem,
    ServiceRecord,
    ServiceType,
)
from eldercare.registry.queries import CaregiverShift, caregiver_shifts, groups_as_of
from eldercare.registry.tables import (
    PLAN_PRIORITY_GROUPS,
    Caregiver,
    CaregiverQualification,
    Community,
    Elder,
    MealSite,
    MealSiteCommunity,
    Rider,
    Shift,
)
from eldercare.seeding.visits_past import BETWEEN_MINUTES, PAST_DAYS
from eldercare.settings import DEMO_ON, TIME_ZONE
from tests.seed.conftest import SCALE, Seeded

DAY = timedelta(days=1)
SAMPLE_DAYS = [DEMO_ON - timedelta(days=back) for back in (1, 2, 3, 4, 5, 6, 7, 30, 61, PAST_DAYS)]


@pytest.fixture
def demand(district: Session) -> DayDemand:
    return expand_day(district, DEMO_ON)


@pytest.fixture
def services(district: Session) -> dict[str, ServiceType]:
    return {service.code: service for service in district.scalars(select(ServiceType))}


@pytest.fixture
def town_of(district: Session) -> dict[str, str]:
    """Elder → town."""
    rows = district.execute(
        select(col(Elder.id), col(Community.town_code)).join(
            Community, col(Community.code) == col(Elder.community_code)
        )
    )
    return {row.id: row.town_code for row in rows}


def test_the_demo_day_has_the_size_it_should(demand: DayDemand, seeded: Seeded) -> None:
    assert seeded.summary.counts["caregiver"] == round(700 * SCALE)
    # In so thin a district ways are longer, so a caregiver makes a visit less than at scale 0.1.
    assert 0.8 * 5_000 * SCALE <= len(demand.visits) <= 1.1 * 5_000 * SCALE
    assert len(demand.meal_orders) == pytest.approx(20_000 * SCALE, rel=0.08)
    pairs = sum(visit.people == 2 for visit in demand.visits)
    assert 0.02 <= pairs / len(demand.visits) <= 0.08


def test_weekdays_are_alike_and_weekends_are_quiet(district: Session) -> None:
    monday = DEMO_ON - timedelta(days=DEMO_ON.weekday())
    days = [expand_day(district, monday + offset * DAY) for offset in range(7)]
    visits = [len(day.visits) for day in days]
    meals = [len(day.meal_orders) for day in days]
    assert min(visits[:5]) > 0.75 * max(visits)
    assert min(meals[:5]) > 0.95 * max(meals)
    assert min(visits[5:]) > 0
    assert max(visits[5:]) < 0.5 * min(visits[:5])
    assert max(meals[5:]) < 0.5 * min(meals[:5])


def test_meals_are_eaten_fetched_and_brought(demand: DayDemand) -> None:
    modes = Counter(order.mode for order in demand.meal_orders)
    total = len(demand.meal_orders)
    assert modes[MealMode.DINE_IN] / total == pytest.approx(0.45, abs=0.06)
    assert modes[MealMode.PICK_UP] / total == pytest.approx(0.25, abs=0.06)
    assert modes[MealMode.DELIVERY] / total == pytest.approx(0.30, abs=0.06)


def test_minutes_and_people_agree_with_the_catalogue(
    district: Session, services: dict[str, ServiceType]
) -> None:
    for item in district.scalars(select(PlanItem)):
        service = services[item.service_type_code]
        assert service.is_home_visit
        assert service.minimum_minutes <= item.minutes <= service.maximum_minutes
        if item.people == 2:
            assert service.two_person_from_level is not None


def test_plans_and_levels_agree_on_two_caregivers(district: Session, demand: DayDemand) -> None:
    """The date's demand doubles a visit by level; the plan was written for the same."""
    people = {item.id: item.people for item in district.scalars(select(PlanItem))}
    assert all(visit.people == people[visit.plan_item_id] for visit in demand.visits)


def may_give(held: dict[str, int], service: ServiceType) -> bool:
    """Whether the qualifications (code → level) are enough for a service."""
    code = service.qualification_code
    alternative = service.alternative_qualification_code in held
    return code is None or alternative or held.get(code, -1) >= service.qualification_level


def fits(visit: Visit, worker: CaregiverShift, service: ServiceType) -> bool:
    """Whether a caregiver could make the visit if it were the only one."""
    if not may_give(worker.qualifications, service):
        return False
    if visit.required_sex not in (None, worker.caregiver.sex.value):
        return False
    start = max(visit.window_start_minutes, worker.shift.start_minutes)
    return start <= min(visit.window_end_minutes, worker.shift.end_minutes - visit.minutes)


def test_every_visit_has_enough_caregivers_who_could_make_it(
    district: Session,
    demand: DayDemand,
    services: dict[str, ServiceType],
    town_of: dict[str, str],
) -> None:
    workers = defaultdict(list)
    for worker in caregiver_shifts(district, DEMO_ON):
        workers[worker.caregiver.town_code].append(worker)
    hopeless = [
        visit
        for visit in demand.visits
        if sum(
            fits(visit, worker, services[visit.service_type_code])
            for worker in workers[town_of[visit.elder_id]]
        )
        < visit.people
    ]
    assert len(hopeless) <= 0.01 * len(demand.visits)


def test_a_towns_day_fits_into_its_caregivers_shifts(
    district: Session, demand: DayDemand, town_of: dict[str, str]
) -> None:
    work: dict[str, int] = defaultdict(int)
    for visit in demand.visits:
        work[town_of[visit.elder_id]] += visit.minutes * visit.people
    hours: dict[str, int] = defaultdict(int)
    for worker in caregiver_shifts(district, DEMO_ON):
        shift = worker.shift
        hours[worker.caregiver.town_code] += (
            shift.end_minutes - shift.start_minutes - shift.break_minutes
        )
    assert all(minutes <= 0.85 * hours[town] for town, minutes in work.items())
    assert sum(work.values()) >= 0.5 * sum(hours.values())


@pytest.mark.parametrize("on", SAMPLE_DAYS, ids=str)
def test_the_past_is_what_the_plans_asked_for(district: Session, on: date) -> None:
    """The seed walks its own calendar; `expand_day` must find the very same visits and meals."""
    asked = expand_day(district, on)
    made = set(
        district.scalars(select(col(ServiceRecord.visit_id)).where(col(ServiceRecord.on) == on))
    )
    assert made == {visit.id for visit in asked.visits}
    if on >= DEMO_ON - 14 * DAY:
        orders = select(col(MealRecord.order_id)).where(col(MealRecord.on) == on)
        eaten = set(district.scalars(orders))
        assert eaten == {order.id for order in asked.meal_orders}


def test_the_past_ends_the_day_before(district: Session) -> None:
    first, last = district.execute(
        select(func.min(col(ServiceRecord.on)), func.max(col(ServiceRecord.on)))
    ).one()
    assert (first, last) == (DEMO_ON - PAST_DAYS * DAY, DEMO_ON - DAY)


def test_nobody_was_at_two_homes_at_once(district: Session) -> None:
    rows = district.scalars(
        select(ServiceRecord)
        .where(col(ServiceRecord.caregiver_id).is_not(None))
        .order_by(col(ServiceRecord.caregiver_id), col(ServiceRecord.started_at))
    )
    before: ServiceRecord | None = None
    for row in rows:
        assert row.started_at is not None
        assert row.ended_at is not None
        assert row.started_at < row.ended_at
        assert row.started_at.astimezone(TIME_ZONE).date() == row.on
        if before is not None and before.caregiver_id == row.caregiver_id:
            assert before.ended_at is not None
            assert row.started_at >= before.ended_at + timedelta(minutes=BETWEEN_MINUTES)
        before = row
    assert before is not None


def test_records_tell_of_the_right_people(district: Session, town_of: dict[str, str]) -> None:
    """Colleagues of the same town with the qualification; both parts of a visit by two."""
    held: dict[str, dict[str, int]] = defaultdict(dict)
    for row in district.scalars(select(CaregiverQualification)):
        held[row.caregiver_id][row.qualification_code] = row.level
    services = {service.code: service for service in district.scalars(select(ServiceType))}
    towns = {carer.id: carer.town_code for carer in district.scalars(select(Caregiver))}
    parts: Counter[str] = Counter()
    outcomes: Counter[Outcome] = Counter()
    for record in district.scalars(select(ServiceRecord)):
        assert record.id.startswith(f"{record.visit_id}/")
        parts[record.visit_id] += 1
        outcomes[record.outcome] += 1
        if record.caregiver_id is None:
            assert record.outcome is Outcome.CANCELLED
            assert record.started_at is None
            continue
        assert towns[record.caregiver_id] == town_of[record.elder_id]
        assert may_give(held[record.caregiver_id], services[record.service_type_code])
    assert set(parts.values()) == {1, 2}
    total = sum(outcomes.values())
    assert outcomes[Outcome.DELIVERED] / total > 0.93
    assert 0.005 <= outcomes[Outcome.NO_SHOW] / total <= 0.025


def test_who_is_preferred_has_been_there(district: Session) -> None:
    came: dict[str, set[str | None]] = defaultdict(set)
    for elder_id, caregiver_id in district.execute(
        select(col(ServiceRecord.elder_id), col(ServiceRecord.caregiver_id)).distinct()
    ):
        came[elder_id].add(caregiver_id)
    preferred = list(
        district.execute(
            select(col(CarePlan.elder_id), col(PlanItem.preferred_caregiver_id))
            .join(PlanItem, col(PlanItem.care_plan_id) == col(CarePlan.id))
            .where(
                col(PlanItem.preferred_caregiver_id).is_not(None),
                col(CarePlan.from_on) < DEMO_ON - 60 * DAY,
            )
        )
    )
    known = sum(caregiver_id in came[elder_id] for elder_id, caregiver_id in preferred)
    assert known > 0.9 * len(preferred)


def test_the_groups_that_the_plan_names_come_first(district: Session) -> None:
    planned = set(district.scalars(select(col(CarePlan.elder_id))))
    first = {
        elder_id
        for elder_id, groups in groups_as_of(district, None, DEMO_ON).items()
        if groups & PLAN_PRIORITY_GROUPS
    }
    assert len(first & planned) > 0.7 * len(first)
    assert len(planned) < 0.15 * seeded_elders(district)


def seeded_elders(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Elder)) or 0


def test_deliveries_come_from_a_staffed_site_of_the_own_town(
    district: Session, demand: DayDemand, town_of: dict[str, str]
) -> None:
    sites = {site.id: site for site in district.scalars(select(MealSite))}
    towns = {place.code: place.town_code for place in district.scalars(select(Community))}
    riders = {rider.id: rider for rider in district.scalars(select(Rider))}
    staffed = Counter(
        riders[shift.rider_id].meal_site_id
        for shift in district.scalars(select(Shift).where(col(Shift.on) == DEMO_ON))
        if shift.rider_id is not None
    )
    load: Counter[str] = Counter()
    for order in demand.meal_orders:
        if order.mode is MealMode.DELIVERY:
            assert towns[sites[order.meal_site_id].community_code] == town_of[order.elder_id]
            load[order.meal_site_id] += order.portions
    assert all(load[site] <= 9 * staffed[site] for site in load)


def test_subscriptions_are_at_sites_that_serve_the_community(district: Session) -> None:
    homes = {elder.id: elder.community_code for elder in district.scalars(select(Elder))}
    since = {
        (row.meal_site_id, row.community_code): row.since_on
        for row in district.scalars(select(MealSiteCommunity))
    }
    for subscription in district.scalars(select(MealSubscription)):
        key = (subscription.meal_site_id, homes[subscription.elder_id])
        assert subscription.from_on >= since[key]


def test_shifts_reach_four_weeks_ahead(district: Session) -> None:
    first, last = district.execute(select(func.min(col(Shift.on)), func.max(col(Shift.on)))).one()
    assert first <= DEMO_ON - timedelta(days=DEMO_ON.weekday())
    assert last >= DEMO_ON + 28 * DAY
