"""Scenarios of a date beside a baseline: for people first, then counts, costs and warnings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from eldercare.rostering.changes import unseen_changes
from eldercare.rostering.explaining.answers import Words
from eldercare.rostering.explaining.case import current_roster, roster_named
from eldercare.rostering.explaining.differences import RosterDifferences, compare
from eldercare.rostering.in_force import roster_in_force
from eldercare.rostering.lifecycle import scenario_named
from eldercare.rostering.scenarios.descent import events_missing, stands_on
from eldercare.rostering.scenarios.listing import RosterEntry, entry_of, list_scenarios
from eldercare.rostering.tables import Roster
from solver.explaining.diff import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioComparison:
    """One scenario less the baseline; `terms` of the visits' cost are in `differences`.

    `elders` are counted by what changes for them; `meal_cost` is now less was, by term.
    """

    scenario: RosterEntry
    served: int
    unserved: int
    priority_served: int
    elders: dict[Change, int]
    cost: int
    meal_cost: dict[str, int]
    events_missing: tuple[str, ...]
    """Reported on the baseline or on what is in force; the scenario was not planned around them."""
    unseen_changes: int
    """How many things the registry says otherwise than when the scenario was planned."""
    warnings: tuple[Words, ...]
    differences: RosterDifferences


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioComparisons:
    """Scenarios of a date against one baseline."""

    on: date
    baseline: RosterEntry
    scenarios: tuple[ScenarioComparison, ...]


def compare_scenarios(
    session: Session,
    on: date,
    *,
    names: Sequence[str] | None = None,
    baseline: str | None = None,
    towns: Sequence[str] | None = None,
) -> ScenarioComparisons:
    """Compare scenarios (None: all of the date) with a baseline, of some towns or all.

    `baseline` as in `roster_named`; None: what is in force, else the draft. Raises NotFound where
    the date has no such roster or scenario.
    """
    if baseline is not None:
        base = roster_named(session, on, baseline)
    else:
        base = roster_in_force(session, on) or current_roster(session, on)
    if names is None:
        names = [one.name for one in list_scenarios(session, on, towns=towns).rosters]
    scenarios = [scenario_named(session, on, name) for name in names]
    entry = entry_of(session, base, towns=towns, is_in_force=_is_in_force(session, base))
    compared = (_compared(session, base, entry, one, towns) for one in scenarios)
    return ScenarioComparisons(on=on, baseline=entry, scenarios=tuple(compared))


def _is_in_force(session: Session, roster: Roster) -> bool:
    current = roster_in_force(session, roster.on)
    return current is not None and current.id == roster.id


def _compared(
    session: Session,
    base: Roster,
    was: RosterEntry,
    scenario: Roster,
    towns: Sequence[str] | None,
) -> ScenarioComparison:
    now = entry_of(session, scenario, towns=towns)
    found = compare(session, base, scenario, towns=towns)
    current = roster_in_force(session, scenario.on)
    missing = events_missing(session, scenario, [base, current], towns=towns)
    changes = unseen_changes(session, scenario).count
    origin = stands_on(session, scenario)
    is_old = current is not None and (origin is None or origin.id != current.id)
    return ScenarioComparison(
        scenario=now,
        served=now.visits.served - was.visits.served,
        unserved=now.visits.unserved - was.visits.unserved,
        priority_served=now.visits.priority_served - was.visits.priority_served,
        elders=found.counts,
        cost=found.cost,
        meal_cost={
            term: now.meal_cost.get(term, 0) - was.meal_cost.get(term, 0)
            for term in sorted({*now.meal_cost, *was.meal_cost})
        },
        events_missing=missing,
        unseen_changes=changes,
        warnings=(
            *_of_the_plan(was, now, found.counts[Change.NO_LONGER_SERVED]),
            *_of_what_it_misses(missing, changes, is_old=is_old),
        ),
        differences=found,
    )


def _of_the_plan(was: RosterEntry, now: RosterEntry, lost: int) -> Iterator[Words]:
    """What the scenario itself does worse, the gravest first; `lost` are elders."""
    if (broken := now.violations - now.overridden) > 0:
        yield Words(
            f"违反 {broken} 条规则且无人负责，不能发布",
            f"breaks {broken} rule(s) that nobody answers for: it cannot be published",
        )
    if now.overridden:
        yield Words(
            f"{now.overridden} 处违规由人工确认",
            f"{now.overridden} broken rule(s) that somebody answers for",
        )
    if (fewer := was.visits.priority_served - now.visits.priority_served) > 0:
        yield Words(
            f"重点对象少服务 {fewer} 次",
            f"{fewer} visit(s) fewer for elders of the groups that come first",
        )
    if lost:
        yield Words(f"{lost} 位老人有服务不再上门", f"{lost} elder(s) lose a visit")
    if (meals := now.meals.undelivered - was.meals.undelivered) > 0:
        yield Words(f"少送 {meals} 份餐", f"{meals} more meal order(s) not delivered")


def _of_what_it_misses(missing: Sequence[str], changes: int, *, is_old: bool) -> Iterator[Words]:
    """What came after the scenario was made."""
    if missing:
        yield Words(
            f"未考虑当日 {len(missing)} 件已报事件：{'、'.join(missing)}",
            f"planned without {len(missing)} reported event(s): {', '.join(missing)}",
        )
    if is_old:
        yield Words("方案建立后又发布了新版本", "a newer version is in force than it was made from")
    if changes:
        yield Words(
            f"登记信息有 {changes} 处变动未排入",
            f"{changes} change(s) in the registry since it was planned",
        )
