"""Cells that hold days of the week."""

from __future__ import annotations

import re

from eldercare.exchange.value_problem import ValueProblem, empty, half_width

_WHOLE = {
    "每天": "1234567", "每日": "1234567", "天天": "1234567", "全周": "1234567", "整周": "1234567",
    "daily": "1234567", "everyday": "1234567", "工作日": "12345", "平日": "12345",
    "weekdays": "12345", "workdays": "12345", "周末": "67", "双休日": "67", "weekend": "67",
    "weekends": "67",
}  # fmt: skip
_DAYS = {
    **{sign: number for number, sign in enumerate("一二三四五六日", start=1)},
    "天": 7, "七": 7, "monday": 1, "tuesday": 2, "wednesday": 3, "thursday": 4, "friday": 5,
    "saturday": 6, "sunday": 7, "mon": 1, "tues": 2, "tue": 2, "wed": 3, "thur": 4, "thurs": 4,
    "thu": 4, "fri": 5, "sat": 6, "sun": 7, **{str(number): number for number in range(1, 8)},
}  # fmt: skip
_TOKEN = re.compile(
    r"(?P<week>每?(?:周|星期|礼拜)|每)"
    rf"|(?P<day>{'|'.join(sorted(_DAYS, key=len, reverse=True))})"
    r"|(?P<range>-|~|至|到|to)"
    r"|(?P<between>[、,，;；/.&+]|和|及|and)"
)
_HINT = "write digits from 1 (Monday) to 7, such as 135, or 周一、周三、周五"


def parse_weekdays(text: str) -> str:
    """Digits of the days in order, `1` for Monday: `135` for 一三五, 周一、周三、周五 or 1,3,5.

    Ranges (周一至周五), 每天, 工作日, 周末 and English names are read too.
    """
    plain = re.sub(r"\s", "", half_width(text)).casefold()
    if not plain:
        raise empty()
    digits = _WHOLE.get(plain) or _digits(plain)
    if len(set(digits)) < len(digits):
        raise ValueProblem("weekday_twice", "a day is named twice; name each day once")
    return "".join(sorted(digits))


def _digits(text: str) -> str:
    """Days in the order of the text, those between the ends of a range included."""
    days: list[int] = []
    place = 0
    start: int | None = None  # of a range whose end is still to come
    may_start = False
    while place < len(text):
        token = _TOKEN.match(text, place)
        if token is None:
            raise _unreadable()
        place = token.end()
        if token["day"]:
            day = _DAYS[token["day"]]
            days += _span(start, day) if start is not None else [day]
            may_start = start is None
            start = None
        elif token["range"]:
            if not may_start:
                raise _unreadable()
            start = days.pop()
            may_start = False
        elif start is not None and token["between"]:
            raise _unreadable()
        else:
            may_start = False
    if start is not None or not days:
        raise _unreadable()
    return "".join(map(str, days))


def _span(first: int, last: int) -> list[int]:
    """Days from one to the other, over Sunday where the last comes earlier in the week."""
    length = (last - first) % 7 + 1
    return [(first - 1 + step) % 7 + 1 for step in range(length)]


def _unreadable() -> ValueProblem:
    return ValueProblem("not_weekdays", f"these are no days of the week; {_HINT}")
