"""Rules for care centres, meal sites, institutions, beds and rehabilitation places."""

from __future__ import annotations

from collections.abc import Iterator

from eldercare.errors import FieldProblem
from eldercare.registry.admission.blocks import in_district, in_order, no_overlap, positive
from eldercare.registry.admission.context import Context
from eldercare.registry.admission.gate import Rule, Rules
from eldercare.registry.facilities import (
    BedGroup,
    CareCentre,
    Institution,
    MealSite,
    MealSiteCommunity,
    MealSiteKind,
    RehabPlace,
)


def _capacity_of_kind(row: MealSite, _context: Context) -> Iterator[FieldProblem]:
    cooks = row.kind is not MealSiteKind.POINT
    if cooks and row.kitchen_capacity <= 0:
        reason = f"{row.kitchen_capacity} portions a day: a {row.kind.value} cooks at least 1"
        yield FieldProblem("/kitchen_capacity", reason, code="not_positive")
    if not cooks and row.kitchen_capacity > 0:
        reason = f"{row.kitchen_capacity}: a point cooks nothing, give 0 or another kind"
        yield FieldProblem("/kitchen_capacity", reason, code="not_zero")
    if not cooks and row.supplied_by_id is None:
        reason = "is missing: a point hands out what another site cooks"
        yield FieldProblem("/supplied_by_id", reason, code="missing")


def _supplier_cooks(row: MealSite, context: Context) -> Iterator[FieldProblem]:
    if row.supplied_by_id is None:
        return
    supplier = context.find(MealSite, row.supplied_by_id)
    if row.supplied_by_id == row.id:
        reason = f"{row.supplied_by_id!r} is the site itself: name the site that cooks for it"
        yield FieldProblem("/supplied_by_id", reason, code="supplies_itself")
    elif supplier is not None and supplier.kind is MealSiteKind.POINT:
        reason = f"{row.supplied_by_id!r} is a point, which cooks nothing: name one that cooks"
        yield FieldProblem("/supplied_by_id", reason, code="supplier_cooks_nothing")


_OPEN = in_order("opened_on", "closed_on")

RULES: Rules = {
    CareCentre: (
        in_district(),
        _OPEN,
        in_order("opened_on", "standardised_since", may_equal=True),
        in_order("standardised_since", "closed_on"),
    ),
    MealSite: (
        in_district(),
        _OPEN,
        Rule(("kind", "kitchen_capacity", "supplied_by_id"), _capacity_of_kind),
        Rule(("id", "supplied_by_id"), _supplier_cooks),
    ),
    MealSiteCommunity: (
        in_order("since_on", "until_on"),
        no_overlap("meal_site_id", "community_code", start="since_on"),
    ),
    Institution: (
        in_district(),
        _OPEN,
        in_order("opened_on", "medical_care_since", may_equal=True),
        in_order("medical_care_since", "closed_on"),
    ),
    BedGroup: (
        positive("beds"),
        in_order("from_on", "until_on"),
        no_overlap("institution_id", "kind", "operator"),
    ),
    RehabPlace: (_OPEN,),
}
