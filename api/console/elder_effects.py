"""What a form changes beside visits and meals: hours entitled to, rank in planning, who is called.

Taken as plain values before and after the form's work, because the rows themselves change under it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from sqlmodel import Session

from api.console.elder_forms import period
from api.console.panel import PRIORITY
from api.console.words import hours
from eldercare.care.absences import lies_in
from eldercare.care.elder_file import read_file
from eldercare.care.hours import hours_of_elder
from eldercare.registry.people import PriorityGroup
from eldercare.rostering.rows import priority_of

_Step = tuple[date, date | None, str, str]
"""From a date up to before another, what it was and what it is going to be."""


@dataclass(frozen=True)
class Outlook:
    """What a file says of its elder: by month minutes entitled to and planned; groups; contacts."""

    entitled: dict[date, int | None]
    planned: dict[date, int]
    groups: Sequence[tuple[PriorityGroup, date, date | None]]
    called: Sequence[str]
    in_emergency: bool
    """Whether one of them is to be called then."""

    def priority(self, on: date) -> int:
        """The rank in planning on a date."""
        held = (one for one, first, last in self.groups if lies_in((first, last), on))
        return priority_of(frozenset(held))


def outlook_of(session: Session, elder_id: str, first: date, last: date) -> Outlook:
    """The outlook from a date's month up to and including another's; raises NotFound."""
    session.flush()
    file = read_file(session, elder_id)
    months = [hours_of_elder(session, elder_id, one) for one in _months(first, last)]
    return Outlook(
        {one.month_on: one.entitled_minutes for one in months},
        {one.month_on: one.planned_minutes for one in months},
        [(one.group, one.from_on, one.until_on) for one in file.groups],
        [f"{one.name}（{one.relation}）" for one in file.contacts],
        any(one.is_emergency for one in file.contacts),
    )


def _months(first: date, last: date) -> Iterator[date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = (month + timedelta(days=31)).replace(day=1)


def effects(before: Outlook, after: Outlook, first: date) -> list[str]:
    """Sentences on what differs from a date on; none where nothing does."""
    found = [
        f"{period(start, end)}排班优先级：{was} → {now}。"
        for start, end, was, now in _ranks(before, after, first)
    ]
    found += [
        f"{_of_months(start, end)}每月可享：{was} → {now}。"
        for start, end, was, now in _hours(before, after)
    ]
    found += [
        f"{_month(month)}已计划 {hours(planned)}，超出可享的 {hours(allowed)}。"
        for month, allowed in after.entitled.items()
        if allowed is not None
        and allowed != before.entitled[month]
        and (planned := after.planned[month]) > allowed
    ]
    if before.called != after.called:
        found.append(f"联系次序：{'、'.join(after.called) or '无人'}。")
        found += [] if after.in_emergency else ["没有紧急联系人。"]
    return found


def _month(on: date) -> str:
    return f"{on.year} 年 {on.month} 月"


def _of_months(from_on: date, until_on: date | None) -> str:
    """A run of months; the one that is not over when the look ends is not known to end."""
    if until_on is None:
        return f"{_month(from_on)}起"
    last = until_on - timedelta(days=1)
    return (
        _month(from_on)
        if last - from_on < timedelta(days=31)
        else (f"{_month(from_on)}至 {_month(last)}")
    )


def _ranks(before: Outlook, after: Outlook, first: date) -> list[_Step]:
    days = {first}
    for _, *ends in (*before.groups, *after.groups):
        days |= {on for on in ends if on is not None and on > first}
    ranks = [(on, before.priority(on), after.priority(on)) for on in sorted(days)]
    return _steps([(on, PRIORITY[was], PRIORITY[now]) for on, was, now in ranks])


def _hours(before: Outlook, after: Outlook) -> list[_Step]:
    months = after.entitled.items()
    return _steps([(on, _entitled(before.entitled[on]), _entitled(now)) for on, now in months])


def _entitled(minutes: int | None) -> str:
    return "不限" if minutes is None else hours(minutes)


def _steps(dated: Sequence[tuple[date, str, str]]) -> list[_Step]:
    """Runs of like pairs, as long as each lasts, where the two of a pair differ."""
    runs = [next(run) for _, run in groupby(dated, lambda one: one[1:])]
    ends: list[date | None] = [*(on for on, *_ in runs[1:]), None]
    return [
        (on, end, was, now) for (on, was, now), end in zip(runs, ends, strict=True) if was != now
    ]
