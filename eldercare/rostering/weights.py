"""Prices of a district day, in tenths of a minute of travel: what the engine trades against what.

Assumed by the product's makers, to be tuned with the district's coordinators; the verified cost of
every plan is stored by term, so that a change of price can be judged on real days.
"""

from __future__ import annotations

from solver.objective import Weights

MINUTE = 10
"""One minute of travel. Ten, so that smaller things can be priced in integers too."""

VISIT_WEIGHTS = Weights(
    travel=MINUTE,
    waiting=2,  # standing at the door is lost time, but rides are worse: they also tire
    overtime=None,  # nobody is planned past the end of the shift
    lateness=None,  # windows are promises; a plan does not start with a broken one
    preference=10 * MINUTE,  # a carer the elder knows and asked for is worth a ten-minute detour
    continuity=1,  # per hundredth: somebody never seen before costs like ten minutes of travel
    balance=1,  # an hour moved to who carried less lately is worth a detour of six minutes
    unserved=1,
    missed_break=1,
)

START_DEVIATION = 2
"""A minute beside the start an elder likes best: a quarter of an hour costs three of travel."""

DROP_COST = {0: 2_000 * MINUTE, 1: 4_000 * MINUTE, 2: 40_000 * MINUTE}
"""Price of leaving a visit unserved by priority: far above any detour, and one visit of a group the
plan puts first outweighs ten others, so that scarce time goes to 五保, 失独 and poor disabled
elders."""

DISTURBED = 60 * MINUTE
"""Of a day under way: what another caregiver or another half-hour for an elder must save. Nobody is
telephoned for a few minutes of travel; a visit that would be lost is worth many calls."""

VISITS_TO_BE_FAMILIAR = 5
"""So many visits within `FAMILIAR_DAYS` make a caregiver fully familiar (100 hundredths)."""

FAMILIAR_DAYS = 60
"""How far back service records speak for continuity."""
