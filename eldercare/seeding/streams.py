"""Repeatable chance: one stream of random numbers for each (seed, table, place).

A stream belongs to what it fills, not to the order in which tables are filled, so adding a draw for
one table or community leaves every other table and community as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import numpy as np
from numpy.typing import ArrayLike, NDArray

Generator = np.random.Generator
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Dates = NDArray[np.datetime64]


def stream(seed: int, table: str, place: str = "") -> Generator:
    """The stream of a table and a place (a community's or town's code, or nothing)."""
    key = [seed, crc32(table.encode()), crc32(place.encode())]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(key)))


def shared_out(weights: ArrayLike, total: int) -> Ints:
    """Whole numbers in proportion to `weights` that add to `total` (largest remainder)."""
    shares = np.asarray(weights, dtype=np.float64)
    if total <= 0 or shares.sum() <= 0:
        return np.zeros(len(shares), dtype=np.int64)
    exact = shares / shares.sum() * total
    whole = np.floor(exact).astype(np.int64)
    order = np.argsort(whole - exact, kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    return np.asarray(whole, dtype=np.int64)


def spread(chance: Generator, shares: ArrayLike, count: int) -> Ints:
    """`count` categories whose frequencies follow `shares` almost exactly, in random order."""
    limits = np.cumsum(np.asarray(shares, dtype=np.float64))
    points = (np.arange(count) + chance.random()) / max(count, 1) * limits[-1]
    found = np.searchsorted(limits, points, side="right").astype(np.int64)
    return np.asarray(chance.permutation(np.minimum(found, len(limits) - 1)))


def by_row(chance: Generator, shares: Floats) -> Ints:
    """One category for each row of `shares` (rows, categories); rows need not add to 1."""
    limits = np.cumsum(shares, axis=1)
    points = chance.random(len(shares)) * limits[:, -1]
    return np.asarray(np.minimum((limits <= points[:, None]).sum(axis=1), shares.shape[1] - 1))


def weighted_order(chance: Generator, weights: ArrayLike) -> Ints:
    """All indices, the heavier ones mostly first (exponential races); zero weights come last."""
    values = np.asarray(weights, dtype=np.float64)
    race = chance.exponential(size=len(values))
    with np.errstate(divide="ignore"):
        return np.argsort(np.where(values > 0, race / values, np.inf), kind="stable")


def one_of(chance: Generator, values: Sequence[str], count: int) -> list[str]:
    """`count` values, each as likely."""
    return [values[index] for index in chance.integers(0, len(values), size=count)]
