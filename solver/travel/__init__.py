"""Travel-time providers: crow-fly distance by default, a road network where there is one.

A provider is anything with the method of `TravelProvider`; adding one is one file here and one
line where the product chooses it. The engine never asks a provider: it reads the finished
matrices of a `Problem`.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.float64]
MinuteMatrix = NDArray[np.int32]


class TravelProvider(Protocol):
    """Answers how long a worker needs from every place to every other place."""

    def matrix(self, positions: Positions, mode: str) -> MinuteMatrix:
        """Travel times between places.

        Args:
            positions: shape (n, 2), longitude and latitude in degrees, WGS-84.
            mode: a travel mode the provider knows, such as `walk`, `bicycle`, `e_bike` or `car`.

        Returns:
            Shape (n, n), whole minutes from the row's place to the column's; the diagonal is 0.

        Raises:
            ValueError: the mode is unknown, or a position is not a longitude and latitude.
        """
        ...


__all__ = ["MinuteMatrix", "Positions", "TravelProvider"]
