"""Compiled random numbers: a chain depends on its own seed and on nothing else."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.improve.compiling import inlined

Random = NDArray[np.uint64]
"""State of the generator, shape (1,)."""


def random(seed: int) -> Random:
    """A generator for a chain."""
    return np.array([(seed * 0x2545F4914F6CDD1D + 1) & 0xFFFFFFFFFFFFFFFF], dtype=np.uint64)


@inlined
def draw(rng: Random) -> float:
    """Uniform in [0, 1); splitmix64."""
    rng[0] += np.uint64(0x9E3779B97F4A7C15)
    z = rng[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return float(z >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@inlined
def below(rng: Random, bound: int) -> int:
    """Uniform whole number in [0, bound)."""
    return int(draw(rng) * bound)
