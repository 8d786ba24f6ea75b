"""The parts of the coverage page as markup: cards, the table, the definition behind a figure."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from markupsafe import Markup

from api.console.coverage_reading import Figures
from api.console.markup import icon, join, tag
from api.console.words import long_date, target
from eldercare.coverage.definition import Indicator
from eldercare.coverage.indicators import INDICATORS, find_indicator
from eldercare.coverage.rows import CoverageRow, Status, percent
from eldercare.coverage.series import SeriesPoint

TONES = {Status.MET: "ok", Status.NEAR: "warn", Status.MISSED: "bad", Status.NONE: "none"}
ICONS = {Status.MET: "ok", Status.NEAR: "warn", Status.MISSED: "bad", Status.NONE: "info"}
SHORT = {
    "home_service": "上门服务覆盖",
    "meal_urban": "城镇助餐覆盖",
    "meal_rural": "农村助餐覆盖",
    "centre_urban": "城镇标准化中心",
    "centre_rural": "农村标准化中心",
    "nursing_beds": "护理型床位占比",
    "social_beds": "社会力量床位占比",
    "medical_care_institutions": "医养结合机构占比",
    "rehab_urban": "城镇康复场所",
    "rehab_rural": "农村康复场所",
    "family_doctor": "家庭医生签约",
    "priority_groups_served": "重点群体服务",
}
"""Names short enough for a card; the full name stands in the definition."""


SMALL_TARGET = 0.4
"""Below this a bar to 100 % would show nothing but its beginning."""


def short_name(code: str) -> str:
    """A card's heading."""
    return SHORT.get(code) or find_indicator(code).name.zh


def status_mark(row: CoverageRow, near_points: int) -> Markup:
    """Shape and word of a status."""
    status = row.status(near_points)
    tone = "t3" if status is Status.NONE else TONES[status]
    word = "无法计算" if row.value is None else "无目标值" if row.target is None else status.label
    return tag("span", icon(ICONS[status]), word, class_=f"st {tone}")


def counted(row: CoverageRow) -> str:
    """n/m with the measure word of the indicator's unit."""
    word = find_indicator(row.indicator).unit.measure_word
    return f"{row.numerator:,}/{row.denominator:,} {word}"


def gauge(row: CoverageRow, near_points: int, classes: str = "g") -> Markup:
    """A bar with a tick at the target; small targets stand in the middle, others on 0 to 100 %."""
    tone = TONES[row.status(near_points)]
    fill = "var(--q4)" if tone == "none" or classes == "hb" else f"var(--{tone})"
    aim = None if row.target is None else float(row.target)
    full = 2 * aim if aim is not None and aim < SMALL_TARGET else 1.0
    value = min(100.0, float(row.value or 0) / full * 100)
    tick = None if aim is None else tag("u", style=f"left:{min(99.0, aim / full * 100):.1f}%")
    return tag(
        "span", tag("i", style=f"width:{value:.1f}%;background:{fill}"), tick, class_=classes
    )


def card_body(row: CoverageRow, past: Sequence[SeriesPoint], near_points: int) -> Markup:
    """Value, n/m and target, status and, where month ends were kept, the line of the past."""
    wanted = target(row.target) if row.target is None else f"目标 {target(row.target)}"
    count = counted(row) if row.denominator else "没有可计算的对象"
    return join(
        tag(
            "span",
            tag("span", short_name(row.indicator), class_="cut"),
            status_mark(row, near_points),
            class_="l",
        ),
        tag("span", percent(row.value), class_="v"),
        tag("span", f"{count} · {wanted}", class_="n"),
        sparkline(past, row, near_points),
        gauge(row, near_points),
    )


def sparkline(
    past: Sequence[SeriesPoint],
    row: CoverageRow,
    near_points: int,
    width: int = 64,
    height: int = 24,
) -> Markup | None:
    """The kept month ends as a line with the target dotted; fewer than two points are no line."""
    values = [float(point.value) for point in past if point.value is not None]
    if len(values) < 2:
        return None
    aim = None if row.target is None else float(row.target)
    scale = [*values, *([] if aim is None else [aim])]
    low, high = min(scale), max(scale)

    def y(value: float) -> float:
        return height - 3 - (value - low) / ((high - low) or 1) * (height - 6)

    xs = [2 + i * (width - 4) / (len(values) - 1) for i in range(len(values))]
    points = " ".join(f"{x:.1f},{y(value):.1f}" for x, value in zip(xs, values, strict=True))
    colour = f"var(--{TONES[row.status(near_points)]}, var(--text3))"
    dotted = None
    if aim is not None:
        dotted = tag(
            "line",
            x1=0,
            x2=width,
            y1=y(aim),
            y2=y(aim),
            stroke="var(--text3)",
            stroke_dasharray="2 3",
        )
    line = tag("polyline", points=points, fill="none", stroke=colour, stroke_width=1.6)
    end = tag("circle", cx=xs[-1], cy=f"{y(values[-1]):.1f}", r=2.4, fill=colour)
    return tag(
        "svg", dotted, line, end, width=width, height=height, class_="sp", aria_hidden="true"
    )


