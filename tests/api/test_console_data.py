"""What the console hands to its components, and that no name becomes markup."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from markupsafe import Markup

from api.console.bounds import district_bounds, town_bounds
from api.console.day import LATE_AFTER_MINUTES, Progress, colours
from api.console.import_figures import changes
from api.console.login import _inside
from api.console.markup import icon, join, tag
from api.console.mending import MENDING
from api.console.words import age_on, clock, long_date, long_minutes, parse_date, share
from eldercare.care.tables import Outcome, ServiceRecord
from eldercare.exchange.importing import CoverageChange
from eldercare.rostering.reasons import REASONS_ZH
from eldercare.rostering.views import StopView

ON = date(2020, 9, 17)


def test_text_is_escaped_and_markup_is_not() -> None:
    name = '<script>alert("1")</script>'
    made = tag("b", name, tag("i", "x"), title=name)
    assert "<script>" not in made
    assert "<i>x</i>" in made
    assert 'title="&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;"' in made


def test_attributes() -> None:
    assert tag("input", type="text", required=True, autofocus=False, data_search=True) == Markup(
        '<input type="text" required data-search>'
    )
    assert join("a", None, ["b", 1]) == Markup("ab1")
    assert "#i-lock" in icon("lock")


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [(1, 3, "33.3%"), (2, 2, "100%"), (9999, 10000, "99.9%"), (0, 5, "0.0%"), (0, 0, "—")],
)
def test_shares_are_cut(part: int, whole: int, words: str) -> None:
    assert share(part, whole) == words


def test_words() -> None:
    assert long_date(ON) == "2020年9月17日 周四"
    assert (clock(461), clock(None)) == ("07:41", "—")
    assert [long_minutes(m) for m in (35, 60, 95)] == ["35 分", "1 小时", "1 小时 35 分"]
    assert age_on(date(1940, 9, 18), ON) == 79
    assert age_on(date(1940, 9, 17), ON) == 80
    assert parse_date("2020-09-17") == ON
    assert parse_date("17.9.2020") is None


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ((302, 3217), (302, 3219), "比例几乎不变"),
        ((302, 3217), (300, 3217), "降 0.1 点"),
        ((302, 3217), (604, 6434), "比例不变"),
    ],
)
def test_a_share_that_all_but_stays_did_not_fall(
    before: tuple[int, int], after: tuple[int, int], told: str
) -> None:
    text = changes([CoverageChange("home_service", *before, *after)])
    assert told in text
    assert ("降" in text) is told.startswith("降")


def test_colours_stay_with_the_sorted_ids() -> None:
    ids = [f"C{number:02d}" for number in range(20)]
    found = colours(reversed(ids))
    assert [found[one] for one in ids[:16]] == list(range(16))
    assert {found[one] for one in ids[16:]} == {-1}


def test_every_reason_has_a_way_to_mend_it() -> None:
    assert set(REASONS_ZH) <= set(MENDING)


def test_bounds_of_a_town_lie_in_the_districts() -> None:
    (south, west), (north, east) = district_bounds()
    (low, left), (high, right) = town_bounds("320411002000")
    assert south <= low < high <= north
    assert west <= left < right <= east
    assert town_bounds("000000000000") == district_bounds()


@pytest.mark.parametrize("address", ["//a.example", "https://a.example", "javascript:x", "/\\a"])
def test_the_form_leads_inside_only(address: str) -> None:
    assert _inside(address) == "/"
    assert _inside("/today?date=2020-09-17") == "/today?date=2020-09-17"


def stop(start: int = 600) -> StopView:
    return StopView(
        sequence=1,
        visit_id="V1",
        part=0,
        order_id=None,
        elder_id="E1",
        elder_name="张三",
        elder_birth_on=date(1940, 1, 1),
        address="",
        phone="",
        care_note="",
        longitude=None,
        latitude=None,
        service_type_code="bath",
        service_name="助浴",
        travel_minutes=5,
        arrival_minutes=start,
        start_minutes=start,
        end_minutes=start + 60,
        window_start_minutes=None,
        window_end_minutes=None,
        people=1,
        portions=0,
        priority=0,
    )


def record(caregiver: str | None, **fields: object) -> ServiceRecord:
    begun = datetime(2020, 9, 17, 2, tzinfo=UTC)
    given: dict[str, object] = {
        "outcome": Outcome.DELIVERED,
        "started_at": begun,
        "ended_at": begun + timedelta(minutes=50),
    }
    return ServiceRecord.model_validate(
        {
            "id": "V1/1",
            "visit_id": "V1",
            "elder_id": "E1",
            "service_type_code": "bath",
            "caregiver_id": caregiver,
            "on": ON,
            **given,
            **fields,
        }
    )


def test_states_of_a_visit() -> None:
    mine = Progress(records={"V1": [record("C1")]})
    assert mine.state(stop(), "C1") == "done"
    assert mine.actual(stop(), "C1") == (600, 650)
    assert mine.state(stop(), "C2") == "plan"  # another part of the visit
    running = Progress(records={"V1": [record("C1", ended_at=None)]})
    assert running.state(stop(), "C1") == "run"
    absent = Progress(records={"V1": [record("C1", outcome=Outcome.NO_SHOW)]})
    assert absent.state(stop(), "C1") == "bad"


def test_late_only_where_somebody_reports() -> None:
    overdue = 600 + LATE_AFTER_MINUTES + 1
    silent = Progress(now_minutes=overdue)
    assert silent.state(stop(), "C1") == "plan"
    reporting = {"V9": [record("C9")]}
    assert Progress(records=reporting, now_minutes=overdue).state(stop(), "C1") == "late"
    assert Progress(records=reporting, now_minutes=overdue - 1).state(stop(), "C1") == "plan"
    assert Progress(records=reporting).state(stop(), "C1") == "plan"
