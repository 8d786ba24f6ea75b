"""Cutting points into pieces of equal weight, each near together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.decompose.positions import Points

TILT = 0.6
"""How far a random cut turns away from the direct one, as a share of a right angle."""
SHIFT = 0.35
"""How far a random cut moves, in pieces."""


def bisected(
    points: Points,
    weights: NDArray[np.float64],
    pieces: int,
    rng: np.random.Generator | None = None,
) -> NDArray[np.int64]:
    """The piece (0..pieces-1) of each point; shape (n,).

    Cuts across the longest extent, over and over, so that every piece has its share of the weight
    to within one point. With `rng` every cut is turned and moved a little: other seams each time.
    """
    labels = np.zeros(len(points), dtype=np.int64)
    _cut(points, weights, np.arange(len(points)), 0, pieces, labels, rng)
    return labels


def _cut(
    points: Points,
    weights: NDArray[np.float64],
    members: NDArray[np.int64],
    first: int,
    pieces: int,
    labels: NDArray[np.int64],
    rng: np.random.Generator | None,
) -> None:
    if pieces <= 1 or len(members) <= 1:
        labels[members] = first
        return
    left = pieces // 2
    share = left / pieces
    if rng is not None:
        share = (left + rng.uniform(-SHIFT, SHIFT)) / pieces
    along = _projection(points[members], rng)
    order = members[np.lexsort((members, along))]
    load = np.cumsum(weights[order])
    at = int(np.searchsorted(load, share * load[-1], side="left")) + 1
    at = min(max(at, 1), len(order) - 1)
    _cut(points, weights, order[:at], first, left, labels, rng)
    _cut(points, weights, order[at:], first + left, pieces - left, labels, rng)


def _projection(points: Points, rng: np.random.Generator | None) -> NDArray[np.float64]:
    """Where points lie along their longest extent, in whole ticks: noise must not order them."""
    centred = points - points.mean(axis=0)
    _, _, axes = np.linalg.svd(centred.T @ centred)
    axis = axes[0] * np.sign(axes[0][np.abs(axes[0]).argmax()])
    if rng is not None and len(axes) > 1:
        turn = rng.uniform(-TILT, TILT) * np.pi / 2
        second = axes[1] * np.sign(axes[1][np.abs(axes[1]).argmax()])
        axis = np.cos(turn) * axis + np.sin(turn) * second
    along: NDArray[np.float64] = np.rint(centred @ axis * 16)
    return along
