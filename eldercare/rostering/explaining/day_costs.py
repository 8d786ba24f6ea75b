"""What a roster's visits cost: every term by town and caregiver, against what was stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from eldercare.registry.lookup import caregiver_names, town_names
from eldercare.rostering.explaining.answers import Person, RosterRef, TermShare, worth_minutes
from eldercare.rostering.explaining.case import ref
from eldercare.rostering.explaining.sentences import share
from eldercare.rostering.tables import Roster, TownPlan
from eldercare.rostering.town_day import read_town_day
from solver.explaining.costs import CostRow, CostSheet, costs
from solver.objective import Term


@dataclass(frozen=True, slots=True, kw_only=True)
class CaregiverCost:
    """One caregiver's part of a town's cost; `caregiver` None: nobody's, the unserved visits."""

    caregiver: Person | None
    terms: tuple[TermShare, ...]
    cost: int
    minutes: float
    travel_minutes: int
    work_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TownCost:
    """A town's cost; rows add up to `terms`, and these to `cost`.

    `stored` is what the checker found when the roster was stored; it differs from `cost` only where
    the registry has changed since or an event changed the day (`agrees` is false then).
    """

    town_code: str
    town_name: str
    rows: tuple[CaregiverCost, ...]
    terms: tuple[TermShare, ...]
    cost: int
    stored: int
    agrees: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCost:
    """All towns asked for, and their sum."""

    roster: RosterRef
    towns: tuple[TownCost, ...]
    terms: tuple[TermShare, ...]
    cost: int
    minutes: float


def cost_of_day(
    session: Session, roster: Roster, *, towns: Collection[str] | None = None
) -> DayCost:
    """What a roster's visits cost, in the towns named (None: all); meals are not in it."""
    called, people = town_names(session), caregiver_names(session)
    found = []
    for plan in town_plans(session, roster, towns):
        day = read_town_day(session, roster, plan.town_code)
        sheet = costs(day.problem, day.plan)
        found.append(_town(plan, called.get(plan.town_code, plan.town_code), sheet, people))
    value: Counter[Term] = Counter()
    cost: Counter[Term] = Counter()
    for term in (term for town in found for term in town.terms):
        value[term.term] += term.value
        cost[term.term] += term.cost
    total = cost.total()
    return DayCost(
        roster=ref(roster),
        towns=tuple(found),
        terms=_shares(value, cost),
        cost=total,
        minutes=worth_minutes(total),
    )


def town_plans(session: Session, roster: Roster, towns: Collection[str] | None) -> list[TownPlan]:
    """A roster's towns, by code."""
    statement = select(TownPlan).where(col(TownPlan.roster_id) == roster.id)
    if towns is not None:
        statement = statement.where(col(TownPlan.town_code).in_(towns))
    return list(session.scalars(statement.order_by(col(TownPlan.town_code))))


def _town(plan: TownPlan, name: str, sheet: CostSheet, people: Mapping[str, str]) -> TownCost:
    stored = {key: cost for key, cost in plan.visit_cost.items() if cost}
    now = {term.value: cost for term, cost in sheet.cost.items() if cost}
    return TownCost(
        town_code=plan.town_code,
        town_name=name,
        rows=tuple(_row(one, people) for one in sheet.rows if one.terms or one.work),
        terms=_shares(sheet.terms, sheet.cost),
        cost=sheet.total,
        stored=sum(stored.values()),
        agrees=stored == now,
    )


def _row(row: CostRow, people: Mapping[str, str]) -> CaregiverCost:
    who = row.caregiver
    return CaregiverCost(
        caregiver=None if who is None else Person(id=who, name=people.get(who, who)),
        terms=_shares(row.terms, row.cost),
        cost=row.total,
        minutes=worth_minutes(row.total),
        travel_minutes=row.travel,
        work_minutes=row.work,
    )


def _shares(value: Mapping[Term, int], cost: Mapping[Term, int]) -> tuple[TermShare, ...]:
    """Terms that are not zero, in the objective's order."""
    return tuple(share(term, value[term], cost.get(term, 0)) for term in Term if value.get(term, 0))
