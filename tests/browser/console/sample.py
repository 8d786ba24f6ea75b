"""A synthetic day that is always the same: two towns, 52 caregivers, 500 visits, meal rounds.

Straight into the tables, so that a page can be tested without an engine: every caregiver's day is
laid out one visit after the other with a midday break; some visits are left over, with reasons.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count

from sqlmodel import Session, SQLModel, col, select

from eldercare.accounts.demo import ensure_demo_accounts
from eldercare.accounts.tables import Role
from eldercare.accounts.users import add_user
from eldercare.care.tables import MealMode, Outcome, ServiceRecord, ServiceType
from eldercare.coverage.targets import load_targets
from eldercare.registry.tables import (
    Caregiver,
    CaregiverQualification,
    Community,
    Elder,
    Rider,
    Shift,
    Town,
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
from eldercare.settings import DISTRICT_CODE, TIME_ZONE
from tests.registry import rows

ON = date(2020, 9, 17)
NOW = datetime(2020, 9, 17, 2, 24, tzinfo=UTC)
NOW_MINUTES = 10 * 60 + 24
TOWN, OTHER_TOWN = "320411002000", "320411003000"
PLACES = {
    TOWN: ("三井街道", 119.948, 31.82, 30),
    OTHER_TOWN: ("龙虎塘街道", 119.985, 31.85, 22),
}
"""Code → name, position, caregivers."""
COMMUNITIES = {
    "320411002001": "华山社区",
    "320411002002": "飞龙社区",
    "320411002003": "龙城社区",
    "320411003001": "盘龙社区",
    "320411003002": "腾龙社区",
}
MINUTES = (45, 30, 60, 35, 40)
SERVICES = (("bath", "助浴"), ("clean", "助洁"), ("nursing", "护理"), ("rehab", "康复"))
SKILLS = (("care_worker", "养老护理员"), ("nurse", "护士"), ("therapist", "康复治疗师"))
SURNAMES = "陈朱孙蒋刘赵杨吴徐何马郑胡谢周顾"
GIVEN = (
    "秀英",
    "玉珍",
    "福根",
    "德明",
    "金凤",
    "根生",
    "惠珍",
    "阿大",
    "小妹",
    "文彬",
    "志华",
    "兰",
)
TRAVEL = 11
VISITS_EACH = 13
LEFT_OVER = 9
WHO = "zhoumin"
PASSWORD = "xinbei-demo-2"
OTHER_PASSWORD = "long-enough-1"


def name(number: int) -> str:
    """One of 192 names."""
    return SURNAMES[number % len(SURNAMES)] + GIVEN[number // len(SURNAMES) % len(GIVEN)]


def fill(session: Session, *, versions: tuple[RosterStatus, ...] = (RosterStatus.DRAFT,)) -> None:
    """Write the registry, the accounts and the date's rosters."""
    for each in _registry():
        session.add(each)
        session.flush()
    load_targets(session)
    ensure_demo_accounts(session, now=NOW)
    for who, role, area, worker in (
        ("viewer", Role.VIEWER, DISTRICT_CODE, None),
        ("longhutang", Role.COORDINATOR, OTHER_TOWN, None),
        ("caregiver", Role.CAREGIVER, TOWN, "C000"),
    ):
        add_user(
            session,
            name=who,
            password=OTHER_PASSWORD,
            role=role,
            area_code=area,
            caregiver_id=worker,
            by="test",
            now=NOW,
        )
    for number, status in enumerate(versions, start=1):
        published = status is not RosterStatus.DRAFT
        roster = Roster(
            on=ON,
            status=status,
            version=number if published else None,
            created_at=NOW,
            published_at=NOW if published else None,
        )
        session.add(roster)
        session.flush()
        assert roster.id is not None
        for each in _roster(roster.id):
            session.add(each)
            if isinstance(each, RosterRoute):
                session.flush()


def _registry() -> Iterator[SQLModel]:
    for code, (title, longitude, latitude, _) in PLACES.items():
        yield Town(
            code=code,
            name=title,
            parent_code="320411000000",
            longitude=longitude,
            latitude=latitude,
        )
    for code, title in COMMUNITIES.items():
        yield Community(
            code=code,
            name=title,
            official_name=title,
            town_code=code[:9] + "000",
            urban_rural_class=111,
            longitude=119.95,
            latitude=31.82,
        )
    for code, title in SKILLS:
        yield rows.qualification(code, name=title)
    for code, title in SERVICES:
        yield ServiceType(
            code=code, name=title, default_minutes=45, minimum_minutes=20, maximum_minutes=120
        )
    for number, code in enumerate(PLACES):
        yield rows.meal_site(f"S{number}", community_code=f"{code[:9]}001")
    yield from _workers()
    total = sum(place[3] for place in PLACES.values()) * VISITS_EACH + LEFT_OVER
    for number in range(total):
        yield _elder(number)


