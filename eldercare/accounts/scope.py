"""The area a question is narrowed to: what was asked for, inside what the person may see."""

from __future__ import annotations

from collections.abc import Sequence

from eldercare.accounts.permissions import Action, area_prefix, require
from eldercare.accounts.tables import User
from eldercare.errors import NotPermitted
from eldercare.settings import DISTRICT_CODE

_TOWN_DIGITS = 9


def area_for(user: User, action: Action, asked: str | None) -> str:
    """The area of an answer: the one asked for, else all the user sees; raises NotPermitted."""
    area = asked or user.area_code
    require(user, action, area_code=area)
    return area


def towns_for(user: User, action: Action, asked: Sequence[str] | None) -> list[str] | None:
    """The towns of an answer (None: all of them), asked for or all the user sees.

    Raises NotPermitted for a town out of scope, and for users whose area is smaller than a town.
    """
    if not asked:
        if user.area_code == DISTRICT_CODE:
            require(user, action)
            return None
        town = area_prefix(user.area_code)[:_TOWN_DIGITS]
        asked = [town + "0" * (len(DISTRICT_CODE) - len(town))]
    for code in asked:
        require(user, action, area_code=code)
    return sorted(set(asked))


def own_worker(user: User) -> str:
    """The caregiver or rider a user is; raises NotPermitted for everybody else."""
    require(user, Action.READ_OWN_ROUTE)
    worker_id = user.caregiver_id or user.rider_id
    if worker_id is None:
        raise NotPermitted(f"{user.name} is neither caregiver nor rider", code="no_worker")
    return worker_id
