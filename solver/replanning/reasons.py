"""Why visits stay unserved on a day planned again: said of the whole day, not of what is left."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from solver.explain import Reason, explain
from solver.problem import Problem
from solver.solution import Proof, Solution, Unserved
from solver.tasks import tabulate


def as_of_the_day(day: Problem, plan: Solution) -> Solution:
    """What cannot be done any more is impossible of the day only where no day could do it."""
    table = tabulate(day)
    number = {visit.id: index for index, visit in enumerate(day.visits)}

    def seen(one: Unserved) -> Unserved:
        if one.proof is not Proof.IMPOSSIBLE:
            return one
        whole = explain(table, number[one.visit_id])
        if whole.proof is Proof.IMPOSSIBLE:
            return whole.unserved()
        return replace(
            one, proof=Proof.NOT_FOUND, detail=f"In what is left of the day: {one.detail}"
        )

    return replace(plan, unserved=tuple(seen(one) for one in plan.unserved))


def with_withdrawn(plan: Solution, withdrawn: Collection[str]) -> Solution:
    """The plan with the reason of what is left out so that nobody else is disturbed."""
    return replace(
        plan,
        unserved=tuple(
            Unserved(one.visit_id, Reason.WOULD_DISTURB_TOO_MANY.value, Proof.NOT_FOUND, one.detail)
            if one.visit_id in withdrawn
            else one
            for one in plan.unserved
        ),
    )
