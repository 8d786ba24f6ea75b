"""Figures of an import: lines by what becomes of them, and the coverage before and after."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from api.console.markup import icon, join, tag
from api.console.words import of, share
from eldercare.coverage.indicators import find_indicator
from eldercare.exchange.importing import CoverageChange, ImportReport

LEAST_POINTS = 0.05
"""A smaller change of a share would be shown as none."""


def counted(report: ImportReport) -> Markup:
    """Lines created, updated, unchanged and rejected."""
    figures = (
        ("新增", report.created, "plus", ""),
        ("更新", report.updated, "draft", "drf"),
        ("不变", report.unchanged, "check", ""),
        ("退回", report.rejected, "bad", "bad" if report.rejected else ""),
    )
    return tag(
        "div",
        [
            tag(
                "div",
                tag("div", icon(symbol), label, class_=f"l {tone}"),
                tag("div", f"{count:,}", class_=f"v {'bad' if tone == 'bad' else ''}"),
            )
            for label, count, symbol, tone in figures
        ],
        class_="sums",
    )


def changes(changed: Sequence[CoverageChange]) -> Markup:
    """How the district's indicators would differ."""
    title = tag(
        "div",
        tag("b", "导入后的覆盖变化"),
        tag("span", "只算可写入的行", class_="t3 s12"),
        class_="line",
    )
    if not changed:
        words = tag("p", "各项覆盖指标不变。", class_="t2 s12")
        return tag("div", title, words, class_="changes")
    legend = tag("p", "紫纹 = 增加　红纹 = 减少", class_="t3 s11")
    return tag(
        "div", title, tag("div", [_change(one) for one in changed], class_="change-grid"), legend,
        class_="changes",
    )  # fmt: skip


def _change(one: CoverageChange) -> Markup:
    before = _percent(one.numerator_before, one.denominator_before)
    after = _percent(one.numerator_after, one.denominator_after)
    points = after - before
    tone = "t3" if abs(points) < LEAST_POINTS else "bad" if points < 0 else "drf"
    word = f"{'升' if points > 0 else '降'} {abs(points):.1f} 点"
    if tone == "t3":
        word = "比例几乎不变" if points else "比例不变"
    told = (
        f"{share(one.numerator_before, one.denominator_before)} "
        f"（{of(one.numerator_before, one.denominator_before)}） → "
        f"{share(one.numerator_after, one.denominator_after)} "
        f"（{of(one.numerator_after, one.denominator_after)}）"
    )
    low, high = sorted((before, after))
    return tag(
        "div",
        tag("span", find_indicator(one.indicator).name.zh, class_="cut"),
        tag("b", icon("bad") if tone == "bad" else None, word, class_=f"st {tone}"),
        tag("span", told, class_="s12 t2 whole"),
        tag(
            "div",
            join(
                tag("i", style=f"width:{low:.2f}%"),
                tag(
                    "em",
                    class_="neg" if points < 0 else None,
                    style=f"left:{low:.2f}%;width:{max(high - low, 0.6):.2f}%",
                )
                if points
                else None,
            ),
            class_="bar",
        ),
        class_="cv",
    )


def _percent(part: int, whole: int) -> float:
    return min(100.0, 100 * part / whole) if whole else 0.0
