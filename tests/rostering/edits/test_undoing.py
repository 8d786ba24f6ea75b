"""Edits taken back: one after the other, exactly, and only as long as nothing lies over them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine

from eldercare.accounts.audit import verify_chain
from eldercare.database import reading, transaction
from eldercare.errors import Conflict
from eldercare.rostering.edits.images import Image, print_of, town_image
from eldercare.rostering.edits.request import EditKind
from eldercare.rostering.edits.undoing import LastEdit, UndoRequest, last_edit, undo_edit
from eldercare.rostering.lifecycle import find_roster, publish
from eldercare.rostering.replanning import ReplanRequest, replan_day
from eldercare.settings import DEMO_ON
from tests.rostering.conftest import NOW
from tests.rostering.edits.test_editing import day_of, edit, singles

TOLD = (EditKind.LOCK, EditKind.UNLOCK, EditKind.PHONED, EditKind.LEAVE_OUT, EditKind.BRING_BACK)


def undo(database: Engine, **more: Any) -> LastEdit:
    return undo_edit(database, UndoRequest(on=DEMO_ON, **more), by="另一位", now=NOW)


def image_of(database: Engine, town: str) -> Image:
    with reading(database) as session:
        roster = find_roster(session, DEMO_ON)
        assert roster is not None
        return town_image(session, roster.id or 0, town)


def newest(database: Engine, **more: Any) -> LastEdit | None:
    with reading(database) as session:
        return last_edit(session, DEMO_ON, **more)


def test_edits_are_taken_back_in_turn_and_leave_nothing(published: Engine) -> None:
    day = day_of(published)
    one, other = singles(day)[:2]
    images = [image_of(published, day.town_code)]
    assert newest(published) is None  # nothing was done in a draft yet
    for kind in TOLD:
        edit(published, kind, one, reason="家属来接" if kind is EditKind.LEAVE_OUT else "")
        images.append(image_of(published, day.town_code))
    edit(published, EditKind.PHONED, other)
    assert newest(published, towns=["320411000000"]) is None
    told = undo(published)
    assert (told.kind, told.visit_id) == ("phoned", other)
    for kind, image in zip(reversed(TOLD), reversed(images[:-1]), strict=True):
        next_one = newest(published)
        assert next_one is not None
        assert (next_one.kind, next_one.visit_id) == (kind.value, one)
        undo(published)
        assert image_of(published, day.town_code) == image
    with pytest.raises(Conflict, match="no edit") as refused:
        undo(published)
    assert refused.value.code == "nothing_to_undo"
    # and forward again: what was taken back is no part of the way
    edit(published, EditKind.PHONED, other)
    undo(published)
    assert print_of(image_of(published, day.town_code)) == print_of(images[0])
    with transaction(published) as session:
        assert verify_chain(session).is_intact
        assert publish(session, DEMO_ON, by="周敏", now=NOW).version == 2


def test_what_lies_over_an_edit_keeps_it(published: Engine) -> None:
    day = day_of(published)
    one, other = singles(day)[:2]
    edit(published, EditKind.PHONED, one)
    request = ReplanRequest(on=DEMO_ON, event=f"cancel:{other}", rounds=1)
    replan_day(published, request, by="周敏", now=NOW)
    assert newest(published) is None
    with pytest.raises(Conflict, match="no edit"):
        undo(published)


def test_what_has_begun_is_not_taken_back(published: Engine) -> None:
    day = day_of(published)
    one = singles(day)[0]
    edit(published, EditKind.LEAVE_OUT, one, reason="家属来接")
    with pytest.raises(Conflict, match="under way") as refused:
        undo(published, clock=23 * 60)
    assert refused.value.code == "visit_has_begun"
    undo(published, clock=0)
