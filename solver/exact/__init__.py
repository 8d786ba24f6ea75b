"""The proof: small days as one complete CP-SAT model, for what the compiled search misses.

Every rule and cost of `docs/solver_model.md` is in the model, so what it proves to be best is best.
`docs/solver_exact.md` says when it is asked and why.
"""

from __future__ import annotations

from solver.exact.searching import exact, is_small

__all__ = ["exact", "is_small"]
