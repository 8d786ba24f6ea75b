"""Every route × every role: who gets in, who is told no, and nobody without a token."""

from __future__ import annotations

import pytest

from api.ledgers import LEDGERS
from eldercare.accounts.permissions import Action
from eldercare.accounts.tables import Role
from tests.api.conftest import BY_ROLE, PREFIX, Client
from tests.registry.rows import COMMUNITY

OFFICE = {Role.ADMINISTRATOR, Role.COORDINATOR}
WORKERS = {Role.CAREGIVER, Role.RIDER}
ROUTES: dict[tuple[str, str], set[Role]] = {
    ("GET", "/me"): set(Role),
    ("GET", "/me/route"): WORKERS,
    ("GET", "/me/route.ics"): WORKERS,
    ("GET", "/rosters/{date}"): OFFICE,
    ("POST", "/rosters/{date}/publish"): OFFICE,
    ("POST", "/rosters/{date}/replan"): OFFICE,
    ("GET", "/rosters/{date}/diff"): OFFICE,
    ("GET", "/rosters/{date}/costs"): OFFICE,
    ("GET", "/visits/{visit}/explanation"): OFFICE,
    ("POST", "/offers"): OFFICE,
    ("PATCH", "/rosters/{date}/draft"): OFFICE,
    ("POST", "/rosters/{date}/draft/fixes"): OFFICE,
    ("POST", "/rosters/{date}/draft/visits"): OFFICE,
    ("POST", "/rosters/{date}/draft/undo"): OFFICE,
    ("GET", "/rosters/{date}/versions"): OFFICE,
    ("GET", "/rosters/{date}/scenarios"): OFFICE,
    ("GET", "/rosters/{date}/comparison"): OFFICE,
    ("POST", "/rosters/{date}/scenarios"): OFFICE,
    ("POST", "/rosters/{date}/scenarios/{name}/promote"): OFFICE,
    ("DELETE", "/rosters/{date}/scenarios/{name}"): OFFICE,
    ("GET", "/rosters/{date}/robustness"): OFFICE,
    ("GET", "/fairness"): OFFICE,
    ("GET", "/weeks/{monday}"): OFFICE,
    ("POST", "/weeks/{monday}"): OFFICE,
    ("GET", "/coverage"): OFFICE | {Role.VIEWER},
    ("GET", "/coverage/{indicator}/names"): OFFICE,
    ("GET", "/snapshots"): OFFICE | {Role.VIEWER},
    ("GET", "/jobs"): {Role.ADMINISTRATOR},
    ("GET", "/audit"): {Role.ADMINISTRATOR},
    ("GET", "/elders/{key}/id-number"): OFFICE,
    ("PUT", "/elders/{key}/id-number"): OFFICE,
    ("POST", "/elders/{key}/id-number/reveal"): {Role.ADMINISTRATOR},
    ("POST", "/imports"): OFFICE,
    ("GET", "/imports/{id}"): OFFICE,
    ("POST", "/imports/{id}/undo"): OFFICE,
    ("GET", "/exports/{kind}"): OFFICE | {Role.VIEWER},
}
USE_CASES = {
    ("POST", "/elders/{key}/hospital-stays"),
    ("POST", "/elders/{key}/hospital-stays/end"),
    ("POST", "/elders/{key}/death"),
    ("POST", "/elders/{key}/move-out"),
    ("POST", "/elders/{key}/end/take-back"),
    ("POST", "/elders/{key}/moves"),
    ("DELETE", "/elders/{key}/moves/{on}"),
    ("PUT", "/elders/{key}/position"),
    ("DELETE", "/elders/{key}/position"),
    ("GET", "/position-tasks/counts"),
    ("POST", "/position-tasks/{key}/assign"),
    ("POST", "/position-tasks/{key}/close"),
    ("POST", "/elders/{key}/assessments"),
    ("POST", "/elders/{key}/reassessment"),
    ("GET", "/reassessments-due"),
    ("GET", "/expiring-qualifications"),
    ("POST", "/plan-items/{key}/changes"),
    ("GET", "/elders/{key}/hours"),
    ("GET", "/hours"),
    ("GET", "/entitlement-warnings"),
    ("POST", "/matches"),
    ("GET", "/elders/{key}/matches"),
    ("GET", "/elders/{key}/advice"),
    ("GET", "/duplicates"),
    ("POST", "/elders/{key}/merge"),
    ("POST", "/merges/{id}/undo"),
    ("POST", "/duplicates/dismissals"),
    ("DELETE", "/duplicates/dismissals/{key}/{other}"),
}
ROUTES |= dict.fromkeys(USE_CASES, OFFICE)
ALLOWED_BUT = {
    ("POST", "/elders/{key}/end/take-back"): 404,
    ("DELETE", "/elders/{key}/moves/{on}"): 404,
    ("POST", "/merges/{id}/undo"): 404,
    ("DELETE", "/duplicates/dismissals/{key}/{other}"): 404,
    ("GET", "/imports/{id}"): 404,
    ("POST", "/imports/{id}/undo"): 404,
}
"""What those who may are told of what is not there."""
FIRST_KEYS = {
    "/communities": COMMUNITY,
    "/elders": "E1",
    "/caregivers": "C1",
    "/care-centres": "H1",
    "/meal-sites": "M1",
    "/institutions": "I1",
    "/shifts": "C1.day",
    "/care-plans": "P1",
    "/plan-items": "T1",
    "/meal-subscriptions": "S1",
    "/assessments": "E5,2015-01-01",
    "/elder-groups": "E1,honoured,2015-01-01",
    "/elder-contacts": "1",
    "/consents": "E1,photos,2015-01-01",
    "/institution-stays": "E1,2015-01-01",
    "/family-doctor-contracts": "E1,2015-01-01",
    "/former-homes": "E5,2016-01-01",
    "/planned-moves": "E5,2021-01-01",
    "/position-tasks": "1",
    "/riders": "R1",
    "/shift-patterns": "W1",
    "/absences": "1",
    "/caregiver-areas": f"C1,{COMMUNITY}",
    "/caregiver-qualifications": "C1,care_worker,2015-01-01",
    "/refusals": "E5,C1,elder,2015-01-01",
    "/pauses": "1",
    "/plan-item-preferences": "T1,C2",
    "/item-gaps": "1",
    "/item-exceptions": "T1,2015-01-01",
    "/service-matches": "E5,care_centre,2015-01-01",
    "/entitlements": "1",
    "/holiday-overrides": "2015-01-01",
}
FOR_OFFICE = {entry.path for entry in LEDGERS if entry.reading is Action.READ_PERSONAL}
READ_ONLY = {entry.path for entry in LEDGERS if entry.is_read_only}
for path in FIRST_KEYS:
    for below in ("", "/{key}"):
        readers = OFFICE if path in FOR_OFFICE else OFFICE | {Role.VIEWER}
        ROUTES["GET", path + below] = readers
    if path in READ_ONLY:
        continue
    ROUTES |= {
        ("POST", path): OFFICE,
        ("PATCH", path + "/{key}"): OFFICE,
        ("DELETE", path + "/{key}"): OFFICE,
    }
