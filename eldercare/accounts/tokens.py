"""Access tokens (signed, short) and refresh tokens (random, kept as digests, used once).

The clock is passed in as `now`, an aware instant, so that expiry can be tested and replayed.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

import jwt
from sqlalchemy import delete
from sqlmodel import Session, col

from eldercare.accounts.tables import RefreshToken, User
from eldercare.errors import NotAuthenticated

ALGORITHM = "HS256"
ACCESS_LIFETIME = timedelta(minutes=15)
REFRESH_LIFETIME = timedelta(days=30)
REUSE_GRACE = timedelta(minutes=1)
"""A phone that lost the answer on a bad line may ask once more with the token it has."""


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What a person gets on signing in."""

    access_token: str
    refresh_token: str
    expires_in_seconds: int


def issue_tokens(session: Session, user: User, key: str, *, now: datetime) -> TokenPair:
    """A fresh pair for a user who just proved who it is; expired refresh tokens are swept out."""
    session.execute(delete(RefreshToken).where(col(RefreshToken.expires_at) <= now))
    refresh = secrets.token_urlsafe(32)
    session.add(
        RefreshToken(
            digest=_digest(refresh),
            user_id=_id_of(user),
            token_version=user.token_version,
            issued_at=now,
            expires_at=now + REFRESH_LIFETIME,
        )
    )
    session.flush()
    return TokenPair(
        access_token=access_token(user, key, now=now),
        refresh_token=refresh,
        expires_in_seconds=int(ACCESS_LIFETIME.total_seconds()),
    )


def access_token(user: User, key: str, *, now: datetime) -> str:
    """A signed token good for `ACCESS_LIFETIME` from `now`."""
    claims = {
        "sub": str(_id_of(user)),
        "name": user.name,
        "role": user.role.value,
        "ver": user.token_version,
        "iat": _seconds(now),
        "exp": _seconds(now + ACCESS_LIFETIME),
    }
    return jwt.encode(claims, key, algorithm=ALGORITHM)


def user_of_token(session: Session, token: str, key: str, *, now: datetime) -> User:
    """The active user an access token speaks for; raises NotAuthenticated with the reason."""
    claims = _claims(token, key)
    if _seconds(now) >= claims["exp"]:
        _refuse("the token has expired: refresh it or sign in again", "token_expired")
    user = session.get(User, claims["id"])
    if user is None or not user.active or user.token_version != claims["ver"]:
        _refuse("the token was withdrawn: sign in again", "token_withdrawn")
    return user


def refresh_tokens(session: Session, refresh_token: str, key: str, *, now: datetime) -> TokenPair:
    """A new pair for a refresh token, which is used up by it; raises NotAuthenticated."""
    row = session.get(RefreshToken, _digest(refresh_token), with_for_update=True)
    if row is None or now >= row.expires_at:
        _refuse("the refresh token is unknown or has expired: sign in again", "refresh_expired")
    if row.replaced_at is not None and now - row.replaced_at > REUSE_GRACE:
        _refuse("the refresh token was used before: sign in again", "refresh_used")
    user = session.get(User, row.user_id)
    if user is None or not user.active or user.token_version != row.token_version:
        _refuse("the refresh token was withdrawn: sign in again", "token_withdrawn")
    if row.replaced_at is None:
        row.replaced_at = now
        session.add(row)
    return issue_tokens(session, user, key, now=now)


def revoke_refresh_token(session: Session, refresh_token: str) -> None:
    """Sign out: the refresh token opens nothing any more; an unknown one is no error."""
    digest = _digest(refresh_token)
    session.execute(delete(RefreshToken).where(col(RefreshToken.digest) == digest))


def withdraw_all_tokens(session: Session, user: User) -> None:
    """Make every token given to the user so far worthless, access tokens too."""
    user.token_version += 1
    session.add(user)
    session.execute(delete(RefreshToken).where(col(RefreshToken.user_id) == _id_of(user)))
    session.flush()


def _claims(token: str, key: str) -> dict[str, Any]:
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            # The library would compare with the machine's clock; expiry is checked against `now`.
            options={
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
                "require": ["sub", "ver", "exp"],
            },
        )
        return {"id": int(claims["sub"]), "ver": int(claims["ver"]), "exp": int(claims["exp"])}
    except (jwt.InvalidTokenError, ValueError, TypeError) as error:
        raise NotAuthenticated(
            "the token is not one of ours: sign in again", code="token_invalid"
        ) from error


def _refuse(message: str, code: str) -> NoReturn:
    raise NotAuthenticated(message, code=code)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _seconds(instant: datetime) -> int:
    return int(instant.astimezone(UTC).timestamp())


def _id_of(user: User) -> int:
    if user.id is None:
        raise ValueError("the user has not been stored yet")
    return user.id
