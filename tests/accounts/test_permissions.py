from __future__ import annotations

import pytest

from eldercare.accounts.permissions import ALLOWED, Action, area_prefix, in_scope, may, require
from eldercare.accounts.tables import Role, User
from eldercare.errors import NotPermitted
from eldercare.settings import DISTRICT_CODE
from tests.registry.rows import COMMUNITY, OTHER_COMMUNITY, OTHER_TOWN, TOWN


def user(role: Role, area_code: str = DISTRICT_CODE, active: bool = True) -> User:
    return User(name="zhou", role=role, area_code=area_code, password_hash="", active=active)


def test_every_role_has_actions_and_every_action_a_role() -> None:
    assert set(ALLOWED) == set(Role)
    assert all(ALLOWED.values())
    assert set().union(*ALLOWED.values()) == set(Action)


@pytest.mark.parametrize(
    ("role", "action", "allowed"),
    [
        (Role.ADMINISTRATOR, Action.MANAGE_USERS, True),
        (Role.ADMINISTRATOR, Action.REPORT_OWN_WORK, False),
        (Role.COORDINATOR, Action.PUBLISH, True),
        (Role.COORDINATOR, Action.MANAGE_USERS, False),
        (Role.COORDINATOR, Action.READ_AUDIT, False),
        (Role.CAREGIVER, Action.READ_OWN_ROUTE, True),
        (Role.CAREGIVER, Action.READ_ROSTER, False),
        (Role.CAREGIVER, Action.READ_NAMES, False),
        (Role.RIDER, Action.REPORT_OWN_WORK, True),
        (Role.SITE_OPERATOR, Action.READ_KITCHEN, True),
        (Role.SITE_OPERATOR, Action.READ_REGISTRY, False),
        (Role.VIEWER, Action.READ_COVERAGE, True),
        (Role.VIEWER, Action.READ_NAMES, False),
        (Role.VIEWER, Action.READ_REGISTRY, True),
        (Role.VIEWER, Action.READ_PERSONAL, False),
        (Role.COORDINATOR, Action.READ_PERSONAL, True),
    ],
)
def test_roles(role: Role, action: Action, allowed: bool) -> None:
    assert may(user(role), action) is allowed
    if allowed:
        require(user(role), action)
    else:
        with pytest.raises(NotPermitted, match=action.value):
            require(user(role), action)


def test_a_closed_account_may_nothing() -> None:
    assert not any(may(user(Role.ADMINISTRATOR, active=False), action) for action in Action)


@pytest.mark.parametrize(
    ("scope", "inside", "outside"),
    [
        (DISTRICT_CODE, [DISTRICT_CODE, TOWN, OTHER_TOWN, COMMUNITY], ["320412000000"]),
        (TOWN, [TOWN, COMMUNITY], [DISTRICT_CODE, OTHER_TOWN, OTHER_COMMUNITY]),
        (COMMUNITY, [COMMUNITY], [DISTRICT_CODE, TOWN, OTHER_COMMUNITY]),
    ],
)
def test_the_area_of_a_user(scope: str, inside: list[str], outside: list[str]) -> None:
    coordinator = user(Role.COORDINATOR, scope)
    assert all(in_scope(coordinator, code) for code in inside)
    assert not any(in_scope(coordinator, code) for code in outside)
    require(coordinator, Action.READ_REGISTRY, area_code=inside[0])
    with pytest.raises(NotPermitted, match=outside[0]):
        require(coordinator, Action.READ_REGISTRY, area_code=outside[0])
    assert may(coordinator, Action.READ_REGISTRY, area_code=outside[0]) is False


def test_prefixes_of_areas() -> None:
    assert area_prefix(DISTRICT_CODE) == "320411"
    assert area_prefix(TOWN) == TOWN[:9]
    assert area_prefix(COMMUNITY) == COMMUNITY
