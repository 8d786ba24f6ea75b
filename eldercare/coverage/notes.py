"""What a reader must know beside a figure: why it is missing, and what it stands on.

Notes are Chinese with English in brackets, and empty where there is nothing to say.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import func
from sqlmodel import Session, col, select

from eldercare.care.tables import MealRecord, ServiceRecord
from eldercare.coverage.definition import Indicator, Moment, Words
from eldercare.coverage.tables import Target

_RECORD_NAMES = {
    ServiceRecord: Words(zh="服务记录", en="service records"),
    MealRecord: Words(zh="助餐记录", en="meal records"),
}

_NONE_YET = "截至该日没有"
_TOO_SHORT = "不足回溯期"


def says_no_records(note: str) -> bool:
    """A note made here says that nothing was on record yet: a share of 0 then means unknown."""
    return _NONE_YET in note


def says_partial(note: str) -> bool:
    """A note made here says that the records do not fill the look-back: the share is too low."""
    return _TOO_SHORT in note or says_no_records(note)


def missing_note(indicator: Indicator) -> str:
    """Why an area without a population has no figure."""
    missing = indicator.missing
    return f"无法计算：{missing.zh} (cannot be computed: {missing.en})"


def general_note(
    session: Session, indicator: Indicator, target: Target | None, moment: Moment
) -> str:
    """What holds for the indicator's figure in every area."""
    notes = (*_on_records(session, indicator, moment), _on_target(target, moment))
    return "；".join(note for note in notes if note)


def _on_records(session: Session, indicator: Indicator, moment: Moment) -> list[str]:
    begin = {kind: _begin_on(session, kind, moment) for kind in indicator.records}
    if begin and not any(begin.values()):
        kinds = [_RECORD_NAMES[kind] for kind in begin]
        zh, en = "或".join(kind.zh for kind in kinds), " or ".join(kind.en for kind in kinds)
        return [f"{_NONE_YET}{zh} (no {en} up to this date)"]
    return [_on_kind(_RECORD_NAMES[kind], on, moment) for kind, on in begin.items()]


def _begin_on(
    session: Session, kind: type[ServiceRecord | MealRecord], moment: Moment
) -> date | None:
    """First date on record up to the moment."""
    query = select(func.min(col(kind.on))).where(kind.on <= moment.on)
    return session.scalar(query)


def _on_kind(kind: Words, begin_on: date | None, moment: Moment) -> str:
    days = moment.look_back_days
    if begin_on is None:
        return f"尚无{kind.zh}，{_TOO_SHORT}{days}天 (no {kind.en} up to this date)"
    if begin_on > moment.since_on:
        return (
            f"{kind.zh}自{begin_on}起，{_TOO_SHORT}{days}天 "
            f"({kind.en} begin on {begin_on}, later than the {days} days looked back)"
        )
    return ""


def _on_target(target: Target | None, moment: Moment) -> str:
    if target is None:
        return "没有目标值 (no target)"
    if target.due_on < moment.on:
        return (
            f"目标期限{target.due_on}已过，沿用原目标 "
            f"(the target was due on {target.due_on} and still stands)"
        )
    return ""
