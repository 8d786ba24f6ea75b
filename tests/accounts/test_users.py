from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import Session

from eldercare.accounts.audit import verify_chain
from eldercare.accounts.tables import AuditEntry, Role, User
from eldercare.accounts.throttle import Throttle
from eldercare.accounts.tokens import issue_tokens, refresh_tokens, user_of_token
from eldercare.accounts.users import authenticate, change_password, get_user, set_active
from eldercare.errors import Conflict, InvalidInput, NotAuthenticated, NotFound
from tests.accounts.people import KEY, NOW, PASSWORD, given_user
from tests.registry.rows import TOWN, caregiver, places, put

LATER = NOW + timedelta(minutes=1)


def test_a_new_user_signs_in_with_name_and_password(session: Session) -> None:
    user = given_user(session, display_name="周敏", area_code=TOWN)
    assert authenticate(session, "zhou", PASSWORD, now=NOW) is user
    assert get_user(session, "zhou").area_code == TOWN
    assert PASSWORD not in user.password_hash


@pytest.mark.parametrize(("name", "password"), [("zhou", "wrong"), ("nobody", PASSWORD)])
def test_wrong_name_and_wrong_password_look_alike(
    session: Session, name: str, password: str
) -> None:
    given_user(session)
    with pytest.raises(NotAuthenticated, match=r"^the name or the password is wrong$"):
        authenticate(session, name, password, now=NOW)


@pytest.mark.parametrize(
    ("fields", "pointers"),
    [
        ({"name": "a b"}, ["/name"]),
        ({"name": ""}, ["/name"]),
        ({"password": "short"}, ["/password"]),
        ({"password": "zhou zhou zhou"}, ["/password"]),
        ({"password": "aaaaaaaaaaaa"}, ["/password"]),
        ({"password": "x1y2" * 40}, ["/password"]),
        ({"area_code": "110000000000"}, ["/area_code"]),
        ({"area_code": "320411"}, ["/area_code"]),
        ({"role": Role.CAREGIVER}, ["/caregiver_id"]),
        ({"role": Role.RIDER, "caregiver_id": "c1"}, ["/caregiver_id", "/rider_id"]),
        ({"role": Role.VIEWER, "rider_id": "r1"}, ["/rider_id"]),
        (
            {"name": "?", "password": "short", "area_code": "x"},
            ["/name", "/area_code", "/password"],
        ),
    ],
)
def test_every_problem_of_a_new_user_is_named(
    session: Session, fields: dict[str, Any], pointers: list[str]
) -> None:
    with pytest.raises(InvalidInput) as caught:
        given_user(session, **fields)
    assert [problem.pointer for problem in caught.value.fields] == pointers
    assert session.scalars(select(User)).all() == []


def test_a_name_is_given_once(session: Session) -> None:
    given_user(session)
    with pytest.raises(Conflict, match="zhou"):
        given_user(session)


def test_a_caregivers_account_needs_the_caregiver(session: Session) -> None:
    put(session, *places(), caregiver("c1"))
    assert given_user(session, role=Role.CAREGIVER, caregiver_id="c1").caregiver_id == "c1"
    with pytest.raises(InvalidInput, match="c9") as caught:
        given_user(session, "other", role=Role.CAREGIVER, caregiver_id="c9")
    assert caught.value.fields[0].pointer == "/caregiver_id"
    assert session.scalars(select(User.name)).all() == ["zhou"]  # type: ignore[call-overload]  # a column of a table class


def test_an_unknown_user_is_named(session: Session) -> None:
    with pytest.raises(NotFound, match="nobody"):
        get_user(session, "nobody")


def test_a_new_password_ends_old_sessions(session: Session) -> None:
    user = given_user(session)
    pair = issue_tokens(session, user, KEY, now=NOW)
    change_password(session, user, "seven loud magpies", by="admin", now=LATER)
    with pytest.raises(NotAuthenticated):
        user_of_token(session, pair.access_token, KEY, now=LATER)
    with pytest.raises(NotAuthenticated):
        refresh_tokens(session, pair.refresh_token, KEY, now=LATER)
    with pytest.raises(NotAuthenticated):
        authenticate(session, "zhou", PASSWORD, now=LATER)
    assert authenticate(session, "zhou", "seven loud magpies", now=LATER) is user
    with pytest.raises(InvalidInput):
        change_password(session, user, "short", by="admin", now=LATER)


def test_a_closed_account_opens_nothing(session: Session) -> None:
    user = given_user(session)
    pair = issue_tokens(session, user, KEY, now=NOW)
    set_active(session, user, active=False, by="admin", now=LATER)
    with pytest.raises(NotAuthenticated):
        authenticate(session, "zhou", PASSWORD, now=LATER)
    with pytest.raises(NotAuthenticated):
        user_of_token(session, pair.access_token, KEY, now=LATER)
    set_active(session, user, active=True, by="admin", now=LATER)
    assert authenticate(session, "zhou", PASSWORD, now=LATER) is user


def test_changes_of_users_are_audited_without_secrets(session: Session) -> None:
    user = given_user(session)
    change_password(session, user, "seven loud magpies", by="admin", now=LATER)
    set_active(session, user, active=False, by="admin", now=LATER)
    set_active(session, user, active=False, by="admin", now=LATER)  # changes nothing, says nothing
    entries = session.scalars(select(AuditEntry).order_by("id")).all()
    assert [(entry.user_name, entry.action) for entry in entries] == [
        ("test", "user.add"),
        ("admin", "user.password"),
        ("admin", "user.active"),
    ]
    assert verify_chain(session).is_intact
    assert not any("argon2" in str(entry.model_dump()) for entry in entries)


def test_guessing_is_slowed_down_per_name(session: Session) -> None:
    given_user(session)
    throttle = Throttle(attempts=3, window=timedelta(minutes=15))
    for _ in range(3):
        with pytest.raises(NotAuthenticated, match="wrong"):
            authenticate(session, "zhou", "guess", now=NOW, throttle=throttle)
    with pytest.raises(NotAuthenticated, match="try again in 15 minutes"):
        authenticate(session, "zhou", PASSWORD, now=NOW, throttle=throttle)
    with pytest.raises(NotAuthenticated, match="wrong"):
        authenticate(session, "other", "guess", now=NOW, throttle=throttle)
    after = NOW + timedelta(minutes=15)
    assert authenticate(session, "zhou", PASSWORD, now=after, throttle=throttle).name == "zhou"


def test_the_throttle_remembers_a_bounded_number_of_names() -> None:
    throttle = Throttle(attempts=1, names=2)
    for name in ("a", "b", "c"):
        throttle.failed(name, now=NOW)
    throttle.check("a", now=NOW)
    for name in ("b", "c"):
        with pytest.raises(NotAuthenticated):
            throttle.check(name, now=NOW)
    throttle.succeeded("b")
    throttle.check("b", now=NOW)
