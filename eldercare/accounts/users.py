"""Making users, signing in, changing passwords; every change leaves an audit entry."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from eldercare.accounts.audit import record
from eldercare.accounts.passwords import (
    hash_password,
    password_problems,
    verify_password,
    waste_a_check,
)
from eldercare.accounts.permissions import area_prefix
from eldercare.accounts.tables import Role, User
from eldercare.accounts.throttle import Throttle
from eldercare.accounts.tokens import withdraw_all_tokens
from eldercare.errors import Conflict, FieldProblem, InvalidInput, NotAuthenticated, NotFound
from eldercare.settings import DISTRICT_CODE

_NAME = re.compile(r"[\w.-]{2,40}")
_AREA = re.compile(r"[0-9]{12}")


def add_user(
    session: Session,
    *,
    name: str,
    password: str,
    role: Role,
    by: str,
    now: datetime,
    display_name: str = "",
    area_code: str = DISTRICT_CODE,
    caregiver_id: str | None = None,
    rider_id: str | None = None,
) -> User:
    """Store a new user on behalf of `by`.

    Raises InvalidInput with every problem at once, Conflict where the name is taken.
    """
    user = User(
        name=name,
        display_name=display_name or name,
        role=role,
        area_code=area_code,
        caregiver_id=caregiver_id,
        rider_id=rider_id,
        password_hash="",
    )
    problems = [*_problems(user), *password_problems(password, name=name)]
    if problems:
        raise InvalidInput(f"the user {name!r} was refused: {problems[0].reason}", fields=problems)
    if find_user(session, name) is not None:
        raise Conflict(
            f"a user named {name} exists already: choose another name", code="user_exists"
        )
    user.password_hash = hash_password(password)
    _store(session, user)
    record(
        session,
        at=now,
        user_name=by,
        action="user.add",
        subject=f"user/{name}",
        after=_public(user),
    )
    return user


def _problems(user: User) -> list[FieldProblem]:
    found = []
    if not _NAME.fullmatch(user.name):
        reason = f"{user.name!r} is no user name: use 2 to 40 letters, digits, dots, hyphens"
        found.append(FieldProblem("/name", reason))
    if not _AREA.fullmatch(user.area_code) or not user.area_code.startswith(
        area_prefix(DISTRICT_CODE)
    ):
        reason = f"{user.area_code!r} is no area of the district: give an official 12-digit code"
        found.append(FieldProblem("/area_code", reason))
    for role, field, value in (
        (Role.CAREGIVER, "caregiver_id", user.caregiver_id),
        (Role.RIDER, "rider_id", user.rider_id),
    ):
        if user.role is role and not value:
            found.append(FieldProblem(f"/{field}", f"a {role.value} needs {field}", "missing"))
        if user.role is not role and value:
            reason = f"{field} {value!r} goes with the role {role.value} only"
            found.append(FieldProblem(f"/{field}", reason))
    return found


def _store(session: Session, user: User) -> None:
    try:
        with session.begin_nested():
            session.add(user)
    except IntegrityError as error:
        field = "rider_id" if user.rider_id else "caregiver_id"
        value = user.rider_id or user.caregiver_id
        if value is None or find_user(session, user.name) is not None:
            raise Conflict(
                f"a user named {user.name} exists already", code="user_exists"
            ) from error
        reason = f"no {field.removesuffix('_id')} has the id {value!r}"
        raise InvalidInput(
            f"the user {user.name!r} was refused: {reason}",
            fields=[FieldProblem(f"/{field}", reason, code="unknown")],
        ) from error


def find_user(session: Session, name: str) -> User | None:
    """The user of this name, active or not, or None."""
    return session.scalars(select(User).where(col(User.name) == name)).one_or_none()


def get_user(session: Session, name: str) -> User:
    """The user of this name, active or not; raises NotFound."""
    user = find_user(session, name)
    if user is None:
        raise NotFound(f"no user is named {name}", code="user_not_found")
    return user


def authenticate(
    session: Session, name: str, password: str, *, now: datetime, throttle: Throttle | None = None
) -> User:
    """The active user of this name and password.

    Raises NotAuthenticated with one sentence for an unknown name, a wrong password and a closed
    account alike, so that it does not tell which names exist.
    """
    if throttle is not None:
        throttle.check(name, now=now)
    user = find_user(session, name)
    if user is None:
        waste_a_check(password)
    elif verify_password(password, user.password_hash) and user.active:
        if throttle is not None:
            throttle.succeeded(name)
        return user
    if throttle is not None:
        throttle.failed(name, now=now)
    raise NotAuthenticated("the name or the password is wrong", code="wrong_credentials")


def change_password(session: Session, user: User, password: str, *, by: str, now: datetime) -> None:
    """Set a new password; everything signed in before must sign in again."""
    problems = password_problems(password, name=user.name)
    if problems:
        raise InvalidInput(problems[0].reason, fields=problems)
    user.password_hash = hash_password(password)
    withdraw_all_tokens(session, user)
    record(session, at=now, user_name=by, action="user.password", subject=f"user/{user.name}")


def set_active(session: Session, user: User, *, active: bool, by: str, now: datetime) -> None:
    """Close or reopen an account; closing it ends every session at once."""
    if user.active == active:
        return
    user.active = active
    withdraw_all_tokens(session, user)
    record(
        session,
        at=now,
        user_name=by,
        action="user.active",
        subject=f"user/{user.name}",
        before={"active": not active},
        after={"active": active},
    )


def _public(user: User) -> dict[str, object]:
    """What the audit trail may hold of a user: never the hash."""
    return user.model_dump(exclude={"id", "password_hash", "token_version"})
