"""Advice: every elder gets some, the first rule decides, and past dates stay as they were."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from sqlmodel import Session

from eldercare.care.matching.advice import RULES, AdviceRule, Setting, advise, advise_elders
from eldercare.errors import NotFound
from eldercare.registry.tables import Assessment, ElderGroup, LivingArrangement, PriorityGroup
from tests.registry.rows import LONG_AGO, elder, places, put

ON = date(2020, 9, 17)
ALONE, SPOUSE, FAMILY = (
    LivingArrangement.ALONE,
    LivingArrangement.SPOUSE,
    LivingArrangement.FAMILY,
)
NOBODY: frozenset[PriorityGroup] = frozenset()


@pytest.mark.parametrize(
    ("level", "living", "groups", "setting"),
    [
        (4, ALONE, NOBODY, Setting.INSTITUTION),
        (4, SPOUSE, NOBODY, Setting.INSTITUTION),
        (4, FAMILY, NOBODY, Setting.HOME),
        (3, ALONE, NOBODY, Setting.INSTITUTION),
        (3, SPOUSE, NOBODY, Setting.HOME),
        (3, FAMILY, {PriorityGroup.WUBAO}, Setting.INSTITUTION),
        (2, ALONE, NOBODY, Setting.HOME),
        (2, FAMILY, NOBODY, Setting.COMMUNITY),
        (2, FAMILY, {PriorityGroup.SHIDU}, Setting.HOME),
        (1, ALONE, NOBODY, Setting.COMMUNITY),
        (1, ALONE, {PriorityGroup.AGED_ALONE}, Setting.HOME),
        (1, ALONE, {PriorityGroup.DIBAO}, Setting.COMMUNITY),
        (0, FAMILY, NOBODY, Setting.COMMUNITY),
        (0, FAMILY, {PriorityGroup.WUBAO}, Setting.HOME),
        (None, ALONE, NOBODY, Setting.COMMUNITY),
        (None, ALONE, {PriorityGroup.POOR_DISABLED}, Setting.HOME),
    ],
)
def test_the_first_rule_that_fits_decides(
    level: int | None,
    living: LivingArrangement,
    groups: frozenset[PriorityGroup],
    setting: Setting,
) -> None:
    advice = advise(level, living, frozenset(groups), ON)
    assert advice is not None
    assert advice.setting is setting


def test_every_elder_gets_advice_with_a_reason_in_both_languages() -> None:
    groups = [NOBODY, *(frozenset({group}) for group in PriorityGroup), frozenset(PriorityGroup)]
    for level, living, own in product([None, 0, 1, 2, 3, 4], LivingArrangement, groups):
        advice = advise(level, living, own, ON)
        assert advice is not None
        assert all(reason.zh and reason.en for reason in advice.reasons)
        assert advice.reasons


def test_a_second_rule_for_the_same_setting_is_a_second_reason() -> None:
    advice = advise(4, ALONE, frozenset({PriorityGroup.WUBAO}), ON)
    assert advice is not None
    assert len(advice.reasons) == 2
    assert "五保" in advice.reasons[0].zh
    assert "all day and night" in advice.reasons[1].en


def test_every_rule_decides_for_somebody() -> None:
    groups = [NOBODY, *(frozenset({group}) for group in PriorityGroup)]
    deciding = {
        next(rule for rule in RULES if rule.fits(level, living, own, ON))
        for level, living, own in product([None, 0, 1, 2, 3, 4], LivingArrangement, groups)
    }
    assert deciding == set(RULES)


def test_a_rule_holds_from_its_first_day_up_to_before_its_end() -> None:
    rule = AdviceRule(
        setting=Setting.HOME,
        levels=frozenset({1}),
        zh="某",
        en="some",
        from_on=date(2020, 1, 1),
        until_on=date(2021, 1, 1),
    )

    def fits(on: date) -> bool:
        return rule.fits(1, ALONE, NOBODY, on)

    assert [fits(date(2019, 12, 31)), fits(date(2020, 1, 1))] == [False, True]
    assert [fits(date(2020, 12, 31)), fits(date(2021, 1, 1))] == [True, False]
    assert advise(1, ALONE, NOBODY, date(2019, 12, 31)) is None


def test_advice_is_by_what_is_known_on_the_date(session: Session) -> None:
    put(session, *places(), elder("e1"), elder("e2", living_arrangement=FAMILY))
    put(
        session,
        Assessment(elder_id="e1", assessed_on=LONG_AGO, score=80, level=1),
        Assessment(elder_id="e1", assessed_on=ON, score=40, level=3),
        ElderGroup(elder_id="e2", group=PriorityGroup.WUBAO, from_on=LONG_AGO, until_on=ON),
    )

    def settings(on: date) -> list[Setting | None]:
        found = advise_elders(session, ["e2", "e1"], on)
        assert list(found) == ["e1", "e2"]
        return [advice.setting if advice else None for advice in found.values()]

    assert settings(date(2020, 9, 16)) == [Setting.COMMUNITY, Setting.HOME]
    assert settings(ON) == [Setting.INSTITUTION, Setting.COMMUNITY]
    with pytest.raises(NotFound, match="e9"):
        advise_elders(session, ["e1", "e9"], ON)
