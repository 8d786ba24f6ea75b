from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from eldercare.accounts.keys import KEY_FILE, signing_key
from eldercare.errors import DatabaseUnusable, InvalidInput
from eldercare.settings import Settings


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    settings = Settings(data_folder=tmp_path)
    key = signing_key(settings)
    assert len(key) == 64
    assert signing_key(settings) == key
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


def test_two_installations_have_different_keys(tmp_path: Path) -> None:
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
    first, second = (signing_key(Settings(data_folder=folder)) for folder in folders)
    assert first != second


def test_a_given_key_is_used_and_none_is_made(tmp_path: Path) -> None:
    settings = Settings(data_folder=tmp_path, secret_key=SecretStr("s" * 32))
    assert signing_key(settings) == "s" * 32
    assert list(tmp_path.iterdir()) == []


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="at least 32"):
        signing_key(Settings(data_folder=tmp_path, secret_key=SecretStr("short")))
    (tmp_path / KEY_FILE).touch(mode=0o600)
    with pytest.raises(InvalidInput, match="0 characters"):
        signing_key(Settings(data_folder=tmp_path))


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    signing_key(Settings(data_folder=tmp_path))
    (tmp_path / KEY_FILE).chmod(0o640)
    with pytest.raises(DatabaseUnusable, match="chmod 600"):
        signing_key(Settings(data_folder=tmp_path))


def test_a_missing_folder_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnusable, match="does not exist"):
        signing_key(Settings(data_folder=tmp_path / "missing"))
