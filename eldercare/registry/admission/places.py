"""Rules for towns and communities."""

from __future__ import annotations

from collections.abc import Iterator

from eldercare.errors import FieldProblem
from eldercare.registry.admission.blocks import in_district, official_code, one_of
from eldercare.registry.admission.context import Context
from eldercare.registry.admission.gate import Rule, Rules
from eldercare.registry.places import Community, CommunityPopulation, Town

CLASSES = (111, 112, 121, 122, 123, 210, 220)
"""The official urban-rural classes."""


def _code_begins_with_towns(row: Community, _context: Context) -> Iterator[FieldProblem]:
    if row.code[:9] != row.town_code[:9]:
        reason = f"{row.code!r} does not begin with the digits of the town {row.town_code!r}"
        yield FieldProblem("/code", reason, code="not_in_town")


def _ages_are_nested(row: CommunityPopulation, _context: Context) -> Iterator[FieldProblem]:
    for older, younger in (("aged_65", "aged_60"), ("aged_80", "aged_65")):
        more, most = getattr(row, older), getattr(row, younger)
        if more > most:
            reason = f"{more} is more than {younger} {most}, which it is part of"
            yield FieldProblem(f"/{older}", reason, code="more_than_whole")
    for field in ("aged_60", "aged_65", "aged_80"):
        if getattr(row, field) < 0:
            reason = f"{getattr(row, field)} is too small: at least 0"
            yield FieldProblem(f"/{field}", reason, code="not_positive")


def _year_has_come(row: CommunityPopulation, context: Context) -> Iterator[FieldProblem]:
    if not 1990 <= row.year <= context.on.year:
        reason = f"{row.year} is no year with a count: give 1990 to {context.on.year}"
        yield FieldProblem("/year", reason, code="no_such_year")


RULES: Rules = {
    Town: (official_code(), in_district()),
    Community: (
        official_code(),
        Rule(("code", "town_code"), _code_begins_with_towns),
        one_of("urban_rural_class", CLASSES),
        in_district(),
    ),
    CommunityPopulation: (
        Rule(("aged_60", "aged_65", "aged_80"), _ages_are_nested),
        Rule(("year",), _year_has_come),
    ),
}
