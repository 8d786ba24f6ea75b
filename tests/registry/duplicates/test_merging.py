from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

import eldercare.tables  # noqa: F401 - fills the metadata
from eldercare.accounts.tables import AuditEntry
from eldercare.care.tables import CarePlan, Pause, ServiceRecord
from eldercare.errors import Conflict, InvalidInput, NotFound
from eldercare.registry.duplicates.merging import MergeReport, merge_elders
from eldercare.registry.id_vault import IdVault
from eldercare.registry.identity import find_by_id_number, set_id_number
from eldercare.registry.people import Assessment, Elder, EndReason, Sex
from eldercare.registry.queries import elders_at_home
from eldercare.rostering.tables import RosterStop, RosterVisit
from tests.registry.duplicates.two_rows import (
    BY,
    DAY,
    DROP,
    KEEP,
    ON,
    rostered,
    rows_of,
    small_district,
)
from tests.registry.id_numbers import made_up_number
from tests.registry.rows import LONG_AGO, elder, put

VAULT = IdVault("a" * 64)
EARLIER = date(2014, 5, 1)


def merge(session: Session, keep: str = KEEP, drop: str = DROP) -> MergeReport:
    return merge_elders(session, VAULT, keep, drop, on=ON, **BY)


def test_what_the_dropped_elder_had_is_the_kept_ones(session: Session) -> None:
    put(small_district(session), *rows_of(DROP))
    report = merge(session)
    assert report.set_aside == {}
    for table in (Assessment, CarePlan, Pause, ServiceRecord):
        (row,) = session.scalars(select(table))
        assert row.elder_id == KEEP  # type: ignore[attr-defined]  # every one of these has it
    assert report.moved["pause.elder_id"] == 1
    assert len(report.moved) == 9


def test_the_dropped_row_stays_and_counts_on_no_day(session: Session) -> None:
    small_district(session, registered_on=EARLIER)
    assert {one.id for one in elders_at_home(session, ON)} == {KEEP, DROP}
    merge(session)
    drop = session.get_one(Elder, DROP)
    assert (drop.ended_on, drop.end_reason) == (EARLIER, EndReason.MERGED)
    for on in (EARLIER, EARLIER + DAY, LONG_AGO - DAY, LONG_AGO, ON - DAY, ON, ON + DAY):
        assert [one.id for one in elders_at_home(session, on)] == [KEEP], on
    assert elders_at_home(session, EARLIER - DAY) == []


def test_past_rosters_keep_the_id_and_coming_ones_take_the_new(session: Session) -> None:
    put(small_district(session), *rostered(KEEP, 0), *rostered(DROP, 1))
    merge(session)
    for table in (RosterVisit, RosterStop):
        rows = session.execute(
            select(table.roster_id, table.visit_id, table.elder_id).where(  # type: ignore[call-overload]  # columns of either
                col(table.visit_id) == f"V-{DROP}"
            )
        ).all()
        assert sorted(rows) == [(1, "V-drop", DROP), (2, "V-drop", KEEP)]


def test_rows_that_cannot_stand_beside_are_set_aside_whole(session: Session) -> None:
    put(small_district(session), *rows_of(KEEP), *rows_of(DROP, group=20, stay=9, pause=4))
    report = merge(session)
    assert set(report.set_aside) == {
        "elder_group",
        "assessment",
        "institution_stay",
        "family_doctor_contract",
        "pause",
    }
    assert report.set_aside["elder_group"] == [
        {"elder_id": DROP, "group": "wubao", "from_on": "2020-06-29", "until_on": None}
    ]
    assert [one.elder_id for one in session.scalars(select(Pause))] == [KEEP]


def test_intervals_that_only_touch_stand_side_by_side(session: Session) -> None:
    offsets = {"stay": 10, "pause": 5, "assessed": 1, "signed": 1}
    put(small_district(session), *rows_of(KEEP)[1:], *rows_of(DROP, **offsets))
    assert merge(session).set_aside == {}


def test_plans_that_both_hold_stay_and_are_named(session: Session) -> None:
    put(small_district(session), *rows_of(KEEP), *rows_of(DROP))
    told = merge(session).to_review
    assert len(told) == 2
    assert told[0].en.startswith("care_plan P-drop now holds beside P-keep")
    assert told[1].en.startswith("meal_subscription M-drop now holds beside M-keep")
    assert told[0].zh.startswith("照护计划 P-drop 与 P-keep 同时有效")


