"""The indicators once more: plain loops over plain rows, slow and obvious.

Written apart from the product: it shares nothing with `eldercare.coverage` but the tables it reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from sqlmodel import Session, SQLModel, select

from eldercare.care.tables import MealRecord, ServiceRecord, ServiceType
from eldercare.registry.tables import (
    Assessment,
    BedGroup,
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
    PlannedMove,
    RehabPlace,
)

Kind = TypeVar("Kind", bound=SQLModel)
Facility = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a list behind a figure."""

    key: str
    community: str
    weight: int
    counted: bool


class Reference:
    """Lists behind the figures of `on`, looking back `days` days."""

    def __init__(self, session: Session, on: date, days: int) -> None:
        self.session, self.on, self.days = session, on, days
        self.read: dict[type[SQLModel], list[Any]] = {}

    def entries(self, code: str) -> list[Entry]:
        lists = {
            "home_service": self.home_service,
            "meal_urban": lambda: self.communities(wants_urban=True, facility=self.meals),
            "meal_rural": lambda: self.communities(wants_urban=False, facility=self.meals),
            "centre_urban": lambda: self.communities(wants_urban=True, facility=self.centre),
            "centre_rural": lambda: self.communities(wants_urban=False, facility=self.centre),
            "nursing_beds": lambda: self.beds("nursing"),
            "social_beds": lambda: self.beds("social"),
            "medical_care_institutions": self.medical_care,
            "rehab_urban": lambda: self.communities(wants_urban=True, facility=self.rehab),
            "rehab_rural": lambda: self.communities(wants_urban=False, facility=self.rehab),
            "family_doctor": self.family_doctor,
            "priority_groups_served": self.priority_groups,
        }
        return sorted(lists[code](), key=lambda entry: (entry.community, entry.key))

    def all(self, kind: type[Kind]) -> list[Kind]:
        if kind not in self.read:
            self.read[kind] = list(self.session.exec(select(kind)).all())
        return self.read[kind]

    def holds(self, first: date, until: date | None) -> bool:
        if first > self.on:
            return False
        return until is None or self.on < until

    def recent(self, on: date) -> bool:
        ages = [self.on - timedelta(days=back) for back in range(self.days)]
        return on in ages

    def age(self, birth: date) -> int:
        had_birthday = (self.on.month, self.on.day) >= (birth.month, birth.day)
        return self.on.year - birth.year - (0 if had_birthday else 1)

    def elders(self) -> Iterator[Elder]:
        for elder in self.all(Elder):
            if self.holds(elder.registered_on, elder.ended_on) and self.age(elder.birth_on) >= 60:
                yield elder

    def community(self, elder: Elder) -> str:
        """Where the elder lived: day by day from the registration on, one home after the other."""
        left = {one.until_on: one for one in self.all(FormerHome) if one.elder_id == elder.id}
        for day in sorted(left):
            if self.on < day:
                return left[day].community_code
        code = elder.community_code
        ahead = {one.from_on: one for one in self.all(PlannedMove) if one.elder_id == elder.id}
        for day in sorted(ahead):
            if day <= self.on:
                code = ahead[day].community_code
        return code

    def at_home(self) -> Iterator[Elder]:
        stays = self.all(InstitutionStay)
        for elder in self.elders():
            mine = [stay for stay in stays if stay.elder_id == elder.id]
            if not any(self.holds(stay.from_on, stay.until_on) for stay in mine):
                yield elder

    def home_service(self) -> Iterator[Entry]:
        at_home_codes = {kind.code for kind in self.all(ServiceType) if kind.is_home_visit}
        visited = set()
        for record in self.all(ServiceRecord):
            delivered = record.outcome == "delivered" and self.recent(record.on)
            if delivered and record.service_type_code in at_home_codes:
                visited.add(record.elder_id)
        for elder in self.at_home():
            yield Entry(elder.id, self.community(elder), 1, elder.id in visited)

    def priority_groups(self) -> Iterator[Entry]:
        first = {"wubao", "shidu", "poor_disabled"}
        members = set()
        for group in self.all(ElderGroup):
            if group.group in first and self.holds(group.from_on, group.until_on):
                members.add(group.elder_id)
        served = set()
        records: list[ServiceRecord | MealRecord] = [*self.all(ServiceRecord)]
        records += self.all(MealRecord)
        for record in records:
            if record.outcome == "delivered" and self.recent(record.on):
                served.add(record.elder_id)
        for elder in self.at_home():
            if elder.id in members:
                yield Entry(elder.id, self.community(elder), 1, elder.id in served)

    def level(self, elder: Elder) -> int:
        known = [
            (assessment.assessed_on, assessment.level)
            for assessment in self.all(Assessment)
            if assessment.elder_id == elder.id and assessment.assessed_on <= self.on
        ]
        return max(known)[1] if known else 0

    def family_doctor(self) -> Iterator[Entry]:
        good = {
            contract.elder_id
            for contract in self.all(FamilyDoctorContract)
            if self.holds(contract.signed_on, contract.expires_on)
        }
        for elder in self.elders():
            if self.age(elder.birth_on) >= 65 or self.level(elder) in (2, 3, 4):
                yield Entry(elder.id, self.community(elder), 1, elder.id in good)

    def communities(self, *, wants_urban: bool, facility: Facility) -> Iterator[Entry]:
        for community in self.all(Community):
            is_urban = str(community.urban_rural_class).startswith("1")
            if community.is_quasi or is_urban is not wants_urban:
                continue
            if facility == self.rehab and not wants_urban and not community.has_rehab_conditions:
                continue
            yield Entry(community.code, community.code, 1, facility(community.code))

    def meals(self, community: str) -> bool:
        sites = {site.id: site for site in self.all(MealSite)}
        is_open = {key: self.holds(site.opened_on, site.closed_on) for key, site in sites.items()}
        for serves in self.all(MealSiteCommunity):
            site = sites[serves.meal_site_id]
            fed = site.supplied_by_id is None or is_open[site.supplied_by_id]
            mine = serves.community_code == community and is_open[site.id] and fed
            if mine and self.holds(serves.since_on, serves.until_on):
                return True
        return False

    def centre(self, community: str) -> bool:
        for centre in self.all(CareCentre):
            since = centre.standardised_since
            is_open = self.holds(centre.opened_on, centre.closed_on)
            is_standard = since is not None and since <= self.on
            if centre.community_code == community and is_open and is_standard:
                return True
        return False

    def rehab(self, community: str) -> bool:
        places = [place for place in self.all(RehabPlace) if place.community_code == community]
        return any(self.holds(place.opened_on, place.closed_on) for place in places)

    def institutions(self) -> dict[str, Institution]:
        return {
            house.id: house
            for house in self.all(Institution)
            if self.holds(house.opened_on, house.closed_on)
        }

    def beds(self, wanted: str) -> Iterator[Entry]:
        houses = self.institutions()
        for group in self.all(BedGroup):
            house = houses.get(group.institution_id)
            if house is not None and self.holds(group.from_on, group.until_on):
                key = f"{house.id}/{group.kind}/{group.operator}/{group.from_on}"
                counted = wanted in (group.kind, group.operator)
                yield Entry(key, house.community_code, group.beds, counted)

    def medical_care(self) -> Iterator[Entry]:
        for house in self.institutions().values():
            since = house.medical_care_since
            yield Entry(house.id, house.community_code, 1, since is not None and since <= self.on)
