"""Positions → place numbers and travel matrices of a problem."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from solver.problem import IntMatrix
from solver.travel import TravelProvider


class PlaceIndex:
    """Gives every distinct position (degrees, to about a metre) one place number."""

    def __init__(self) -> None:
        self._number: dict[tuple[float, float], int] = {}

    def add(self, longitude: float, latitude: float) -> int:
        """Number of the position, new or known."""
        key = (round(longitude, 5), round(latitude, 5))
        return self._number.setdefault(key, len(self._number))

    def travel(self, provider: TravelProvider, modes: Iterable[str]) -> dict[str, IntMatrix]:
        """Travel minutes between all places, (places, places), by mode."""
        positions = np.array(list(self._number), dtype=np.float64).reshape(-1, 2)
        return {mode: provider.matrix(positions, mode) for mode in sorted(set(modes))}
