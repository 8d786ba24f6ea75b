"""What a replanning would do, as markup: who is disturbed, by how much, and what stays."""

from __future__ import annotations

from markupsafe import Markup

from api.console.deciding import Names, Proposal
from api.console.markup import icon, join, tag
from api.console.words import clock
from eldercare.rostering.disruptions import DisruptionKind, parse_disruption
from eldercare.rostering.explaining.answers import worth_minutes
from eldercare.rostering.explaining.words import TERMS
from eldercare.rostering.replanning import DisturbedElder, Told
from eldercare.rostering.views import RosterView
from solver.replanning.disturbance import TOLERANCE_MINUTES

KINDS = {
    DisruptionKind.SICK: "护理员请病假",
    DisruptionKind.LATE_START: "护理员晚到岗",
    DisruptionKind.CANCEL: "取消上门",
    DisruptionKind.NO_SHOW: "无人应门",
    DisruptionKind.OVERRUN: "服务超时",
    DisruptionKind.EMERGENCY: "紧急上门",
    DisruptionKind.NEW: "新增上门",
}
OF_CAREGIVER = {DisruptionKind.SICK, DisruptionKind.LATE_START}
OF_VISIT = {DisruptionKind.CANCEL, DisruptionKind.NO_SHOW, DisruptionKind.OVERRUN}


def event_words(event: str, names: Names) -> str:
    """An event's line of text as a title: 陈美芳请病假."""
    found = parse_disruption(event)
    what = KINDS[found.kind]
    if found.kind in OF_CAREGIVER:
        return f"{names.workers_of([found.subject])}{what.removeprefix('护理员')}"
    if found.kind in OF_VISIT:
        visit = names.visit(found.subject)
        more = f" {found.more_minutes} 分" if found.more_minutes else ""
        return f"{visit.elder} {visit.service}：{what}{more}"
    return what


def answer_head(proposal: Proposal) -> Markup:
    """Title, from when, and how many it concerns."""
    report, names = proposal.found.report, proposal.names
    concerned = len({one.elder for one in (*report.disturbed, *report.lost)})
    tone = "bad" if report.lost else "warn" if concerned else "ok"
    return join(
        tag("h2", f"{event_words(report.event, names)}，重排剩余上门"),
        tag("span", f"{clock(report.at_minutes)} 起", class_="pill neu"),
        tag(
            "span",
            icon("elder" if concerned else "ok"),
            f"{concerned} 位老人受影响" if concerned else "不打扰任何老人",
            class_=f"pill {tone}",
        ),
        tag("span", class_="grow"),
        tag("span", f"用时 {report.seconds:.1f} 秒 · 已独立复核", class_="t2 s12"),
    )


def people(proposal: Proposal) -> Markup:
    """The elders whom it concerns: those whom nobody comes to any more first."""
    report, names = proposal.found.report, proposal.names
    rows = [_lost(one, names) for one in report.lost]
    rows += [_row(one, names) for one in report.disturbed]
    rows += [_newly(proposal, one, "新排上") for one in proposal.newly_served()]
    if report.incoming and report.incoming not in {one.visit for one in report.disturbed}:
        rows.append(_newly(proposal, report.incoming, "新增"))
    if not rows:
        return tag(
            "div",
            icon("ok", "ok"),
            tag("b", "没有老人换人或改时间。"),
            class_="calm",
            role="status",
        )
    head = [tag("th", name) for name in ("老人 · 服务", "原安排", "", "新安排", "变化", "通知")]
    return tag("table", tag("thead", tag("tr", head)), tag("tbody", rows), class_="grid disturbed")


def _row(one: DisturbedElder, names: Names) -> Markup:
    changes = []
    if one.now is not None:
        if set(one.was.caregivers) != set(one.now.caregivers):
            changes.append(tag("span", "换人", class_="tag warn"))
        moved = one.now.start_minutes - one.was.start_minutes
        if moved:
            word = f"{'晚' if moved > 0 else '早'} {abs(moved)} 分"
            big = abs(moved) > TOLERANCE_MINUTES
            changes.append(tag("span", word, class_="tag warn" if big else "tag"))
    return _line(one, names, _told(one.now, names), changes)


def _lost(one: DisturbedElder, names: Names) -> Markup:
    nobody = tag("span", icon("bad", "bad"), "无人上门", class_="bad line")
    return _line(one, names, nobody, [tag("span", "未排上", class_="tag bad")])


def _line(one: DisturbedElder, names: Names, now: Markup, changes: list[Markup]) -> Markup:
    facts = names.visit(one.visit)
    told = (
        tag("span", icon("phone"), "已致电，需再联系", class_="tag warn")
        if facts.is_phoned
        else tag("span", "发布后通知", class_="t2")
    )
    return tag(
        "tr",
        tag("td", tag("b", facts.elder), tag("div", facts.service, class_="t2 s12")),
        tag("td", _told(one.was, names)),
        tag("td", icon("arrow", "t3")),
        tag("td", now),
        tag("td", tag("span", changes, class_="line tags")),
        tag("td", told),
    )


