"""What a reader must know beside a figure: why it is missing, and what it stands on.

Notes are Chinese with English in brackets, and empty where there is nothing to say.
"""

from __future__ import annotations

from sqlalchemy import func
from sqlmodel import Session, col, select

from eldercare.coverage.definition import Indicator, Moment
from eldercare.coverage.tables import Target


def missing_note(indicator: Indicator) -> str:
    """Why an area without a population has no figure."""
    missing = indicator.missing
    return f"无法计算：{missing.zh} (cannot be computed: {missing.en})"


def general_note(
    session: Session, indicator: Indicator, target: Target | None, moment: Moment
) -> str:
    """What holds for the indicator's figure in every area."""
    notes = (_on_records(session, indicator, moment), _on_target(target, moment))
    return "；".join(note for note in notes if note)


def _on_records(session: Session, indicator: Indicator, moment: Moment) -> str:
    if not indicator.records:
        return ""
    first = (session.scalar(select(func.min(col(kind.on)))) for kind in indicator.records)
    begin_on = min((on for on in first if on is not None), default=None)
    if begin_on is None or begin_on > moment.on:
        return "截至该日没有服务记录 (no service record up to this date)"
    if begin_on > moment.since_on:
        days = moment.look_back_days
        return (
            f"服务记录自{begin_on}起，不足回溯期{days}天 "
            f"(records begin on {begin_on}, later than the {days} days looked back)"
        )
    return ""


def _on_target(target: Target | None, moment: Moment) -> str:
    if target is None:
        return "该日没有目标值 (no target on this date)"
    if target.due_on < moment.on:
        return (
            f"目标期限{target.due_on}已过，沿用原目标 "
            f"(the target was due on {target.due_on} and still stands)"
        )
    return ""
