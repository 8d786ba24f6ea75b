"""Terminal tables of rosters and coverage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from rich import box
from rich.console import JustifyMethod
from rich.table import Table

from eldercare.rostering.reasons import reason_zh
from eldercare.rostering.tables import Placement
from eldercare.rostering.views import RosterView


def make_table(title: str, columns: Sequence[str], numbers_from: int) -> Table:
    """A table whose columns from number `numbers_from` on are right-aligned."""
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for number, name in enumerate(columns):
        justify: JustifyMethod = "right" if number >= numbers_from else "left"
        table.add_column(name, justify=justify, no_wrap=number < numbers_from)
    return table


def summary_tables(
    view: RosterView, town_names: Mapping[str, str], seconds: float | None = None
) -> Iterator[Table]:
    """What a coordinator asks of a plan: is everybody served, who not, why, at what cost."""
    yield _head(view, seconds)
    yield _towns(view, town_names)
    if view.summary.reasons:
        yield _reasons(view)


def _head(view: RosterView, seconds: float | None) -> Table:
    version = f"已发布 v{view.version}" if view.version else "草稿"
    table = make_table(f"排班 {view.on} · {version}", ["项目", "数", "说明"], 1)
    table.columns[2].justify = "left"
    visits, meals, summary = view.summary.visits, view.summary.meals, view.summary
    rows: list[tuple[str, float, str]] = [
        ("上门服务 需要", visits.required, "次"),
        ("  已排上", visits.served, _share(visits.served, visits.required)),
        ("  未排上", visits.unserved, f"其中 {visits.proved_impossible} 次已证明排不下"),
        ("  资料不全未入排", visits.set_aside, ""),
        (
            "  五保·失独·困难失能",
            visits.priority_served,
            f"/ {visits.priority_required}，其中可排 {visits.priority_possible}",
        ),
        ("助餐订单", meals.orders, f"堂食自取 {meals.on_site}"),
        ("  送餐已排", meals.delivered, _share(meals.delivered, meals.orders - meals.on_site)),
        ("  送餐未排", meals.undelivered + meals.set_aside, ""),
        ("护理员路程（分钟）", summary.visit_travel_minutes, f"{summary.caregivers} 人"),
        ("送餐路程（分钟）", summary.meal_travel_minutes, f"{summary.riders} 人"),
        ("硬规则违反", summary.violations, "独立校验"),
    ]
    if summary.slack:
        most = max(summary.slack.values())
        rows.append(("预留余量（最多 %）", most, f"{len(summary.slack)} 个镇（街道）"))
    if seconds is not None:
        rows.append(("用时（秒）", seconds, ""))
    for name, number, note in rows:
        table.add_row(name, f"{number:,}", note)
    return table


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else ""


def _towns(view: RosterView, names: Mapping[str, str]) -> Table:
    table = make_table(
        "各镇（街道）", ["镇（街道）", "护理员", "次数", "未排", "路程分", "送餐"], 1
    )
    open_visits = Counter(one.town_code for one in view.unplaced if one.visit_id)
    by_town: dict[str, list[int]] = {}
    for route in view.routes:
        row = by_town.setdefault(route.town_code, [0, 0, 0, 0])
        if route.caregiver_id:
            row[0] += 1
            row[1] += sum(stop.part == 0 for stop in route.stops)
            row[2] += route.travel_minutes
        else:
            row[3] += len(route.stops)
    for code, (people, stops, travel, meals) in sorted(by_town.items()):
        table.add_row(
            names.get(code, code), str(people), str(stops), str(open_visits[code]),
            f"{travel:,}", str(meals),
        )  # fmt: skip
    return table


def _reasons(view: RosterView) -> Table:
    table = make_table("未排上的原因", ["原因", "结论", "次数"], 2)
    counts = Counter((one.reason, one.proof_zh, one.placement) for one in view.unplaced)
    for (reason, proof, placement), count in counts.most_common():
        verdict = "资料不全" if placement is Placement.SET_ASIDE else proof
        table.add_row(reason_zh(reason), verdict, str(count))
    return table
