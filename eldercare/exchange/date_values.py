"""Cells that hold dates, in the forms in which people type them."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from eldercare.exchange.value_problem import ValueProblem, empty, half_width

FIRST_YEAR = 1900
LAST_YEAR = 2100

_EPOCH = date(1899, 12, 30)  # day 0 of a spreadsheet, right for serial numbers above 60
_JUNK = date(1900, 1, 1)  # what spreadsheets and databases show for no date
_SEPARATED = re.compile(r"([0-9]{4})([-/.年])([0-9]{1,2})([-/.月])([0-9]{1,2})[日号]?")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_SERIAL = re.compile(r"[1-9][0-9]{4}(?:\.0+)?")
_MIDNIGHT = re.compile(r"[T ]?0{1,2}:00(?::00(?:\.0+)?)?$")
_CLOCK = re.compile(r"(?<=[\d日号])[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$")

_HINT = "write the date as 2020-09-17"
_KNOWN_FAULTS = (
    (
        r"0{1,2}:00(:00)?",
        "empty_date",
        "that is what a spreadsheet shows for no date; clear the cell",
    ),
    (r"民国.*", "republic_year", f"the year is counted from 1912; {_HINT}"),
    (
        r"'?\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}[日号]?",
        "two_digit_year",
        f"the year has two digits, so the century is open; {_HINT}",
    ),
    (
        r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}",
        "day_before_year",
        f"day and month can be mistaken for each other when the year is last; {_HINT}",
    ),
    (r"\d{4}([-/.年]\d{1,2}月?|年)", "date_without_day", f"the day is missing; {_HINT}"),
    (r"\d{1,2}[-/.月]\d{1,2}[日号]?", "date_without_year", f"the year is missing; {_HINT}"),
)


def parse_date(text: str) -> date:
    """A day of the years 1900 to 2100.

    Read are 2020-09-17, 2020/9/17, 2020.9.17, 20200917, 2020年9月17日, full-width digits, a time
    of midnight behind them, and the five digits of a spreadsheet's serial number.
    """
    plain = re.sub(r"\s+", " ", half_width(text))
    if not plain:
        raise empty()
    day = re.sub(r" ?([-/.年月日号]) ?", r"\1", plain)
    if len(day) > len("0:00:00"):
        day = _MIDNIGHT.sub("", day)
    if _CLOCK.search(day):
        raise ValueProblem("date_with_time", "a time of day stands behind the date; delete it")
    if _SERIAL.fullmatch(day):
        return _judged(_EPOCH + timedelta(days=int(day.partition(".")[0])))
    if match := _SEPARATED.fullmatch(day):
        year, first, month, second, number = match.groups()
        if first == second or (first, second) == ("年", "月"):
            return _date(int(year), int(month), int(number))
    if match := _COMPACT.fullmatch(day):
        return _date(*map(int, match.groups()))
    raise _fault(day)


def _date(year: int, month: int, day: int) -> date:
    if (year, month) == (1900, 1) and day <= 1:
        raise ValueProblem(
            "empty_date", "that is what a spreadsheet shows for no date; clear the cell"
        )
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _wrong_year()
    if not 1 <= month <= 12:
        raise ValueProblem("impossible_date", f"there is no month {month}; {_HINT}")
    last = monthrange(year, month)[1]
    if not 1 <= day <= last:
        raise ValueProblem(
            "impossible_date",
            f"month {month} of {year} has days 1 to {last}, not {day}; look again",
        )
    return date(year, month, day)


def _judged(day: date) -> date:
    if day <= _JUNK or day.year > LAST_YEAR:
        raise _wrong_year()
    return day


def _wrong_year() -> ValueProblem:
    return ValueProblem(
        "year_out_of_range", f"the year is not from {FIRST_YEAR} to {LAST_YEAR}; look again"
    )


def _fault(text: str) -> ValueProblem:
    for pattern, code, reason in _KNOWN_FAULTS:
        if re.fullmatch(pattern, text):
            return ValueProblem(code, reason)
    return ValueProblem("not_a_date", f"that is no date; {_HINT}")
