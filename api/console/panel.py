"""The panel beside the day: overview, one visit, one worker's way, or why a visit is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from markupsafe import Markup

from api.console.day import Progress, busy_minutes, lock_words, stop_id, trip_id, unplaced_id
from api.console.markup import icon, join, tag
from api.console.mending import mending
from api.console.words import age_on, clock, long_minutes
from eldercare.registry.tables import TravelMode
from eldercare.rostering.tables import Placement
from eldercare.rostering.views import RosterView, RouteView, StopView, UnplacedView

MODES = {
    TravelMode.WALK: "步行",
    TravelMode.BICYCLE: "自行车",
    TravelMode.E_BIKE: "电动自行车",
    TravelMode.CAR: "汽车",
}
PRIORITY = {2: "优先服务对象（五保·失独·困难失能）", 1: "重点关注对象", 0: "一般"}
STATE_WORDS = {"plan": "待执行", "run": "进行中", "done": "已完成", "late": "将晚到", "bad": "未到"}
STATE_ICONS = {"plan": "plano", "run": "run", "done": "ok", "late": "warn", "bad": "bad"}
STATE_TONES = {"plan": "t3", "run": "run", "done": "ok", "late": "warn", "bad": "bad"}


def overview(view: RosterView) -> Markup:
    """Nothing is chosen: what could not be placed, by reason."""
    if not view.unplaced:
        return join(
            tag("h2", icon("ok", "ok"), "全部排上"),
            tag("p", "当日上门和助餐都已安排。点时间轴或地图查看每一户。"),
        )
    counts = Counter((one.reason_zh, one.placement) for one in view.unplaced)
    top = max(counts.values())
    rows = [
        (
            tag("span", reason, class_="cut", title=reason),
            tag(
                "span",
                tag("i", style=f"width:{100 * count / top:.0f}%"),
                class_="w" if placement is Placement.SET_ASIDE else "w z",
            ),
            tag("span", f"{count:,} 项", class_="r"),
        )
        for (reason, placement), count in counts.most_common()
    ]
    return join(
        tag("h2", icon("must", "bad"), f"没排上 {len(view.unplaced):,} 项"),
        tag("p", "红色：时段、资质或人手排不下；灰色：资料不全，补齐后即可排。"),
        tag("div", rows, class_="reasons"),
    )


def bar_now(view: RosterView, bar: str) -> str:
    """The bar of the same visit as it stands now: on a route, or among those without a place."""
    if find_stop(view, bar) or find_unplaced(view, bar):
        return bar
    visit_id = bar.split(":")[1] if ":" in bar else bar
    on_route = f"v:{visit_id}:0"
    return on_route if find_stop(view, on_route) else f"u:{visit_id}"


def unplaced_line(item: UnplacedView) -> Markup:
    """One line of the list of what is missing."""
    mark = icon("must", "bad") if item.priority == 2 else icon("should", "t3")
    window = (
        f"{clock(item.window_start_minutes)}–{clock(item.window_end_minutes)}"
        if item.window_start_minutes is not None
        else "助餐"
    )
    return join(
        mark,
        tag("span", tag("b", item.elder_name), f"　{item.service_name}", class_="cut"),
        tag("span", window, class_="t3"),
        tag("span", item.reason_zh, class_="more cut"),
    )


def unplaced_body(view: RosterView, item: UnplacedView) -> Markup:
    """Why one visit or order is missing, how sure that is, and what would mend it."""
    aside = item.placement is Placement.SET_ASIDE
    minutes = f"{item.minutes} 分" if item.minutes else ""
    pair = "（双人）" if item.people > 1 else ""
    title = tag(
        "h2",
        icon("must", "bad") if item.priority == 2 else icon("should", "t3"),
        item.elder_name,
        tag(
            "span",
            f"{age_on(item.elder_birth_on, view.on)} 岁 · {item.service_name} {minutes}{pair}",
            class_="t2",
        ),
    )
    certainty = "资料不全，未进入计算" if aside else item.proof_zh
    why = tag(
        "div",
        icon("warn" if aside else "bad"),
        tag("b", item.reason_zh),
        tag("p", certainty),
        class_="why",
    )
    steps = [
        tag("div", tag("span", str(number), class_="n"), tag("span", text), class_="mend")
        for number, text in enumerate(mending(item.reason), start=1)
    ]
    return join(
        title,
        _facts(
            ("可上门", _window(item.window_start_minutes, item.window_end_minutes)),
            ("优先级", PRIORITY.get(item.priority, "一般")),
            ("坐标", "已定位" if item.latitude is not None else "没有坐标"),
        ),
        tag("h3", "为什么没排上"),
        why,
        tag("h3", "可以怎么办") if steps else None,
        steps,
        _left_out(item) or _log(item.detail),
    )


def _left_out(item: UnplacedView) -> Markup | None:
    """Somebody's own words, where a visit is left out on purpose."""
    return _note(f"理由：{item.detail}") if item.reason == "left_out" and item.detail else None


def _log(detail: str) -> Markup | None:
    """The engine's own words, in English, for whoever asks for them."""
    if not detail:
        return None
    return tag("details", tag("summary", "计算记录"), tag("p", detail, lang="en"), class_="log")


