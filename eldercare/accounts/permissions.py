"""Who may do what, where: one table of roles and actions, and the area a person sees.

Official codes are nested (district 6 digits, town 9, community 12), so an area lies inside another
where its code begins with the other's digits.
"""

from __future__ import annotations

from enum import StrEnum

from eldercare.accounts.tables import Role, User
from eldercare.errors import NotPermitted


class Action(StrEnum):
    """What can be asked of the system; the edge names one for every route and command."""

    READ_REGISTRY = "read_registry"
    READ_PERSONAL = "read_personal"
    """See names, addresses and phones in full where the registry is read."""
    WRITE_REGISTRY = "write_registry"
    IMPORT = "import"
    READ_ROSTER = "read_roster"
    PLAN = "plan"
    EDIT_ROSTER = "edit_roster"
    PUBLISH = "publish"
    READ_OWN_ROUTE = "read_own_route"
    REPORT_OWN_WORK = "report_own_work"
    READ_KITCHEN = "read_kitchen"
    READ_COVERAGE = "read_coverage"
    READ_NAMES = "read_names"
    SITE_PLACES = "site_places"
    MANAGE_USERS = "manage_users"
    READ_AUDIT = "read_audit"
    REVEAL_ID_NUMBERS = "reveal_id_numbers"
    """See a resident ID number in full, for a reason that is written down."""
    OPERATE = "operate"


_WORKER = frozenset({Action.READ_OWN_ROUTE, Action.REPORT_OWN_WORK})

ALLOWED: dict[Role, frozenset[Action]] = {
    # Nobody but the worker reports the worker's own day: not even an administrator signs in for it.
    Role.ADMINISTRATOR: frozenset(Action) - _WORKER,
    Role.COORDINATOR: frozenset(
        {
            Action.READ_REGISTRY,
            Action.READ_PERSONAL,
            Action.WRITE_REGISTRY,
            Action.IMPORT,
            Action.READ_ROSTER,
            Action.PLAN,
            Action.EDIT_ROSTER,
            Action.PUBLISH,
            Action.READ_KITCHEN,
            Action.READ_COVERAGE,
            Action.READ_NAMES,
        }
    ),
    Role.CAREGIVER: _WORKER,
    Role.RIDER: _WORKER,
    Role.SITE_OPERATOR: frozenset({Action.READ_KITCHEN}),
    Role.VIEWER: frozenset({Action.READ_COVERAGE, Action.READ_REGISTRY}),
}


def may(user: User, action: Action, *, area_code: str | None = None) -> bool:
    """Whether the user may do this, in an area where one is named."""
    if not user.active or action not in ALLOWED[user.role]:
        return False
    return area_code is None or in_scope(user, area_code)


def require(user: User, action: Action, *, area_code: str | None = None) -> None:
    """Raise NotPermitted unless the user may do this."""
    if not may(user, action):
        raise NotPermitted(f"{user.name} ({user.role.value}) may not do this: {action.value}")
    if area_code is not None and not in_scope(user, area_code):
        raise NotPermitted(
            f"{user.name} sees area {user.area_code} only, not {area_code}", code="out_of_scope"
        )


def in_scope(user: User, area_code: str) -> bool:
    """Whether an area (district, town or community) lies inside the user's."""
    return area_code.startswith(area_prefix(user.area_code))


def area_prefix(code: str) -> str:
    """The digits that every code inside an area begins with."""
    for digits in (6, 9):
        if code[digits:] == "0" * (12 - digits):
            return code[:digits]
    return code
