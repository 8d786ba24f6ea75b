"""Reads what the page of planning needs: rosters, each town's part, and the log of runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from api.console.scenes import Lost, lost_of, scene_entries
from api.console.visitor import Visitor
from eldercare.accounts.permissions import in_scope
from eldercare.jobs.history import recent_runs
from eldercare.jobs.tables import JobRun
from eldercare.registry.lookup import town_names
from eldercare.rostering.dates import rosters_on, town_plans
from eldercare.rostering.lifecycle import scenario_named
from eldercare.rostering.scenarios.listing import RosterEntry
from eldercare.rostering.summary import summarise
from eldercare.rostering.tables import Roster, RosterStatus, TownPlan
from eldercare.rostering.views import RosterSummary

RUNS = 12
"""Runs shown of the log."""


@dataclass(frozen=True)
class TownPart:
    """One town's part of a roster: how it was planned and what came of it."""

    code: str
    name: str
    plan: TownPlan
    summary: RosterSummary


@dataclass(frozen=True)
class PlanPage:
    """A date's rosters, the chosen one by town, and what ran lately."""

    on: date
    towns: Mapping[str, str]
    rosters: Sequence[Roster]
    roster: Roster | None
    summary: RosterSummary | None
    parts: Sequence[TownPart]
    runs: Sequence[JobRun]
    scenario: str = ""
    """Name of the scenario that is chosen; empty: the draft, else the newest version."""
    entries: list[RosterEntry] = field(default_factory=list)
    lost: Sequence[Lost] = ()

    @property
    def has_draft(self) -> bool:
        """A draft waits to be published."""
        return (
            self.roster is not None
            and self.roster.status is RosterStatus.DRAFT
            and not self.roster.name
        )


def read_plan(visitor: Visitor, on: date, scenario: str = "") -> PlanPage:
    """Everything about a date's planning that the visitor may see.

    Raises NotFound where the date has no such scenario.
    """
    with visitor.place.reading() as session:
        names = town_names(session)
        towns = {code: name for code, name in names.items() if in_scope(visitor.user, code)}
        rosters = rosters_on(session, on)
        roster = rosters[0] if rosters else None
        if scenario:
            roster = scenario_named(session, on, scenario)
        summary, parts, lost = None, [], []
        entries = scene_entries(session, on, list(rosters), list(towns))
        if roster is not None and roster.id is not None:
            summary = summarise(session, roster.id, list(towns))
            parts = [
                TownPart(
                    plan.town_code,
                    towns[plan.town_code],
                    plan,
                    summarise(session, roster.id, [plan.town_code]),
                )
                for plan in town_plans(session, roster.id)
                if plan.town_code in towns
            ]
            lost = lost_of(session, roster.id, list(towns))
        runs = recent_runs(session, RUNS)
    return PlanPage(on, towns, rosters, roster, summary, parts, runs, scenario, entries, lost)
