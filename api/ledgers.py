"""Every table that can be read and written over HTTP: one entry in one list."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from api.ledger_entry import Entry
from api.ledgers_beside import BESIDE_ELDERS, BESIDE_PLANS, BESIDE_WORKERS
from api.shapes import Caution
from eldercare.accounts.permissions import Action
from eldercare.care.ledgers import CARE_PLANS, MEAL_SUBSCRIPTIONS, PLAN_ITEMS
from eldercare.registry.duplicates.finding import Likelihood, warn_for
from eldercare.registry.ledgers import (
    CARE_CENTRES,
    CAREGIVERS,
    COMMUNITIES,
    ELDERS,
    INSTITUTIONS,
    MEAL_SITES,
    SHIFTS,
)


def _likely_twice(session: Session, elder: Any) -> list[Caution]:
    """Elders who may be the same person as one that was entered."""
    return [
        Caution(
            code="likely_duplicate",
            message=f"may be the same person as {found.second_id}: {', '.join(found.reasons)}; "
            "compare both and merge them if they are one",
            other=found.second_id,
        )
        for found in warn_for(session, elder)
        if found.likelihood is not Likelihood.POSSIBLE
    ]


_PLACE = {"community_code": "320411001001", "longitude": 119.97, "latitude": 31.83}

LEDGERS: tuple[Entry, ...] = (
    Entry(
        "/communities",
        COMMUNITIES,
        {
            "code": "320411001009",
            "name": "河畔社区",
            "official_name": "河畔社区居委会",
            "town_code": "320411001000",
            "urban_rural_class": 111,
            "longitude": 119.97,
            "latitude": 31.83,
        },
    ),
    Entry(
        "/elders",
        ELDERS,
        {
            "name": "王秀英",
            "sex": "female",
            "birth_on": "1941-05-02",
            "address": "某某新村3幢201",
            "living_arrangement": "alone",
            "registered_on": "2020-01-01",
        }
        | _PLACE,
        cautions=_likely_twice,
    ),
    Entry(
        "/caregivers",
        CAREGIVERS,
        {
            "name": "李芳",
            "sex": "female",
            "town_code": "320411001000",
            "base_longitude": 119.97,
            "base_latitude": 31.83,
            "travel_mode": "e_bike",
            "hired_on": "2020-01-01",
        },
    ),
    Entry(
        "/care-centres",
        CARE_CENTRES,
        {"name": "河畔居家养老服务中心", "operator": "social", "opened_on": "2020-01-01"} | _PLACE,
    ),
    Entry(
        "/meal-sites",
        MEAL_SITES,
        {
            "name": "河畔助餐点",
            "kind": "kitchen",
            "kitchen_capacity": 120,
            "opened_on": "2020-01-01",
        }
        | _PLACE,
    ),
    Entry(
        "/institutions",
        INSTITUTIONS,
        {"name": "河畔养老院", "operator": "social", "opened_on": "2020-01-01"} | _PLACE,
    ),
    Entry(
        "/shifts",
        SHIFTS,
        {"on": "2020-09-18", "caregiver_id": "C1", "start_minutes": 480, "end_minutes": 1020},
    ),
    Entry(
        "/care-plans",
        CARE_PLANS,
        {
            "elder_id": "E1",
            "from_on": "2020-09-01",
            "items": [
                {
                    "service_type_code": "bath",
                    "minutes": 60,
                    "weekdays": "135",
                    "anchor_on": "2020-08-31",
                    "window_start_minutes": 480,
                    "window_end_minutes": 600,
                }
            ],
        },
        reading=Action.READ_PERSONAL,
    ),
    Entry("/plan-items", PLAN_ITEMS, reading=Action.READ_PERSONAL),
    Entry(
        "/meal-subscriptions",
        MEAL_SUBSCRIPTIONS,
        {
            "elder_id": "E1",
            "meal_site_id": "M1",
            "mode": "delivery",
            "weekdays": "12345",
            "from_on": "2020-09-01",
        },
        reading=Action.READ_PERSONAL,
    ),
    *BESIDE_ELDERS,
    *BESIDE_WORKERS,
    *BESIDE_PLANS,
)
