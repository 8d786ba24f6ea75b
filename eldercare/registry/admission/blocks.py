"""Rules that many tables share, made for the fields they are to look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from eldercare.errors import FieldProblem
from eldercare.registry.admission.context import Context
from eldercare.registry.admission.gate import Rule, noun
from eldercare.registry.admission.shape import shown
from eldercare.registry.admission.tables import key_of

WEST, EAST = 119.70, 120.10
SOUTH, NORTH = 31.72, 32.12
"""WGS-84 box about 5 km wider than the district's border on every side."""
PROVINCE_WEST, PROVINCE_EAST = 116.3, 122.0
PROVINCE_SOUTH, PROVINCE_NORTH = 30.7, 35.2
"""WGS-84 box around Jiangsu: a home inside it but far off is questioned, not refused."""


def in_order(earlier: str, later: str, *, may_equal: bool = False) -> Rule:
    """`later` comes after `earlier` (`may_equal`: or with it); an empty one is no matter."""

    def check(row: Any, _context: Context) -> Iterator[FieldProblem]:
        first, last = getattr(row, earlier), getattr(row, later)
        if first is None or last is None or first < last or (may_equal and first == last):
            return
        wrong = "before" if may_equal else "on or before"
        yield FieldProblem(
            f"/{later}",
            f"{last} lies {wrong} {earlier} {first}: correct one of them",
            code="ends_before_start",
        )

    def holds(columns: Sequence[Sequence[Any]], _on: date) -> bool:
        return all(
            first is None or last is None or first < last or (may_equal and first == last)
            for first, last in set(zip(*columns, strict=True))
        )

    return Rule((earlier, later), check, holds)


def not_future(field: str) -> Rule:
    """The date has come."""

    def check(row: Any, context: Context) -> Iterator[FieldProblem]:
        value: date | None = getattr(row, field)
        if value is not None and value > context.on:
            reason = f"{value} lies in the future, after {context.on}: correct the date"
            yield FieldProblem(f"/{field}", reason, code="in_the_future")

    def holds(columns: Sequence[Sequence[Any]], on: date) -> bool:
        return all(value is None or value <= on for value in set(columns[0]))

    return Rule((field,), check, holds)


def positive(field: str) -> Rule:
    """The number is more than nothing."""

    def check(row: Any, _context: Context) -> Iterator[FieldProblem]:
        value = getattr(row, field)
        if value <= 0:
            reason = f"{value} is too small: give a number more than 0"
            yield FieldProblem(f"/{field}", reason, code="not_positive")

    return Rule((field,), check)


def in_district(longitude: str = "longitude", latitude: str = "latitude") -> Rule:
    """Both degrees or neither, and inside the district's box."""
    return _in_box("district", (WEST, EAST), (SOUTH, NORTH), longitude, latitude)


def in_province(longitude: str = "longitude", latitude: str = "latitude") -> Rule:
    """Both degrees or neither, and inside the province's box."""
    box = (PROVINCE_WEST, PROVINCE_EAST), (PROVINCE_SOUTH, PROVINCE_NORTH)
    return _in_box("province", *box, longitude, latitude)


def _in_box(
    place: str,
    meridians: tuple[float, float],
    parallels: tuple[float, float],
    longitude: str,
    latitude: str,
) -> Rule:
    def check(row: Any, _context: Context) -> Iterator[FieldProblem]:
        x, y = getattr(row, longitude), getattr(row, latitude)
        if x is None and y is None:
            return
        for field, value, (low, high) in ((longitude, x, meridians), (latitude, y, parallels)):
            if value is None:
                reason = "is missing while the other degree is given: give both or neither"
                yield FieldProblem(f"/{field}", reason, code="half_position")
            elif not low <= value <= high:
                reason = f"{value} lies outside the {place} ({low} to {high}): {_hint(x, y)}"
                yield FieldProblem(f"/{field}", reason, code=f"out_of_{place}")

    def holds(columns: Sequence[Sequence[Any]], _on: date) -> bool:
        (west, east), (south, north) = meridians, parallels
        return all(
            (x is None and y is None)
            or (x is not None and y is not None and west <= x <= east and south <= y <= north)
            for x, y in zip(*columns, strict=True)
        )

    return Rule((longitude, latitude), check, holds)


def _hint(x: float | None, y: float | None) -> str:
    if x is not None and y is not None and WEST <= y <= EAST and SOUTH <= x <= NORTH:
        return "longitude and latitude seem to be swapped"
    return "give WGS-84 degrees"


def no_overlap(*same: str, start: str = "from_on", end: str = "until_on") -> Rule:
    """No other row with the same values in `same` holds at the same time; an empty end is open."""

    def check(row: Any, context: Context) -> Iterator[FieldProblem]:
        for other in context.siblings(row, *same):
            if _meet(row, other, start, end):
                last = getattr(other, end)
                until = "without end" if last is None else f"to {last}"
                key = ", ".join(shown(value) for value in key_of(other))
                yield FieldProblem(
                    f"/{start}",
                    f"overlaps the {noun(type(row))} {key} from {getattr(other, start)} {until}: "
                    "end that one first or choose other times",
                    code="overlap",
                )
                return

    return Rule((*same, start, end), check)


def _meet(one: Any, other: Any, start: str, end: str) -> bool:
    def starts_before_end(first: Any, second: Any) -> bool:
        last = getattr(second, end)
        return bool(last is None or getattr(first, start) < last)

    return starts_before_end(one, other) and starts_before_end(other, one)


def official_code(field: str = "code") -> Rule:
    """Twelve digits."""

    def check(row: Any, _context: Context) -> Iterator[FieldProblem]:
        value: str = getattr(row, field)
        if len(value) != 12 or not (value.isascii() and value.isdigit()):
            reason = f"{shown(value)} is not an official code: give its 12 digits"
            yield FieldProblem(f"/{field}", reason, code="not_a_code")

    return Rule((field,), check)


def one_of(field: str, choices: tuple[Any, ...]) -> Rule:
    """The value is among the choices; an empty one is no matter."""

    def check(row: Any, _context: Context) -> Iterator[FieldProblem]:
        value = getattr(row, field)
        if value is not None and value not in choices:
            told = ", ".join(str(choice) for choice in choices)
            reason = f"{shown(value)} is not among the choices: {told}"
            yield FieldProblem(f"/{field}", reason, code="not_a_choice")

    return Rule((field,), check)
