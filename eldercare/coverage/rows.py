"""One figure of a coverage table, and its status in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from eldercare.settings import NEAR_POINTS


class Status(StrEnum):
    """How a figure stands against its target."""

    MET = "met"
    NEAR = "near"
    MISSED = "missed"
    NONE = "none"

    @property
    def label(self) -> str:
        """The word shown to users."""
        return {"met": "达标", "near": "接近", "missed": "未达", "none": "不评定"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageRow:
    """An indicator in an area: exact counts, target, and what follows from them."""

    indicator: str
    area: str
    """Official 12-digit code."""
    area_name: str
    numerator: int
    denominator: int
    target: Fraction | None
    note: str = ""

    @property
    def value(self) -> Fraction | None:
        """Numerator over denominator, exactly; None where there is nothing to divide by."""
        return Fraction(self.numerator, self.denominator) if self.denominator else None

    @property
    def met(self) -> bool | None:
        """The share is at least the target; None without a target or a share."""
        if self.value is None or self.target is None:
            return None
        return self.value >= self.target

    @property
    def shortfall(self) -> int | None:
        """How many more units must count for the target to be met; 0 where it is."""
        if self.value is None or self.target is None:
            return None
        needed = -(-self.target.numerator * self.denominator // self.target.denominator)
        return max(0, needed - self.numerator)

    def status(self, near_points: int = NEAR_POINTS) -> Status:
        """The word for the console; `near_points` are percentage points below the target."""
        if self.value is None or self.target is None:
            return Status.NONE
        gap = self.target - self.value
        if gap <= 0:
            return Status.MET
        return Status.NEAR if gap <= Fraction(near_points, 100) else Status.MISSED

    def as_dict(self) -> dict[str, Any]:
        """The fields of the published JSON row; shares are plain numbers, not rounded."""
        return {
            "indicator": self.indicator,
            "area": self.area,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "value": None if self.value is None else float(self.value),
            "target": None if self.target is None else float(self.target),
            "met": self.met,
            "note": self.note,
        }


def percent(share: Fraction | None, digits: int = 1) -> str:
    """A share as a percentage, cut and not rounded: 99.96 % never reads 100 %."""
    if share is None:
        return "—"
    scale = 10**digits
    whole, rest = divmod(share.numerator * 100 * scale // share.denominator, scale)
    return f"{whole}.{rest:0{digits}d}%" if digits else f"{whole}%"
