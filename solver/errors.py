"""Every error the optimiser raises on purpose.

SolverError
├── ProblemError   (also ValueError)  the problem contradicts itself
├── SolutionError  (also ValueError)  the solution cannot be read against its problem
├── FormatError    (also ValueError)  a file is not in the format it claims
└── EngineError                       the search itself cannot run

The message is one sentence that names the item, such as
``visit V12: window 2 ends (540) before it starts (600)``.
"""

from __future__ import annotations


class SolverError(Exception):
    """Root of the optimiser's errors."""


class ProblemError(SolverError, ValueError):
    """A problem that contradicts itself, or is outside what integers and matrices can hold."""


class SolutionError(SolverError, ValueError):
    """A solution that cannot be read against its problem."""


class FormatError(SolverError, ValueError):
    """A file that is not in the format it claims to be."""


class EngineError(SolverError):
    """The search cannot run: an unknown engine, a missing part of it, a fault inside it."""
