"""Reads what the page of coverage needs: figures by area, and their past."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from api.console.visitor import Visitor
from eldercare.accounts.permissions import in_scope
from eldercare.coverage.areas import Level
from eldercare.coverage.indicators import INDICATORS, find_indicator
from eldercare.coverage.levels import evaluate_levels
from eldercare.coverage.rows import CoverageRow, percent
from eldercare.coverage.series import SeriesPoint, month_ends, series
from eldercare.registry.lookup import town_names
from eldercare.settings import DISTRICT_CODE

COLUMNS = (
    "截至",
    "指标",
    "指标代码",
    "区域",
    "区域代码",
    "分子",
    "分母",
    "数值",
    "目标",
    "结论",
    "说明",
)
MONTHS = 8
"""Months of past figures drawn in a card, where snapshots of month ends were kept."""


@dataclass(frozen=True)
class Figures:
    """Every indicator of an area on a date, of the towns in it, and the past of the area."""

    as_of: date
    area: str
    area_name: str
    near_points: int
    whole: Mapping[str, CoverageRow]
    towns: Mapping[str, Mapping[str, CoverageRow]]
    """Indicator code → town code → row."""
    communities: Mapping[str, Mapping[str, CoverageRow]]
    """Indicator code → community code → row."""
    past: Mapping[str, Sequence[SeriesPoint]]


def read_figures(visitor: Visitor, as_of: date) -> Figures:
    """All indicators of the visitor's area and of each town in it."""
    settings = visitor.place.settings
    area = None if in_scope(visitor.user, DISTRICT_CODE) else visitor.user.area_code
    level = _level(area)
    finer = [one for one in Level if list(Level).index(one) >= list(Level).index(level)]
    with visitor.place.reading() as session:
        rows = evaluate_levels(
            session,
            as_of=as_of,
            levels=finer,
            area=area,
            look_back_days=settings.coverage_look_back_days,
        )
        dates = month_ends(as_of, MONTHS)
        past = {one.code: series(session, one.code, area, dates) for one in INDICATORS}
    whole = rows[level]
    return Figures(
        as_of=as_of,
        area=area or DISTRICT_CODE,
        area_name=whole[0].area_name,
        near_points=settings.coverage_near_points,
        whole={row.indicator: row for row in whole},
        towns=_by_indicator(rows[Level.TOWN] if level is Level.DISTRICT else []),
        communities=_by_indicator(rows[Level.COMMUNITY]),
        past=past,
    )


def _by_indicator(rows: Sequence[CoverageRow]) -> dict[str, dict[str, CoverageRow]]:
    found: dict[str, dict[str, CoverageRow]] = {}
    for row in rows:
        found.setdefault(row.indicator, {})[row.area] = row
    return found


def _level(area: str | None) -> Level:
    if area is None:
        return Level.DISTRICT
    return Level.TOWN if area.endswith("000") else Level.COMMUNITY


def export_csv(visitor: Visitor, as_of: date) -> str:
    """Every indicator of the district and its towns as a table that spreadsheets open."""
    figures = read_figures(visitor, as_of)
    with visitor.place.reading() as session:
        names = town_names(session)
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(
        [
            "截至",
            "指标",
            "指标代码",
            "区域",
            "区域代码",
            "分子",
            "分母",
            "数值",
            "目标",
            "结论",
            "说明",
        ]
    )
    for code, row in figures.whole.items():
        for one in (row, *figures.towns.get(code, {}).values()):
            writer.writerow(_line(figures, one, names))
    return buffer.getvalue()


def _line(figures: Figures, row: CoverageRow, names: Mapping[str, str]) -> list[str | int]:
    return [
        figures.as_of.isoformat(),
        find_indicator(row.indicator).name.zh,
        row.indicator,
        names.get(row.area, row.area_name),
        row.area,
        row.numerator,
        row.denominator,
        "无法计算" if row.value is None else percent(row.value),
        "" if row.target is None else percent(row.target),
        row.status(figures.near_points).label,
        row.note,
    ]
