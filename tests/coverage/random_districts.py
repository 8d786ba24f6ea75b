"""Small random districts full of edges: dates on, just before and just after the date asked for."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from sqlmodel import SQLModel

from eldercare.care.tables import MealRecord, Outcome, ServiceRecord, ServiceType
from eldercare.registry.tables import (
    Assessment,
    BedGroup,
    BedKind,
    CareCentre,
    Community,
    Elder,
    ElderGroup,
    FamilyDoctorContract,
    FormerHome,
    Institution,
    InstitutionStay,
    MealSite,
    MealSiteCommunity,
    Operator,
    PlannedMove,
    PriorityGroup,
    RehabPlace,
    Town,
)
from tests.coverage.district import ON, TOWN_A, TOWN_B, row

DAYS = 90
EDGES = (-400, -DAYS - 1, -DAYS, -DAYS + 1, -30, -1, 0, 1, 30)
AGES = (40, 59, 60, 60, 64, 65, 65, 80)


class Dice:
    """Draws of one district."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def day(self) -> date:
        return ON + timedelta(days=self.random.choice(EDGES))

    def maybe(self, value: Any) -> Any:
        return self.random.choice((None, value))

    def interval(self) -> tuple[date, date | None]:
        first, until = self.day(), self.day()
        if first >= until:
            return first, None
        return first, self.maybe(until)

    def birth(self) -> date:
        birthday = ON.replace(year=ON.year - self.random.choice(AGES))
        return birthday + timedelta(days=self.random.choice((-1, 0, 1)))

    def several(self, most: int) -> range:
        return range(self.random.randint(0, most))


def random_district(random: Random) -> list[SQLModel]:
    """Rows of one or two towns, up to four communities and a handful of everything else."""
    dice = Dice(random)
    rows: list[SQLModel] = [row(Town, code=TOWN_A), row(Town, code=TOWN_B, name="乙镇")]
    codes = [
        f"{random.choice((TOWN_A, TOWN_B))[:9]}{number:03}"
        for number in range(1, random.randint(2, 5))
    ]
    rows += [_community(random, code) for code in codes]
    rows += [row(ServiceType, code="bath"), row(ServiceType, code="centre", is_home_visit=False)]
    rows += _facilities(dice, codes)
    for number in dice.several(7):
        rows += _elder(dice, f"E{number}", random.choice(codes))
        rows += _moves(dice, f"E{number}", codes)
    return rows


def _community(random: Random, code: str) -> SQLModel:
    return row(
        Community,
        code=code,
        name=f"社区{code[-3:]}",
        town_code=f"{code[:9]}000",
        urban_rural_class=random.choice((111, 112, 121, 122, 210, 220)),
        is_quasi=random.random() < 0.2,
        has_rehab_conditions=random.random() < 0.7,
    )


def _facilities(dice: Dice, codes: list[str]) -> list[SQLModel]:
    choose = dice.random.choice
    rows: list[SQLModel] = []

    def opened() -> dict[str, Any]:
        first, until = dice.interval()
        return {"opened_on": first, "closed_on": until, "community_code": choose(codes)}

    for number in dice.several(4):
        since = dice.maybe(dice.day())
        rows.append(row(CareCentre, id=f"C{number}", standardised_since=since, **opened()))
        rows.append(row(RehabPlace, id=f"R{number}", **opened()))
    sites = ["M1", "M2", "M3"]
    for number, site in enumerate(sites):
        supplier = dice.maybe(choose(sites[:number])) if number else None
        rows.append(row(MealSite, id=site, supplied_by_id=supplier, **opened()))
        for code in codes:
            if dice.random.random() < 0.4:
                first, until = dice.interval()
                serves = {"meal_site_id": site, "community_code": code}
                rows.append(row(MealSiteCommunity, since_on=first, until_on=until, **serves))
    for house in ["I1", "I2", "I3"]:
        since = dice.maybe(dice.day())
        rows.append(row(Institution, id=house, medical_care_since=since, **opened()))
        for kind in BedKind:
            for operator in Operator:
                first, until = dice.interval()
                rows.append(
                    row(
                        BedGroup,
                        institution_id=house,
                        kind=kind,
                        operator=operator,
                        from_on=first,
                        until_on=until,
                        beds=choose((0, 1, 7, 40)),
                    )
                )
    return rows


def _moves(dice: Dice, key: str, codes: list[str]) -> list[SQLModel]:
    """Homes left, and moves entered ahead that all come after them."""
    days = sorted({dice.day() for _ in dice.several(4)})
    entered = dice.random.randint(0, len(days))
    return [
        *(
            row(FormerHome, elder_id=key, until_on=day, community_code=dice.random.choice(codes))
            for day in days[:entered]
        ),
        *(
            row(PlannedMove, elder_id=key, from_on=day, community_code=dice.random.choice(codes))
            for day in days[entered:]
        ),
    ]


def _elder(dice: Dice, key: str, community: str) -> list[SQLModel]:
    first, until = dice.interval()
    choose = dice.random.choice
    rows = [
        row(
            Elder,
            id=key,
            name=f"老人{key}",
            birth_on=dice.birth(),
            community_code=community,
            registered_on=first,
            ended_on=until,
        )
    ]
    for day in {dice.day() for _ in dice.several(3)}:
        rows.append(row(Assessment, elder_id=key, assessed_on=day, level=choose(range(5))))
        rows.append(row(MealRecord, elder_id=key, on=day, outcome=choose(list(Outcome))))
    for day in {dice.day() for _ in dice.several(2)}:
        ended = choose((None, day + timedelta(days=31)))
        rows.append(
            row(InstitutionStay, elder_id=key, institution_id="I1", from_on=day, until_on=ended)
        )
        group = choose(list(PriorityGroup))
        rows.append(row(ElderGroup, elder_id=key, group=group, from_on=day, until_on=ended))
        expires = choose((day, day + timedelta(days=1), day + timedelta(days=365)))
        rows.append(row(FamilyDoctorContract, elder_id=key, signed_on=day, expires_on=expires))
    for day in {dice.day() for _ in dice.several(4)}:
        kind = choose(("bath", "bath", "centre"))
        outcome = choose((Outcome.DELIVERED, Outcome.DELIVERED, Outcome.NO_SHOW, Outcome.CANCELLED))
        rows.append(
            row(ServiceRecord, elder_id=key, on=day, service_type_code=kind, outcome=outcome)
        )
    return rows
