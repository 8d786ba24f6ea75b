"""Columns as kinds write them down: a name, two headers, and how a cell is read and written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from eldercare.clock import clock as write_clock
from eldercare.exchange.kinds.kind import Column
from eldercare.exchange.ordinary import (
    ordinary_dates,
    ordinary_degrees,
    ordinary_integers,
    ordinary_phones,
    ordinary_texts,
)
from eldercare.exchange.value_problem import half_width
from eldercare.exchange.values import (
    Parser,
    ValueProblem,
    parse_choice,
    parse_clock,
    parse_date,
    parse_flag,
    parse_integer,
    parse_number,
    parse_phone,
    parse_text,
    parse_weekdays,
)
from eldercare.registry.masking import MASK
from eldercare.settings import TIME_ZONE

Choice = TypeVar("Choice", bound=StrEnum)

_DEGREES = re.compile(r"-?[0-9]{1,3}\.[0-9]{1,17}")
_DATE_FIRST = re.compile(r"([0-9年月日./-]+?)[ T]+(.+)")


def text(name: str, zh: str, en: str, maximum: int, **more: Any) -> Column:
    """Words of at most `maximum` characters."""
    whole = ordinary_texts(maximum)
    return Column(name, zh, en, unmasked(parse_text(maximum)), whole=whole, **more)


def code(name: str, zh: str, en: str, maximum: int = 16, **more: Any) -> Column:
    """A key, or the key of another row."""
    whole = ordinary_texts(maximum, may_be_masked=True)
    return Column(name, zh, en, parse_text(maximum), whole=whole, **more)


def phone(name: str, zh: str, en: str, **more: Any) -> Column:
    """A telephone number."""
    return Column(
        name,
        zh,
        en,
        unmasked(parse_phone),
        example="13800000000",
        whole=ordinary_phones,
        **more,
    )


def day(name: str, zh: str, en: str, **more: Any) -> Column:
    """A date."""
    more = {"example": "2020-09-17"} | more
    return Column(name, zh, en, parse_date, date.isoformat, whole=ordinary_dates, **more)


def instant(name: str, zh: str, en: str, **more: Any) -> Column:
    """A date with a time of day in the district."""
    return Column(name, zh, en, parse_instant, write_instant, **more)


def clock(name: str, zh: str, en: str, **more: Any) -> Column:
    """A time of day, minutes after midnight in the row."""
    return Column(name, zh, en, parse_clock, write_clock, **more)


def whole(name: str, zh: str, en: str, **more: Any) -> Column:
    """A whole number."""
    return Column(name, zh, en, parse_integer, whole=ordinary_integers, **more)


def degrees(name: str, zh: str, en: str, **more: Any) -> Column:
    """WGS-84 degrees."""
    return Column(name, zh, en, parse_degrees, repr, whole=ordinary_degrees, **more)


def flag(name: str, zh: str, en: str, **more: Any) -> Column:
    """Yes or no."""
    return Column(name, zh, en, parse_flag, write_flag, example="否", **more)


def weekdays(name: str, zh: str, en: str, **more: Any) -> Column:
    """Days of the week."""
    return Column(name, zh, en, parse_weekdays, example="周一、周三、周五", **more)


def chosen(
    name: str, zh: str, en: str, words: Mapping[Choice, tuple[str, ...]], **more: Any
) -> Column:
    """One of a few words: the first of each choice is written, all are read, and its own value."""
    example = next(iter(words.values()))[0]
    write = {choice: said[0] for choice, said in words.items()}
    return Column(
        name, zh, en, parse_words(words), lambda value: write[value], **{"example": example} | more
    )


def parse_words(words: Mapping[Choice, tuple[str, ...]]) -> Parser[Choice]:
    """Reads any word of a choice."""
    known = {word: choice for choice, said in words.items() for word in said}
    return parse_choice(known | {choice.value: choice for choice in words})


def listed(fields: Sequence[tuple[str, Parser[Any], Callable[[Any], str]]]) -> Parser[Any]:
    """Reads `a:b:c; d:e:f` to a tuple of dictionaries; what is left out at the end is None."""

    def read(cell: str) -> tuple[dict[str, Any], ...]:
        items = [item for item in re.split(r"[;；\n]", cell) if item.strip()]
        return tuple(_item(item, fields) for item in items)

    return read


def write_listed(
    fields: Sequence[tuple[str, Parser[Any], Callable[[Any], str]]],
) -> Callable[[Any], str]:
    """The inverse of `listed`."""

    def write(items: Sequence[Mapping[str, Any]]) -> str:
        return "; ".join(
            ":".join(
                "" if item.get(name) is None else give(item[name]) for name, _, give in fields
            ).rstrip(":")
            for item in items
        )

    return write


def _item(
    item: str, fields: Sequence[tuple[str, Parser[Any], Callable[[Any], str]]]
) -> dict[str, Any]:
    parts = [part.strip() for part in re.split("[:：]", item)]
    if len(parts) > len(fields):
        raise ValueProblem(
            "too_many_values",
            f"an entry has {len(parts)} values, at most {len(fields)} fit; put ; between entries",
        )
    values = {}
    for (name, read, _), part in zip(fields, parts + [""] * len(fields), strict=False):
        values[name] = read(part) if part else None
    return values


def unmasked(read: Parser[Any]) -> Parser[Any]:
    """Refuses what a masked export has hidden: it must not be stored over what it hides."""

    def parse(cell: str) -> Any:
        if MASK in cell:
            raise ValueProblem(
                "masked_value",
                "the value was hidden in an export; leave the column out of the file",
            )
        return read(cell)

    return parse


def parse_degrees(cell: str) -> float:
    """Degrees with as many places as a computer writes."""
    plain = half_width(cell)
    return float(plain) if _DEGREES.fullmatch(plain) else parse_number(cell)


def parse_instant(cell: str) -> datetime:
    """`2020-09-17 08:30` in the district's time, or with seconds and an offset."""
    plain = half_width(cell)
    try:
        moment = datetime.fromisoformat(plain)
    except ValueError:
        parts = _DATE_FIRST.fullmatch(plain)
        if parts is None:
            raise ValueProblem(
                "not_an_instant", "that is no date with a time; write 2020-09-17 08:30"
            ) from None
        on, minutes = parse_date(parts[1]), parse_clock(parts[2])
        moment = datetime(on.year, on.month, on.day, tzinfo=TIME_ZONE).replace(
            hour=minutes // 60 % 24, minute=minutes % 60
        )
    return moment if moment.tzinfo else moment.replace(tzinfo=TIME_ZONE)


def write_instant(moment: datetime) -> str:
    """Local time, to the minute where that says all."""
    local = moment.astimezone(TIME_ZONE).replace(tzinfo=None)
    spec = "auto" if local.second or local.microsecond else "minutes"
    return local.isoformat(sep=" ", timespec=spec)


def write_flag(value: bool) -> str:
    """是 or 否."""
    return "是" if value else "否"
