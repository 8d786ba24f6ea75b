"""Passwords: what is good enough, hashing with Argon2id, checking."""

from __future__ import annotations

from functools import cache

from pwdlib import PasswordHash
from pwdlib.exceptions import PwdlibError

from eldercare.errors import FieldProblem

SHORTEST = 10
LONGEST = 128


@cache
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


def password_problems(password: str, *, name: str) -> list[FieldProblem]:
    """What is wrong with a password somebody wants to use; empty where it is good enough."""
    reasons = []
    if len(password) < SHORTEST:
        reasons.append(f"the password has {len(password)} characters: use at least {SHORTEST}")
    if len(password) > LONGEST:
        reasons.append(f"the password has {len(password)} characters: use at most {LONGEST}")
    if name and name.casefold() in password.casefold():
        reasons.append("the password contains the user's name: choose one that does not")
    if password and len(set(password)) < 4:
        reasons.append("the password repeats a few characters: use at least 4 different ones")
    return [FieldProblem("/password", reason, code="weak_password") for reason in reasons]


def hash_password(password: str) -> str:
    """Argon2id hash with its own salt; hashing the same password twice gives different texts."""
    return _hasher().hash(password)


def verify_password(password: str, password_hash: str) -> bool:
    """Whether the password belongs to the hash; a damaged hash belongs to no password."""
    try:
        return _hasher().verify(password, password_hash)
    except PwdlibError:
        return False


@cache
def _nobodys_hash() -> str:
    return hash_password("nobody has this password")


def waste_a_check(password: str) -> None:
    """Take as long as a real check, so that timing does not tell which names exist."""
    verify_password(password, _nobodys_hash())
