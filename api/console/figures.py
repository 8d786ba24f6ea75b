"""The strip of figures over a day; every percentage carries its n/m."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from api.console.day import Progress, stop_id
from api.console.markup import icon, tag
from api.console.words import of, share
from eldercare.rostering.views import RosterSummary, RosterView


@dataclass(frozen=True)
class Figure:
    """Label, value and what stands behind it; `tone` is a status, `filter` what a click shows."""

    label: str
    value: str
    more: str
    tone: str = ""
    filter: str = ""


def day_figures(view: RosterView, progress: Progress) -> list[Figure]:
    """What a coordinator looks at first."""
    visits, meals = view.summary.visits, view.summary.meals
    figures = [
        Figure("已安排", share(visits.served, visits.required), of(visits.served, visits.required)),
        _done(view, progress),
        _priority(view),
        Figure(
            "未分配",
            f"{visits.unserved:,}",
            f"已证明排不下 {visits.proved_impossible:,}" if visits.unserved else "全部排上",
            "bad" if visits.unserved else "ok",
            "unplaced",
        ),
        Figure(
            "资料不全",
            f"{visits.set_aside + meals.set_aside:,}",
            f"上门 {visits.set_aside:,} · 助餐 {meals.set_aside:,}",
            "warn" if visits.set_aside + meals.set_aside else "ok",
            "unplaced",
        ),
        _meals(view),
        _travel(view),
        _broken(view.summary),
    ]
    return [figure for figure in figures if figure is not None]


def _broken(summary: RosterSummary) -> Figure:
    """Broken rules keep a draft from being published, unless somebody answers for all of them."""
    count = summary.violations
    if not count:
        more, tone = "已独立复核", "ok"
    elif count > summary.overridden:
        more, tone = "不能发布", "bad"
    else:
        more, tone = "均由人工放行", "warn"
    return Figure("规则违反", f"{count:,}", more, tone)


def _done(view: RosterView, progress: Progress) -> Figure | None:
    if not progress.records and progress.now_minutes is None:
        return None
    states = {
        stop_id(stop): progress.state(stop, route.worker_id)
        for route in view.routes
        for stop in route.stops
        if stop.visit_id
    }
    done = sum(state == "done" for state in states.values())
    return Figure("已完成", share(done, len(states)), f"{of(done, len(states))} 人次")


def _priority(view: RosterView) -> Figure:
    visits = view.summary.visits
    missed = visits.priority_possible - visits.priority_served
    return Figure(
        "五保·失独·困难失能",
        share(visits.priority_served, visits.priority_required),
        of(visits.priority_served, visits.priority_required),
        "ok" if missed <= 0 else "bad",
        "priority",
    )


def _meals(view: RosterView) -> Figure:
    meals = view.summary.meals
    reached = meals.on_site + meals.delivered
    return Figure(
        "助餐",
        share(reached, meals.orders),
        of(reached, meals.orders),
        "warn" if meals.undelivered else "",
    )


def _travel(view: RosterView) -> Figure:
    minutes, served = view.summary.visit_travel_minutes, view.summary.visits.served
    each = f"每次 {minutes / served:.1f} 分" if served else "没有上门"
    return Figure("路程", f"{minutes / 60:,.1f} h", each)


def figure_body(figure: Figure) -> Markup:
    """The inside of one figure of the strip."""
    status = icon(figure.tone, figure.tone) if figure.tone else None
    return tag("div", figure.label, status, class_="l") + tag(
        "div", figure.value, tag("small", figure.more), class_="v"
    )