OPEN = {
    ("GET", "/health/live"),
    ("GET", "/health/ready"),
    ("GET", "/metrics"),
    ("POST", "/auth/token"),
    ("POST", "/auth/refresh"),
    ("POST", "/auth/logout"),
}


def address(template: str) -> str:
    key = FIRST_KEYS.get("/" + template.split("/")[1])
    named = {"date": "2020-09-17", "indicator": "home_service", "id": "1", "kind": "elders"}
    named |= {"visit": "V.E1", "monday": "2020-09-14", "on": "2020-09-17", "other": "E2"}
    named["name"] = "plan-b"
    return template.format(key=key, **named)


def test_the_table_names_every_route(reader: Client) -> None:
    document = reader.get("/openapi.json").json()
    found = {
        (method.upper(), path) for path, methods in document["paths"].items() for method in methods
    }
    assert found == set(ROUTES) | OPEN


@pytest.mark.parametrize("role", list(Role))
def test_every_route_for_a_role(reader: Client, role: Role) -> None:
    for (method, template), allowed in ROUTES.items():
        path = address(template)
        answer = reader.ask(method, path, by=BY_ROLE[role])
        if role not in allowed:
            assert answer.status_code == 403, template
            assert answer.json()["code"] == "not_permitted", template
        elif method != "GET" and (method, template) not in ALLOWED_BUT:
            # Allowed, but it is not said what to write, or on top of what.
            assert answer.status_code in {422, 428}, template
        else:
            # The day the routes speak of when no date is given is the published one.
            expected = ALLOWED_BUT.get((method, template), 200)
            assert answer.status_code == expected, f"{template}: {answer.text}"


def test_nobody_gets_in_without_a_token(reader: Client) -> None:
    for method, template in ROUTES:
        answer = reader.ask(method, address(template))
        told = (answer.status_code, answer.json()["code"])
        assert told == (401, "not_authenticated"), (method, template)
        assert PREFIX in answer.json()["detail"]
