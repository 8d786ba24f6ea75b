"""Scenarios come, become the draft and go; a draft never goes without a word."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from eldercare.accounts.audit import verify_chain
from eldercare.accounts.tables import AuditEntry
from eldercare.errors import Conflict, InvalidInput, NotFound
from eldercare.rostering.dates import newest_roster_on, rosters_on
from eldercare.rostering.explaining.case import roster_named
from eldercare.rostering.lifecycle import find_roster, publish, scenario_named
from eldercare.rostering.publishing import ANY, fingerprint
from eldercare.rostering.reading import read_roster
from eldercare.rostering.scenarios.keeping import (
    EMPTY,
    PromoteRequest,
    Promotion,
    create_scenario,
    discard_scenario,
    promote_scenario,
)
from eldercare.rostering.tables import (
    Roster,
    RosterEvent,
    RosterMeal,
    RosterRoute,
    RosterStatus,
    RosterStop,
    RosterVisit,
    TownPlan,
)
from tests.api.data import NOW, ON, published_day
from tests.registry.rows import TOWN, put

BY = "周敏"
PARTS = (RosterVisit, RosterMeal, RosterRoute, RosterStop, TownPlan, RosterEvent)


@pytest.fixture
def day(session: Session) -> Session:
    """Versions 1 and 2 and a draft based on nothing."""
    published_day(session)
    return session


def create(session: Session, name: str, **more: Any) -> Roster:
    return create_scenario(session, ON, name, by=BY, now=NOW, **more)


def promote(session: Session, name: str, **more: Any) -> Promotion:
    request = PromoteRequest(on=ON, name=name, **more)
    return promote_scenario(session, request, by=BY, now=NOW)


def draft_of(session: Session) -> Roster:
    found = find_roster(session, ON, RosterStatus.DRAFT)
    assert found is not None
    return found


def size(session: Session, roster: Roster) -> list[int | None]:
    return [
        session.scalar(select(func.count()).where(col(part.roster_id) == roster.id))
        for part in PARTS
    ]


def test_a_scenario_is_a_copy_that_the_draft_knows_nothing_of(day: Session) -> None:
    draft = draft_of(day)
    before = fingerprint(day, draft.id or 0)
    made = create(day, "少走路", base="published")
    version = roster_named(day, ON, "2")
    assert (made.status, made.version, made.based_on_id) == (RosterStatus.DRAFT, None, version.id)
    assert (made.created_by, size(day, made)) == (BY, size(day, version))
    for row in day.scalars(select(RosterVisit).where(col(RosterVisit.roster_id) == made.id)):
        row.is_phoned = True
    day.flush()
    assert fingerprint(day, draft.id or 0) == before
    assert draft_of(day).id == draft.id
    assert rosters_on(day, ON)[0].id == draft.id
    assert made.id not in {one.id for one in rosters_on(day, ON)}
    assert read_roster(day, ON, scenario="少走路").name == "少走路"
    assert roster_named(day, ON, "scenario:少走路").id == made.id
    assert read_roster(day, ON, version=1).status is RosterStatus.CLOSED
    with pytest.raises(InvalidInput, match="one of them"):
        read_roster(day, ON, version=1, scenario="少走路")


def test_a_date_with_nothing_but_a_scenario_has_no_roster(day: Session) -> None:
    made = create(day, "a")
    made.on = ON.replace(year=2031)
    day.flush()
    assert newest_roster_on(day) == ON
    assert find_roster(day, made.on) is None
    with pytest.raises(NotFound, match="no draft"):
        publish(day, made.on, by=BY, now=NOW)


def test_names_are_unique_on_a_date_and_can_stand_in_an_address(day: Session) -> None:
    create(day, "a")
    with pytest.raises(Conflict, match="already") as taken:
        create(day, "a", base="published")
    assert taken.value.code == "scenario_exists"
    for name in ("", " a", "a/b", "a\n", "x" * 41):
        with pytest.raises(InvalidInput, match="cannot be a name"):
            create(day, name)
    with pytest.raises(NotFound, match="no scenario 'b'"):
        scenario_named(day, ON, "b")
    with pytest.raises(NotFound):
        scenario_named(day, ON, "")
    with pytest.raises(NotFound, match="no version 9"):
        create(day, "b", base="9")


def test_what_it_is_made_of_is_what_was_read(day: Session) -> None:
    seen = fingerprint(day, draft_of(day).id or 0)
    create(day, "a", seen=[seen])
    with pytest.raises(Conflict) as changed:
        create(day, "b", seen=["other"])
    assert changed.value.code == "draft_changed"


def test_promoting_asks_what_becomes_of_the_draft(day: Session) -> None:
    create(day, "a", base="published")
    with pytest.raises(Conflict, match="keep_draft_as") as refused:
        promote(day, "a")
    assert refused.value.code == "draft_stands"


def test_promoting_keeps_the_draft_as_a_scenario(day: Session) -> None:
    draft, made = draft_of(day), create(day, "a", base="published")
    report = promote(day, "a", keep_draft_as="a")
    assert (report.draft_kept_as, report.discarded_roster_id) == ("a", None)
    assert (draft_of(day).id, scenario_named(day, ON, "a").id) == (made.id, draft.id)
    assert publish(day, ON, by=BY, now=NOW).id == made.id


def test_promoting_discards_the_draft_that_was_read(day: Session) -> None:
    draft, made = draft_of(day), create(day, "a", base="published")
    heir = create(day, "heir", base="draft")
    heir.based_on_id = draft.id
    day.flush()
    seen = fingerprint(day, draft.id or 0)
    with pytest.raises(InvalidInput, match="one of both"):
        promote(day, "a", keep_draft_as="b", discard_seen=[seen])
    number = draft.id
    report = promote(day, "a", discard_seen=[seen])
    assert (report.discarded_roster_id, draft_of(day).id) == (number, made.id)
    assert heir.based_on_id is None
    assert day.get(Roster, number) is None


def test_a_draft_that_changed_meanwhile_is_not_discarded(day: Session) -> None:
    create(day, "a", base="published")
    with pytest.raises(Conflict) as refused:
        promote(day, "a", discard_seen=["what it was"])
    assert refused.value.code == "draft_changed"
    day.rollback()


def test_a_scenario_that_changed_meanwhile_is_neither_promoted_nor_discarded(day: Session) -> None:
    create(day, "a", base="published")
    for work in (
        lambda: promote(day, "a", seen=["other"], discard_seen=[ANY]),
        lambda: discard_scenario(day, ON, "a", seen=["other"], by=BY, now=NOW),
    ):
        with pytest.raises(Conflict) as refused:
            work()
        assert refused.value.code == "draft_changed"


def test_what_was_published_since_is_not_undone_unknowingly(day: Session) -> None:
    create(day, "old", base="1")
    create(day, "of the draft")
    for name, made in (("old", "from version 1"), ("of the draft", "before anything")):
        with pytest.raises(Conflict, match=made) as refused:
            promote(day, name, discard_seen=[ANY])
        assert refused.value.code == "newer_version"
    assert promote(day, "old", discard_seen=[ANY], over_newer=True).promoted == "old"


def test_promoting_names_the_events_it_was_not_planned_around(day: Session) -> None:
    create(day, "a", base="published")
    for number, roster in enumerate((draft_of(day), scenario_named(day, ON, "a")), start=1):
        event = f"sick:C{number}@10:00"
        put(
            day,
            RosterEvent(
                roster_id=roster.id or 0, sequence=1, town_code=TOWN, event=event, at_minutes=600,
                recorded_at=NOW, recorded_by=BY,
            ),
        )  # fmt: skip
    report = promote(day, "a", keep_draft_as="before")
    assert report.events_missing == ("sick:C1@10:00",)


def test_a_discarded_scenario_leaves_nothing_but_its_audit_entries(day: Session) -> None:
    made = create(day, "a", base="published")
    counts = size(day, draft_of(day))
    gone = Roster(id=made.id, on=ON, status=RosterStatus.DRAFT, created_at=NOW)
    discard_scenario(day, ON, "a", by=BY, now=NOW)
    assert size(day, gone) == [0] * len(PARTS)
    assert size(day, draft_of(day)) == counts
    entries = day.scalars(select(AuditEntry).order_by(col(AuditEntry.id))).all()
    assert [one.action for one in entries] == ["scenario.create", "scenario.discard"]
    assert entries[1].before is not None
    assert (entries[1].before["scenario"], entries[1].before["served"]) == ("a", 4)
    assert verify_chain(day).is_intact
    with pytest.raises(NotFound):
        discard_scenario(day, ON, "a", by=BY, now=NOW)


def test_two_scenarios_of_one_name_are_refused_by_the_index(day: Session) -> None:
    create(day, "a")
    day.add(Roster(on=ON, name="a", status=RosterStatus.DRAFT, created_at=NOW))
    with pytest.raises(IntegrityError):
        day.flush()


def test_one_that_begins_with_nothing_stands_on_what_is_in_force(day: Session) -> None:
    empty = create(day, "从头", base=EMPTY)
    assert (empty.name, empty.version) == ("从头", None)
    for part in PARTS:
        assert not day.scalars(select(part).where(col(part.roster_id) == empty.id)).all()
    current = find_roster(day, ON, RosterStatus.PUBLISHED)
    assert current is not None
    assert empty.based_on_id == current.id
    day.flush()
    kept = promote(day, "从头", keep_draft_as="昨晚")
    assert (kept.roster_id, kept.draft_kept_as) == (empty.id, "昨晚")
    assert verify_chain(day).is_intact


def test_before_anything_was_planned_one_can_begin_with_nothing(session: Session) -> None:
    assert create_scenario(session, ON, "从头", base=EMPTY, by=BY, now=NOW).based_on_id is None
