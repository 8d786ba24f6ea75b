"""What somebody is to look at after a change, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ToReview:
    """One sentence, without a full stop."""

    zh: str
    en: str


TABLES_ZH: Mapping[str, str] = {
    "elder": "老人",
    "elder_group": "老人的重点人群",
    "assessment": "能力评估",
    "institution_stay": "入住记录",
    "family_doctor_contract": "家医签约",
    "care_plan": "照护计划",
    "plan_item": "计划项",
    "meal_subscription": "助餐订阅",
    "service_record": "服务记录",
    "meal_record": "助餐记录",
    "service_match": "服务匹配",
    "item_exception": "计划的例外",
    "pause": "暂停",
    "status_change": "状态变更",
    "care_centre": "养老服务中心",
    "meal_site": "助餐点",
    "institution": "养老机构",
    "community": "社区",
    "caregiver": "护理员",
    "caregiver_qualification": "护理员资质",
    "rider": "送餐员",
    "shift": "班次",
    "shift_pattern": "排班规律",
    "absence": "请假",
    "position_task": "定位任务",
    "elder_contact": "联系人",
    "consent": "同意书",
    "roster_visit": "排班里的上门",
    "roster_meal": "排班里的助餐",
    "roster_route": "排班里的路线",
}
"""What a row of a table is called in a sentence."""


def noun_zh(table: str) -> str:
    """What a row of a table is called in Chinese; its English name where none is known."""
    return TABLES_ZH.get(table, table.replace("_", " "))
