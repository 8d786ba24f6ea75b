"""Rules for elders and what is known of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from eldercare.errors import FieldProblem
from eldercare.registry.admission.blocks import in_order, in_province, no_overlap, not_future
from eldercare.registry.admission.context import Context
from eldercare.registry.admission.gate import Rule, Rules
from eldercare.registry.assessment import derive_level, item_problems, level_of_score
from eldercare.registry.people import (
    Assessment,
    Elder,
    ElderGroup,
    FamilyDoctorContract,
    InstitutionStay,
)
from eldercare.registry.same_person import DuplicateDismissal

YOUNGEST = 60
OLDEST = 125


def age_on(birth_on: date, on: date) -> int:
    """Full years on a date; a birthday on 29 February is 1 March in other years."""
    return on.year - birth_on.year - ((on.month, on.day) < (birth_on.month, birth_on.day))


def _age(row: Elder, context: Context) -> Iterator[FieldProblem]:
    age = age_on(row.birth_on, context.on)
    if row.birth_on > context.on:
        reason = f"{row.birth_on} lies in the future, after {context.on}: correct the date"
        yield FieldProblem("/birth_on", reason, code="in_the_future")
    elif age < YOUNGEST:
        reason = f"{row.birth_on} makes {age} years on {context.on}: elders are at least {YOUNGEST}"
        yield FieldProblem("/birth_on", reason, code="too_young")
    elif age > OLDEST:
        reason = f"{row.birth_on} makes {age} years on {context.on}: check the year"
        yield FieldProblem("/birth_on", reason, code="too_old")


def _ages_hold(columns: Sequence[Sequence[Any]], on: date) -> bool:
    return all(
        birth_on <= on and YOUNGEST <= age_on(birth_on, on) <= OLDEST
        for birth_on in set(columns[0])
    )


def _both_or_neither(columns: Sequence[Sequence[Any]], _on: date) -> bool:
    return all((one is None) == (other is None) for one, other in zip(*columns, strict=True))


def _levels_hold(columns: Sequence[Sequence[Any]], _on: date) -> bool:
    return all(level >= level_of_score(score) for score, level in set(zip(*columns, strict=True)))


def _no_items(columns: Sequence[Sequence[Any]], _on: date) -> bool:
    return all(items is None for items in columns[1])


def _nothing_derived(columns: Sequence[Sequence[Any]], _on: date) -> bool:
    return all(items is None for items in columns[2]) and not any(columns[3])


def _end_has_a_reason(row: Elder, _context: Context) -> Iterator[FieldProblem]:
    if row.ended_on is not None and row.end_reason is None:
        reason = f"is missing although ended_on is {row.ended_on}: say why"
        yield FieldProblem("/end_reason", reason, code="missing")
    if row.end_reason is not None and row.ended_on is None:
        reason = f"is missing although end_reason is {row.end_reason.value}: say when"
        yield FieldProblem("/ended_on", reason, code="missing")


def _id_number_whole(row: Elder, _context: Context) -> Iterator[FieldProblem]:
    if (row.id_number_cipher is None) != (row.id_number_hash is None):
        empty = "id_number_hash" if row.id_number_hash is None else "id_number_cipher"
        reason = "is missing while the other half is there: store ID numbers by `set_id_number`"
        yield FieldProblem(f"/{empty}", reason, code="half_id_number")


def _pair_in_order(row: DuplicateDismissal, _context: Context) -> Iterator[FieldProblem]:
    if row.first_id >= row.second_id:
        reason = f"{row.second_id!r} does not come after {row.first_id!r}: name two, in order"
        yield FieldProblem("/second_id", reason, code="not_in_order")


def _level_of_score(row: Assessment, _context: Context) -> Iterator[FieldProblem]:
    # Certain diagnoses raise the level above that of the score; nothing lowers it.
    by_score = level_of_score(row.score)
    if row.level < by_score:
        reason = f"{row.level} is milder than the score {row.score} allows: at least {by_score}"
        yield FieldProblem("/level", reason, code="level_below_score")


def _items_make_the_score(row: Assessment, _context: Context) -> Iterator[FieldProblem]:
    if row.item_scores is None:
        return
    wrong = [*item_problems(row.item_scores)]
    for code, reason in wrong:
        yield FieldProblem(f"/item_scores/{code}", reason, code="item_score")
    total = sum(row.item_scores.values())
    if not wrong and total != row.score:
        reason = f"{row.score} is not the sum of the items, {total}: correct one of them"
        yield FieldProblem("/score", reason, code="not_the_sum")


def _level_is_derived(row: Assessment, _context: Context) -> Iterator[FieldProblem]:
    # A level handed in with a bare score may rest on grounds that nobody wrote down.
    if row.item_scores is None and not row.grounds:
        return
    derived = derive_level(row.score, row.grounds or ())
    if row.level > derived:
        grounds = ", ".join(ground.value for ground in row.grounds or ()) or "no ground"
        reason = f"{row.level} is not the level of the score {row.score} with {grounds}: {derived}"
        yield FieldProblem("/level", reason, code="level_not_derived")
    elif level_of_score(row.score) <= row.level < derived:
        reason = f"{row.level} leaves out the grounds for a change: {derived}"
        yield FieldProblem("/level", reason, code="level_not_derived")


RULES: Rules = {
    Elder: (
        Rule(("birth_on",), _age, _ages_hold),
        in_order("birth_on", "registered_on"),
        not_future("registered_on"),
        in_order("registered_on", "ended_on", may_equal=True),
        Rule(("ended_on", "end_reason"), _end_has_a_reason, _both_or_neither),
        Rule(("id_number_cipher", "id_number_hash"), _id_number_whole, _both_or_neither),
        in_province(),
    ),
    ElderGroup: (in_order("from_on", "until_on"), no_overlap("elder_id", "group")),
    Assessment: (
        not_future("assessed_on"),
        Rule(("score", "level"), _level_of_score, _levels_hold),
        Rule(("score", "item_scores"), _items_make_the_score, _no_items),
        Rule(("score", "level", "item_scores", "grounds"), _level_is_derived, _nothing_derived),
        in_order("assessed_on", "reassess_on"),
    ),
    InstitutionStay: (in_order("from_on", "until_on"), no_overlap("elder_id")),
    FamilyDoctorContract: (not_future("signed_on"), in_order("signed_on", "expires_on")),
    DuplicateDismissal: (Rule(("first_id", "second_id"), _pair_in_order),),
}
