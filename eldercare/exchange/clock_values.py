"""Cells that hold a time of day, as minutes after midnight."""

from __future__ import annotations

import re

from eldercare.exchange.value_problem import ValueProblem, empty, half_width

DAY_MINUTES = 24 * 60

_BEFORE_NOON = {"凌晨", "清晨", "早上", "早晨", "早", "上午", "am", "a.m."}
_AROUND_NOON = {"中午"}
_AFTER_NOON = {"下午", "傍晚", "晚上", "晚", "夜里", "pm", "p.m."}
_PART = "|".join(
    sorted(map(re.escape, _BEFORE_NOON | _AROUND_NOON | _AFTER_NOON), key=len, reverse=True)
)
_NUMERALS = {
    "十二": "12", "十一": "11", "十": "10", "一": "1", "二": "2", "两": "2", "三": "3", "四": "4",
    "五": "5", "六": "6", "七": "7", "八": "8", "九": "9", "零": "0",
}  # fmt: skip
_SPOKEN_HOUR = re.compile("(" + "|".join(_NUMERALS) + ")(?=[点时])")
_FORM = re.compile(
    rf"(?P<before>{_PART})?"
    r"(?:(?P<hour>\d{1,2})(?::(?P<minute>\d{2})(?::00)?|[点时](?P<spoken>半|一刻|三刻|整|\d{1,2}分?)?)"
    r"|(?P<compact>\d{3,4}))"
    rf"(?P<after>{_PART})?"
)
_SPOKEN = {"半": 30, "一刻": 15, "三刻": 45, "整": 0}
_FRACTION = re.compile(r"[01]?\.\d+|[01]\.0+")
_TOLERANCE_MINUTES = 0.02  # a spreadsheet's fraction of a day is cut after some places
_HINT = "write the time as 08:30"


def parse_clock(text: str) -> int:
    """Minutes after midnight, 0 to 1440.

    Read are 08:30, 8：30, 0830, 8点半, 8点30分, 下午2点, 2:30 pm, and a spreadsheet's fraction of
    a day such as 0.354166.
    """
    plain = re.sub(r"\s", "", half_width(text)).casefold()
    if not plain:
        raise empty()
    if _FRACTION.fullmatch(plain):
        return _from_fraction(float(plain))
    match = _FORM.fullmatch(_SPOKEN_HOUR.sub(lambda found: _NUMERALS[found[1]], plain))
    if match is None or (match["before"] and match["after"]):
        if re.fullmatch(r"\d{1,2}", plain):
            raise ValueProblem("clock_without_minutes", f"the minutes are missing; {_HINT}")
        raise ValueProblem("not_a_clock", f"that is no time of day; {_HINT}")
    hour, minute = _hour_and_minute(match)
    return _checked(_in_part(hour, match["before"] or match["after"]), minute)


def _from_fraction(fraction: float) -> int:
    minutes = fraction * DAY_MINUTES
    if fraction > 1 or abs(minutes - round(minutes)) > _TOLERANCE_MINUTES:
        raise ValueProblem("not_a_clock", f"the number is no time of day in minutes; {_HINT}")
    return round(minutes)


def _hour_and_minute(match: re.Match[str]) -> tuple[int, int]:
    if compact := match["compact"]:
        return int(compact[:-2]), int(compact[-2:])
    if spoken := match["spoken"]:
        minute = _SPOKEN[spoken] if spoken in _SPOKEN else int(spoken.rstrip("分"))
        return int(match["hour"]), minute
    return int(match["hour"]), int(match["minute"] or 0)


def _in_part(hour: int, part: str | None) -> int:
    """The hour of the day for an hour said with its part of the day."""
    if part in _BEFORE_NOON:
        if hour > 12:
            raise ValueProblem("clock_contradicts", f"that hour is not before noon; {_HINT}")
        return 0 if hour == 12 and part in {"凌晨", "am", "a.m."} else hour
    if part in _AROUND_NOON:
        return hour + 12 if hour <= 2 else hour
    if part in _AFTER_NOON and hour < 12:
        return hour + 12
    if part in _AFTER_NOON and hour == 12 and part.startswith(("晚", "夜")):
        return 24
    return hour


def _checked(hour: int, minute: int) -> int:
    minutes = hour * 60 + minute
    if minute > 59 or minutes > DAY_MINUTES:
        raise ValueProblem(
            "impossible_clock", f"a day has hours 0 to 23 and minutes 0 to 59; {_HINT}"
        )
    return minutes
