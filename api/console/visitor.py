"""Who is looking: the signed session cookie, checked against the account on every page."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from sqlmodel import Session

from api.console.place import Place
from eldercare.accounts.permissions import Action, may, require
from eldercare.accounts.tables import Role, User
from eldercare.accounts.users import find_user
from eldercare.errors import NotAuthenticated
from eldercare.settings import DISTRICT_CODE

NAME, VERSION = "console_user", "console_version"
OFFICE = frozenset({Role.ADMINISTRATOR, Role.COORDINATOR, Role.VIEWER})
"""Roles that the console is for; workers have the phone page."""


@dataclass(frozen=True)
class Visitor:
    """A signed-in person on one page."""

    place: Place
    user: User

    def may_publish(self) -> bool:
        """Publishing is for the whole district: not for a coordinator of one town."""
        return may(self.user, Action.PUBLISH, area_code=DISTRICT_CODE)

    def may_see(self, area_code: str) -> bool:
        """Whether the visitor may see the people of an area by name."""
        return may(self.user, Action.READ_PERSONAL, area_code=area_code)

    def confirmed(self, session: Session, action: Action, *, area_code: str | None = None) -> User:
        """The account as it is now, if it may do this: a page can stay open for a day.

        Raises NotAuthenticated where it was closed meanwhile, NotPermitted where it may not.
        """
        user = _account(session, self.user.name, self.user.token_version)
        if user is None:
            raise NotAuthenticated("this account is no longer signed in: sign in again")
        require(user, action, area_code=area_code)
        return user


def remember(session: MutableMapping[str, Any], user: User) -> None:
    """Put the account into the cookie's session."""
    session[NAME], session[VERSION] = user.name, user.token_version


def forget(session: MutableMapping[str, Any]) -> None:
    """Sign out."""
    session.pop(NAME, None)
    session.pop(VERSION, None)


def visitor_of(request: Request, place: Place) -> Visitor | None:
    """The signed-in visitor, or None; a changed password or a closed account signs out at once."""
    name, version = request.session.get(NAME), request.session.get(VERSION)
    if not isinstance(name, str):
        return None
    with place.reading() as session:
        user = _account(session, name, version)
    return Visitor(place, user) if user is not None else None


def _account(session: Session, name: str, version: object) -> User | None:
    user = find_user(session, name)
    if user is None or not user.active or user.token_version != version:
        return None
    return user
