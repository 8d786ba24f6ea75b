"""A published day with scenarios: edited and replanned alone, and compared as they are."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from eldercare.database import reading, transaction
from eldercare.errors import Conflict, NotFound
from eldercare.rostering.edits.editing import edit_draft
from eldercare.rostering.edits.request import Edit, EditKind, EditRequest
from eldercare.rostering.lifecycle import find_roster, scenario_named
from eldercare.rostering.publishing import fingerprint
from eldercare.rostering.replanning import ReplanRequest, replan_day
from eldercare.rostering.scenarios.comparing import compare_scenarios
from eldercare.rostering.scenarios.keeping import (
    PromoteRequest,
    create_scenario,
    promote_scenario,
)
from eldercare.rostering.scenarios.listing import list_scenarios, list_versions
from eldercare.rostering.tables import Placement, RosterStatus, RosterVisit, TownPlan
from eldercare.settings import DEMO_ON
from solver.explaining.diff import Change
from tests.rostering.conftest import NOW

BY = "周敏"


def in_force(session: Session) -> str:
    found = find_roster(session, DEMO_ON, RosterStatus.PUBLISHED)
    assert found is not None
    return fingerprint(session, found.id or 0)


def served_visit(session: Session) -> str:
    return (
        session.scalars(
            select(col(RosterVisit.visit_id))
            .where(col(RosterVisit.placement) == Placement.PLANNED, col(RosterVisit.people) == 1)
            .order_by(col(RosterVisit.visit_id))
        ).first()
        or ""
    )


def test_scenarios_beside_what_is_in_force(published: Engine) -> None:
    with transaction(published) as session:
        before, visit = in_force(session), served_visit(session)
        for name in ("as it is", "one fewer", "called off"):
            create_scenario(session, DEMO_ON, name, by=BY, now=NOW)
    leave = Edit(kind=EditKind.LEAVE_OUT, visit_id=visit, reason="住院")
    request = EditRequest(on=DEMO_ON, edit=leave, scenario="one fewer")
    report = edit_draft(published, request, by=BY, now=NOW)
    event = f"cancel:{visit}"
    mended = replan_day(
        published,
        ReplanRequest(on=DEMO_ON, event=event, rounds=1, scenario="called off"),
        by=BY,
        now=NOW,
    )
    with reading(published) as session:
        assert report.roster_id == scenario_named(session, DEMO_ON, "one fewer").id
        assert mended.roster_id == scenario_named(session, DEMO_ON, "called off").id
        assert mended.scenario == "called off"
        assert in_force(session) == before
        assert find_roster(session, DEMO_ON, RosterStatus.DRAFT) is None
        found = compare_scenarios(session, DEMO_ON)
        same, fewer, _ = found.scenarios
        (version,) = list_versions(session, DEMO_ON).rosters
        names = [one.name for one in list_scenarios(session, DEMO_ON).rosters]
    assert names == ["as it is", "one fewer", "called off"]
    assert version.is_in_force
    assert found.baseline == version
    assert fewer.scenario.based_on is not None
    assert fewer.scenario.based_on.version == version.version == 1
    assert (same.served, same.cost, sum(same.elders.values()), same.warnings) == (0, 0, 0, ())
    assert (fewer.served, fewer.unserved) == (-1, 1)
    assert fewer.elders[Change.NO_LONGER_SERVED] == 1
    assert fewer.cost == fewer.scenario.cost - version.cost
    assert sum(term.cost for term in fewer.differences.terms) == fewer.cost
    assert [words.en for words in fewer.warnings][-1] == "1 elder(s) lose a visit"


def test_what_a_scenario_does_not_know_is_a_warning(published: Engine) -> None:
    with transaction(published) as session:
        visit = served_visit(session)
        create_scenario(session, DEMO_ON, "a", by=BY, now=NOW)
        plan = session.scalars(
            select(TownPlan).where(
                col(TownPlan.roster_id) == scenario_named(session, DEMO_ON, "a").id
            )
        ).first()
        assert plan is not None
        plan.violations, plan.overridden = 3, 1
    event = f"cancel:{visit}"
    replan_day(published, ReplanRequest(on=DEMO_ON, event=event, rounds=1), by=BY, now=NOW)
    with reading(published) as session:
        (one,) = compare_scenarios(session, DEMO_ON, names=["a"], baseline="draft").scenarios
        assert one.events_missing == (event,)
        told = [words.en for words in one.warnings]
        with pytest.raises(NotFound):
            compare_scenarios(session, DEMO_ON, names=["b"])
    assert told == [
        "breaks 2 rule(s) that nobody answers for: it cannot be published",
        "1 broken rule(s) that somebody answers for",
        f"planned without 1 reported event(s): {event}",
    ]


def test_a_scenario_read_before_it_changed_is_not_written(published: Engine) -> None:
    with transaction(published) as session:
        made = create_scenario(session, DEMO_ON, "a", by=BY, now=NOW)
        seen, visit = fingerprint(session, made.id or 0), served_visit(session)
    edit = Edit(kind=EditKind.PHONED, visit_id=visit)
    request = EditRequest(on=DEMO_ON, edit=edit, seen=[seen], scenario="a")
    edit_draft(published, request, by=BY, now=NOW)
    with pytest.raises(Conflict) as refused:
        edit_draft(published, request, by=BY, now=NOW)
    assert refused.value.code == "draft_changed"
    with transaction(published) as session:
        promote_scenario(session, PromoteRequest(on=DEMO_ON, name="a"), by=BY, now=NOW)
        draft = find_roster(session, DEMO_ON, RosterStatus.DRAFT)
        assert draft is not None
        row = session.get(RosterVisit, (draft.id, visit))
        assert row is not None
        assert row.is_phoned
