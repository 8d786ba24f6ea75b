"""Contracts with family doctors: signed for a year and renewed, along the district's path."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np

from eldercare.seeding.ages import add_years
from eldercare.seeding.conditions import Conditions
from eldercare.seeding.people import People
from eldercare.seeding.sources import Sources
from eldercare.seeding.streams import Dates, Floats, stream
from eldercare.seeding.writing import Row

FIRST_PATH_YEAR = 2017
YOUNG_FACTOR = 0.55
"""Healthy elders below 65 sign so much less often than those above (assumed)."""
COMMUNITY_SPREAD = 0.12
"""Communities differ by up to so many points around the district's share (assumed)."""


def doctor_rows(
    sources: Sources, people: People, conditions: Conditions, seed: int
) -> Iterator[Row]:
    """Rows of `family_doctor_contract`; each elder joins once and then renews every year."""
    joined = _joined_on(sources, people, conditions, seed)
    last = np.where(people.active, np.datetime64(people.on, "D") + 1, people.ages.ended)
    towns = [f"{town.name}社区卫生服务中心" for town in sources.towns]
    for index in np.flatnonzero(~np.isnat(joined)).tolist():
        signed = joined[index]
        while signed < last[index]:
            expires = add_years(signed, 1)
            yield {
                "elder_id": people.ids[index],
                "signed_on": signed.item(),
                "expires_on": expires.item(),
                "provider": towns[int(people.town[index])],
            }
            signed = expires


def _joined_on(sources: Sources, people: People, conditions: Conditions, seed: int) -> Dates:
    """The day of the first contract, NaT for those without.

    Everybody has a threshold and joins on the day when the path of their kind reaches it. Whoever
    is below the path of 2017 joined on some day of that year.
    """
    draws = people.chances(seed, "family_doctor_contract", 2)
    tilt = np.concatenate(
        [
            np.full(
                block.stop - block.start,
                stream(seed, "family_doctor_contract.tilt", block.code).uniform(
                    -COMMUNITY_SPREAD, COMMUNITY_SPREAD
                ),
            )
            for block in people.blocks
        ]
    )
    days = np.arange(
        np.datetime64(date(FIRST_PATH_YEAR, 12, 31), "D"), np.datetime64(people.on, "D") + 1
    )
    disabled = conditions.assessed_level(people) >= 2
    old = people.ages.years >= 65
    threshold = np.where(disabled | old, draws[:, 0], draws[:, 0] / YOUNG_FACTOR) - tilt
    aged = _reached(sources, "family_doctor_share_65_plus", threshold, days)
    frail = _reached(sources, "family_doctor_share_disabled", threshold, days)
    reached = np.where(disabled, frail, aged)
    year_before = (draws[:, 1] * 364).astype("timedelta64[D]")
    joined = np.where(reached == days[0], reached - year_before, reached)
    late = people.ages.registered + (draws[:, 1] * 200).astype("timedelta64[D]")
    joined = np.maximum(joined, late)
    return np.where(joined > np.datetime64(people.on, "D"), np.datetime64("NaT", "D"), joined)


def _reached(sources: Sources, key: str, threshold: Floats, days: Dates) -> Dates:
    path = np.array([sources.baseline.value(key, day) for day in days.tolist()])
    index = np.searchsorted(np.maximum.accumulate(path), threshold, side="left")
    padded = np.append(days, np.datetime64("NaT", "D"))
    return np.asarray(padded[np.minimum(index, len(days))])
