"""Where places lie, from travel times alone: the optimiser knows no coordinates."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from solver.problem import Problem

Points = NDArray[np.float64]

LANDMARKS = 12
"""Places far from each other; travel to and from them tells places apart well enough."""


def positions(problem: Problem) -> Points:
    """A point for each place, shape (places, landmarks): mean travel (ticks) with each landmark.

    The first landmark is far from place 0, each other one far from all before it. Travel is that
    of the mode most caregivers use. One column of zeros where nobody travels.
    """
    modes = Counter(one.mode for one in problem.caregivers)
    if not modes or not len(problem.travel[modes.most_common(1)[0][0]]):
        places = max((visit.place for visit in problem.visits), default=-1) + 1
        return np.zeros((places, 1))
    matrix = problem.travel[modes.most_common(1)[0][0]]
    landmark = int(matrix[0].argmax())
    nearest = np.full(len(matrix), np.inf)
    columns: list[NDArray[np.float64]] = []
    for _ in range(min(LANDMARKS, len(matrix))):
        column = (matrix[:, landmark].astype(np.float64) + matrix[landmark]) / 2
        columns.append(column)
        nearest = np.minimum(nearest, column)
        landmark = int(nearest.argmax())
    return np.column_stack(columns)
