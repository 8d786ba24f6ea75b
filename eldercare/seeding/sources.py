"""What the district is made from: the files of `seed_data`, read once and typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from eldercare.registry.tables import LivingArrangement, PriorityGroup
from eldercare.seeding.reading import FileRow, rows_of
from eldercare.seeding.streams import Floats, Ints

FIRST_RURAL_CLASS = 200
LEVELS = ("level_0", "level_1", "level_2", "level_3", "level_4")
OLDEST = 107


@dataclass(frozen=True, slots=True)
class TownSource:
    """A town with its position in degrees."""

    code: str
    name: str
    parent_code: str
    longitude: float
    latitude: float


@dataclass(frozen=True, slots=True)
class CommunitySource:
    """A community; `town` is the index of its town."""

    code: str
    name: str
    official_name: str
    town: int
    town_code: str
    urban_rural_class: int
    is_quasi: bool
    longitude: float
    latitude: float
    position_is_estimated: bool

    @property
    def is_urban(self) -> bool:
        """Urban by the official class."""
        return self.urban_rural_class < FIRST_RURAL_CLASS


@dataclass(frozen=True, slots=True)
class PopulationSource:
    """Registered elders of a community at the end of a year."""

    community_code: str
    year: int
    aged_60: int
    aged_65: int
    aged_80: int
    living_alone_share: float
    is_estimated: bool


@dataclass(frozen=True, slots=True)
class AgeCell:
    """A sex and an age band (both ends included) with its share of the 60+."""

    female: bool
    age_from: int
    age_to: int
    share: float


@dataclass(frozen=True, slots=True)
class ServiceSource:
    """A catalogue entry; `windows` are pairs of minutes after midnight."""

    code: str
    name: str
    default_minutes: int
    minimum_minutes: int
    maximum_minutes: int
    qualification_code: str | None
    qualification_level: int
    alternative_qualification_code: str | None
    two_person_from_level: int | None
    is_home_visit: bool
    windows: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class QualificationSource:
    """A kind of qualification; None: good for ever."""

    code: str
    name: str
    maximum_level: int
    valid_years: int | None


@dataclass(frozen=True, slots=True)
class Entitlement:
    """Minutes a month paid by the state for a group and a care level between two dates."""

    valid_from: date
    valid_until: date
    group: PriorityGroup
    level: int
    minutes_per_month: int


class Baseline:
    """Values of `facilities_baseline.csv`: straight lines between dates, constant outside."""

    def __init__(self, points: dict[str, list[tuple[int, float]]]) -> None:
        self._points = {key: sorted(values) for key, values in points.items()}

    def value(self, key: str, on: date) -> float:
        """The value of a key on a date."""
        days, values = zip(*self._points[key], strict=True)
        return float(np.interp(on.toordinal(), days, values))

    def arrivals(self, key: str, of: int | str, from_on: date, until_on: date) -> list[date]:
        """First dates on which the rounded count (`value` x `of`) reaches 1, 2 … up to `until_on`.

        `of` is a number or the key of one that changes. Those reached on `from_on` already carry
        `from_on`.
        """
        ordinals = np.arange(from_on.toordinal(), until_on.toordinal() + 1)
        whole = np.round(self._path(of, ordinals)) if isinstance(of, str) else of
        reached = np.maximum.accumulate(np.floor(self._path(key, ordinals) * whole + 0.5))
        return [
            from_on + timedelta(days=int(np.searchsorted(reached, number)))
            for number in range(1, int(reached[-1]) + 1)
        ]

    def _path(self, key: str, ordinals: Ints) -> Floats:
        days, values = zip(*self._points[key], strict=True)
        return np.asarray(np.interp(ordinals, days, values))


@dataclass(frozen=True)
class Sources:
    """Everything read from `seed_data`."""

    towns: tuple[TownSource, ...]
    communities: tuple[CommunitySource, ...]
    population: tuple[PopulationSource, ...]
    ages: tuple[AgeCell, ...]
    living: tuple[tuple[int, Floats], ...]
    ability: tuple[tuple[int, Floats], ...]
    group_shares: dict[PriorityGroup, float]
    level_scores: tuple[tuple[int, int], ...]
    services: dict[str, ServiceSource]
    qualifications: dict[str, QualificationSource]
    entitlements: tuple[Entitlement, ...]
    baseline: Baseline

    @cached_property
    def lived_in(self) -> tuple[int, ...]:
        """Indices of the communities with residents."""
        return tuple(i for i, place in enumerate(self.communities) if not place.is_quasi)


def read_sources() -> Sources:
    """Read and check the files; InvalidInput names a bad cell."""
    towns = tuple(
        TownSource(
            row.text("code"),
            row.text("name_zh"),
            row.text("parent_code"),
            row.number_of("longitude"),
            row.number_of("latitude"),
        )
        for row in rows_of("towns.csv")
        if row.text("kind") != "district"
    )
    number = {town.code: index for index, town in enumerate(towns)}
    return Sources(
        towns=towns,
        communities=tuple(_community(row, number) for row in rows_of("communities.csv")),
        population=tuple(_population(row) for row in rows_of("population.csv")),
        ages=tuple(_age_cell(row) for row in rows_of("age_structure.csv")),
        living=_by_age("living_by_age.csv", [kind.value for kind in LivingArrangement]),
        ability=_by_age("ability_by_age.csv", LEVELS),
        group_shares={
            PriorityGroup(row.text("code")): row.number_of("assumed_share_of_60_plus")
            for row in rows_of("priority_groups.csv")
        },
        level_scores=tuple(
            (row.whole("minimum_score"), row.whole("maximum_score"))
            for row in rows_of("care_levels.csv")
        ),
        services={row.text("code"): _service(row) for row in rows_of("services.csv")},
        qualifications={
            row.text("code"): QualificationSource(
                row.text("code"),
                row.text("name_zh"),
                row.whole("maximum_level"),
                row.whole_or_none("valid_years"),
            )
            for row in rows_of("qualifications.csv")
        },
        entitlements=tuple(_entitlement(row) for row in rows_of("entitlements.csv")),
        baseline=_baseline(),
    )


def _community(row: FileRow, town_number: dict[str, int]) -> CommunitySource:
    town_code = row.text("town_code")
    if town_code not in town_number:
        raise row.refuse("town_code", f"towns.csv has no town {town_code!r}")
    return CommunitySource(
        code=row.text("code"),
        name=row.text("name_zh"),
        official_name=row.text("official_name"),
        town=town_number[town_code],
        town_code=town_code,
        urban_rural_class=row.whole("urban_rural_class"),
        is_quasi=row.truth("is_quasi"),
        longitude=row.number_of("longitude"),
        latitude=row.number_of("latitude"),
        position_is_estimated=row.truth("position_is_estimated"),
    )


def _population(row: FileRow) -> PopulationSource:
    return PopulationSource(
        community_code=row.text("community_code"),
        year=row.whole("year"),
        aged_60=row.whole("aged_60"),
        aged_65=row.whole("aged_65"),
        aged_80=row.whole("aged_80"),
        living_alone_share=row.number_of("living_alone_share"),
        is_estimated=row.truth("is_estimated"),
    )


def _age_cell(row: FileRow) -> AgeCell:
    age_to = row.whole_or_none("age_to")
    return AgeCell(
        female=row.text("sex") == "female",
        age_from=row.whole("age_from"),
        age_to=OLDEST if age_to is None else age_to,
        share=row.number_of("share"),
    )


def _by_age(file: str, columns: tuple[str, ...] | list[str]) -> tuple[tuple[int, Floats], ...]:
    return tuple(
        (row.whole("age_from"), np.array([row.number_of(name) for name in columns]))
        for row in rows_of(file)
    )


def _service(row: FileRow) -> ServiceSource:
    return ServiceSource(
        code=row.text("code"),
        name=row.text("name_zh"),
        default_minutes=row.whole("default_minutes"),
        minimum_minutes=row.whole("minimum_minutes"),
        maximum_minutes=row.whole("maximum_minutes"),
        qualification_code=row.text("qualification_code") or None,
        qualification_level=row.whole("qualification_level"),
        alternative_qualification_code=row.text("alternative_qualification_code") or None,
        two_person_from_level=row.whole_or_none("two_person_from_level"),
        is_home_visit=row.truth("is_home_visit"),
        windows=tuple(_window(row, part) for part in row.text("usual_windows").split(";")),
    )


def _window(row: FileRow, text: str) -> tuple[int, int]:
    try:
        start, end = (
            int(hours) * 60 + int(minutes)
            for hours, minutes in (clock.split(":") for clock in text.split("-"))
        )
    except ValueError:
        raise row.refuse("usual_windows", f"{text!r} is not HH:MM-HH:MM") from None
    return start, end


def _entitlement(row: FileRow) -> Entitlement:
    return Entitlement(
        valid_from=row.day_or_none("valid_from") or date.min,
        valid_until=row.day_or_none("valid_until") or date.max,
        group=PriorityGroup(row.text("group_code")),
        level=row.whole("care_level"),
        minutes_per_month=row.whole("minutes_per_month"),
    )


def _baseline() -> Baseline:
    points: dict[str, list[tuple[int, float]]] = {}
    for row in rows_of("facilities_baseline.csv"):
        on = row.day_or_none("on") or date(2017, 12, 31)
        points.setdefault(row.text("key"), []).append((on.toordinal(), row.number_of("value")))
    return Baseline(points)
