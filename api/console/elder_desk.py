"""Forms of an elder's page on their way: what was typed, what it would do, why it was refused."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock

from eldercare.accounts.tables import AuditEntry
from eldercare.care.changing import DateChange
from eldercare.care.upcoming import Due

MOST_KEPT = 200


@dataclass(frozen=True)
class Preview:
    """What a form would do: its sentence, and the visits and meals that stop and begin.

    They are looked for from `from_on` up to before `until_on`; `pairs` are a plan's dates before
    and after; `effects` tell what else differs.
    """

    sentence: str
    from_on: date
    until_on: date
    stopped: Sequence[Due] = ()
    begun: Sequence[Due] = ()
    pairs: Sequence[DateChange] = ()
    effects: Sequence[str] = ()


@dataclass(frozen=True)
class Draft:
    """A form that was sent and is not stored. `version` is that of the file it was drawn from.

    `entry` is the newest entry of the audit trail when it was drawn, `news` those since.
    """

    owner: str
    elder_id: str
    act: str
    values: Mapping[str, str]
    version: str
    entry: int
    preview: Preview | None = None
    refused: str = ""
    is_stale: bool = False
    news: Sequence[AuditEntry] = ()


class ElderDesk:
    """The drafts of this process, the newest kept; each is seen by its owner only."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[str, Draft] = OrderedDict()

    def keep(self, draft: Draft) -> str:
        """Remember a draft; returns the name it is found by."""
        name = secrets.token_urlsafe(12)
        with self._lock:
            self._kept[name] = draft
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return name

    def find(self, name: str, owner: str, elder_id: str) -> Draft | None:
        """The owner's draft about an elder, if it is still kept."""
        with self._lock:
            draft = self._kept.get(name)
        if draft is None or (draft.owner, draft.elder_id) != (owner, elder_id):
            return None
        return draft

    def let_go(self, name: str) -> None:
        """Forget a draft that was stored."""
        with self._lock:
            self._kept.pop(name, None)


desk = ElderDesk()
