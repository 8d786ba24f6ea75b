"""What a form of an elder's page has to work with: the file, what was typed, and who typed it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from eldercare.accounts.tables import User
from eldercare.care.elder_file import ElderFile
from eldercare.errors import FieldProblem, InvalidInput
from eldercare.registry.id_vault import IdVault

_DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,15})?")


@dataclass(frozen=True)
class Writing:
    """Who writes what about whom: the file as it stands, and what was typed."""

    session: Session
    file: ElderFile
    values: Mapping[str, str]
    user: User
    now: datetime
    on: date
    vault: IdVault

    @property
    def key(self) -> str:
        """The elder's id."""
        return self.file.elder.id

    def text(self, name: str) -> str:
        """What was typed in a field, without blanks around it."""
        return self.values.get(name, "").strip()

    def day(self, name: str) -> date:
        """A date that must be there."""
        found = self.day_or_none(name)
        if found is None:
            raise wrong(name, "is empty: give a date", "empty")
        return found

    def day_or_none(self, name: str) -> date | None:
        """A date, None for an empty field."""
        text = self.text(name)
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            raise wrong(name, f"{text!r} is no date: write 2020-09-17", "not_a_date") from None

    def number(self, name: str) -> int:
        """A whole number."""
        text = self.text(name)
        if not (text.isascii() and text.isdigit() and len(text) < 6):
            raise wrong(name, f"{text!r} is no whole number", "not_whole")
        return int(text)

    def minutes(self, name: str) -> int:
        """A time of day as minutes after midnight."""
        hour, colon, minute = self.text(name).partition(":")
        if not (colon and hour.isdigit() and minute.isdigit() and int(minute) < 60):
            raise wrong(name, f"{self.text(name)!r} is no time: write 08:30", "not_a_clock")
        return int(hour) * 60 + int(minute)

    def filled(self, name: str) -> str:
        """A text that must be there."""
        text = self.text(name)
        if not text:
            raise wrong(name, "is empty: fill it in", "empty")
        return text

    def degrees(self, name: str) -> float:
        """Degrees of longitude or latitude as a decimal number."""
        text = self.filled(name)
        if not _DEGREES.fullmatch(text):
            raise wrong(name, f"{text!r} is no number of degrees: write 119.95", "not_a_number")
        return float(text)

    def chosen(self, name: str, choices: Any) -> Any:
        """One of the words of an enumeration."""
        if self.text(name) not in set(choices):
            raise wrong(name, f"{self.text(name)!r} is none of the choices", "unknown_word")
        return choices(self.text(name))


def wrong(name: str, reason: str, code: str) -> InvalidInput:
    """What is wrong with a field of the form."""
    return InvalidInput(f"{name} {reason}", fields=[FieldProblem(f"/{name}", reason, code=code)])


@dataclass(frozen=True)
class Act:
    """A form: the tab it stands on, what the button says, and its work, which tells what it did."""

    tab: str
    title: str
    work: Callable[[Writing], str]
