"""Definitions into figures: one grouped query per indicator, added up to the areas asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import case, func, select
from sqlmodel import Session

from eldercare.coverage.areas import Areas, Level, find_areas
from eldercare.coverage.definition import Indicator, Moment
from eldercare.coverage.indicators import find_indicators
from eldercare.coverage.notes import general_note, missing_note
from eldercare.coverage.rows import CoverageRow
from eldercare.coverage.targets import targets_in_force
from eldercare.errors import FieldProblem, InvalidInput
from eldercare.settings import LOOK_BACK_DAYS


@dataclass(frozen=True, slots=True)
class Count:
    """Units that count, of all units."""

    numerator: int = 0
    denominator: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.numerator + other.numerator, self.denominator + other.denominator)


def evaluate(
    session: Session,
    *,
    as_of: date,
    by: Level = Level.DISTRICT,
    indicators: Iterable[str] | None = None,
    area: str | None = None,
    look_back_days: int = LOOK_BACK_DAYS,
) -> list[CoverageRow]:
    """The figures of a date: every indicator asked for in every area of level `by` inside `area`.

    Ordered by indicator, then area code. Where there is nothing to count, the value is None and
    the note says so. Raises NotFound for an unknown indicator or area, InvalidInput for a level
    larger than the area.
    """
    chosen = find_indicators(indicators)
    moment = make_moment(as_of, look_back_days)
    areas = {by: find_areas(session, by, area)}
    return figures(session, moment, chosen, areas, inside=areas[by] if area else None)[by]


def figures(
    session: Session,
    moment: Moment,
    indicators: Iterable[Indicator],
    areas: Mapping[Level, Areas],
    *,
    inside: Areas | None,
) -> dict[Level, list[CoverageRow]]:
    """The rows of each level, every indicator counted once; `inside` narrows what is read."""
    targets = targets_in_force(session, moment.on)
    found: dict[Level, list[CoverageRow]] = {level: [] for level in areas}
    for indicator in indicators:
        counts = count_by_community(session, indicator, moment, inside)
        target = targets.get(indicator.code)
        share = target.share if target else None
        note = general_note(session, indicator, target, moment)
        for level, of_level in areas.items():
            found[level] += make_rows(indicator, counts, of_level, share, note)
    return found


def make_moment(as_of: date, look_back_days: int) -> Moment:
    """The moment of a date; a look-back of less than one day is refused."""
    if look_back_days < 1:
        raise InvalidInput(
            f"the look-back of {look_back_days} days is too short: give at least 1",
            fields=[FieldProblem("/look_back_days", "must be at least 1")],
        )
    return Moment(as_of, look_back_days)


def count_by_community(
    session: Session, indicator: Indicator, moment: Moment, areas: Areas | None = None
) -> dict[str, Count]:
    """Counts by community code, in one query; communities without any member are left out.

    `areas` narrows the query to its communities (None: the whole district).
    """
    population = indicator.population
    place = population.place(moment)
    counts = case((indicator.counted(moment), population.weight), else_=0)
    members = population.members(
        moment, place.label("place"), counts.label("part"), population.weight.label("whole")
    )
    if areas is not None:
        members = members.where(place.in_(areas.communities))
    found = members.subquery()
    query = select(found.c.place, func.sum(found.c.part), func.sum(found.c.whole)).group_by(
        found.c.place
    )
    return {
        code: Count(int(numerator), int(denominator))
        for code, numerator, denominator in session.execute(query)
    }


def roll_up(counts: Mapping[str, Count], areas: Areas) -> dict[str, Count]:
    """Counts of communities added up to the areas; an area without any has the empty count."""
    found = dict.fromkeys(areas.names, Count())
    for community, count in counts.items():
        found[areas.of_community[community]] += count
    return found


def make_rows(
    indicator: Indicator,
    counts: Mapping[str, Count],
    areas: Areas,
    target: Fraction | None,
    note: str,
) -> list[CoverageRow]:
    """The rows of one indicator, one an area, in the order of the areas."""
    totals = roll_up(counts, areas)
    return [
        CoverageRow(
            indicator=indicator.code,
            area=area,
            area_name=name,
            numerator=totals[area].numerator,
            denominator=totals[area].denominator,
            target=target,
            note=note if totals[area].denominator else missing_note(indicator),
        )
        for area, name in areas.names.items()
    ]
