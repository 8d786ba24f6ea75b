from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlmodel import Session

from eldercare.accounts.demo import ensure_demo_accounts, open_demo_accounts
from eldercare.accounts.tables import Role, User
from eldercare.accounts.users import authenticate, change_password, get_user, set_active
from eldercare.errors import Conflict
from tests.accounts.people import NOW, given_user
from tests.registry.rows import caregiver, meal_site, places, put, rider


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(User)) or 0


def test_each_demo_account_signs_in(session: Session) -> None:
    put(session, *places(), caregiver("c1"), meal_site("m1"), rider("r1", "m1"))
    accounts = ensure_demo_accounts(
        session, now=NOW, caregiver_id="c1", rider_id="r1", caregiver_name="李四"
    )
    assert [account.role for account in accounts] == [
        Role.ADMINISTRATOR,
        Role.COORDINATOR,
        Role.CAREGIVER,
        Role.RIDER,
    ]
    for account in accounts:
        user = authenticate(session, account.name, account.password, now=NOW)
        assert (user.role, user.is_demo) == (account.role, True)
        assert (user.caregiver_id, user.rider_id) == (account.caregiver_id, account.rider_id)
    assert authenticate(session, "zhoumin", accounts[1].password, now=NOW).display_name == "周敏"


def test_a_second_call_adds_nothing(session: Session) -> None:
    first = ensure_demo_accounts(session, now=NOW)
    given_user(session)
    assert ensure_demo_accounts(session, now=NOW) == first
    assert count(session) == len(first) + 1


def test_known_passwords_never_reach_a_database_with_users_of_its_own(session: Session) -> None:
    given_user(session, "admin")
    with pytest.raises(Conflict, match="not added"):
        ensure_demo_accounts(session, now=NOW)
    assert count(session) == 1


def test_accounts_to_show_are_those_that_still_open(session: Session) -> None:
    put(session, *places(), caregiver("c1"))
    assert open_demo_accounts(session) == ()
    ensure_demo_accounts(session, now=NOW, caregiver_id="c1", caregiver_name="陈美芳")
    shown = open_demo_accounts(session)
    assert [one.name for one in shown] == ["admin", "zhoumin", "caregiver"]
    assert (shown[2].display_name, shown[2].caregiver_id) == ("陈美芳", "c1")
    admin = get_user(session, "admin")
    change_password(session, admin, "nobody else knows", by="test", now=NOW)
    set_active(session, get_user(session, "caregiver"), active=False, by="test", now=NOW)
    assert [one.name for one in open_demo_accounts(session)] == ["zhoumin"]
