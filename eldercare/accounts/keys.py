"""The secret that signs tokens and sessions: given by the settings, or made once and kept."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from eldercare.errors import DatabaseUnusable, InvalidInput
from eldercare.settings import Settings

KEY_FILE = "secret.key"
SHORTEST = 32


def signing_key(settings: Settings) -> str:
    """The installation's secret; made on first use in the data folder, readable by its owner only.

    Raises InvalidInput for a secret that is too short, DatabaseUnusable where the folder is missing
    or other users of the machine can read the file.
    """
    if settings.secret_key is not None:
        return _checked(settings.secret_key.get_secret_value(), "ELDERCARE_SECRET_KEY")
    path = settings.data_folder / KEY_FILE
    if not settings.data_folder.is_dir():
        raise DatabaseUnusable(
            f"the data folder does not exist: {settings.data_folder}; make it or name another",
            code="folder_missing",
        )
    with suppress(FileExistsError):
        _make(path)
    if path.stat().st_mode & 0o077:
        raise DatabaseUnusable(
            f"other users of this machine can read {path}: run `chmod 600` on it",
            code="key_readable",
        )
    return _checked(path.read_text(encoding="ascii").strip(), str(path))


def _make(path: Path) -> None:
    # Written beside and linked into place: nobody ever reads half a key, and the first one wins.
    beside = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(SHORTEST))
        os.link(beside, path)
    finally:
        beside.unlink()


def _checked(key: str, where: str) -> str:
    if len(key) < SHORTEST:
        raise InvalidInput(
            f"the secret in {where} has {len(key)} characters: use at least {SHORTEST}",
            code="weak_secret",
        )
    return key
