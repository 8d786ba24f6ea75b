"""Rules for homes over time, contacts and consents."""

from __future__ import annotations

from collections.abc import Iterator

from eldercare.errors import FieldProblem
from eldercare.registry.admission.blocks import in_order, in_province, no_overlap, not_future
from eldercare.registry.admission.context import Context
from eldercare.registry.admission.gate import Rule, Rules
from eldercare.registry.homes import FormerHome, FormerLiving, PlannedMove, PositionTask
from eldercare.registry.kin import Consent, ElderContact
from eldercare.registry.people import Elder


def _after_registration(row: FormerHome | FormerLiving, context: Context) -> Iterator[FieldProblem]:
    elder = context.find(Elder, row.elder_id)
    if elder is not None and row.until_on <= elder.registered_on:
        reason = f"{row.until_on} is not after the registration on {elder.registered_on}"
        yield FieldProblem("/until_on", reason, code="before_registration")


def _end_has_a_way(row: PositionTask, _context: Context) -> Iterator[FieldProblem]:
    if (row.closed_on is None) != (row.how is None):
        empty, given = ("how", "closed_on") if row.how is None else ("closed_on", "how")
        reason = f"is missing although {given} is given: a task ends on a date and in a way"
        yield FieldProblem(f"/{empty}", reason, code="missing")


def _rank_is_free(row: ElderContact, context: Context) -> Iterator[FieldProblem]:
    for other in context.siblings(row, "elder_id"):
        if other.rank == row.rank:
            reason = f"{row.rank}: {other.name!r} is called at this place already: choose another"
            yield FieldProblem("/rank", reason, code="taken")
            return


RULES: Rules = {
    FormerHome: (
        not_future("until_on"),
        Rule(("elder_id", "until_on"), _after_registration),
        in_province(),
    ),
    PlannedMove: (in_province(),),
    FormerLiving: (not_future("until_on"), Rule(("elder_id", "until_on"), _after_registration)),
    PositionTask: (
        not_future("opened_on"),
        in_order("opened_on", "closed_on", may_equal=True),
        Rule(("closed_on", "how"), _end_has_a_way),
    ),
    ElderContact: (Rule(("elder_id", "rank"), _rank_is_free),),
    Consent: (
        not_future("from_on"),
        in_order("from_on", "until_on"),
        no_overlap("elder_id", "kind"),
    ),
}
