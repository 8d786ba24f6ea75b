"""The compiled search: shortens, fills and balances the routes of a plan of visits.

Ruin and recreate under simulated annealing, over all routes at once, with exact times: what ties
starts of different routes is propagated, and the price of a plan is the checker's cost. One chain
for each core, on threads that do not hold the interpreter.
"""

from __future__ import annotations

from solver.improve.improving import improve

__all__ = ["improve"]
