from __future__ import annotations

from datetime import timedelta

import jwt
import pytest
from sqlalchemy import func, select
from sqlmodel import Session

from eldercare.accounts.tables import RefreshToken
from eldercare.accounts.tokens import (
    ACCESS_LIFETIME,
    REFRESH_LIFETIME,
    REUSE_GRACE,
    access_token,
    issue_tokens,
    refresh_tokens,
    revoke_refresh_token,
    user_of_token,
)
from eldercare.errors import NotAuthenticated
from tests.accounts.people import KEY, NOW, given_user

SECOND = timedelta(seconds=1)


def test_an_access_token_speaks_for_its_user_until_it_expires(session: Session) -> None:
    user = given_user(session)
    token = issue_tokens(session, user, KEY, now=NOW).access_token
    assert user_of_token(session, token, KEY, now=NOW) is user
    assert user_of_token(session, token, KEY, now=NOW + ACCESS_LIFETIME - SECOND) is user
    with pytest.raises(NotAuthenticated, match="expired"):
        user_of_token(session, token, KEY, now=NOW + ACCESS_LIFETIME)


def test_forged_tokens_are_refused(session: Session) -> None:
    user = given_user(session)
    good = access_token(user, KEY, now=NOW)
    head, body, signature = good.split(".")
    claims = jwt.decode(good, options={"verify_signature": False})
    forged = [
        "",
        "x.y.z",
        f"{head}.{body}.",
        f"{head}.{body}.{signature[::-1]}",
        access_token(user, "z" * 32, now=NOW),
        jwt.encode(claims, key="", algorithm="none"),
        jwt.encode({**claims, "sub": "one"}, KEY, algorithm="HS256"),
        jwt.encode({"sub": claims["sub"], "ver": 0}, KEY, algorithm="HS256"),
        jwt.encode(claims, "k" * 64, algorithm="HS512"),
    ]
    for token in forged:
        with pytest.raises(NotAuthenticated, match="not one of ours"):
            user_of_token(session, token, KEY, now=NOW)


def test_a_token_of_a_user_who_is_gone_is_withdrawn(session: Session) -> None:
    user = given_user(session)
    token = access_token(user, KEY, now=NOW)
    session.delete(user)
    session.flush()
    with pytest.raises(NotAuthenticated, match="withdrawn"):
        user_of_token(session, token, KEY, now=NOW)


def test_a_refresh_token_is_used_up(session: Session) -> None:
    user = given_user(session)
    first = issue_tokens(session, user, KEY, now=NOW)
    second = refresh_tokens(session, first.refresh_token, KEY, now=NOW + SECOND)
    assert user_of_token(session, second.access_token, KEY, now=NOW + SECOND) is user
    assert second.refresh_token != first.refresh_token
    late = NOW + SECOND + REUSE_GRACE
    refresh_tokens(session, first.refresh_token, KEY, now=late)  # the answer may be lost
    with pytest.raises(NotAuthenticated, match="used before"):
        refresh_tokens(session, first.refresh_token, KEY, now=late + SECOND)
    third = refresh_tokens(session, second.refresh_token, KEY, now=late)
    assert user_of_token(session, third.access_token, KEY, now=late) is user


def test_refresh_tokens_expire_are_revoked_and_swept_out(session: Session) -> None:
    user = given_user(session)
    pair = issue_tokens(session, user, KEY, now=NOW)
    other = issue_tokens(session, user, KEY, now=NOW)
    revoke_refresh_token(session, pair.refresh_token)
    revoke_refresh_token(session, "unknown")
    for token in (pair.refresh_token, "unknown"):
        with pytest.raises(NotAuthenticated, match="sign in again"):
            refresh_tokens(session, token, KEY, now=NOW)
    with pytest.raises(NotAuthenticated, match="expired"):
        refresh_tokens(session, other.refresh_token, KEY, now=NOW + REFRESH_LIFETIME)
    issue_tokens(session, user, KEY, now=NOW + REFRESH_LIFETIME)
    assert session.scalar(select(func.count()).select_from(RefreshToken)) == 1


def test_the_database_holds_no_token(session: Session) -> None:
    pair = issue_tokens(session, given_user(session), KEY, now=NOW)
    rows = session.scalars(select(RefreshToken)).all()
    assert len(rows) == 1
    assert pair.refresh_token not in str(rows[0].model_dump())
