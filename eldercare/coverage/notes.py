"""What a reader must know beside a figure: why it is missing, and what it stands on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func
from sqlmodel import Session, col, select

from eldercare.coverage.definition import Indicator, Moment
from eldercare.coverage.tables import Target


@dataclass(frozen=True, slots=True)
class Notes:
    """All that the notes of one indicator's rows depend on."""

    indicator: Indicator
    target: Target | None
    moment: Moment
    records_begin_on: date | None = None

    @classmethod
    def of(
        cls, session: Session, indicator: Indicator, target: Target | None, moment: Moment
    ) -> Notes:
        """Look up since when the records that the indicator looks for are kept."""
        first = (session.scalar(select(func.min(col(kind.on)))) for kind in indicator.records)
        begin_on = min((on for on in first if on is not None), default=None)
        return cls(indicator, target, moment, begin_on)

    def text(self, denominator: int) -> str:
        """Chinese with English in brackets; empty where there is nothing to say."""
        if not denominator:
            missing = self.indicator.missing
            return f"无法计算：{missing.zh} (cannot be computed: {missing.en})"
        return "；".join(note for note in (self._on_records(), self._on_target()) if note)

    def _on_records(self) -> str:
        days, begin_on = self.moment.look_back_days, self.records_begin_on
        if not self.indicator.records:
            return ""
        if begin_on is None or begin_on > self.moment.on:
            return "截至该日没有服务记录 (no service record up to this date)"
        if begin_on > self.moment.since_on:
            return (
                f"服务记录自{begin_on}起，不足回溯期{days}天 "
                f"(records begin on {begin_on}, later than the {days} days looked back)"
            )
        return ""

    def _on_target(self) -> str:
        if self.target is None:
            return "该日没有目标值 (no target on this date)"
        if self.target.due_on < self.moment.on:
            due_on = self.target.due_on
            return (
                f"目标期限{due_on}已过，沿用原目标 "
                f"(the target was due on {due_on} and still stands)"
            )
        return ""
