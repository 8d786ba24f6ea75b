"""What an elder is to receive, one day like another: as the expansion of each day says."""

from __future__ import annotations

from datetime import date, timedelta

from sqlmodel import Session

from eldercare.care.expand import expand_range
from eldercare.care.tables import MealMode, Pause
from eldercare.care.upcoming import due_between
from eldercare.registry.tables import InstitutionStay
from tests.care.rows import care_plan, plan_item, service_type, subscription
from tests.registry.rows import elder, institution, meal_site, places, put

ON = date(2020, 9, 17)
DAY = timedelta(days=1)


def test_it_agrees_with_the_expansion_of_each_day(session: Session) -> None:
    put(session, *places(), service_type(), meal_site("m1"), institution("h1"))
    put(session, elder("e1", ended_on=ON + 40 * DAY), elder("e2"))
    put(session, care_plan("p1", "e1"), plan_item("i1", "p1", weekdays="135", every_weeks=2))
    put(session, plan_item("i2", "p1", times_per_week=2), care_plan("p2", "e2"))
    put(session, plan_item("i3", "p2"), subscription("s1", "e1", "m1", weekdays="246"))
    put(session, subscription("s2", "e1", "m1", mode=MealMode.DINE_IN))
    away = InstitutionStay(
        elder_id="e1", institution_id="h1", from_on=ON + 20 * DAY, until_on=ON + 30 * DAY
    )
    put(session, Pause(elder_id="e1", from_on=ON + 3 * DAY, until_on=ON + 9 * DAY), away)

    found = due_between(session, "e1", ON, ON + 60 * DAY)

    assert [one.on for one in found] == sorted(one.on for one in found)
    expected = {
        ("v", one.on, one.plan_item_id)
        for day in expand_range(session, ON, ON + 60 * DAY)
        for one in day.visits
        if one.elder_id == "e1"
    } | {
        ("m", one.on, one.id.partition(".")[0])
        for day in expand_range(session, ON, ON + 60 * DAY)
        for one in day.meal_orders
    }
    assert {("m" if one.is_meal else "v", one.on, one.source_id) for one in found} == expected
    assert len(found) == len(expected)
    assert {one.name for one in found} == {"助浴", "某助餐点"}
    assert any(one.on == ON + 25 * DAY for one in found)  # eats at the site, from the institution