def _workers() -> Iterator[SQLModel]:
    for number, code, worker in caregivers():
        base = PLACES[code]
        yield Caregiver(
            **rows.caregiver(worker, name=name(number * 5 + 3)).model_dump()
            | {"town_code": code, "base_longitude": base[1], "base_latitude": base[2]}
        )
        for skill in {SKILLS[0][0], SKILLS[number % 3][0]}:
            yield CaregiverQualification(
                caregiver_id=worker, qualification_code=skill, obtained_on=rows.LONG_AGO
            )
        yield Shift(
            id=f"SH{worker}",
            on=ON,
            caregiver_id=worker,
            start_minutes=450 + number % 3 * 30,
            end_minutes=1080,
        )
    for number in range(len(PLACES)):
        yield Rider(**rows.rider(f"R{number}", f"S{number}", name=name(100 + number)).model_dump())
        yield Shift(
            id=f"SHR{number}", on=ON, rider_id=f"R{number}", start_minutes=600, end_minutes=840
        )


def caregivers() -> Iterator[tuple[int, str, str]]:
    """Number, town and id of every caregiver."""
    numbers = count()
    for code, place in PLACES.items():
        for _ in range(place[3]):
            number = next(numbers)
            yield number, code, f"C{number:03d}"


def _elder(number: int) -> Elder:
    code = TOWN if number // VISITS_EACH < PLACES[TOWN][3] else OTHER_TOWN
    _, longitude, latitude, _ = PLACES[code]
    # A spiral around the town's centre: spread, never random.
    turn, reach = number * 2.399, 0.0016 * (number % 17)
    east, north = turn % 2 - 1, (turn * 1.618) % 2 - 1
    return Elder(
        **rows.elder(f"E{number:04d}", name=name(number)).model_dump()
        | {
            "community_code": f"{code[:9]}00{number % 2 + 1}",
            "birth_on": date(1930 + number % 28, number % 12 + 1, 5),
            "address": f"通江路{number}号",
            "phone": f"139{number:08d}",
            "longitude": longitude + reach * east,
            "latitude": latitude + reach * north * 0.7,
            "care_note": "高血压，水温不超过 40℃" if number % 4 == 0 else "",
        }
    )


def _roster(roster_id: int) -> Iterator[SQLModel]:
    for code in PLACES:
        yield TownPlan(
            roster_id=roster_id,
            town_code=code,
            engine="hybrid",
            seed=1,
            seconds=12.5,
            violations=0,
            planned_at=NOW,
        )
    for number, code, worker in caregivers():
        yield from _day(roster_id, number, code, worker)
    yield from _missing(roster_id)
    for number, code in enumerate(PLACES):
        yield from _round(roster_id, number, code)


def _day(roster_id: int, number: int, code: str, worker: str) -> Iterator[SQLModel]:
    begin = 450 + number % 3 * 30
    lunch, stops = _laid_out(number, begin)
    route_id = roster_id * 1000 + number
    yield RosterRoute(
        id=route_id,
        roster_id=roster_id,
        town_code=code,
        shift_id=f"SH{worker}",
        caregiver_id=worker,
        departure_minutes=begin,
        return_minutes=stops[-1][1] + TRAVEL,
        travel_minutes=TRAVEL * (len(stops) + 1),
        rest_start_minutes=lunch,
        rest_end_minutes=None if lunch is None else lunch + 45,
    )
    for turn, (start, end) in enumerate(stops):
        elder = f"E{number * VISITS_EACH + turn:04d}"
        yield RosterVisit(
            roster_id=roster_id,
            visit_id=f"V{elder}",
            town_code=code,
            elder_id=elder,
            service_type_code=SERVICES[(number + turn) % len(SERVICES)][0],
            minutes=end - start,
            people=1,
            window_start_minutes=max(0, start - 60),
            window_end_minutes=start + 60,
            priority=2 if turn == 2 else 0,
            placement=Placement.PLANNED,
        )
        yield RosterStop(
            route_id=route_id,
            sequence=turn + 1,
            roster_id=roster_id,
            visit_id=f"V{elder}",
            elder_id=elder,
            travel_minutes=TRAVEL,
            arrival_minutes=start,
            start_minutes=start,
            end_minutes=end,
        )


