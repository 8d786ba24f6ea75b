"""One way to break a valid plan for each rule, so that only that rule is broken.

A mutation returns None where the random plan offers no place for it.
"""

from __future__ import annotations

from tests.solver.mutations import coverage, people, times
from tests.solver.mutations.tools import MUTATIONS

__all__ = ["MUTATIONS", "coverage", "people", "times"]
