"""How forms of an elder's page look: fields that keep what was typed, and what they would do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby

from markupsafe import Markup

from api.console.elder_acts import ACTS
from api.console.elder_desk import Draft, Preview
from api.console.elder_reading import ElderPage
from api.console.elder_words import FIELDS, action_words, value_words
from api.console.forms import form
from api.console.markup import Child, icon, join, tag
from api.console.visitor import Visitor
from api.console.words import WEEKDAYS, clock, instant, short_date
from eldercare.accounts.tables import AuditEntry
from eldercare.care.changing import DateChange
from eldercare.care.occurrences import Occurrence
from eldercare.care.upcoming import Due

DAYS_SHOWN = 28
PAIRS_SHOWN = 30
_KEYS = frozenset({"id", "elder_id"})
"""What the page itself says, or means nothing to people."""


def act_form(
    visitor: Visitor, page: ElderPage, act: str, *fields: Child, hint: str = "", open_: bool = False
) -> Markup:
    """A form folded up until it is wanted; sent, it shows what it would do before it is stored."""
    draft = draft_of(page, act)
    body = form(
        visitor,
        f"/elders/{page.elder.id}/acts/{act}",
        *origin(page),
        tag("div", *fields, class_="fields"),
        tag("p", hint, class_="t3 s12") if hint else None,
        tag("button", icon("eye"), "预览影响", type="submit", class_="btn"),
        class_="act",
    )
    return tag(
        "details",
        tag("summary", icon("right"), ACTS[act].title),
        body,
        outcome(visitor, page, draft) if draft else None,
        class_="fold",
        open=bool(draft) or open_,
        id=f"act-{act}",
    )


def origin(page: ElderPage) -> Sequence[Markup]:
    """What a form was drawn from: the version of the file, and the newest entry of the trail."""
    return (
        tag("input", type="hidden", name="version", value=page.file.version),
        tag("input", type="hidden", name="entry", value=page.entry),
    )


def draft_of(page: ElderPage, act: str, **same: str) -> Draft | None:
    """The draft of a form, if it is this one that was sent."""
    draft = page.draft
    if draft is None or draft.act != act:
        return None
    return draft if all(draft.values.get(name) == value for name, value in same.items()) else None


def typed(page: ElderPage, act: str, name: str, otherwise: str = "") -> str:
    """What was typed in a field, else what stands in it; an untouched one follows the file."""
    draft = draft_of(page, act)
    if draft is None:
        return otherwise
    value = draft.values.get(name, "")
    return otherwise if value == draft.values.get(f"was_{name}") else value


def field(label: str, control: Markup, *, wide: bool = False) -> Markup:
    """A control under its label."""
    return tag("label", tag("span", label), control, class_="wide" if wide else None)


def day_field(page: ElderPage, act: str, name: str, label: str, *, otherwise: str = "") -> Markup:
    """A date."""
    value = typed(page, act, name, otherwise)
    return field(label, tag("input", type="date", name=name, value=value))


def text_field(
    page: ElderPage, act: str, name: str, label: str, *, otherwise: str = "", most: int = 60
) -> Markup:
    """A line of text."""
    value = typed(page, act, name, otherwise)
    control = tag("input", type="text", name=name, value=value, maxlength=most, autocomplete="off")
    return field(label, control, wide=most > 60)


def choice_field(
    page: ElderPage, act: str, name: str, label: str, choices: Mapping[str, str], otherwise: str
) -> Markup:
    """One of some choices."""
    chosen = typed(page, act, name, otherwise)
    options = [
        tag("option", words, value=value, selected=value == chosen)
        for value, words in choices.items()
    ]
    return field(label, tag("select", options, name=name))


def outcome(visitor: Visitor, page: ElderPage, draft: Draft) -> Markup:
    """Below a form that was sent: why it was refused, or what it would do and the last button."""
    if draft.preview is None:
        return _refused(draft)
    shown = draft.preview
    confirm = form(
        visitor,
        f"/elders/{page.elder.id}/acts/{draft.act}/store",
        tag("input", type="hidden", name="draft", value=page.draft_name),
        tag("button", icon("check"), "确认保存", type="submit", class_="btn pri"),
        tag("a", "放弃", href=f"/elders/{page.elder.id}?tab={page.tab}", class_="btn ghost"),
        class_="line",
    )
    return tag(
        "div",
        tag("div", icon("eye"), tag("b", "预览，尚未保存"), class_="line drf"),
        tag("p", shown.sentence) if shown.sentence else None,
        [tag("p", icon("info"), one, class_="st") for one in shown.effects],
        _pairs(shown.pairs) if draft.act == "plan" else _effects(shown),
        confirm,
        class_="effect",
        role="status",
    )


def _refused(draft: Draft) -> Markup:
    news = [tag("li", entry_line(one)) for one in draft.news]
    unsaid = tag("li", "改动没有逐条记录（如批量导入），请核对页面上的资料。")
    return tag(
        "div",
        tag("div", icon("bad", "bad"), tag("b", draft.refused), class_="line"),
        tag("ul", news or unsaid, class_="news") if draft.is_stale else None,
        class_="effect refused",
        role="alert",
    )


def entry_line(entry: AuditEntry) -> Markup:
    """Who did what when, and each field before and after."""
    return join(
        tag("b", entry.user_name),
        f" {instant(entry.at)} {action_words(entry.action)}",
        tag("div", [_change(*one) for one in changes(entry)], class_="changes"),
    )


def changes(entry: AuditEntry) -> list[tuple[str, str | None, str | None]]:
    """Field, value before and after; None: the entry does not say."""
    before, after = entry.before or {}, entry.after or {}
    return [
        (
            FIELDS.get(name, name),
            value_words(name, before[name]) if name in before else None,
            value_words(name, after[name]) if name in after else None,
        )
        for name in dict.fromkeys((*before, *after))
        if name not in _KEYS and before.get(name, ...) != after.get(name, ...)
    ]


def _change(name: str, before: str | None, after: str | None) -> Markup:
    parts: list[Child] = [tag("span", f"{name}：", class_="t3")]
    if before is not None:
        parts.append(tag("del", before))
    if after is not None:
        parts.append(tag("ins", after))
    return tag("span", parts)


def _effects(shown: Preview) -> Markup:
    stopped = _dates("停止", "bad", shown.stopped)
    begun = _dates("恢复或新增", "ok", shown.begun)
    if not (shown.stopped or shown.begun):
        return tag("p", "上门和助餐的日期不变。", class_="t2")
    seen = tag(
        "p",
        f"以上查看 {short_date(shown.from_on)} 至 {short_date(shown.until_on)} 之前。",
        class_="t3 s12",
    )
    return join(stopped, begun, seen)


def _dates(word: str, tone: str, due: Sequence[Due]) -> Markup | None:
    if not due:
        return None
    visits = sum(not one.is_meal for one in due)
    head = f"{word}上门 {visits} 次、助餐 {len(due) - visits} 次"
    by_day = [(on, list(ones)) for on, ones in groupby(due, key=lambda one: one.on)]
    lines = [
        tag(
            "li",
            tag("span", short_date(on), class_="d"),
            [tag("span", icon("meal" if one.is_meal else "home"), due_words(one)) for one in ones],
        )
        for on, ones in by_day[:DAYS_SHOWN]
    ]
    left = len(by_day) - DAYS_SHOWN
    rest = tag("p", f"另有 {left} 天，末一天 {short_date(by_day[-1][0])}。", class_="t2")
    return join(
        tag("h4", icon("x" if tone == "bad" else "check", tone), head),
        tag("ul", lines, class_="days"),
        rest if left > 0 else None,
    )


def due_words(one: Due) -> str:
    """A visit with its time, or a meal with its site."""
    return one.name if one.is_meal else f"{one.name} {clock(one.start_minutes)}"


def _pairs(pairs: Sequence[DateChange]) -> Markup:
    if not pairs:
        return tag("p", "没有一次上门会变。", class_="t2")
    lines = [
        tag("tr", tag("td", _visit(one.before)), tag("td", icon("arrow", "t3")), _after(one.after))
        for one in pairs[:PAIRS_SHOWN]
    ]
    left = len(pairs) - PAIRS_SHOWN
    more = tag("p", f"另有 {left} 次，一年之内都列入了计算。", class_="t2") if left > 0 else None
    return join(
        tag("h4", icon("draft", "drf"), f"一年内改动 {len(pairs)} 次"),
        tag("table", tag("tbody", lines), class_="pairs-of"),
        more,
    )


def _after(one: Occurrence | None) -> Markup:
    return tag("td", _visit(one) if one else "取消", class_="drf" if one else "bad")


def _visit(one: Occurrence | None) -> str:
    if one is None:
        return "无"
    window = f"{clock(one.window_start_minutes)}–{clock(one.window_end_minutes)}"
    return f"{short_date(one.on)} {window} {one.minutes} 分"


def weekday_words(digits: str) -> str:
    """135 as 周一、周三、周五; all seven as 每天."""
    if len(set(digits)) == len(WEEKDAYS):
        return "每天"
    return "、".join(f"周{WEEKDAYS[int(digit) - 1]}" for digit in sorted(digits))


def period(from_on: date, until_on: date | None) -> str:
    """From a date up to before another."""
    return f"{from_on} 起" if until_on is None else f"{from_on} 至 {until_on}（不含）"
