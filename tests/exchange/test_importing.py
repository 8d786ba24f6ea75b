"""A ledger comes in: counted, judged cell by cell, undone, and never twice."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from eldercare.care.tables import CarePlan, PlanItem
from eldercare.errors import InvalidInput, NotFound
from eldercare.exchange.kinds import KINDS, find_kind
from eldercare.exchange.rejects import write_rejects
from eldercare.exchange.tables import ImportBatch, ImportedRows
from eldercare.exchange.undoing import undo_import
from eldercare.registry.identity import find_by_id_number
from eldercare.registry.search import find_elders
from eldercare.registry.tables import Assessment, Elder, ElderGroup, PriorityGroup
from tests.care.rows import service_type
from tests.exchange.traffic import (
    ELDER,
    NOW,
    ON,
    VAULT,
    bring,
    cells,
    counts,
    send,
    write_csv,
)
from tests.registry.id_numbers import made_up_number
from tests.registry.rows import LONG_AGO, elder, places, put


def test_a_line_becomes_an_elder_with_group_and_assessment(
    session: Session, tmp_path: Path
) -> None:
    put(session, *places())
    line = ELDER | {
        "身份证号": made_up_number(),
        "重点人群": "低保:2020-01-01; 五保:2018-01-01:2019-12-31",
        "评估日期": "2026/1/5",
        "评估得分": "７０",
        "能力等级": "1",
    }
    report = bring(session, "elders", write_csv(tmp_path / "a.csv", [line], "gb18030"))
    assert report.errors == ()
    assert counts(report) == (1, 0, 0, 0)
    stored = session.get_one(Elder, "E1")
    assert (stored.name, stored.birth_on) == ("周桂兰", date(1940, 3, 5))
    assert find_by_id_number(session, VAULT, made_up_number(), on=ON) is stored
    groups = session.exec(select(ElderGroup).order_by(col(ElderGroup.from_on))).all()
    assert [one.group for one in groups] == [PriorityGroup.WUBAO, PriorityGroup.DIBAO]
    assert session.exec(select(Assessment.score)).all() == [70]
    assert [found.elder.id for found in find_elders(session, ON, words="zgl")] == ["E1"]


def test_every_bad_cell_is_reported_and_good_lines_go_in(session: Session, tmp_path: Path) -> None:
    put(session, *places())
    file = write_csv(
        tmp_path / "a.csv",
        [
            ELDER,
            ELDER | {"老年人编号": "E2", "性别": "nv", "出生日期": "1940-13-05", "姓名": ""},
            ELDER | {"老年人编号": "E3", "社区编码": "320411999999", "登记日期": "2030-01-01"},
            ELDER | {"老年人编号": "E1"},
            ELDER | {"老年人编号": "E5", "出生日期": "2001-03-05", "姓名": "周**"},
        ],
    )
    report = bring(session, "elders", file)
    assert counts(report) == (1, 0, 0, 4)
    assert cells(report) == [
        (3, "姓名", "empty"),
        (3, "性别", "unknown_word"),
        (3, "出生日期", "impossible_date"),
        (4, "社区编码", "unknown_community"),
        (4, "登记日期", "in_the_future"),
        (5, "老年人编号", "repeated_in_file"),
        (6, "姓名", "masked_value"),
        (6, "出生日期", "too_young"),
    ]
    assert [problem.value for problem in report.errors if problem.row == 4] == [
        "320411999999",
        "2030-01-01",
    ]
    assert session.exec(select(Elder.id)).all() == ["E1"]
    target = tmp_path / "bad.csv"
    assert report.table is not None
    assert write_rejects(file, target, report.table, report.errors) == 4
    mended = bring(session, "elders", target)
    assert counts(mended) == (0, 0, 1, 3)


def test_what_the_file_does_not_speak_of_stays(session: Session, tmp_path: Path) -> None:
    put(session, *places(), elder("E1", phone="13800000000", care_note="二楼", name="周某"))
    put(session, ElderGroup(elder_id="E1", group=PriorityGroup.DIBAO, from_on=LONG_AGO))
    report = bring(session, "elders", write_csv(tmp_path / "a.csv", [ELDER]))
    assert counts(report) == (0, 1, 0, 0)
    stored = session.get_one(Elder, "E1")
    assert (stored.name, stored.phone, stored.care_note) == ("周桂兰", "13800000000", "二楼")
    assert len(session.exec(select(ElderGroup)).all()) == 1
    again = bring(session, "elders", write_csv(tmp_path / "b.csv", [ELDER | {"电话": ""}]))
    assert counts(again) == (0, 1, 0, 0)
    session.expire_all()
    assert session.get_one(Elder, "E1").phone == ""


def test_the_same_file_changes_nothing_and_the_same_lines_are_unchanged(
    session: Session, tmp_path: Path
) -> None:
    put(session, *places())
    file = write_csv(tmp_path / "a.csv", [ELDER])
    first = bring(session, "elders", file)
    again = bring(session, "elders", file)
    assert again.repeated
    assert (again.batch, counts(again)) == (first.batch, (0, 0, 1, 0))
    other = write_csv(tmp_path / "b.csv", [ELDER | {"备注": "x"}])
    report = bring(session, "elders", other)
    assert counts(report) == (0, 0, 1, 0)
    assert [notice.code for notice in report.notices] == ["unknown_column"]


def test_a_dry_run_tells_the_change_in_coverage_and_writes_nothing(
    session: Session, tmp_path: Path
) -> None:
    put(session, *places(), elder("E9"))
    session.commit()
    file = write_csv(tmp_path / "a.csv", [ELDER, ELDER | {"老年人编号": "E2"}])
    report = bring(session, "elders", file, dry_run=True)
    assert (report.batch, counts(report)) == (None, (2, 0, 0, 0))
    assert report.coverage_change is not None
    changed = {one.indicator: one for one in report.coverage_change}
    home = changed["home_service"]
    assert (home.denominator_before, home.denominator_after) == (1, 3)
    session.commit()
    assert session.exec(select(Elder.id)).all() == ["E9"]
    assert not session.exec(select(ImportBatch)).all()
    assert not session.exec(select(ImportedRows)).all()


def test_all_or_none_where_that_is_asked(session: Session, tmp_path: Path) -> None:
    put(session, *places())
    file = write_csv(tmp_path / "a.csv", [ELDER, ELDER | {"老年人编号": "E2", "性别": "?"}])
    report = bring(session, "elders", file, take_good=False)
    assert (report.batch, report.created, report.rejected) == (None, 1, 1)
    assert not session.exec(select(Elder)).all()


def test_id_numbers_are_compared_and_stored_once(session: Session, tmp_path: Path) -> None:
    put(session, *places())
    lines = [
        ELDER | {"身份证号": made_up_number()},
        ELDER | {"老年人编号": "E2", "身份证号": made_up_number()},
        ELDER | {"老年人编号": "E3", "身份证号": made_up_number(date(1940, 3, 6))},
        ELDER | {"老年人编号": "E4", "身份证号": made_up_number()[:-1] + "A"},
        ELDER | {"老年人编号": "E5", "身份证号": "320*************34"},
    ]
    report = bring(session, "elders", write_csv(tmp_path / "a.csv", lines))
    assert counts(report) == (1, 0, 0, 4)
    assert cells(report) == [
        (3, "身份证号", "id_number_taken"),
        (4, "出生日期", "birth_differs"),
        (5, "身份证号", "not_an_id_number"),
        (6, "身份证号", "masked_value"),
    ]
    assert made_up_number() not in str(report.as_dict())
    with pytest.raises(InvalidInput, match="secret"):
        bring(session, "elders", write_csv(tmp_path / "b.csv", lines[:1] + lines), vault=None)


def test_a_place_may_be_named(session: Session, tmp_path: Path) -> None:
    put(session, *places())
    line = ELDER | {"社区编码": "社区001"}
    report = bring(session, "elders", write_csv(tmp_path / "a.csv", [line]))
    assert report.errors == ()
    assert session.get_one(Elder, "E1").community_code == "320411001001"


def test_a_column_that_means_something_else_is_one_report(session: Session, tmp_path: Path) -> None:
    put(session, *places())
    lines = [
        ELDER | {"老年人编号": f"E{place}", "电话": f"19{place:02d}-03-05"}
        for place in range(30, 60)
    ]
    with pytest.raises(InvalidInput) as refused:
        bring(session, "elders", write_csv(tmp_path / "a.csv", lines))
    assert refused.value.code == "wrong_column"
    assert [field.pointer for field in refused.value.fields] == ["/phone"]


def test_an_import_is_undone(session: Session, tmp_path: Path) -> None:
    put(session, *places(), elder("E1"))
    line = ELDER | {"重点人群": "低保:2020-01-01"}
    file = write_csv(tmp_path / "a.csv", [line, line | {"老年人编号": "E2"}])
    before = session.get_one(Elder, "E1").model_dump()
    report = bring(session, "elders", file)
    assert counts(report) == (1, 1, 0, 0)
    assert report.batch is not None
    undo_import(session, report.batch, now=NOW, by="anna")
    session.flush()
    session.expire_all()
    assert session.get_one(Elder, "E1").model_dump() == before
    assert session.exec(select(Elder.id)).all() == ["E1"]
    assert not session.exec(select(ElderGroup)).all()
    assert not find_elders(session, ON, words="zgl")


def test_a_plan_is_shared_by_its_items(session: Session, tmp_path: Path) -> None:
    put(session, *places(), elder("E1"), service_type())
    item = {
        "计划项编号": "P1-1",
        "计划编号": "P1",
        "老年人编号": "E1",
        "计划起始日": "2026-01-01",
        "服务项目": "助浴",
        "时长分钟": "60",
        "星期": "一三五",
        "起算日": "2026-01-05",
        "最早开始": "8:00",
        "最晚开始": "上午10点",
    }
    lines = [
        item | {"时长分钟": "600"},
        item | {"计划项编号": "P1-2"},
        item | {"计划项编号": "P1-3", "计划起始日": "2026-02-01"},
    ]
    report = bring(session, "care-plans", write_csv(tmp_path / "a.csv", lines))
    assert counts(report) == (1, 0, 0, 2)
    assert cells(report) == [
        (2, "时长分钟", "less_than_equal"),
        (4, "计划起始日", "contradiction"),
    ]


def test_kinds_are_found_by_name() -> None:
    assert [kind.name for kind in KINDS] == [
        "communities",
        "elders",
        "caregivers",
        "shifts",
        "care-centres",
        "meal-sites",
        "institutions",
        "care-plans",
        "meal-subscriptions",
        "family-doctor-contracts",
        "service-records",
    ]
    with pytest.raises(NotFound, match="give one of communities"):
        find_kind("dogs")


def test_a_masked_export_tells_nobody_and_cannot_come_back(
    session: Session, tmp_path: Path
) -> None:
    put(session, *places(), elder("E1", name="周桂兰", phone="13812345678"))
    file = send(session, "elders", tmp_path / "a.csv", personal=False)
    text = file.read_text("utf-8-sig")
    assert "桂兰" not in text
    assert "13812345678" not in text
    assert "1940" not in text
    report = bring(session, "elders", file)
    assert counts(report) == (0, 0, 0, 1)


PLAN = {
    "计划编号": "P1",
    "老年人编号": "E1",
    "计划起始日": "2020-01-01",
    "计划终止日": "",
    "每月可享分钟": "600",
}
ITEM = {
    "计划项编号": "P1-1",
    "服务项目": "bath",
    "时长分钟": "60",
    "人数": "",
    "星期": "135",
    "起算日": "2020-01-06",
    "最早开始": "08:00",
    "最晚开始": "10:00",
}
NO_ITEM = dict.fromkeys(ITEM, "")


def test_a_plan_without_items_stands_in_a_line_of_its_own(session: Session, tmp_path: Path) -> None:
    put(session, *places(), elder("E1"), service_type())
    lines = [PLAN | ITEM, PLAN | {"计划编号": "P2"} | NO_ITEM, PLAN | NO_ITEM]
    file = write_csv(tmp_path / "a.csv", lines)
    report = bring(session, "care-plans", file)
    assert (counts(report), report.errors) == ((3, 0, 0, 0), ())
    assert session.get_one(CarePlan, "P2").entitled_minutes_per_month == 600
    assert session.exec(select(PlanItem.id)).all() == ["P1-1"]
    lines[1]["每月可享分钟"] = "900"
    changed = bring(session, "care-plans", write_csv(tmp_path / "b.csv", lines))
    assert counts(changed) == (0, 1, 2, 0)
    assert changed.batch is not None
    undo_import(session, changed.batch, now=NOW, by="anna")
    assert session.get_one(CarePlan, "P2").entitled_minutes_per_month == 600


def test_a_line_with_part_of_an_item_is_told_what_it_lacks(
    session: Session, tmp_path: Path
) -> None:
    put(session, *places(), elder("E1"), service_type())
    half = NO_ITEM | {"时长分钟": "60", "星期": "135"}
    lines = [PLAN | half, PLAN | {"计划编号": "", "计划起始日": "?"} | NO_ITEM]
    report = bring(session, "care-plans", write_csv(tmp_path / "a.csv", lines))
    assert counts(report) == (0, 0, 0, 2)
    assert cells(report) == [
        (2, "计划项编号", "empty"),
        (2, "服务项目", "empty"),
        (2, "起算日", "empty"),
        (2, "最早开始", "empty"),
        (2, "最晚开始", "empty"),
        (3, "计划编号", "empty"),
        (3, "计划起始日", "not_a_date"),
    ]
    assert not session.exec(select(CarePlan)).all()