def summary_line(rows: Sequence[CoverageRow], near_points: int) -> Markup:
    """How many indicators stand where."""
    statuses = [row.status(near_points) for row in rows]
    parts = [
        tag(
            "span",
            icon(ICONS[one]),
            f"{one.label} {statuses.count(one)}",
            class_=f"st {TONES[one]}",
        )
        for one in (Status.MET, Status.NEAR, Status.MISSED)
    ]
    return join(parts)


def by_gap(rows: Sequence[CoverageRow]) -> list[CoverageRow]:
    """The largest gap to the target first; without a figure last; then by name."""

    def key(row: CoverageRow) -> tuple[bool, Fraction, str]:
        if row.value is None:
            return True, Fraction(0), row.area
        return False, row.value - (row.target or Fraction(1)), row.area

    return sorted(rows, key=key)


def table_head(indicator: str, level: str, others: Sequence[str]) -> Markup:
    """Column names of the table by area."""
    cells = [
        tag("th", level),
        tag("th", short_name(indicator)),
        tag("th", f"分子/分母（{find_indicator(indicator).unit.measure_word}）", class_="r"),
        tag("th", "还差", class_="r"),
        [tag("th", short_name(code), class_="r") for code in others],
        tag("th", "状态"),
    ]
    return tag("tr", cells)


def table_row(
    row: CoverageRow, others: Sequence[CoverageRow | None], near_points: int, *, link: str | None
) -> Markup:
    """One area; every share beside its n/m."""
    name = tag("a", row.area_name, href=link) if link else tag("b", row.area_name)
    gap = "—" if not row.shortfall else f"{row.shortfall:,}"
    cells = [
        tag("td", tag("b", name)),
        tag("td", gauge(row, near_points, "hb"), tag("b", percent(row.value))),
        tag("td", f"{row.numerator:,}/{row.denominator:,}", class_="r"),
        tag("td", gap, class_="r"),
        [_other(one) for one in others],
        tag("td", status_mark(row, near_points)),
    ]
    return join(cells)


def _other(row: CoverageRow | None) -> Markup:
    if row is None:
        return tag("td", "—", class_="r")
    return tag("td", percent(row.value), class_="r", title=f"{row.numerator:,}/{row.denominator:,}")


def definition_body(row: CoverageRow, figures: Figures) -> Markup:
    """What is counted, over what, by which source: an administrator must be able to defend it."""
    indicator: Indicator = find_indicator(row.indicator)
    source = indicator.source
    facts = [
        ("分子", indicator.numerator.zh),
        ("分母", indicator.denominator.zh),
        ("范围", indicator.stratum.zh),
        ("目标", target(row.target)),
        ("来源", f"{source.plan.zh} {source.section}"),
        ("责任部门", source.department),
        ("截至", long_date(figures.as_of)),
        ("说明", row.note),
    ]
    return join(
        tag("div", indicator.name.zh, class_="h15"),
        tag("dl", [(tag("dt", name), tag("dd", text)) for name, text in facts if text]),
    )


def other_columns(chosen: str) -> list[str]:
    """Three indicators of people, to be seen beside the chosen one."""
    people = ["home_service", "family_doctor", "priority_groups_served", "meal_urban"]
    return [code for code in people if code != chosen][:3]


def bands(rows: Sequence[CoverageRow]) -> tuple[dict[str, int], str]:
    """Community code → shade 1 to 5 in equal steps, and the words of the scale."""
    values = {row.area: float(row.value) for row in rows if row.value is not None}
    if not values:
        return {}, "没有可计算的社区（村）"
    low, high = min(values.values()), max(values.values())
    span = high - low
    found = {
        code: 3 if not span else min(5, 1 + int((value - low) / span * 5))
        for code, value in values.items()
    }
    return found, f"{low * 100:.0f}% – {high * 100:.0f}%"


CODES = tuple(indicator.code for indicator in INDICATORS)
