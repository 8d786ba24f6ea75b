"""Rows for small districts: plain defaults, so that a test writes only what it is about."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlmodel import Session, SQLModel

from eldercare.care.tables import MealMode, MealRecord, Outcome, ServiceRecord, ServiceType
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
    LivingArrangement,
    MealSite,
    MealSiteCommunity,
    MealSiteKind,
    Operator,
    PlannedMove,
    PriorityGroup,
    RehabPlace,
    Sex,
    Town,
)

ON = date(2020, 9, 17)
LONG_AGO = date(2015, 1, 1)
PLACE = {"longitude": 119.95, "latitude": 31.83}

TOWN_A, TOWN_B = "320411002000", "320411100000"

DEFAULTS: dict[type[SQLModel], dict[str, Any]] = {
    Town: {"name": "甲镇", "parent_code": "320411000000", **PLACE},
    Community: {
        "name": "社区",
        "official_name": "社区居委会",
        "town_code": TOWN_A,
        "urban_rural_class": 111,
        **PLACE,
    },
    Elder: {
        "name": "某人",
        "sex": Sex.FEMALE,
        "birth_on": date(1945, 5, 5),
        "address": "某路1号",
        "living_arrangement": LivingArrangement.ALONE,
        "registered_on": LONG_AGO,
    },
    FormerHome: {"address": "旧路1号"},
    PlannedMove: {"address": "新路1号"},
    Assessment: {"score": 50, "assessed_on": LONG_AGO},
    ElderGroup: {"group": PriorityGroup.WUBAO, "from_on": LONG_AGO},
    Institution: {
        "name": "养老院",
        "operator": Operator.PUBLIC,
        "opened_on": LONG_AGO,
        **PLACE,
    },
    InstitutionStay: {"from_on": LONG_AGO},
    FamilyDoctorContract: {"signed_on": LONG_AGO},
    CareCentre: {"name": "中心", "operator": Operator.PUBLIC, "opened_on": LONG_AGO, **PLACE},
    MealSite: {"name": "助餐点", "kind": MealSiteKind.KITCHEN, "opened_on": LONG_AGO, **PLACE},
    MealSiteCommunity: {"since_on": LONG_AGO},
    BedGroup: {"kind": BedKind.NURSING, "operator": Operator.PUBLIC, "from_on": LONG_AGO},
    RehabPlace: {"name": "康复室", "opened_on": LONG_AGO},
    ServiceType: {
        "name": "服务",
        "default_minutes": 60,
        "minimum_minutes": 30,
        "maximum_minutes": 120,
    },
    ServiceRecord: {"service_type_code": "bath", "on": ON, "outcome": Outcome.DELIVERED},
    MealRecord: {
        "on": ON,
        "mode": MealMode.DELIVERY,
        "meal_site_id": "M1",
        "outcome": Outcome.DELIVERED,
    },
}


def row(kind: type[SQLModel], /, **values: Any) -> SQLModel:
    """A row of a table with defaults for what is not said; ids of records follow from the rest."""
    filled = {**DEFAULTS[kind], **values}
    if kind is ServiceRecord:
        filled.setdefault("visit_id", f"{filled['elder_id']}@{filled['on']}")
        filled.setdefault("id", f"{filled['visit_id']}/1")
    if kind is MealRecord:
        filled.setdefault("order_id", f"{filled['elder_id']}@{filled['on']}")
    return kind(**filled)


def store(session: Session, rows: list[SQLModel]) -> None:
    """Add the rows in the order of their foreign keys."""
    order = list(DEFAULTS)
    for kind in order:
        session.add_all([each for each in rows if type(each) is kind])
        session.flush()
