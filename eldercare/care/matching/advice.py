"""Whether an elder is best cared for at home, in the community or in an institution, and why.

The rules are the product's own proposal, a starting point for the coordinator who decides; a rule
that changes gets an end and a successor, so that advice of a past date stays what it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlmodel import Session

from eldercare.errors import NotFound
from eldercare.registry.lookup import elders_by_id
from eldercare.registry.queries import care_levels, groups_as_of
from eldercare.registry.tables import PLAN_PRIORITY_GROUPS, LivingArrangement, PriorityGroup


class Setting(StrEnum):
    """Where care is given."""

    HOME = "home"
    COMMUNITY = "community"
    INSTITUTION = "institution"


@dataclass(frozen=True, slots=True)
class AdviceReason:
    """One sentence in Chinese and in English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Advice:
    """A setting with its reasons, the one that decided first."""

    setting: Setting
    reasons: tuple[AdviceReason, ...]


NEVER_ASSESSED = None
_ALONE = frozenset({LivingArrangement.ALONE})
_NOT_ALONE = frozenset(LivingArrangement) - _ALONE
_ANYHOW = frozenset(LivingArrangement)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceRule:
    """A setting for elders of these levels, living so, in one of the groups (None: in any or none).

    It holds from `from_on` up to before `until_on`.
    """

    setting: Setting
    levels: frozenset[int | None]
    living: frozenset[LivingArrangement] = _ANYHOW
    groups: frozenset[PriorityGroup] | None = None
    zh: str
    en: str
    from_on: date = date(2020, 1, 1)
    until_on: date | None = None

    def fits(
        self,
        level: int | None,
        living: LivingArrangement,
        groups: frozenset[PriorityGroup],
        on: date,
    ) -> bool:
        """Whether the rule speaks of such an elder on a date."""
        in_force = self.from_on <= on and (self.until_on is None or on < self.until_on)
        of_group = self.groups is None or bool(self.groups & groups)
        return in_force and level in self.levels and living in self.living and of_group


RULES = (
    AdviceRule(
        setting=Setting.INSTITUTION,
        levels=frozenset({2, 3, 4}),
        groups=frozenset({PriorityGroup.WUBAO}),
        zh="特困（五保）失能老人：可以集中供养",
        en="destitute without family and disabled: a place in an institution is provided for",
    ),
    AdviceRule(
        setting=Setting.INSTITUTION,
        levels=frozenset({4}),
        living=_ALONE | {LivingArrangement.SPOUSE},
        zh="完全失能，家中无人能够全天照护",
        en="completely dependent, and nobody at home who could care all day and night",
    ),
    AdviceRule(
        setting=Setting.INSTITUTION,
        levels=frozenset({3}),
        living=_ALONE,
        zh="重度失能且独居：上门服务的间隔过长",
        en="severely impaired and alone: the hours between two visits are too long",
    ),
    AdviceRule(
        setting=Setting.HOME,
        levels=frozenset({3, 4}),
        living=_NOT_ALONE,
        zh="失能程度较重，有人同住：上门服务支持家庭照护",
        en="severely impaired and not alone: care at home supports those who live there",
    ),
    AdviceRule(
        setting=Setting.HOME,
        levels=frozenset({2}),
        living=_ALONE,
        zh="中度失能且独居：日常起居需要上门服务",
        en="moderately impaired and alone: daily life needs help at home",
    ),
    AdviceRule(
        setting=Setting.HOME,
        levels=frozenset({NEVER_ASSESSED, 0, 1, 2}),
        groups=PLAN_PRIORITY_GROUPS,
        zh="属于优先保障对象：优先安排上门服务",
        en="in a group that the plan puts first: visited at home first",
    ),
    AdviceRule(
        setting=Setting.HOME,
        levels=frozenset({NEVER_ASSESSED, 0, 1}),
        groups=frozenset({PriorityGroup.AGED_ALONE}),
        zh="高龄独居：需要定期上门探访",
        en="aged and alone: somebody should come by regularly",
    ),
    AdviceRule(
        setting=Setting.COMMUNITY,
        levels=frozenset({2}),
        living=_NOT_ALONE,
        zh="中度失能，有人同住：日间照料可减轻家庭负担",
        en="moderately impaired and not alone: day care relieves the family",
    ),
    AdviceRule(
        setting=Setting.COMMUNITY,
        levels=frozenset({1}),
        zh="轻度失能：社区日间活动与康复有助于保持能力",
        en="mildly impaired: days in the community help to keep abilities",
    ),
    AdviceRule(
        setting=Setting.COMMUNITY,
        levels=frozenset({0}),
        zh="能力完好：社区助餐和活动即可满足需要",
        en="able: meals and company in the community are enough",
    ),
    AdviceRule(
        setting=Setting.COMMUNITY,
        levels=frozenset({NEVER_ASSESSED}),
        zh="尚未评估：暂按社区服务安排，请先做能力评估",
        en="never assessed: community services for now, have the abilities assessed",
    ),
)
"""The first rule that fits decides; further ones for the same setting are shown as reasons too."""


def advise(
    level: int | None, living: LivingArrangement, groups: frozenset[PriorityGroup], on: date
) -> Advice | None:
    """Advice for a care level (None: never assessed); None on dates before the first rule."""
    fitting = [rule for rule in RULES if rule.fits(level, living, groups, on)]
    if not fitting:
        return None
    setting = fitting[0].setting
    return Advice(
        setting,
        tuple(AdviceReason(rule.zh, rule.en) for rule in fitting if rule.setting is setting),
    )


def advise_elders(session: Session, elder_ids: Iterable[str], on: date) -> dict[str, Advice | None]:
    """Elder id → advice by what is known on a date, in order of id; raises NotFound."""
    wanted = sorted(set(elder_ids))
    elders = elders_by_id(session, wanted)
    unknown = [elder_id for elder_id in wanted if elder_id not in elders]
    if unknown:
        raise NotFound(f"no elder has the id {', '.join(unknown[:5])}", code="elder_not_found")
    levels, groups = care_levels(session, wanted, on), groups_as_of(session, wanted, on)
    return {
        elder_id: advise(
            levels.get(elder_id),
            elders[elder_id].living_arrangement,
            groups.get(elder_id, frozenset()),
            on,
        )
        for elder_id in wanted
    }