def _told(one: Told | None, names: Names) -> Markup:
    if one is None:
        return tag("span", "—", class_="t3")
    return join(tag("b", clock(one.start_minutes)), f"　{names.workers_of(one.caregivers)}")


def _newly(proposal: Proposal, visit_id: str, word: str) -> Markup:
    """A visit that nobody was promised; who gives it stands in the answer's routes."""
    facts, told = proposal.names.visit(visit_id), proposal.found.told(visit_id)
    placed = (
        _told(told, proposal.names)
        if told
        else tag("span", icon("bad", "bad"), "没有排上", class_="bad line")
    )
    return tag(
        "tr",
        tag("td", tag("b", facts.elder), tag("div", facts.service, class_="t2 s12")),
        tag("td", tag("span", "—", class_="t3")),
        tag("td", icon("arrow", "t3")),
        tag("td", placed),
        tag("td", tag("span", word, class_="tag ok")),
        tag("td", tag("span", "发布后通知", class_="t2")),
    )


def meter(proposal: Proposal, limit: int) -> Markup:
    """How many elders are disturbed of those who may be, and in what way."""
    report = proposal.found.report
    count = len({one.elder for one in report.disturbed})
    carer = {
        one.elder
        for one in report.disturbed
        if one.now and set(one.was.caregivers) != set(one.now.caregivers)
    }
    later = {
        one.elder
        for one in report.disturbed
        if one.now and abs(one.now.start_minutes - one.was.start_minutes) > TOLERANCE_MINUTES
    }
    phoned = {
        one.elder
        for one in (*report.disturbed, *report.lost)
        if proposal.names.visit(one.visit).is_phoned
    }
    whole = max(limit, count, 1)
    lines = (
        ("换护理员", len(carer)),
        (f"改时间 > {TOLERANCE_MINUTES} 分", len(later)),
        ("已致电，需再联系", len(phoned)),
        ("无人上门", len({one.elder for one in report.lost})),
    )
    within = count <= limit
    return join(
        tag(
            "div",
            tag("b", "扰动"),
            tag(
                "span",
                icon("ok" if within else "bad"),
                "在上限内" if within else "超过上限",
                class_=f"pill {'ok' if within else 'bad'}",
            ),
            tag("span", class_="grow"),
            tag("b", str(count), class_="big"),
            tag("span", f"/ 上限 {limit} 位", class_="t2"),
            class_="line",
        ),
        tag("div", tag("i", style=f"width:{100 * count / whole:.0f}%"), class_="meter"),
        tag("dl", [(tag("dt", name), tag("dd", f"{number} 位")) for name, number in lines]),
    )


def kept(proposal: Proposal) -> Markup:
    """What stays as it was, what could not be helped, and what the answer costs."""
    report = proposal.found.report
    lines = [
        tag(
            "p",
            icon("lockf"),
            f"已完成或进行中的 {report.frozen_stops} 次上门不动。",
            class_="line",
        )
    ]
    if report.withdrawn:
        words = f"另有 {len(report.withdrawn)} 次因扰动上限没有排上，提高上限可再试。"
        lines.append(tag("p", icon("warn", "warn"), words, class_="line"))
    if report.violations:
        words = f"进行中的服务造成 {report.violations} 处违反，不影响采用。"
        lines.append(tag("p", icon("warn", "warn"), words, class_="line"))
    return join(lines, tag("h3", "代价变化（折合路程）"), cost_lines(proposal.found.change))


def cost_lines(change: dict[str, int]) -> Markup:
    """The terms that cost more or less, in minutes of travel, and their sum."""
    terms = {term.value: words.zh for term, words in TERMS.items()}
    if not change:
        return tag("p", "没有变化。", class_="t2")
    total = sum(change.values())
    rows = [(terms.get(term, term), value) for term, value in change.items()]
    ordered = sorted(rows, key=lambda row: -abs(row[1]))
    if len(ordered) > 1:
        ordered.append(("合计", total))
    return tag(
        "dl",
        [(tag("dt", name), tag("dd", _minutes(worth_minutes(value)))) for name, value in ordered],
        class_="costs",
    )


def _minutes(value: float) -> str:
    words = f"{abs(value):,.1f}".removesuffix(".0")
    return f"{'−' if value < 0 else '+'}{words} 分"


def elders_of(view: RosterView) -> dict[str, str]:
    """Elder id → name with the id, of everybody whom the day's roster knows."""
    found = {stop.elder_id: stop.elder_name for route in view.routes for stop in route.stops}
    found |= {one.elder_id: one.elder_name for one in view.unplaced}
    return {key: f"{name}（{key}）" for key, name in sorted(found.items())}


def visits_of(view: RosterView) -> dict[str, str]:
    """Visit id → time, elder and service, by time, of what a route holds."""
    found = {
        stop.visit_id: (
            stop.start_minutes,
            f"{clock(stop.start_minutes)} {stop.elder_name} {stop.service_name}",
        )
        for route in view.routes
        for stop in route.stops
        if stop.visit_id
    }
    return {key: words for key, (_, words) in sorted(found.items(), key=lambda one: one[1])}