def visits(town: str | None = None) -> int:
    """How many visits the day's routes hold, in a town or in both."""
    return sum(
        len(_laid_out(number, 450 + number % 3 * 30)[1])
        for number, code, _ in caregivers()
        if town in (None, code)
    )


def _laid_out(number: int, at: int) -> tuple[int | None, list[tuple[int, int]]]:
    """Start of the midday break, and start and end of each visit, one after the other."""
    lunch, stops = None, []
    for turn in range(VISITS_EACH):
        minutes = MINUTES[(number + turn) % len(MINUTES)]
        if lunch is None and at >= 690:
            lunch, at = at, at + 45
        start = at + TRAVEL
        if start + minutes + TRAVEL > 1080:
            break
        stops.append((start, start + minutes))
        at = start + minutes
    return lunch, stops


def _missing(roster_id: int) -> Iterator[SQLModel]:
    first = sum(place[3] for place in PLACES.values()) * VISITS_EACH
    for turn in range(LEFT_OVER):
        aside = turn == LEFT_OVER - 1
        yield RosterVisit(
            roster_id=roster_id,
            visit_id=f"VE{first + turn:04d}",
            town_code=TOWN,
            elder_id=f"E{first + turn:04d}",
            service_type_code=SERVICES[turn % len(SERVICES)][0],
            minutes=60,
            people=1,
            window_start_minutes=480 + turn * 55,
            window_end_minutes=540 + turn * 55,
            priority=2 if turn < 2 else 0,
            placement=Placement.SET_ASIDE if aside else Placement.UNSERVED,
            reason="no_position" if aside else "no_shift_in_window",
            proof="" if aside else "proved_impossible",
            detail="no caregiver is on shift",
        )


def _round(roster_id: int, number: int, code: str) -> Iterator[SQLModel]:
    for trip in (1, 2):
        route_id = roster_id * 1000 + 900 + number * 10 + trip
        leave = 630 + trip * 60
        yield RosterRoute(
            id=route_id,
            roster_id=roster_id,
            town_code=code,
            shift_id=f"SHR{number}",
            rider_id=f"R{number}",
            trip=trip,
            departure_minutes=leave,
            return_minutes=leave + 50,
            travel_minutes=20,
        )
        for turn in range(10):
            elder = f"E{number * PLACES[TOWN][3] * VISITS_EACH + trip * 10 + turn:04d}"
            order = f"M{elder}"
            yield RosterMeal(
                roster_id=roster_id,
                order_id=order,
                town_code=code,
                elder_id=elder,
                meal_site_id=f"S{number}",
                mode=MealMode.DELIVERY,
                portions=1,
                placement=Placement.PLANNED,
            )
            at = leave + 2 + turn * 4
            yield RosterStop(
                route_id=route_id,
                sequence=turn + 1,
                roster_id=roster_id,
                order_id=order,
                elder_id=elder,
                travel_minutes=2,
                arrival_minutes=at,
                start_minutes=at,
                end_minutes=at + 2,
            )


def check_in(session: Session) -> None:
    """What the phones have reported by `NOW`: most is done, one is under way, one nobody began."""
    midnight = datetime(ON.year, ON.month, ON.day, tzinfo=TIME_ZONE)
    stops = session.exec(select(RosterStop).where(col(RosterStop.visit_id).is_not(None))).all()
    for stop in stops:
        number = int(stop.elder_id[1:]) // VISITS_EACH
        late = stop.route_id % 10 == 4 and stop.start_minutes > NOW_MINUTES - 60
        if stop.start_minutes > NOW_MINUTES or late:
            continue
        ended = stop.end_minutes <= NOW_MINUTES
        session.add(
            ServiceRecord(
                id=f"{stop.visit_id}/1",
                visit_id=stop.visit_id or "",
                elder_id=stop.elder_id,
                service_type_code=SERVICES[0][0],
                caregiver_id=f"C{number:03d}",
                on=ON,
                started_at=midnight + timedelta(minutes=stop.start_minutes),
                ended_at=midnight + timedelta(minutes=stop.end_minutes) if ended else None,
                outcome=Outcome.DELIVERED,
            )
        )