def _window(start: int | None, end: int | None) -> str:
    return f"{clock(start)}–{clock(end)}（开始时间）" if start is not None else "当日"


def _facts(*facts: tuple[str, str | Markup]) -> Markup:
    return tag("dl", [(tag("dt", name), tag("dd", value)) for name, value in facts if value])


def _note(words: str) -> Markup | None:
    return tag("div", icon("warn", "warn"), tag("span", words), class_="mend") if words else None


def _mark(symbol: str, words: str) -> Markup | None:
    return tag("div", icon(symbol), tag("span", words), class_="mend") if words else None


def _by_hand(stop: StopView) -> Markup | None:
    """That a rule is broken here on purpose, and who answers for it."""
    if not stop.override_reason:
        return None
    return _note(f"人工放行 · {stop.override_reason} · {stop.override_by}")


def stop_body(view: RosterView, route: RouteView, stop: StopView, progress: Progress) -> Markup:
    """One visit: who, where, when, by whom, and what to know at the door."""
    state = progress.state(stop, route.worker_id)
    actual = progress.actual(stop, route.worker_id)
    status = tag(
        "span",
        icon(STATE_ICONS[state]),
        STATE_WORDS[state],
        class_=f"tag {STATE_TONES[state] if state != 'plan' else ''}",
    )
    note = _note(stop.care_note)
    return join(
        tag(
            "h2",
            stop.elder_name,
            tag("span", f"{age_on(stop.elder_birth_on, view.on)} 岁", class_="t2"),
            status,
        ),
        _facts(
            ("服务", stop.service_name + ("（双人）" if stop.people > 1 else "")),
            ("计划时间", f"{clock(stop.start_minutes)}–{clock(stop.end_minutes)}"),
            ("实际时间", f"{clock(actual[0])}–{clock(actual[1])}" if actual else ""),
            ("可上门", _window(stop.window_start_minutes, stop.window_end_minutes)),
            ("路程", f"{stop.travel_minutes} 分，{clock(stop.arrival_minutes)} 到"),
            ("上门人员", f"{route.worker_name}（{MODES[route.travel_mode]}）"),
            ("地址", stop.address),
            ("电话", stop.phone),
            ("优先级", PRIORITY.get(stop.priority, "一般")),
        ),
        tag("h3", "上门须知") if note else None,
        note,
        _by_hand(stop),
        _mark("lockf", lock_words(stop)),
        _mark("phone", "已致电老人") if stop.is_phoned else None,
        _mark("draft", "草稿改动，尚未通知") if stop_id(stop) in progress.drafted else None,
    )


def worker_body(routes: Sequence[RouteView], chosen: str | None, progress: Progress) -> Markup:
    """A worker's day: totals and every stop in order."""
    first = routes[0]
    rider = first.rider_id is not None
    shown = [one for one in routes if trip_id(one) == chosen] or list(routes)
    travel = sum(route.travel_minutes for route in shown)
    busy = sum(busy_minutes(route) for route in shown)
    stops = [(route, stop) for route in shown for stop in route.stops]
    kind = "送餐员" if rider else " · ".join(first.skills)
    shift = "、".join(
        sorted(
            {f"{clock(one.shift_start_minutes)}–{clock(one.shift_end_minutes)}" for one in shown}
        )
    )
    portions = sum(stop.portions for _, stop in stops)
    return join(
        tag("h2", first.worker_name, tag("span", kind, class_="t2")),
        _facts(
            ("班次", f"{shift} · {MODES[first.travel_mode]}"),
            ("安排", f"{len(stops)} 户" + (f" · {portions} 份" if rider else "")),
            ("用时", f"{long_minutes(busy)}，其中路程 {long_minutes(travel)}"),
        ),
        tag("h3", "第几趟、送哪几户" if rider else "停靠顺序"),
        tag(
            "div",
            [
                _stop_line(number, route, stop, progress)
                for number, (route, stop) in enumerate(stops, 1)
            ],
            class_="list",
        ),
    )


def _stop_line(number: int, route: RouteView, stop: StopView, progress: Progress) -> Markup:
    state = progress.state(stop, route.worker_id)
    service = tag("span", stop.service_name, class_="t2")
    return tag(
        "div",
        tag("span", str(number), class_="no"),
        tag("span", f"{clock(stop.start_minutes)}–{clock(stop.end_minutes)}"),
        tag("span", stop.elder_name, "　", service, class_="cut"),
        tag(
            "span",
            tag("span", icon("warn", "warn"), title="人工放行") if stop.override_reason else None,
            tag("span", icon("lockf"), title=lock_words(stop)) if lock_words(stop) else None,
            tag("span", icon("phone"), title="已致电") if stop.is_phoned else None,
            tag("span", icon(STATE_ICONS[state], STATE_TONES[state]), title=STATE_WORDS[state]),
            class_="line marks",
        ),
        class_="item stop",
    )


def find_stop(view: RosterView, bar: str) -> tuple[RouteView, StopView] | None:
    """The stop of a bar's id."""
    for route in view.routes:
        for stop in route.stops:
            if stop_id(stop) == bar:
                return route, stop
    return None


def find_unplaced(view: RosterView, bar: str) -> UnplacedView | None:
    """The visit or order of a card's id."""
    return next((item for item in view.unplaced if unplaced_id(item) == bar), None)
