"""A field for an elder: those of the day at once, anybody else of the area by searching."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from fastapi.concurrency import run_in_threadpool
from nicegui import ui

from api.console.fields import choice, words_field
from api.console.visitor import Visitor
from eldercare.accounts.permissions import Action, may
from eldercare.accounts.scope import towns_for
from eldercare.registry.search import find_elders

MOST_FOUND = 30


def elders_named(visitor: Visitor, on: date, words: str) -> dict[str, str]:
    """Elder id → name, id and community of whom the words fit, in the visitor's area."""
    with visitor.place.reading() as session:
        user = visitor.confirmed(session, Action.READ_ROSTER)
        found = find_elders(
            session,
            on,
            words=words,
            towns=towns_for(user, Action.READ_ROSTER, None),
            personal=may(user, Action.READ_PERSONAL),
            limit=MOST_FOUND,
        )
        return {
            one.elder.id: f"{one.elder.name}（{one.elder.id}） · {one.community_name}"
            for one in found
        }


class ElderField:
    """Two fields: words that are searched for, and the elder; put into the slot that is open."""

    def __init__(
        self,
        visitor: Visitor,
        on: date,
        of_the_day: dict[str, str],
        value: str | None = None,
        changed: Callable[[], Any] | None = None,
    ) -> None:
        self.visitor, self.on, self.of_the_day = visitor, on, of_the_day
        self.asked = 0
        self.words = words_field("查找", self._search).props(
            'placeholder="姓名、拼音、编号、电话、地址"'
        )
        self.elder: ui.select = choice("老人", of_the_day, value, changed)

    @property
    def value(self) -> str | None:
        """Id of the elder; None where nobody is chosen."""
        return None if self.elder.value is None else str(self.elder.value)

    async def _search(self) -> None:
        self.asked += 1
        mine, words = self.asked, str(self.words.value or "").strip()[:40]
        found = self.of_the_day
        if words:
            found = await run_in_threadpool(elders_named, self.visitor, self.on, words)
        if mine != self.asked:
            return  # something else has been typed meanwhile
        kept = self.value if self.value in found else None
        if kept is None and len(found) == 1:
            kept = next(iter(found))
        self.elder.set_options(found, value=kept)
