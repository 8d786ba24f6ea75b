"""Why this caregiver does not come to a visit: rules against it, or what it would cost."""

from __future__ import annotations

from dataclasses import dataclass

from eldercare.clock import clock
from eldercare.errors import InvalidInput
from eldercare.rostering.explaining.answers import (
    Moved,
    Person,
    TermShare,
    Told,
    Words,
    worth_minutes,
)
from eldercare.rostering.explaining.case import Case
from eldercare.rostering.explaining.sentences import (
    ban_words,
    joined,
    moved_words,
    sentence,
    share,
    shares_words,
)
from solver.explaining.comparing import Comparison, why_not
from solver.replanning.disturbance import Appointment, appointments

AWAY, NOT_ON_DUTY = "away", "not_on_duty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ban:
    """A rule that keeps a caregiver from a visit."""

    code: str
    words: Words
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonAnswer:
    """Another caregiver: rules against it, or the difference by cost term (they add up)."""

    caregiver: Person
    bans: tuple[Ban, ...]
    then: Told | None
    terms: tuple[TermShare, ...]
    difference: int
    moved: tuple[Moved, ...]
    words: Words


def compared(case: Case, visit_id: str, caregiver_id: str) -> ComparisonAnswer:
    """Why a visit is not given by a certain caregiver; raises InvalidInput where it is."""
    day, plan = case.day.problem, case.day.plan
    who = case.names.caregiver(caregiver_id)
    now = appointments(day, plan).get(visit_id)
    if now is not None and caregiver_id in now.caregivers:
        raise InvalidInput(
            f"visit {visit_id}: {who.name} comes already: name somebody else",
            code="already_comes",
        )
    one = day.caregiver_by_id.get(caregiver_id)
    visit = day.visit_by_id[visit_id]
    code = AWAY if caregiver_id in case.day.gone else NOT_ON_DUTY
    if code == AWAY or one is None or not one.shifts:
        words = ban_words(code, who, visit, case.names)
        ban = Ban(code=code, words=words, detail=words.en)
        return _compared(case, who, Comparison(visit_id, 0, caregiver_id, ()), (ban,), None)
    parts = range(len(visit.parts))
    found = min((why_not(day, plan, visit_id, caregiver_id, part) for part in parts), key=_ease)
    bans = tuple(
        Ban(code=ban.code, words=ban_words(ban.code, who, visit, case.names), detail=ban.sentence)
        for ban in found.forbidden
    )
    then = None if found.plan is None else appointments(day, found.plan)[visit_id]
    return _compared(case, who, found, bans, then)


def _ease(one: Comparison) -> tuple[bool, bool, int]:
    return bool(one.forbidden), one.plan is None, one.difference


def _compared(
    case: Case, who: Person, found: Comparison, bans: tuple[Ban, ...], then: Appointment | None
) -> ComparisonAnswer:
    terms = tuple(share(one.term, one.then - one.now, one.cost) for one in found.terms)
    moved = case.names.moved(found.disturbed)
    if bans:
        text = joined(ban.words for ban in bans)
    elif then is None:
        text = Words(
            f"{who.name}当日已排的服务之间没有找到位置（这不是证明）",
            f"no place was found beside {who.name}'s other visits (this is no proof)",
        )
    else:
        shares, at = shares_words(terms), clock(then.start)
        more = worth_minutes(found.difference)
        text = joined(
            (
                Words(
                    f"改由{who.name}{at}上门：{shares.zh}（{'更贵' if more > 0 else '不更贵'}）",
                    f"with {who.name} at {at}: {shares.en}"
                    f" ({'dearer' if more > 0 else 'no dearer'})",
                ),
                *moved_words(moved),
            )
        )
    return ComparisonAnswer(
        caregiver=who,
        bans=bans,
        then=case.names.told(then) if then else None,
        terms=terms,
        difference=found.difference,
        moved=moved,
        words=sentence(text),
    )
