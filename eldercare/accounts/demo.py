"""The accounts of the demonstration database, with passwords that everybody may know."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from eldercare.accounts.passwords import verify_password
from eldercare.accounts.tables import Role, User
from eldercare.accounts.users import add_user
from eldercare.errors import Conflict


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A name and a password to show on the screen."""

    name: str
    password: str
    role: Role
    display_name: str
    caregiver_id: str | None = None
    rider_id: str | None = None


def demo_accounts(
    *,
    caregiver_id: str | None = None,
    rider_id: str | None = None,
    caregiver_name: str = "",
    rider_name: str = "",
) -> tuple[DemoAccount, ...]:
    """The accounts of the demonstration; the two workers only where their rows are named."""
    office = (
        DemoAccount("admin", "xinbei-demo-1", Role.ADMINISTRATOR, "管理员"),
        DemoAccount("zhoumin", "xinbei-demo-2", Role.COORDINATOR, "周敏"),
    )
    caregiver = DemoAccount(
        "caregiver",
        "xinbei-demo-3",
        Role.CAREGIVER,
        caregiver_name or "护理员",
        caregiver_id=caregiver_id,
    )
    rider = DemoAccount(
        "rider", "xinbei-demo-4", Role.RIDER, rider_name or "送餐员", rider_id=rider_id
    )
    workers = [one for one in (caregiver, rider) if one.caregiver_id or one.rider_id]
    return (*office, *workers)


def ensure_demo_accounts(
    session: Session,
    *,
    now: datetime,
    caregiver_id: str | None = None,
    rider_id: str | None = None,
    caregiver_name: str = "",
    rider_name: str = "",
) -> tuple[DemoAccount, ...]:
    """Make the demonstration's accounts where they are missing; call it for that database only.

    Raises Conflict on a database with users but none of the demonstration: passwords that everybody
    knows must never open real people's data.
    """
    accounts = demo_accounts(
        caregiver_id=caregiver_id,
        rider_id=rider_id,
        caregiver_name=caregiver_name,
        rider_name=rider_name,
    )
    users = session.scalars(select(User)).all()
    present = {user.name for user in users}
    if users and not any(user.is_demo for user in users):
        raise Conflict(
            "this database has users of its own: demonstration accounts are not added to it",
            code="not_a_demo",
        )
    for account in accounts:
        if account.name not in present:
            user = add_user(
                session,
                name=account.name,
                password=account.password,
                role=account.role,
                display_name=account.display_name,
                caregiver_id=account.caregiver_id,
                rider_id=account.rider_id,
                by="demo",
                now=now,
            )
            user.is_demo = True
            session.add(user)
    session.flush()
    return accounts


def open_demo_accounts(session: Session) -> tuple[DemoAccount, ...]:
    """The demonstration's accounts of this database whose well-known password still holds.

    Empty on every other database. Checking passwords is slow on purpose: ask once, not per page.
    """
    known = {one.name: one for one in demo_accounts(caregiver_id="-", rider_id="-")}
    users = {
        user.name: user
        for user in session.scalars(select(User).where(col(User.is_demo), col(User.active)))
    }
    return tuple(
        replace(
            account,
            display_name=users[name].display_name,
            caregiver_id=users[name].caregiver_id,
            rider_id=users[name].rider_id,
        )
        for name, account in known.items()
        if name in users and verify_password(account.password, users[name].password_hash)
    )
