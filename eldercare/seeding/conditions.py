"""What is known of the elders' condition: priority groups, assessments, stays in institutions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from eldercare.registry.tables import PriorityGroup
from eldercare.seeding.people import ALONE, SPOUSE, People
from eldercare.seeding.sources import Sources
from eldercare.seeding.streams import Bools, Dates, Floats, Ints, shared_out, stream
from eldercare.seeding.writing import Row

ASSESSED_SHARE = (0.05, 0.3, 0.6, 0.75, 0.85)
"""Elders with an assessment by their ability (assumed): most healthy ones were never assessed."""
ASSESSED_EARLY_FACTOR = 0.45
"""Below 75 so much of that: assessments concentrate on the old."""
ASSESSMENT_SPAN_DAYS = 900
MEMBERSHIP_SPAN_DAYS = 1_700
EARLIER_ASSESSMENT_SHARE = 0.35
STAY_WEIGHT = (0.2, 1.0, 3.0, 7.0, 10.0)
"""Who lives in an institution, by ability (assumed)."""
STAY_SHARE_OF_ELDERS = 0.03
STAY_LONGEST_DAYS = 1_600


@dataclass(frozen=True, slots=True)
class Conditions:
    """Columns over elders, in the order of `People`."""

    groups: dict[PriorityGroup, Bools]
    group_since: Dates
    assessed: Dates
    """Day of the latest assessment; NaT where there is none."""
    stays_at: Ints
    """Number of the institution, -1 at home."""
    stays_since: Dates

    @property
    def at_home(self) -> Bools:
        """Not in an institution."""
        home: Bools = self.stays_at < 0
        return home

    def assessed_level(self, people: People) -> Ints:
        """The level on file, -1 where never assessed."""
        return np.where(np.isnat(self.assessed), -1, people.level)


def draw_conditions(
    sources: Sources, people: People, beds: Ints, *, scale: float, seed: int
) -> Conditions:
    """Groups, assessments and stays; `beds` counts the beds of each institution on the date."""
    draws = people.chances(seed, "elder_group", len(PriorityGroup) + 1)
    groups = {
        group: draws[:, number] < _group_chance(group, sources.group_shares[group], people)
        for number, group in enumerate(PriorityGroup)
    }
    _keep_one_income_group(groups)
    known_since = _days_before(people, draws[:, -1], MEMBERSHIP_SPAN_DAYS)
    assessed = _assessments(people, groups, seed)
    stays_at, stays_since = _stays(people, sources, beds, scale=scale, seed=seed)
    return Conditions(groups, known_since, assessed, stays_at, stays_since)


def _group_chance(group: PriorityGroup, share: float, people: People) -> Floats:
    """Chance of each elder to belong to a group, with the share as its mean over all elders."""
    weight = _group_weight(group, people)
    mean = weight.mean() if len(weight) else 0.0
    return np.minimum(1.0, share * weight / mean) if mean > 0 else weight


def _group_weight(group: PriorityGroup, people: People) -> Floats:
    alone = people.living == ALONE
    by_two = people.living == SPOUSE
    years = people.ages.years
    match group:
        case PriorityGroup.WUBAO:  # no kin who must support them
            return np.where(alone, 8.0, 0.2)
        case PriorityGroup.SHIDU:  # parents of the one-child years
            return np.where(years < 85, 1.0, 0.1) * np.where(alone | by_two, 2.0, 0.3)
        case PriorityGroup.POOR_DISABLED:
            return np.where(people.level >= 2, 1.0, 0.0)
        case PriorityGroup.DIBAO | PriorityGroup.DIBAO_MARGIN:
            return np.where(alone, 2.5, 1.0) * np.where(people.level >= 2, 2.0, 1.0)
        case PriorityGroup.HONOURED:
            return np.where(years >= 75, 2.0, 0.6) * np.where(people.ages.female, 0.3, 1.0)
        case PriorityGroup.AGED_ALONE:
            return np.where((years >= 80) & (alone | by_two), 1.0, 0.0)


def _keep_one_income_group(groups: dict[PriorityGroup, Bools]) -> None:
    """Nobody draws two allowances for income: the stronger claim stays."""
    taken = groups[PriorityGroup.WUBAO].copy()
    for group in (PriorityGroup.DIBAO, PriorityGroup.DIBAO_MARGIN):
        groups[group] &= ~taken
        taken |= groups[group]


def _assessments(people: People, groups: dict[PriorityGroup, Bools], seed: int) -> Dates:
    draws = people.chances(seed, "assessment", 2)
    chance = np.array(ASSESSED_SHARE)[people.level]
    chance = np.where(people.ages.years < 75, chance * ASSESSED_EARLY_FACTOR, chance)
    needy = groups[PriorityGroup.WUBAO] | groups[PriorityGroup.DIBAO]
    chance = np.where(needy, np.maximum(chance, 0.6), chance)
    chance = np.where(groups[PriorityGroup.POOR_DISABLED], 1.0, chance)
    days = _days_before(people, draws[:, 1], ASSESSMENT_SPAN_DAYS)
    return np.where(draws[:, 0] < chance, days, np.datetime64("NaT", "D"))


def _days_before(people: People, draw: Floats, span: int) -> Dates:
    """A day in the `span` days before the date (or the leaving), never before registration."""
    last = np.where(people.active, np.datetime64(people.on, "D"), people.ages.ended) - 1
    first = np.maximum(people.ages.registered, last - span)
    room = np.maximum((last - first).astype(np.int64), 0)
    return np.asarray(first + np.floor(draw * room).astype("timedelta64[D]"))


def _stays(
    people: People, sources: Sources, beds: Ints, *, scale: float, seed: int
) -> tuple[Ints, Dates]:
    """Fill the occupied share of the scaled beds, the frailest first."""
    occupied = round(
        float(beds.sum()) * scale * sources.baseline.value("institution_occupancy", people.on)
    )
    wanted = min(occupied, round(STAY_SHARE_OF_ELDERS * int(people.active.sum())))
    draws = people.chances(seed, "institution_stay", 2)
    weight = np.array(STAY_WEIGHT)[people.level] * np.where(people.ages.years >= 80, 3.0, 1.0)
    weight = np.where(people.active, weight, 0.0)
    with np.errstate(divide="ignore"):
        race = np.where(weight > 0, -np.log1p(-draws[:, 0]) / weight, np.inf)
    chosen = np.argsort(race, kind="stable")[:wanted]
    places = np.repeat(np.arange(len(beds)), shared_out(beds, wanted))
    stays_at = np.full(len(people), -1)
    stays_at[chosen] = stream(seed, "institution_stay").permutation(places)
    return stays_at, _days_before(people, draws[:, 1], STAY_LONGEST_DAYS)


def group_rows(people: People, conditions: Conditions) -> Iterator[Row]:
    """Rows of `elder_group`."""
    since = conditions.group_since.tolist()
    for group, members in conditions.groups.items():
        for index in np.flatnonzero(members).tolist():
            yield {
                "elder_id": people.ids[index],
                "group": group,
                "from_on": since[index],
                "until_on": None,
            }


def assessment_rows(
    sources: Sources, people: People, conditions: Conditions, seed: int
) -> Iterator[Row]:
    """Rows of `assessment`: the latest one, and for some the one of a year before."""
    draws = people.chances(seed, "assessment.score", 4)
    registered = people.ages.registered
    for index in np.flatnonzero(~np.isnat(conditions.assessed)).tolist():
        level, latest = int(people.level[index]), conditions.assessed[index]
        yield _assessment(sources, people.ids[index], latest.item(), level, draws[index, 0])
        earlier = latest - 330 - int(draws[index, 1] * 90)
        if draws[index, 2] < EARLIER_ASSESSMENT_SHARE and earlier > registered[index]:
            before = max(0, level - int(draws[index, 3] < 0.5))
            yield _assessment(sources, people.ids[index], earlier.item(), before, draws[index, 1])


def _assessment(sources: Sources, elder_id: str, on: date, level: int, draw: float) -> Row:
    low, high = sources.level_scores[level]
    score = low + int(draw * (high - low + 1))
    return {"elder_id": elder_id, "assessed_on": on, "score": score, "level": level}


def stay_rows(people: People, conditions: Conditions, institution_ids: list[str]) -> Iterator[Row]:
    """Rows of `institution_stay`."""
    since = conditions.stays_since.tolist()
    for index in np.flatnonzero(~conditions.at_home).tolist():
        yield {
            "elder_id": people.ids[index],
            "from_on": since[index],
            "until_on": None,
            "institution_id": institution_ids[int(conditions.stays_at[index])],
        }
