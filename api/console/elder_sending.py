"""A form of an elder's page is tried, shown and stored; what is stale or wrong loses nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from sqlmodel import Session

from api.console.elder_acts import ACTS, visit_change
from api.console.elder_desk import Draft, Preview
from api.console.elder_effects import effects, outlook_of
from api.console.elder_words import FIELDS
from api.console.elder_writing import Writing
from api.console.errors import sentence
from api.console.visitor import Visitor
from eldercare.accounts.keys import signing_key
from eldercare.accounts.permissions import Action
from eldercare.care.changing import preview_change
from eldercare.care.elder_file import read_file, require_file_as_seen
from eldercare.care.elder_history import history_of
from eldercare.care.upcoming import Due, due_between
from eldercare.errors import EldercareError
from eldercare.exchange.words import mend_of, reason_of, worded_cell
from eldercare.registry.id_vault import IdVault
from eldercare.registry.queries import get_elder

AHEAD = timedelta(days=42)
"""So far behind the last date of a form its effect is shown."""
FARTHEST = timedelta(days=200)
DATES = ("from_on", "until_on", "on")


def tried(visitor: Visitor, draft: Draft) -> Draft:
    """The draft with what storing it would do, or with why it would be refused."""
    try:
        with visitor.place.writing() as session:
            one = _writing(session, visitor, draft)
            shown = _preview(session, one, draft.act)
    except EldercareError as refused:
        return refused_draft(visitor, draft, refused)
    return replace(draft, preview=shown, refused="", is_stale=False)


def stored(visitor: Visitor, draft: Draft) -> str:
    """Store a draft; its sentence. Raises what the use case raises."""
    with visitor.place.writing() as session:
        return ACTS[draft.act].work(_writing(session, visitor, draft))


def refused_draft(visitor: Visitor, draft: Draft, refused: EldercareError) -> Draft:
    """The draft with the refusal in words, and with what somebody else changed meanwhile."""
    is_stale = refused.code == "file_changed"
    news = []
    if is_stale:
        with visitor.place.reading() as session:
            file = read_file(session, draft.elder_id)
            news = history_of(session, file, after=draft.entry, limit=8)
    words = refusal_words(refused)
    return replace(draft, preview=None, refused=words, is_stale=is_stale, news=news)


def refusal_words(refused: EldercareError) -> str:
    """Why a form was refused: field by field where the fields have words, else as a page says."""
    told = []
    for field in refused.fields:
        name = field.pointer.strip("/").rpartition("/")[2]
        if worded_cell(field.code):
            reason = reason_of(field.code, field.reason)
            told.append(
                f"{FIELDS.get(name, name)}：{reason}，{mend_of(field.code, field.reason)}。"
            )
    return "".join(dict.fromkeys(told)) or sentence(refused)


def _writing(session: Session, visitor: Visitor, draft: Draft) -> Writing:
    elder = get_elder(session, draft.elder_id)
    action = Action.WRITE_REGISTRY
    user = visitor.confirmed(session, action, area_code=elder.community_code)
    require_file_as_seen(session, draft.elder_id, draft.version, user=user)
    place = visitor.place
    return Writing(
        session=session,
        file=read_file(session, draft.elder_id),
        values=draft.values,
        user=user,
        now=place.now(),
        on=place.today(),
        vault=IdVault(signing_key(place.settings)),
    )


def _preview(session: Session, one: Writing, act: str) -> Preview:
    """Do it and take it back: what differs between before and after is what it would do."""
    if act == "plan":
        item_id, original_on, change, scope = visit_change(one)
        pairs = preview_change(session, item_id, change, scope, from_on=original_on, on=one.on)
        return Preview("", one.on, original_on, pairs=pairs)
    first, last = _window(one.values, one.on)
    before = due_between(session, one.key, first, last)
    outlook = outlook_of(session, one.key, first, last)
    point = session.begin_nested()
    told = ACTS[act].work(one)
    session.flush()
    after = due_between(session, one.key, first, last)
    found = effects(outlook, outlook_of(session, one.key, first, last), first)
    point.rollback()
    stopped, begun = _without(before, after), _without(after, before)
    return Preview(told, first, last, stopped, begun, effects=found)


def _without(some: list[Due], others: list[Due]) -> list[Due]:
    known = set(others)
    return [one for one in some if one not in known]


def _window(values: Mapping[str, str], on: date) -> tuple[date, date]:
    """From the earliest date named, or today, to some weeks behind the last one."""
    named = [on]
    for name in DATES:
        try:
            named.append(date.fromisoformat(values.get(name, "")))
        except ValueError:
            continue
    first = max(min(named), on - FARTHEST)
    return first, min(max(named) + AHEAD, first + 2 * FARTHEST)