def test_blanks_are_filled_and_what_is_said_stays(session: Session) -> None:
    small_district(session, phone="00012345678", care_note="聋", address="别处9号")
    keep = session.get_one(Elder, KEEP)
    keep.care_note, keep.longitude, keep.latitude = "", None, None
    merge(session)
    assert (keep.phone, keep.care_note, keep.address) == ("00012345678", "聋", "某路1号")
    places = [col(Elder.longitude), col(Elder.latitude), col(Elder.position_is_estimated)]
    stored = session.execute(select(*places).where(col(Elder.id) == KEEP)).one()
    assert tuple(stored) == (119.97, 31.83, False)


def test_the_id_number_goes_over_and_opens_there(session: Session) -> None:
    small_district(session)
    number = made_up_number()
    set_id_number(session, VAULT, DROP, number, on=ON, **BY)
    merge(session)
    keep = session.get_one(Elder, KEEP)
    assert find_by_id_number(session, VAULT, number, on=ON) is keep
    assert VAULT.open(KEEP, keep.id_number_cipher or "") == number
    assert session.get_one(Elder, DROP).id_number_cipher is None


def test_the_audit_trail_tells_before_and_after_without_the_number(session: Session) -> None:
    put(small_district(session, registered_on=EARLIER), *rows_of(DROP))
    set_id_number(session, VAULT, DROP, made_up_number(), on=ON, **BY)
    report = merge(session)
    entry = session.scalars(select(AuditEntry).order_by(col(AuditEntry.id).desc())).first()
    assert entry is not None
    assert (entry.action, entry.subject, entry.user_name) == ("elder.merge", "elder/drop", "zhou")
    assert entry.before == {
        "keep": {"registered_on": "2015-01-01"},
        "drop": {"ended_on": None, "end_reason": None},
    }
    assert entry.after is not None
    assert entry.after["drop"] == {"ended_on": "2014-05-01", "end_reason": "merged"}
    assert (entry.after["kept"], entry.after["merge"]) == (KEEP, report.merge_id)
    assert entry.after["moved"]["service_record.elder_id"] == 1


# What makes two rows impossible to merge: fields of the kept one, of the dropped one, the code.
IMPOSSIBLE: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "the kept one has ended": (
        {"ended_on": ON, "end_reason": EndReason.MOVED},
        {},
        "keep_has_ended",
    ),
    "two stays": (
        {"registered_on": date(2018, 1, 1)},
        {"ended_on": date(2017, 1, 1), "end_reason": EndReason.MOVED},
        "separate_stays",
    ),
    "merged before": ({}, {"ended_on": LONG_AGO, "end_reason": EndReason.MERGED}, "elder_merged"),
}


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_what_cannot_be_one_person_is_refused(session: Session, case: str) -> None:
    kept, dropped, code = IMPOSSIBLE[case]
    small_district(session)
    put(session, elder("a", **kept), elder("b", **dropped))
    with pytest.raises((InvalidInput, Conflict)) as caught:
        merge(session, "a", "b")
    assert caught.value.code == code


def test_numbers_that_differ_or_contradict_are_refused(session: Session) -> None:
    small_district(session)
    put(session, elder("man", sex=Sex.MALE))
    set_id_number(session, VAULT, KEEP, made_up_number(), on=ON, **BY)
    set_id_number(session, VAULT, DROP, made_up_number(serial=2), on=ON, **BY)
    with pytest.raises(InvalidInput) as caught:
        merge(session)
    assert caught.value.code == "different_id_numbers"
    with pytest.raises(InvalidInput, match="contradicts") as contradiction:
        merge(session, "man", DROP)
    assert [problem.code for problem in contradiction.value.fields] == ["sex_differs"]


def test_two_elders_that_exist_are_wanted(session: Session) -> None:
    small_district(session)
    with pytest.raises(InvalidInput, match="one row already"):
        merge(session, KEEP, KEEP)
    with pytest.raises(NotFound, match="nobody"):
        merge(session, KEEP, "nobody")
