"""Dates, times and shares as coordinators read them."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

from api.console.place import Place
from eldercare.accounts.tables import Role
from eldercare.clock import clock as hh_mm
from eldercare.rostering.explaining.answers import RosterRef
from eldercare.rostering.scenarios.listing import RosterEntry
from eldercare.rostering.views import RosterView

WEEKDAYS = "一二三四五六日"
ROLE_NAMES = {
    Role.ADMINISTRATOR: "管理员",
    Role.COORDINATOR: "协调员",
    Role.CAREGIVER: "护理员",
    Role.RIDER: "送餐员",
    Role.SITE_OPERATOR: "助餐点",
    Role.VIEWER: "查看者",
}


def clock(minutes: int | None) -> str:
    """Minutes after midnight as 24-hour HH:MM."""
    return "—" if minutes is None else hh_mm(minutes)


def long_date(on: date) -> str:
    """2020年9月17日 周四."""
    return f"{on.year}年{on.month}月{on.day}日 周{WEEKDAYS[on.weekday()]}"


def short_date(on: date) -> str:
    """9月17日 周四."""
    return f"{on.month}月{on.day}日 周{WEEKDAYS[on.weekday()]}"


def instant(at: datetime) -> str:
    """An instant as 9月16日 17:40 in the district's time."""
    local = Place.local(at)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def share(part: int, whole: int) -> str:
    """part/whole in percent, cut and not rounded: 99.96 % never reads 100 %."""
    if not whole:
        return "—"
    if part == whole:
        return "100%"
    tenths = part * 1000 // whole
    return f"{tenths // 10}.{tenths % 10}%"


def of(part: int, whole: int) -> str:
    """n/m with thousands separated."""
    return f"{part:,}/{whole:,}"


def hours(minutes: int) -> str:
    """Minutes as hours with one decimal."""
    return f"{minutes / 60:.1f} h"


def long_minutes(minutes: int) -> str:
    """Minutes as 3 小时 20 分."""
    whole, rest = divmod(minutes, 60)
    if not whole:
        return f"{rest} 分"
    return f"{whole:,} 小时 {rest} 分" if rest else f"{whole:,} 小时"


def age_on(birth_on: date, on: date) -> int:
    """Completed years on a date."""
    return on.year - birth_on.year - ((on.month, on.day) < (birth_on.month, birth_on.day))


def roster_name(one: RosterEntry | RosterRef | RosterView) -> str:
    """How people call a roster: 草稿, 已发布 v2, 方案「X」."""
    if one.name:
        return f"方案「{one.name}」"
    if one.version is not None:
        return f"已发布 v{one.version}"
    return "草稿"


def target(value: Fraction | None) -> str:
    """A target in percent."""
    return "无目标值" if value is None else f"{float(value) * 100:g}%"


def parse_date(text: str | None) -> date | None:
    """A date of an address; None where there is none or it is not understood."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
