"""The vocabulary of indicators: data, which `evaluation` and `named_lists` read.

A definition names a population (what is counted, where it stands, how many units a row weighs) and
a condition (which of them count). Both are functions of a `Moment`, so that one definition answers
for any date. Intervals are half open: a thing holds from its first day up to before its last.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    SQLColumnExpression,
    and_,
    inspect,
    or_,
    select,
)
from sqlalchemy.orm import Mapper
from sqlmodel import SQLModel

from eldercare.care.tables import MealRecord, ServiceRecord
from eldercare.settings import LOOK_BACK_DAYS


class Unit(StrEnum):
    """What one unit of a numerator or denominator is."""

    ELDER = "elder"
    COMMUNITY = "community"
    BED = "bed"
    INSTITUTION = "institution"

    @property
    def measure_word(self) -> str:
        """The Chinese measure word the unit is counted with (人, 个, 张, 家)."""
        return {"elder": "人", "community": "个", "bed": "张", "institution": "家"}[self.value]


@dataclass(frozen=True, slots=True)
class Words:
    """One text in the two languages of the product."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where an indicator comes from: plan, section, and the department that answers for it."""

    plan: Words
    section: str
    department: str


@dataclass(frozen=True, slots=True)
class Moment:
    """The date a figure speaks of, and how many days back a delivered service still counts."""

    on: date
    look_back_days: int = LOOK_BACK_DAYS

    @property
    def since_on(self) -> date:
        """First day of the look-back interval, which includes both it and `on`."""
        return self.on - timedelta(days=self.look_back_days - 1)

    def born_by(self, age: int) -> date:
        """Latest birth date of those who have completed `age` years (29 February: on 1 March)."""
        return self.on - relativedelta(years=age)

    def within(
        self, first_on: SQLColumnExpression[Any], until_on: SQLColumnExpression[Any]
    ) -> ColumnElement[bool]:
        """The moment lies between `first_on` and the day before `until_on` (null: open end)."""
        return and_(first_on <= self.on, or_(until_on.is_(None), until_on > self.on))

    def looks_back_on(self, on: SQLColumnExpression[Any]) -> ColumnElement[bool]:
        """The date `on` lies in the look-back interval."""
        return on.between(self.since_on, self.on)


def table_of(row: type[SQLModel]) -> FromClause:
    """The table behind a class of rows."""
    mapper: Mapper[SQLModel] = inspect(row)
    return mapper.local_table


Condition = Callable[[Moment], ColumnElement[bool]]
"""True or false for every row, never null: who is missing is found by turning it round."""

Place = Callable[[Moment], SQLColumnExpression[str]]
"""The official code of the community where a row is counted: people move, so it takes a moment."""


def stands_in(community_code: SQLColumnExpression[str]) -> Place:
    """The place of what never moves."""

    def place(_moment: Moment) -> SQLColumnExpression[str]:
        return community_code

    return place


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Rows that are counted: `key` is unique among them, `weight` the units a row stands for."""

    unit: Unit
    rows: FromClause
    key: SQLColumnExpression[str]
    name: SQLColumnExpression[str]
    place: Place
    weight: SQLColumnExpression[int]
    conditions: tuple[Condition, ...] = ()

    def where(self, *conditions: Condition) -> Population:
        """The part of the population for which every condition holds as well."""
        return replace(self, conditions=self.conditions + conditions)

    def members(self, moment: Moment, *columns: SQLColumnExpression[Any]) -> Select[Any]:
        """Select `columns` of the members at a moment."""
        found = select(*columns).select_from(self.rows)
        return found.where(*(condition(moment) for condition in self.conditions))


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """How far something is reached: the part of `population` that is `counted`, over all of it.

    `missing` says why there is nothing to divide by, where the population is empty.
    """

    code: str
    name: Words
    numerator: Words
    denominator: Words
    stratum: Words
    missing: Words
    source: Source
    population: Population
    counted: Condition
    records: tuple[type[ServiceRecord | MealRecord], ...] = ()
    """Kinds of records the condition looks for in the look-back interval."""

    @property
    def unit(self) -> Unit:
        """The unit of counting."""
        return self.population.unit
