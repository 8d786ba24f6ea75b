"""Sex, birth date, and when an elder came into the registry and left it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

import numpy as np

from eldercare.seeding.sources import AgeCell, PopulationSource
from eldercare.seeding.streams import Bools, Dates, Floats, Generator, Ints, spread

REGISTRY_BEGAN_ON = np.datetime64("2016-01-01", "D")
MOVED_IN_SHARE = 0.03
"""Elders who moved here after their sixtieth birthday (assumed)."""
LEFT_SHARE = 0.03
"""Elders who left in the year before the date, beside those still there (assumed)."""
MOVED_AWAY_SHARE = 0.2
LEAVING_FROM = (60, 65, 70, 75, 80, 85, 90)
LEAVING_SHARE = (0.006, 0.01, 0.018, 0.032, 0.06, 0.1, 0.19)
"""Share that leaves in a year by age from (assumed): decides how old those are who left."""
CENTURY = 100
DAYS_PER_YEAR = 365.2425


@dataclass(frozen=True, slots=True)
class Ages:
    """Columns over elders; `years` is the age on the date, `ended` is NaT for those still there."""

    female: Bools
    years: Ints
    born: Dates
    registered: Dates
    ended: Dates
    died: Bools

    @classmethod
    def joined(cls, parts: Sequence[Ages]) -> Ages:
        """The columns of several communities under one another."""
        return cls(
            **{
                field.name: np.concatenate([getattr(part, field.name) for part in parts])
                for field in fields(cls)
            }
        )


def draw_ages(
    chance: Generator,
    cells: Sequence[AgeCell],
    census: PopulationSource,
    count: int,
    on: date,
) -> Ages:
    """`count` elders still there on the date, and those who left in the year before."""
    weights = _weights(cells, census)
    left = round(count * LEFT_SHARE)
    leaving = np.interp([cell.age_from for cell in cells], LEAVING_FROM, LEAVING_SHARE)
    cell_of = np.concatenate(
        [spread(chance, weights, count), spread(chance, weights * leaving, left)]
    )
    today = np.datetime64(on, "D")
    has_left = np.arange(count + left) >= count
    born = _birth_dates(chance, cells, cell_of, on)
    # A year older, so that whoever left within the year was sixty on that day.
    born = np.where(has_left, add_years(born, -1), born)
    ended = today - chance.integers(0, 364, size=count + left).astype("timedelta64[D]")
    registered = _registered(chance, born, today)
    registered = np.where(has_left, np.minimum(registered, ended - 1), registered)
    return Ages(
        female=np.array([cell.female for cell in cells])[cell_of],
        years=_full_years(born, today),
        born=born,
        registered=registered,
        ended=np.where(has_left, ended, np.datetime64("NaT", "D")),
        died=chance.random(count + left) >= MOVED_AWAY_SHARE,
    )


def _weights(cells: Sequence[AgeCell], census: PopulationSource) -> Floats:
    """Shares by sex and band inside 60–64, 65–79 and 80+, whose sizes the community tells."""
    shares = np.array([cell.share for cell in cells])
    begins = np.array([cell.age_from for cell in cells])
    wanted = (
        (begins < 65, census.aged_60 - census.aged_65),
        ((begins >= 65) & (begins < 80), census.aged_65 - census.aged_80),
        (begins >= 80, census.aged_80),
    )
    weights = np.zeros(len(cells))
    for chosen, elders in wanted:
        weights[chosen] = shares[chosen] / shares[chosen].sum() * elders
    return weights


def _birth_dates(chance: Generator, cells: Sequence[AgeCell], cell_of: Ints, on: date) -> Dates:
    """Any day that gives an age of the band; beyond a hundred each year halves the number."""
    first = np.array([cell.age_from for cell in cells])[cell_of]
    width = np.array([cell.age_to - cell.age_from + 1 for cell in cells])[cell_of]
    draw = chance.random(len(cell_of))
    years_in_band = np.where(
        first >= CENTURY, np.minimum(-np.log2(1 - draw * 0.98), width - 0.01), draw * width
    )
    whole = np.floor(first + years_in_band).astype(np.int64)
    day_of_year = np.floor((first + years_in_band - whole) * 364.9).astype(np.int64)
    return np.asarray(_minus_years(on, whole) - day_of_year.astype("timedelta64[D]"))


def _minus_years(on: date, years: Ints) -> Dates:
    """The same day so many years ago; 29 February becomes 28 February."""
    months = np.datetime64(on, "M") - (years * 12).astype("timedelta64[M]")
    return np.asarray(months.astype("datetime64[D]") + np.timedelta64(min(on.day, 28) - 1, "D"))


def _full_years(born: Dates, today: np.datetime64) -> Ints:
    years = today.astype("datetime64[Y]").astype(int) - born.astype("datetime64[Y]").astype(int)
    birthday = add_years(born, years)
    return np.asarray(years - (birthday > today), dtype=np.int64)


def add_years(days: Dates, years: Ints | int) -> Dates:
    """The same day of a later year; 29 February becomes 1 March."""
    months = days.astype("datetime64[M]")
    rest = days - months.astype("datetime64[D]")
    moved = months + (np.asarray(years) * 12).astype("timedelta64[M]")
    return np.asarray(moved.astype("datetime64[D]") + rest)


def _registered(chance: Generator, born: Dates, today: np.datetime64) -> Dates:
    """The sixtieth birthday, the first day of the registry, or the day of moving here."""
    first = np.maximum(add_years(born, 60), REGISTRY_BEGAN_ON)
    moved_in = chance.random(len(born)) < MOVED_IN_SHARE
    later = (today - first).astype(np.int64) * chance.random(len(born)) * 0.6
    return np.where(moved_in, first + later.astype(np.int64).astype("timedelta64[D]"), first)
