"""What an edit by hand would do, as markup: the verdict first, then rules, people and cost."""

from __future__ import annotations

from markupsafe import Markup

from api.console.deciding import Names, Trial, names_of
from api.console.markup import icon, join, tag
from api.console.replan_parts import cost_lines
from api.console.words import clock
from eldercare.rostering.edits.adopting import FIXED
from eldercare.rostering.edits.report import MovedStop
from eldercare.rostering.edits.request import EditKind, LockKind
from eldercare.rostering.edits.taking import TAKEN
from eldercare.rostering.edits.undoing import LastEdit
from eldercare.rostering.views import RosterView

KINDS = {
    EditKind.MOVE: "调整",
    EditKind.SWAP: "对调",
    EditKind.LOCK: "锁定",
    EditKind.UNLOCK: "解锁",
    EditKind.LEAVE_OUT: "不安排",
    EditKind.BRING_BACK: "恢复安排",
    EditKind.PHONED: "已致电",
}
TAKEN_BACK = {one.value: words for one, words in KINDS.items()} | {TAKEN: "新增", FIXED: "采用"}
"""What an edit is called when it is taken back."""
LOCKS = {
    LockKind.BOTH: "护理员和时间",
    LockKind.CAREGIVER: "只锁护理员",
    LockKind.TIME: "只锁时间",
}
MOVED_SHOWN, MENDS_SHOWN = 8, 3


def others(trial: Trial) -> list[MovedStop]:
    """Parts of other visits than those the edit names."""
    named = {trial.edit.visit_id, trial.edit.other_visit_id}
    return [one for one in trial.report.moved if one.visit_id not in named]


def verdict(trial: Trial) -> Markup:
    """One line: it can be done, it can at a price, somebody must answer for it, or never."""
    report = trial.report
    if report.breaks and not report.may_be_overridden:
        tone, symbol, words = "bad", "bad", "不能放：无法做到，没有人能放行"
    elif report.breaks:
        tone, symbol, words = "bad", "bad", "违反规则：写明理由才能放行"
    elif others(trial) or report.total_after > report.total_before:
        tone, symbol, words = "warn", "warn", "可以放，但有代价"
    else:
        tone, symbol, words = "ok", "ok", "可以放"
    return tag("div", icon(symbol), words, class_=f"line verdict {tone}", role="status")


def trial_body(trial: Trial) -> Markup:
    """The whole answer to a try."""
    report = trial.report
    mended = [
        tag("li", icon("ok"), f"不再违反：{one.zh}", class_="line ok")
        for one in report.mends[:MENDS_SHOWN]
    ]
    if len(report.mends) > MENDS_SHOWN:
        more = f"另有 {len(report.mends) - MENDS_SHOWN} 处也不再违反"
        mended.append(tag("li", icon("ok"), more, class_="line ok"))
    return tag(
        "div",
        verdict(trial),
        [tag("div", icon("bad"), tag("span", one.zh), class_="broken") for one in report.breaks],
        tag("ul", mended) if mended else None,
        _people(trial),
        tag("h3", "代价变化（折合路程）"),
        cost_lines(report.change),
        class_="trial",
    )


def _people(trial: Trial) -> Markup | None:
    moved = trial.report.moved
    if not moved:
        return None
    lines = [tag("li", moved_words(one, trial.names)) for one in moved[:MOVED_SHOWN]]
    if len(moved) > MOVED_SHOWN:
        lines.append(tag("li", f"还有 {len(moved) - MOVED_SHOWN} 次也会变动", class_="t2"))
    return join(tag("h3", "谁会变动"), tag("ul", lines))


def moved_words(one: MovedStop, names: Names) -> Markup:
    """吴福根　10:00 陈美芳 → 10:30 周敏."""
    visit = names.visit(one.visit_id)
    phoned = tag("span", icon("phone"), "已致电", class_="tag warn") if visit.is_phoned else None
    was, now = (
        _at(one.start_was, one.caregiver_was, names),
        _at(one.start_now, one.caregiver_now, names),
    )
    return join(tag("b", visit.elder), f"　{was} → {now} ", phoned)


def undo_words(edit: LastEdit, view: RosterView) -> str:
    """What is taken back: 调整 吴福根 助浴."""
    facts = names_of(view, {}).visit(edit.visit_id)
    kind = TAKEN_BACK.get(edit.kind, edit.kind)
    return f"{kind} {facts.elder} {facts.service}".strip()


def _at(start: int | None, worker: str | None, names: Names) -> str:
    if start is None or worker is None:
        return "未安排"
    return f"{clock(start)} {names.workers_of([worker])}"
