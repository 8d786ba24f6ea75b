"""Matching elders to places: nearest first, under capacity, and steady from run to run."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from eldercare.accounts.tables import AuditEntry
from eldercare.care.matching.reasons import NoPlaceReason
from eldercare.care.matching.running import MatchLimits, MatchReport, match_elders
from eldercare.care.matching.storing import explain_match
from eldercare.care.tables import MatchKind, ServiceMatch
from eldercare.errors import Conflict, InvalidInput, NotFound
from eldercare.registry.tables import ElderGroup, InstitutionStay, MealSiteKind, PriorityGroup
from tests.accounts.people import NOW
from tests.care.rows import care_plan, subscription
from tests.registry.rows import (
    LONG_AGO,
    OTHER_COMMUNITY,
    care_centre,
    elder,
    institution,
    meal_site,
    places,
    put,
)

ON = date(2020, 9, 17)
DAY = timedelta(days=1)
LONGITUDE, LATITUDE = 119.97, 31.83
HUNDRED_METRES_NORTH = 0.1 / 111.195
"""Degrees of latitude."""


def north(metres: int) -> dict[str, float]:
    return {"longitude": LONGITUDE, "latitude": LATITUDE + metres / 100 * HUNDRED_METRES_NORTH}


@pytest.fixture
def street(session: Session) -> Session:
    """Elders e1, e2, e3 at 0, 100 and 200 m; centres k1 (room for one) at 50 m and k2 at 600 m."""
    put(session, *places())
    for number in (1, 2, 3):
        put(session, elder(f"e{number}", **north(100 * number - 100)))
        put(session, care_plan(f"P{number}", f"e{number}"))
    put(session, care_centre("k1", capacity=1, **north(50)), care_centre("k2", **north(600)))
    return session


def run(session: Session, on: date = ON, **given: Any) -> MatchReport:
    options: dict[str, Any] = {
        "kind": MatchKind.CARE_CENTRE,
        "keep_unless_better_by_metres": 200,
        "now": NOW,
        "by": "zhou",
    } | given
    return match_elders(session, on=on, **options)


def in_force(
    session: Session, on: date = ON, kind: MatchKind = MatchKind.CARE_CENTRE
) -> dict[str, str]:
    rows = session.scalars(select(ServiceMatch).where(col(ServiceMatch.kind) == kind))
    return {
        row.elder_id: row.place_id
        for row in sorted(rows, key=lambda row: row.elder_id)
        if row.from_on <= on and (row.until_on is None or on < row.until_on)
    }


def why(session: Session, elder_id: str, kind: MatchKind = MatchKind.CARE_CENTRE) -> str:
    return explain_match(session, elder_id, kind, ON).told.en


def test_metres_together_are_least_under_capacity_and_each_is_explained(street: Session) -> None:
    report = run(street)
    # Whoever gets k1 saves 550 - see e1: 600 m to k2, 50 m to k1; e2: 500 and 50; e3: 400 and 150.
    assert in_force(street) == {"e1": "k1", "e2": "k2", "e3": "k2"}
    assert (report.matched, report.kept, report.metres) == (3, 0, 50 + 500 + 400)
    assert why(street, "e1") == "nearest, 50 m away"
    assert why(street, "e2") == ("second nearest, 450 m further, 500 m away: the nearest is full")
    told = explain_match(street, "e3", MatchKind.CARE_CENTRE, ON).told.zh
    assert told == "第2近，比最近的远250米，距离400米：较近的已满额"


def test_groups_the_plan_puts_first_choose_first(street: Session) -> None:
    put(street, ElderGroup(elder_id="e3", group=PriorityGroup.SHIDU, from_on=LONG_AGO))
    put(street, ElderGroup(elder_id="e1", group=PriorityGroup.DIBAO, from_on=LONG_AGO))
    run(street)
    assert in_force(street) == {"e1": "k2", "e2": "k2", "e3": "k1"}


def test_running_again_changes_nothing(street: Session) -> None:
    first = run(street)
    again = run(street, ON + DAY, keep_unless_better_by_metres=0)
    assert (again.changes, again.kept) == ((), 3)
    assert again.metres == first.metres
    assert {row.from_on for row in street.scalars(select(ServiceMatch))} == {ON}
    assert len(list(street.scalars(select(AuditEntry)))) == 1


def test_a_nearer_place_must_be_better_by_the_stated_amount(street: Session) -> None:
    run(street)
    put(street, care_centre("k3", opened_on=ON + DAY, **north(450)))
    assert run(street, ON + DAY).changes == ()
    report = run(street, ON + DAY, keep_unless_better_by_metres=140)
    assert [(one.elder_id, one.was, one.now) for one in report.changes] == [
        ("e2", "k2", "k3"),
        ("e3", "k2", "k3"),
    ]
    assert in_force(street)["e2"] == "k2"
    assert in_force(street, ON + DAY)["e2"] == "k3"


def test_a_place_kept_although_another_is_nearer_says_so(street: Session) -> None:
    run(street)
    put(street, care_centre("k3", **north(450)))
    run(street)
    assert why(street, "e3") == (
        "third nearest, 250 m further, 400 m away: nearer ones are full; "
        "the present one is kept, a nearer one gains too little"
    )


def test_a_run_on_the_same_day_replaces_what_has_never_held(street: Session) -> None:
    run(street)
    street.get_one(ServiceMatch, ("e1", MatchKind.CARE_CENTRE, ON))
    put(street, ElderGroup(elder_id="e3", group=PriorityGroup.WUBAO, from_on=LONG_AGO))
    report = run(street, keep_unless_better_by_metres=0)
    assert {one.elder_id for one in report.changes} == {"e1", "e3"}
    rows = list(street.scalars(select(ServiceMatch)))
    assert len(rows) == 3
    assert {row.until_on for row in rows} == {None}


def test_whoever_no_longer_needs_a_place_has_none(street: Session) -> None:
    run(street)
    put(street, institution("n1"))
    put(street, InstitutionStay(elder_id="e1", from_on=ON + DAY, institution_id="n1"))
    report = run(street, ON + DAY, keep_unless_better_by_metres=100)
    assert [(one.elder_id, one.now) for one in report.changes] == [("e1", None), ("e2", "k1")]
    assert in_force(street, ON + DAY) == {"e2": "k1", "e3": "k2"}
    assert in_force(street, ON) == {"e1": "k1", "e2": "k2", "e3": "k2"}


def test_without_a_place_the_reason_is_told(street: Session) -> None:
    put(street, elder("e4", longitude=None, latitude=None), care_plan("P4", "e4"))
    put(street, elder("e5", **north(9000)), care_plan("P5", "e5"))
    put(street, elder("e6", community_code=OTHER_COMMUNITY, **north(5500)), care_plan("P6", "e6"))
    report = run(street)
    assert [(one.elder_id, one.reason) for one in report.unmatched] == [
        ("e4", NoPlaceReason.NO_POSITION),
        ("e5", NoPlaceReason.OUT_OF_REACH),
    ]
    assert "locate it" in report.unmatched[0].told.en
    assert in_force(street)["e6"] == "k2"  # villages lie further apart
    street.get_one(type(care_centre("k2")), "k2").capacity = 1
    report = run(street, keep_unless_better_by_metres=0)
    reasons = {one.elder_id: one.reason for one in report.unmatched}
    assert list(reasons.values()).count(NoPlaceReason.FULL) == 2
    with pytest.raises(NotFound, match="e4 is matched to no care centre"):
        why(street, "e4")


def test_who_finds_nothing_among_the_nearest_looks_further(street: Session) -> None:
    report = run(street, limits=MatchLimits(nearest=1))
    assert report.matched == 3
    assert in_force(street) == {"e1": "k1", "e2": "k2", "e3": "k2"}


def test_meal_sites_by_diet_capacity_and_the_site_of_the_meals_ordered(session: Session) -> None:
    put(session, *places())
    put(session, meal_site("m1", diets="", kitchen_capacity=50, **north(0)))
    put(session, meal_site("m2", diets="低盐、软食", kitchen_capacity=1, **north(300)))
    put(
        session,
        meal_site(
            "m3", kind=MealSiteKind.POINT, kitchen_capacity=0, supplied_by_id="m2", **north(500)
        ),
        meal_site("m4", **north(900)),
    )
    for number, diet in enumerate(["", "低盐", "软食", "素食,低盐"], 1):
        put(session, elder(f"e{number}", **north(400 if number == 2 else number)))
        put(session, subscription(f"M{number}", f"e{number}", "m4", diet=diet))
    put(session, elder("e5"), care_plan("P5", "e5"))
    kind = MatchKind.MEAL_SITE
    run(session, kind=kind)
    # m2 and its point m3 cook one portion a day: only one of the two elders on a diet fits in.
    assert in_force(session, kind=kind) == {"e1": "m1", "e2": "m4", "e3": "m2", "e4": "m4"}
    assert why(session, "e1", kind) == "nearest, 1 m away"
    assert why(session, "e2", kind) == (
        "fourth nearest, 400 m further, 500 m away: nearer ones are full; "
        "nearer ones are without the diet needed"
    )
    run(session, kind=kind, keep_unless_better_by_metres=5000)
    assert in_force(session, kind=kind)["e1"] == "m1"


def test_the_site_of_the_meals_ordered_is_kept_where_no_other_is_better_by_enough(
    session: Session,
) -> None:
    put(session, *places(), meal_site("m1", **north(0)), meal_site("m2", **north(300)))
    put(session, elder("e1", **north(0)), subscription("M1", "e1", "m2"))
    run(session, kind=MatchKind.MEAL_SITE, keep_unless_better_by_metres=300)
    assert in_force(session, kind=MatchKind.MEAL_SITE) == {"e1": "m2"}


def test_the_trail_says_who_moved_whom(street: Session) -> None:
    run(street)
    run(street, ON + DAY, limits=MatchLimits(urban_metres=100))
    first, second = street.scalars(select(AuditEntry).order_by(col(AuditEntry.id)))
    assert (first.user_name, first.action) == ("zhou", "match")
    assert first.subject == "service_match/care_centre/2020-09-17"
    assert first.after == {"e1": "k1", "e2": "k2", "e3": "k2"}
    assert second.before == {"e2": "k2", "e3": "k2"}
    assert second.after == {"e2": None, "e3": None}


def test_what_lies_before_a_later_match_is_refused(street: Session) -> None:
    run(street, ON + DAY)
    with pytest.raises(Conflict, match="2020-09-18") as caught:
        run(street)
    assert caught.value.code == "matched_later"
    with pytest.raises(InvalidInput, match="below 0"):
        run(street, keep_unless_better_by_metres=-1)


def test_a_district_without_places_or_elders_is_matched_too(session: Session) -> None:
    put(session, *places())
    assert run(session).matched == 0
    put(session, elder("e1"), care_plan("P1", "e1"))
    report = run(session)
    assert [one.reason for one in report.unmatched] == [NoPlaceReason.OUT_OF_REACH]
