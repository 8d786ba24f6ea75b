"""What the console says of a replanning, an edit and a difference before it is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from api.console.day import lock_words
from api.console.deciding import Names, Trial, VisitFacts
from api.console.edit_parts import trial_body, verdict
from api.console.errors import sentence
from api.console.replan_parts import KINDS, cost_lines, event_words
from api.console.scene_parts import not_kept_list
from api.console.scenes import Lost
from api.console.why_parts import differences, differences_head, offers
from eldercare.errors import Conflict
from eldercare.rostering.disruptions import DisruptionKind
from eldercare.rostering.edits.report import EditReport, MovedStop
from eldercare.rostering.edits.request import Edit, EditKind
from eldercare.rostering.edits.wording import BrokenRule
from eldercare.rostering.explaining.answers import Person, RosterRef, Told, Words
from eldercare.rostering.explaining.differences import RosterDifferences, VisitDifference
from eldercare.rostering.explaining.offers import SlotOffer, SlotOffers
from eldercare.rostering.handing_on import Loss, NotKept
from eldercare.rostering.tables import RosterStatus
from solver.explaining.diff import Change
from tests.api.test_console_data import stop

ON = date(2020, 9, 17)
NAMES = Names(
    {"C1": "陈美芳", "C2": "周敏"},
    {"V1": VisitFacts("吴福根", "助浴", 45, is_phoned=True)},
)
BROKEN = BrokenRule(
    rule="late",
    item="visit V1 part 0",
    visit_id="V1",
    caregiver_id="C1",
    zh="吴福根的助浴：晚于可上门时段",
    en="late",
    may_be_overridden=True,
)
MOVED = MovedStop(
    visit_id="V1",
    part=0,
    elder_id="E1",
    caregiver_was="C1",
    caregiver_now="C2",
    start_was=600,
    start_now=630,
)
REPORT = EditReport(
    roster_id=None,
    on=ON,
    town_code="320411002000",
    kind=EditKind.MOVE,
    visit_id="V1",
    is_stored=False,
    is_overridden=False,
    may_be_overridden=True,
    verifies=True,
    violations_before=0,
    violations_after=0,
    breaks=(),
    mends=(),
    cost_before={},
    cost_after={},
    change={},
    total_before=100,
    total_after=100,
    moved=(MOVED,),
)


def trial(**changes: object) -> Trial:
    edit = Edit(kind=EditKind.MOVE, visit_id="V1", start_minutes=630)
    return Trial(edit, replace(REPORT, **changes), NAMES, "seen")  # type: ignore[arg-type]  # fields by name


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "可以放"),
        ({"total_after": 120}, "可以放，但有代价"),
        ({"moved": (MOVED, replace(MOVED, visit_id="V2"))}, "可以放，但有代价"),
        ({"breaks": (BROKEN,)}, "违反规则：写明理由才能放行"),
        ({"breaks": (BROKEN,), "may_be_overridden": False}, "不能放：无法做到，没有人能放行"),
    ],
)
def test_the_verdict_comes_first(changes: dict[str, object], words: str) -> None:
    assert f"</svg>{words}<" in verdict(trial(**changes))


def test_a_trial_says_what_it_breaks_whom_it_moves_and_what_it_costs() -> None:
    body = trial_body(trial(breaks=(BROKEN,), change={"travel": 120, "waiting": -40}))
    assert "晚于可上门时段" in body
    assert "10:00 陈美芳 → 10:30 周敏" in body
    assert "已致电" in body
    assert "路程" in body
    assert "等候" in body


def test_costs_are_minutes_with_their_sum() -> None:
    assert cost_lines({}) == '<p class="t2">没有变化。</p>'
    assert "合计" not in cost_lines({"travel": 120})
    assert "合计" in cost_lines({"travel": 120, "waiting": -40})
    assert "−" in cost_lines({"travel": -120})


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ("sick:C1@10:24", "陈美芳请病假"),
        ("late-start:C2@10:24", "周敏晚到岗"),
        ("cancel:V1@10:24", "吴福根 助浴：取消上门"),
        ("overrun:V1:+20@10:24", "吴福根 助浴：服务超时 20 分"),
        ("emergency:E1:bath@10:24", "紧急上门"),
    ],
)
def test_an_event_has_words(event: str, words: str) -> None:
    assert event_words(event, NAMES) == words


def test_every_kind_of_event_and_refusal_has_words() -> None:
    assert set(KINDS) == set(DisruptionKind)
    for code in ("roster_changed", "edit_breaks_rules", "bad_event", "visit_cancelled"):
        assert sentence(Conflict("x", code=code)) != "x"


def test_a_lock_says_what_it_holds() -> None:
    free = stop(600)
    assert lock_words(free) == ""
    assert lock_words(replace(free, locked_start_minutes=600)) == "时间已锁定"
    held = replace(free, locked_caregiver_ids=("C1",))
    assert lock_words(held) == "护理员已锁定"
    assert lock_words(replace(held, locked_start_minutes=600)) == "护理员和时间已锁定"


def test_offers_say_who_when_and_how_well_known() -> None:
    told = Told(caregivers=(Person(id="C1", name="陈美芳"),), start_minutes=640)
    slot = SlotOffer(
        told=told,
        end_minutes=685,
        added_travel_minutes=6,
        familiarity=80,
        at_a_price=(),
        terms=(),
        added_cost=60,
        moved=(),
        words=Words("陈美芳 10:40 可上门。", "at 10:40"),
    )
    found = SlotOffers(
        roster=RosterRef(roster_id=1, on=ON, status=RosterStatus.DRAFT, version=None),
        town_code="320411002000",
        elder=Person(id="E1", name="吴福根"),
        service_type_code="bath",
        service_name="助浴",
        minutes=45,
        window_start_minutes=600,
        window_end_minutes=720,
        existing=("V1",),
        offers=(slot, replace(slot, familiarity=None)),
        loading_seconds=0,
        seconds=0,
    )
    said = offers(found, may_take=True)
    for words in ("10:40", "–11:25", "陈美芳", "+6 分", "80%", "新老人", "当日已有 1 次"):
        assert words in said
    assert 'data-offer="1"' in said
    assert "data-offer" not in offers(found, may_take=False)
    assert "当日没有合适的时段" in offers(replace(found, offers=()), may_take=True)


def test_a_difference_begins_with_those_nobody_comes_to() -> None:
    told = Told(caregivers=(Person(id="C1", name="陈美芳"),), start_minutes=640)
    later = VisitDifference(
        elder=Person(id="E1", name="吴福根"),
        town_code="320411002000",
        visit_id="V1",
        service_name="助浴",
        changes=(Change.NEW_TIME,),
        was=told,
        now=replace(told, start_minutes=700),
        moved_minutes=60,
        cancelled=False,
        words=Words("", ""),
    )
    lost = replace(
        later,
        elder=Person(id="E2", name="周桂兰"),
        changes=(Change.NO_LONGER_SERVED,),
        now=None,
        moved_minutes=0,
    )
    ref = RosterRef(roster_id=1, on=ON, status=RosterStatus.PUBLISHED, version=3)
    found = RosterDifferences(
        before=ref,
        after=replace(ref, status=RosterStatus.DRAFT, version=None),
        counts=dict.fromkeys(Change, 0) | {Change.NEW_TIME: 1, Change.NO_LONGER_SERVED: 1},
        visits=(later, lost),
        unchanged=7,
        still_unserved=(),
        caregivers=(),
        terms=(),
        cost=0,
        towns_changed=("320411002000",),
    )
    assert "草稿与已发布 v3 的差异" in differences_head(found)
    said = differences(found)
    assert said.index("周桂兰") < said.index("吴福根")
    assert "晚 60 分" in said
    assert "未安排" in said
    assert "草稿和已发布的一版相同" in differences(replace(found, visits=()))


def test_what_was_not_kept_is_said_in_words_and_leads_to_the_visit() -> None:
    lost = [
        NotKept(loss=Loss.CALL_AGAIN, subject="V1", elder_id="E1", detail="was 08:00, now 09:00"),
        NotKept(loss=Loss.EVENT, subject="sick:C1@08:00", elder_id=None, detail="without it"),
    ]
    said = not_kept_list([Lost(one, "吴福根") for one in lost], date(2020, 9, 17), "少打扰")
    assert said is not None
    for words in ("没能保留 2 项", "需再致电", "bar=v%3AV1%3A0", "scenario=", "sick:C1@08:00"):
        assert words in said
    assert not_kept_list([], date(2020, 9, 17), "") is None
