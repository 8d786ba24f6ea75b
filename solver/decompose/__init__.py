"""A whole district's day: cut into shards, solved side by side, cut again across the seams.

The order: clusters of neighbouring visits with the caregivers they need → a quick plan of each, so
that a complete plan stands early → every shard improved → the plan cut along other lines, through
the middle of what was apart, and improved again, as long as time allows. Shards are solved on any
`concurrent.futures.Executor`; whatever fails there costs only the improvement of one shard.
"""

from __future__ import annotations

from solver.decompose.district import SHARD_VISITS, solve_district
from solver.decompose.pool import ProcessPool, cores
from solver.decompose.rounds import DistrictProgress

__all__ = ["SHARD_VISITS", "DistrictProgress", "ProcessPool", "cores", "solve_district"]
