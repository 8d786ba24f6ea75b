"""Explanations, offers and differences as markup: people before kilometres."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from api.console.markup import icon, join, tag
from api.console.replan_parts import cost_lines
from api.console.words import clock, roster_name
from eldercare.rostering.explaining.answers import Told, Words
from eldercare.rostering.explaining.differences import RosterDifferences, VisitDifference
from eldercare.rostering.explaining.explanations import State, VisitExplanation
from eldercare.rostering.explaining.offers import SlotOffer, SlotOffers
from eldercare.rostering.explaining.words import CHANGES
from solver.explaining.diff import Change

ORDER = (Change.NO_LONGER_SERVED, Change.NEW_CAREGIVER, Change.NEW_TIME, Change.NEWLY_SERVED)
TONES = {
    Change.NO_LONGER_SERVED: "bad",
    Change.NEW_CAREGIVER: "warn",
    Change.NEW_TIME: "warn",
    Change.NEWLY_SERVED: "ok",
}
SHOWN = 300
"""Lines of a list of differences; beyond it the dialog says how many more there are."""


def explanation(found: VisitExplanation) -> Markup:
    """Why a visit is where it is, or why it is not; fixes are listed by themselves."""
    head = "为什么这样排" if found.state is State.PLANNED else "为什么没排上"
    fixes = {one.words for one in found.fixes}
    told = [one for one in found.sentences if one not in fixes]
    return tag("div", tag("h3", head), _paragraphs(told), class_="said-why")


def comparison(found: VisitExplanation) -> Markup | None:
    """Why another caregiver does not come: rules against it, or the difference in minutes."""
    other = found.comparison
    if other is None:
        return None
    bans = [
        tag("div", icon("bad"), tag("span", one.words.zh), class_="broken") for one in other.bans
    ]
    change = {one.term.value: one.cost for one in other.terms if one.cost}
    return tag(
        "div",
        tag("h3", f"为什么不是{other.caregiver.name}"),
        tag("p", other.words.zh),
        bans,
        cost_lines(change) if change and not bans else None,
        class_="said-why",
    )


def _paragraphs(sentences: Sequence[Words]) -> list[Markup]:
    return [tag("p", one.zh) for one in sentences]


def offers(found: SlotOffers, *, may_take: bool) -> Markup:
    """Who could come when, best first; each with a button that carries its number."""
    if not found.offers:
        return tag("p", icon("bad", "bad"), "当日没有合适的时段。", class_="line", role="status")
    head = [
        tag("th", name, class_="r" if right else None)
        for name, right in (("时间", False), ("护理员", False), ("路程", True), ("熟悉度", True))
    ]
    return join(
        _existing(found),
        tag(
            "table",
            tag("thead", tag("tr", head, tag("th", "说明"), tag("th"))),
            tag(
                "tbody",
                [_offer(one, at if may_take else None) for at, one in enumerate(found.offers)],
            ),
            class_="grid offers",
        ),
    )


def _existing(found: SlotOffers) -> Markup | None:
    if not found.existing:
        return None
    words = f"当日已有 {len(found.existing)} 次同样的服务。"
    return tag("p", icon("warn", "warn"), words, class_="line")


def _offer(one: SlotOffer, number: int | None) -> Markup:
    familiar = "新老人" if one.familiarity is None else f"{one.familiarity}%"
    return tag(
        "tr",
        tag("td", tag("b", clock(one.told.start_minutes)), f"–{clock(one.end_minutes)}"),
        tag("td", _who(one.told)),
        tag("td", f"{one.added_travel_minutes:+d} 分", class_="r"),
        tag("td", familiar, class_="r"),
        tag("td", one.words.zh, class_="wrap t2 s12"),
        tag("td", None if number is None else _take(number)),
    )


def _take(number: int) -> Markup:
    kind = "btn small pri" if number == 0 else "btn small"
    return tag("button", "采用", type="button", class_=kind, data_offer=number)


def _who(told: Told) -> str:
    return "、".join(one.name for one in told.caregivers)


def differences_head(found: RosterDifferences) -> Markup:
    """How many elders get what otherwise."""
    counts = [
        tag(
            "span",
            f"{CHANGES[change].zh} {found.counts[change]} 位",
            class_=f"pill {TONES[change]}",
        )
        for change in ORDER
        if found.counts[change]
    ]
    return join(
        tag("h2", f"{roster_name(found.after)}与{roster_name(found.before)} 的差异"),
        counts or tag("span", icon("ok"), "没有差异", class_="pill ok"),
        tag("span", class_="grow"),
        tag("span", f"{found.unchanged:,} 次不变", class_="t2 s12"),
    )


def differences(found: RosterDifferences) -> Markup:
    """The elders whom the draft concerns: those whom nobody comes to any more first."""
    if not found.visits:
        sentence = tag("b", "草稿和已发布的一版相同。")
        return tag("div", icon("ok", "ok"), sentence, class_="calm", role="status")
    ordered = sorted(found.visits, key=_rank)
    head = [tag("th", name) for name in ("老人 · 服务", "原安排", "", "新安排", "变化")]
    more = len(ordered) - SHOWN
    return join(
        tag(
            "table",
            tag("thead", tag("tr", head)),
            tag("tbody", [_difference(one) for one in ordered[:SHOWN]]),
            class_="grid disturbed",
        ),
        tag("p", f"还有 {more:,} 次。", class_="t2") if more > 0 else None,
    )


def _rank(one: VisitDifference) -> tuple[int, str, str]:
    first = min((ORDER.index(change) for change in one.changes), default=len(ORDER))
    return first, one.elder.name, one.visit_id


def _difference(one: VisitDifference) -> Markup:
    changes = [
        tag("span", CHANGES[change].zh, class_=f"tag {TONES[change]}") for change in one.changes
    ]
    if one.cancelled:
        changes = [tag("span", "当日已取消", class_="tag")]
    if one.moved_minutes:
        word = f"{'晚' if one.moved_minutes > 0 else '早'} {abs(one.moved_minutes)} 分"
        changes.append(tag("span", word, class_="tag"))
    return tag(
        "tr",
        tag("td", tag("b", one.elder.name), tag("div", one.service_name, class_="t2 s12")),
        tag("td", _told(one.was)),
        tag("td", icon("arrow", "t3")),
        tag("td", _told(one.now)),
        tag("td", tag("span", changes, class_="line tags")),
    )


def _told(one: Told | None) -> Markup:
    if one is None:
        return tag("span", "未安排", class_="t3")
    return join(tag("b", clock(one.start_minutes)), f"　{_who(one)}")


def differences_side(found: RosterDifferences) -> Markup:
    """Caregivers whose day changes, then the cost."""
    rows = [
        (
            tag("dt", one.caregiver.name),
            tag(
                "dd",
                f"+{len(one.gained)} −{len(one.lost)} 次 · "
                f"路程 {one.travel_now_minutes - one.travel_was_minutes:+d} 分",
            ),
        )
        for one in found.caregivers
    ]
    change = {one.term.value: one.cost for one in found.terms if one.cost}
    return join(
        tag("h3", f"护理员 {len(found.caregivers)} 人"),
        tag("dl", rows) if rows else tag("p", "没有变动。"),
        tag("h3", "代价变化（折合路程）"),
        cost_lines(change),
    )
