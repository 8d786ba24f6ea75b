"""No code of an answer is without words, and sentences say who, when and what else."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from eldercare.rostering.explaining.answers import Moved, Person, Told, Words
from eldercare.rostering.explaining.case import Names
from eldercare.rostering.explaining.comparisons import AWAY, NOT_ON_DUTY
from eldercare.rostering.explaining.sentences import (
    ban_words,
    fix_words,
    moved_words,
    share,
    shares_words,
    skill_words,
    why_words,
)
from eldercare.rostering.explaining.words import BANS, CHANGES, LOSSES, REMEDIES, TERMS, WHY
from eldercare.rostering.handing_on import Loss
from eldercare.rostering.reasons import REASONS_ZH
from solver.explain import Explanation, Reason
from solver.explaining.diff import Change
from solver.explaining.remedies import Kind, Remedy
from solver.objective import Term
from solver.problem import SkillNeed
from solver.replanning.disturbance import Appointment
from solver.solution import Proof
from solver.verify import Rule
from tests.solver.small import caregiver, day, visit

ABOUT_PEOPLE = {
    Rule.SKILL_MISSING,
    Rule.SKILL_LEVEL,
    Rule.SKILL_EXPIRED,
    Rule.TAG_MISSING,
    Rule.CAREGIVER_REFUSED,
    Rule.CAREGIVER_NOT_ALLOWED,
    Rule.LOCKED_CAREGIVER,
    Rule.FORBIDDEN_COST,
}
NO_PROOF = {
    Reason.DEARER_THAN_DROPPING,
    Reason.NOT_FOUND_IN_TIME,
    Reason.WOULD_DISTURB_TOO_MANY,
}
NAMES = Names({"mei": "陈美芳"}, {}, {}, {"nurse": "护士", "care_worker": "养老护理员"})
MEI = Person(id="mei", name="陈美芳")


def told(who: str, at: int) -> Told:
    return Told(caregivers=(Person(id=who, name=who),), start_minutes=at)


def moved(elder: str, was: tuple[str, int], now: tuple[str, int]) -> Moved:
    return Moved(elder=Person(id=elder, name=elder), visit_id=elder, was=told(*was), now=told(*now))


def test_every_code_has_words() -> None:
    assert set(TERMS) == set(Term)
    assert set(LOSSES) == set(Loss)
    assert set(CHANGES) == set(Change)
    assert set(WHY) == set(Reason)
    assert {one.value for one in Reason} <= set(REASONS_ZH)
    assert set(REMEDIES) == set(Kind)
    certain = {one.value for one in set(Reason) - NO_PROOF - {Reason.GROUP_INFEASIBLE}}
    assert set(BANS) == {one.value for one in ABOUT_PEOPLE} | certain | {AWAY, NOT_ON_DUTY}


@pytest.mark.parametrize(
    "words", [*TERMS.values(), *CHANGES.values(), *WHY.values(), *REMEDIES.values(), *BANS.values()]
)
def test_words_are_in_both_languages(words: Words) -> None:
    assert any("\u4e00" <= letter <= "\u9fff" for letter in words.zh)
    assert words.en.isascii() or "–" in words.en
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in words.en)


FACTS: dict[Reason, dict[str, int | str]] = {
    Reason.NO_CAREGIVER_WITH_SKILL: {"caregivers": 3, "skill": "nurse", "level": 2},
    Reason.SKILL_EXPIRED: {"caregivers": 1},
    Reason.TAGS_UNMET: {"caregivers": 2, "tags": "sex:female"},
    Reason.REFUSED_OR_NOT_ALLOWED: {"caregivers": 2},
    Reason.NO_SHIFT_IN_WINDOW: {"opens": 600, "closes": 630},
    Reason.TOO_FAR: {"opens": 600, "closes": 630, "travel": 95, "shifts": 2},
    Reason.ALONE_INFEASIBLE: {"opens": 600, "closes": 630, "shifts": 2},
    Reason.PAIR_NEEDS_TWO: {"first_part": 2, "second_part": 1},
    Reason.NOT_FOUND_IN_TIME: {"caregivers": 4},
    Reason.GROUP_INFEASIBLE: {"group": "W, X", "visits": 2, "names": "mei", "caregivers": 1},
}


def test_others_without_room_are_told_by_elder_and_start() -> None:
    reason = Reason.GROUP_INFEASIBLE
    found = Explanation("V", reason, Proof.IMPOSSIBLE, "", FACTS[reason])
    wang, li = Person(id="w", name="王秀英"), Person(id="l", name="李桂兰")
    text = why_words(found, NAMES, {"W": (wang, 510), "X": (li, 480), "Y": (wang, 600)})
    assert "2次服务（李桂兰 08:00、王秀英 08:30）" in text.zh
    assert text.zh.endswith("能上门的只有陈美芳")
    assert "at least as high: 李桂兰 08:00, 王秀英 08:30; only 陈美芳 could" in text.en
    assert "W、X" in why_words(found, NAMES).zh, "without an appointment by id"


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_makes_a_sentence(reason: Reason) -> None:
    found = Explanation("V", reason, Proof.NOT_FOUND, "", FACTS.get(reason, {}))
    text = why_words(found, NAMES)
    assert "{" not in text.zh + text.en
    for name in ("travel", "first_part"):
        if name in found.facts:
            assert str(found.facts[name]) in text.zh
            assert str(found.facts[name]) in text.en
    if "opens" in found.facts:
        assert "10:00–10:30" in text.zh
        assert "10:00–10:30" in text.en
    if "skill" in found.facts:
        assert "护士2级" in text.zh
    if "tags" in found.facts:
        assert ("女性护理员" in text.zh, "a woman" in text.en) == (True, True)


@pytest.mark.parametrize("code", sorted(BANS))
def test_every_ban_makes_a_sentence(code: str) -> None:
    one = visit("V", 1, "nurse", required_tags=frozenset({"sex:female"}))
    text = ban_words(code, MEI, one, NAMES)
    assert "{" not in text.zh + text.en
    assert code == Rule.LOCKED_CAREGIVER.value or "陈美芳" in text.zh or "老人" in text.zh


@pytest.mark.parametrize("kind", list(Kind))
def test_every_fix_makes_a_sentence(kind: Kind) -> None:
    problem = day([visit("V")], [caregiver("mei")])
    remedy = Remedy(
        kind=kind,
        visit_id="V",
        minutes=20,
        caregiver="new" if kind is Kind.MORE_SHIFT else "mei",
        shift="mei/day",
        skills=(SkillNeed("nurse|care_worker"),),
        opens=600,
        closes=720,
    )
    at = Appointment((remedy.caregiver,), 605)
    text = fix_words(remedy, problem, at, (), NAMES)
    assert "{" not in text.zh + text.en
    who = ("新增护理员", "the new caregiver") if kind is Kind.MORE_SHIFT else ("陈美芳", "陈美芳")
    assert f"{who[0]}10:05上门。" in text.zh
    assert f"{who[1]} at 10:05." in text.en


def test_a_fix_says_whom_else_it_concerns() -> None:
    remedy = Remedy(kind=Kind.WIDEN_LATER, visit_id="V", minutes=20)
    problem = day([visit("V")], [caregiver("mei")])
    others = (
        moved("E1", ("a", 500), ("a", 540)),
        moved("E2", ("a", 500), ("b", 500)),
        moved("E3", ("a", 500), ("b", 540)),
    )
    text = fix_words(remedy, problem, Appointment(("mei",), 905), others, NAMES)
    assert text.zh == (
        "若可上门时段推迟到15:20结束，可由陈美芳15:05上门；另有2户换护理员；另有1户时间变动超过30分钟。"
    )
    assert text.en == (
        "If it may begin until 15:20, 20 minutes later, it can be served by 陈美芳 at 15:05;"
        " 2 other elders would get another caregiver;"
        " 1 other elder would be moved by more than 30 minutes."
    )
    assert moved_words(()) == ()


def test_shares_are_minutes_of_travel_and_name_their_sum() -> None:
    two = [share(Term.TRAVEL, 6, 60), share(Term.CONTINUITY, 25, 25), share(Term.BALANCE, 9, 0)]
    assert shares_words(two).zh == "路程+6分钟，老人不熟悉的护理员+2.5分钟，合计+8.5分钟"
    assert shares_words(two[:1]).en == "travel +6 min"
    assert shares_words([]).en == "no difference"


def test_skills_by_their_names() -> None:
    needs: Iterable[SkillNeed | str] = (SkillNeed("nurse|care_worker"), SkillNeed("nurse", 2), "x")
    assert skill_words(needs, NAMES).zh == "护士或养老护理员、护士2级、x"
    assert skill_words((), NAMES) == Words("无", "none")
