"""How much is measured: everything at the limits of the targets, or a sample within minutes."""

from __future__ import annotations

from dataclasses import dataclass

LEAST_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """Limits are `scale` times those of the targets; a `sample` measures a few instances only."""

    name: str
    scale: float
    seeds: int
    sample: bool

    def limit(self, full_seconds: float) -> float:
        """Seconds an engine is given where the target gives `full_seconds`."""
        return round(max(min(LEAST_SECONDS, full_seconds), full_seconds * self.scale), 2)

    @property
    def is_judged(self) -> bool:
        """Whether its figures may be compared with the targets."""
        return self.scale == 1 and not self.sample


SHORT = Mode(name="short", scale=1 / 6, seeds=1, sample=True)
FULL = Mode(name="full", scale=1.0, seeds=3, sample=False)
MODES = {mode.name: mode for mode in (SHORT, FULL)}
