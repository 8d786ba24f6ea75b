"""Every route × every role: who gets in, who is told no, and nobody without a token."""

from __future__ import annotations

import pytest

from eldercare.accounts.tables import Role
from tests.api.conftest import BY_ROLE, PREFIX, Client

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
    ("GET", "/coverage"): OFFICE | {Role.VIEWER},
    ("GET", "/coverage/{indicator}/names"): OFFICE,
    ("GET", "/snapshots"): OFFICE | {Role.VIEWER},
    ("GET", "/communities"): OFFICE | {Role.VIEWER},
    ("GET", "/elders"): OFFICE | {Role.VIEWER},
    ("GET", "/caregivers"): OFFICE | {Role.VIEWER},
    ("GET", "/care-centres"): OFFICE | {Role.VIEWER},
    ("GET", "/meal-sites"): OFFICE | {Role.VIEWER},
    ("GET", "/institutions"): OFFICE | {Role.VIEWER},
    ("GET", "/jobs"): {Role.ADMINISTRATOR},
}
PARTS = {"date": "2020-09-17", "indicator": "home_service", "visit": "V.E1"}
OFFER = {"elder_id": "E1", "service_type_code": "bath", "on": "2020-09-17"}
OPEN = {
    ("GET", "/health/live"),
    ("GET", "/health/ready"),
    ("GET", "/metrics"),
    ("POST", "/auth/token"),
    ("POST", "/auth/refresh"),
    ("POST", "/auth/logout"),
}


def test_the_table_names_every_route(reader: Client) -> None:
    document = reader.get("/openapi.json").json()
    found = {
        (method.upper(), path) for path, methods in document["paths"].items() for method in methods
    }
    assert found == set(ROUTES) | OPEN


@pytest.mark.parametrize("role", list(Role))
def test_every_route_for_a_role(reader: Client, role: Role) -> None:
    for (method, template), allowed in ROUTES.items():
        path = template.format(**PARTS)
        answer = reader.ask(method, path, by=BY_ROLE[role])
        if role not in allowed:
            assert answer.status_code == 403, template
            assert answer.json()["code"] == "not_permitted", template
        elif method == "POST":
            assert answer.status_code == 428, template  # allowed, but says which draft is meant
        else:
            # The day the routes speak of when no date is given is the published one.
            assert answer.status_code == 200, f"{template}: {answer.text}"


@pytest.mark.parametrize(("method", "template"), list(ROUTES))
def test_nobody_gets_in_without_a_token(reader: Client, method: str, template: str) -> None:
    path = template.format(**PARTS)
    answer = reader.ask(method, path)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert PREFIX in answer.json()["detail"]
