"""How often the promises of a date's roster would be kept on days that do not go as planned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from eldercare.errors import InvalidInput, NotFound
from eldercare.registry.lookup import caregiver_names, elders_by_id
from eldercare.registry.tables import Elder
from eldercare.rostering.lifecycle import find_roster
from eldercare.rostering.tables import RosterStatus, TownPlan
from eldercare.rostering.town_day import TownDay, read_town_day
from solver.robustness import FragileSpot, Robustness, VisitOdds, simulate

TRIALS = 500
"""The chance of a visit is known to about two hundredths."""
MOST_TRIALS = 10_000
FRAGILE_SPOTS = 30
"""So many are worth a coordinator's look; all visits stand in the report with their chance."""


@dataclass(frozen=True, slots=True)
class VisitChance:
    """A visit's chance of being on time: in its window, and near the start that was promised."""

    visit_id: str
    town_code: str
    elder_id: str
    elder_name: str
    caregivers: tuple[str, ...]
    start_minutes: int
    on_time: float
    in_window: float
    as_promised: float
    mean_delay_minutes: float
    delay_90_minutes: float


@dataclass(frozen=True, slots=True)
class Weakness:
    """A stop at which the chance of being on time falls against the stop before."""

    visit_id: str
    town_code: str
    caregiver_id: str
    caregiver_name: str
    position: int
    """1: the first stop of the route."""
    on_time: float
    on_time_before: float
    slack_minutes: float


@dataclass(frozen=True, slots=True)
class RobustnessReport:
    """Chances of a roster's visits, the least certain first, and where they are lost.

    `on_time` is the mean of all visits (1 where there are none); `overtime` the mean chance that
    somebody comes home after the end of the shift.
    """

    on: date
    roster_id: int
    version: int | None
    trials: int
    seed: int
    on_time: float
    overtime: float
    visits: tuple[VisitChance, ...]
    fragile: tuple[Weakness, ...]


def robustness(
    session: Session,
    on: date,
    *,
    trials: int = TRIALS,
    seed: int = 1,
    towns: Sequence[str] | None = None,
    status: RosterStatus | None = None,
) -> RobustnessReport:
    """Run a date's roster many times with travel and services that vary; the same seed, same luck.

    `status` None: the draft where there is one, else what is published; `towns` None: all. Raises
    NotFound where the date has no roster, InvalidInput for a senseless number of trials.
    """
    if not 1 <= trials <= MOST_TRIALS:
        raise InvalidInput(f"{trials} trials: give 1 to {MOST_TRIALS}", code="trials_out_of_range")
    roster = find_roster(session, on, status)
    if roster is None or roster.id is None:
        raise NotFound(
            f"{on} has no roster to try: run `eldercare plan {on}` first", code="no_roster"
        )
    planned = select(col(TownPlan.town_code)).where(col(TownPlan.roster_id) == roster.id)
    codes = [one for one in sorted(session.scalars(planned)) if towns is None or one in towns]
    days = [read_town_day(session, roster, code) for code in codes]
    odds = [simulate(day.problem, day.plan, trials=trials, seed=seed) for day in days]
    names = caregiver_names(session)
    elders = elders_by_id(session, {one.elder or "" for day in days for one in day.problem.visits})
    chances = [
        one
        for day, its in zip(days, odds, strict=True)
        for one in _chances(day, its, names, elders)
    ]
    homeward = [route.overtime for its in odds for route in its.routes]
    return RobustnessReport(
        on=on,
        roster_id=roster.id,
        version=roster.version,
        trials=trials,
        seed=seed,
        on_time=_mean([one.on_time for one in chances], none=1.0),
        overtime=_mean(homeward, none=0.0),
        visits=tuple(sorted(chances, key=lambda one: (one.on_time, one.visit_id))),
        fragile=_weakest(days, odds, names),
    )


def _weakest(
    days: Sequence[TownDay], odds: Sequence[Robustness], names: Mapping[str, str]
) -> tuple[Weakness, ...]:
    """The deepest falls of all towns."""
    weak = [
        (-spot.fall, _weakness(day, spot, names))
        for day, its in zip(days, odds, strict=True)
        for spot in its.fragile
    ]
    weak.sort(key=lambda pair: (pair[0], pair[1].visit_id))
    return tuple(one for _, one in weak[:FRAGILE_SPOTS])


def _chances(
    day: TownDay, odds: Robustness, names: Mapping[str, str], elders: Mapping[str, Elder]
) -> list[VisitChance]:
    starts, people = _promises(day)
    return [_chance(day, one, starts, people, names, elders) for one in odds.visits]


def _promises(day: TownDay) -> tuple[dict[str, int], dict[str, list[str]]]:
    """Promised start and caregivers by visit."""
    starts: dict[str, int] = {}
    people: dict[str, list[str]] = {}
    for route in day.plan.routes:
        caregiver, _ = day.problem.shift_by_id[route.shift_id]
        for stop in route.stops:
            starts[stop.visit_id] = min(stop.start, starts.get(stop.visit_id, stop.start))
            people.setdefault(stop.visit_id, []).append(caregiver.id)
    return starts, people


def _chance(
    day: TownDay,
    odds: VisitOdds,
    starts: Mapping[str, int],
    people: Mapping[str, Sequence[str]],
    names: Mapping[str, str],
    elders: Mapping[str, Elder],
) -> VisitChance:
    elder_id = day.problem.visit_by_id[odds.visit_id].elder or ""
    return VisitChance(
        visit_id=odds.visit_id,
        town_code=day.town_code,
        elder_id=elder_id,
        elder_name=elders[elder_id].name if elder_id in elders else "",
        caregivers=tuple(names.get(one, one) for one in people[odds.visit_id]),
        start_minutes=starts[odds.visit_id],
        on_time=odds.on_time,
        in_window=odds.in_window,
        as_promised=odds.as_promised,
        mean_delay_minutes=round(odds.mean_delay_minutes, 1),
        delay_90_minutes=round(odds.delay_90_minutes, 1),
    )


def _weakness(day: TownDay, spot: FragileSpot, names: Mapping[str, str]) -> Weakness:
    caregiver, _ = day.problem.shift_by_id[spot.shift_id]
    return Weakness(
        visit_id=spot.visit_id,
        town_code=day.town_code,
        caregiver_id=caregiver.id,
        caregiver_name=names.get(caregiver.id, caregiver.id),
        position=spot.position + 1,
        on_time=spot.on_time,
        on_time_before=spot.on_time_before,
        slack_minutes=round(spot.slack_minutes, 1),
    )


def _mean(values: Sequence[float], *, none: float) -> float:
    return sum(values) / len(values) if values else none
