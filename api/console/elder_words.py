"""Words about elders: groups, levels, where they are, and what the audit trail writes of them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import cache
from typing import Any

import seed_data
from eldercare.care.elder_list import Whereabouts
from eldercare.care.matching.advice import Setting
from eldercare.care.tables import MatchKind
from eldercare.exchange.kinds.words import END_REASON, GROUP, HOLIDAY, LIVING, MEAL_MODE, SEX
from eldercare.registry.coordinates import CoordinateSystem
from eldercare.registry.people import LevelGround
from eldercare.registry.tables import ConsentKind
from eldercare.registry.to_review import ToReview, noun_zh

LEVELS = ("0 级 完好", "1 级 轻度", "2 级 中度", "3 级 重度", "4 级 完全失能")
WHEREABOUTS = {
    Whereabouts.REGISTERED: "在册",
    Whereabouts.PAUSED: "暂停服务",
    Whereabouts.IN_INSTITUTION: "住在机构",
    Whereabouts.CHANGING: "将有变动",
    Whereabouts.LEFT: "已退出",
}
CONSENTS = {
    ConsentKind.DATA_USE: "使用资料",
    ConsentKind.PHOTOS: "拍照",
    ConsentKind.LOCATION: "定位",
    ConsentKind.SHARE_WITH_FAMILY_DOCTOR: "告知家庭医生",
}
GROUNDS = {
    LevelGround.COMA: "昏迷",
    LevelGround.DEMENTIA: "确诊认知障碍",
    LevelGround.MENTAL_DISORDER: "确诊其他精神疾病",
    LevelGround.CARE_RISK_EVENTS: "30 天内两次以上照护风险事件",
}
SETTINGS = {
    Setting.HOME: "居家上门",
    Setting.COMMUNITY: "社区服务",
    Setting.INSTITUTION: "入住机构",
}
MATCHES = {MatchKind.CARE_CENTRE: "养老服务中心", MatchKind.MEAL_SITE: "助餐点"}
ACTIONS = {
    "elder.hospital": "安排住院暂停",
    "elder.hospital_end": "定下恢复服务的日期",
    "elder.hospital_called_off": "取消住院暂停",
    "elder.move": "登记搬家",
    "elder.move_back": "撤回搬家",
    "elder.move_due": "搬家生效",
    "elder.end": "登记退出",
    "elder.end_taken_back": "撤回退出",
    "elder.change_living": "更改居住情况",
    "elder.place": "更改位置",
    "elder.set_id_number": "登记身份证号",
    "elder.reveal_id_number": "查看完整身份证号",
    "elder.merge": "合并",
    "elder.unmerge": "拆开合并",
    "elder.dismiss_duplicate": "判定不是同一人",
    "elder.withdraw_dismissal": "撤回“不是同一人”",
    "assessment.record": "登记能力评估",
    "assessment.ask_again": "要求提前复评",
    "consent.give": "登记同意书",
    "consent.withdraw": "撤回同意书",
    "plan_item.change_visits": "更改计划的上门",
}
VERBS = {"create": "新增", "change": "修改", "end": "结束", "remove": "删除"}
FIELDS = {
    "name": "姓名",
    "sex": "性别",
    "birth_on": "出生日期",
    "community_code": "社区",
    "address": "住址",
    "building": "小区楼栋",
    "phone": "电话",
    "longitude": "经度",
    "latitude": "纬度",
    "position_is_estimated": "位置为估计",
    "living_arrangement": "居住",
    "language": "语言",
    "registered_on": "登记日期",
    "ended_on": "退出日期",
    "end_reason": "退出原因",
    "care_note": "上门须知",
    "from_on": "起始日",
    "until_on": "终止日",
    "on": "日期",
    "rows": "涉及资料",
    "to_review": "需核对",
    "id_number": "身份证号",
    "reason": "原因",
    "score": "得分",
    "level": "等级",
    "assessed_on": "评估日期",
    "item_scores": "各项得分",
    "grounds": "等级变更依据",
    "reassess_on": "提前复评日",
    "scope": "范围",
    "change": "改动",
    "minutes": "时长（分）",
    "weekdays": "星期",
    "window_start_minutes": "最早开始",
    "window_end_minutes": "最晚开始",
    "relation": "关系",
    "rank": "次序",
    "is_emergency": "紧急联系",
    "kind": "种类",
    "group": "人群",
    "given_by": "签署人",
    "system": "坐标来自",
    "member": "人群",
    "entitled_minutes_per_month": "每月可享（分）",
    "preferred_caregiver_id": "首选护理员",
    "preferred_start_minutes": "最合适开始",
    "service_type_code": "服务项目",
    "people": "人数",
    "elder_id": "老人编号",
    "dates": "单次改动",
    "item": "计划项",
    "item_from_then_on": "此后计划项",
    "keep_id": "保留",
    "drop_id": "并入",
}
_VALUES = {
    str(key): words[0] for table in (END_REASON, GROUP, LIVING, SEX) for key, words in table.items()
}
_CHOICES = {
    "end_reason": _VALUES,
    "living_arrangement": _VALUES,
    "sex": _VALUES,
    "group": _VALUES,
    "system": {one.value: one.name.replace("_", "-") for one in CoordinateSystem},
    "is_emergency": {"yes": "是", "no": "否"},
    "scope": {"this": "仅这一次", "later": "这次及以后", "later_not_by_hand": "以后未手改的"},
    "kind": _VALUES | {one.value: words for one, words in CONSENTS.items()},
}
_SAID_ENOUGH = 60


def level_words(level: int | None) -> str:
    """A care level as it is read; None is an elder never assessed."""
    return "未评估" if level is None else LEVELS[level]


def action_words(action: str) -> str:
    """What an entry of the trail did."""
    if action in ACTIONS:
        return ACTIONS[action]
    table, _, verb = action.rpartition(".")
    return f"{VERBS.get(verb, verb)}{noun_zh(table)}"


def value_words(name: str, value: Any) -> str:
    """One value of an entry of the trail."""
    if value is None or value == "":
        return "空"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict):
        told = "，".join(
            f"{FIELDS.get(key, key)} {value_words(key, one)}" for key, one in value.items()
        )
    elif isinstance(value, list):
        told = "、".join(value_words(name, one) for one in value) or "无"
    else:
        told = _CHOICES.get(name, {}).get(str(value), str(value))
    return told if len(told) <= _SAID_ENOUGH else f"{told[:_SAID_ENOUGH]}…"


def review_words(found: Sequence[ToReview]) -> str:
    """What somebody is to look at, as one sentence; nothing where there is nothing."""
    return f"请核对：{'；'.join(one.zh for one in found)}。" if found else ""


@cache
def assessment_items() -> tuple[tuple[str, str, str, int], ...]:
    """Code, group, name and most points of every item of an assessment, in the standard's order."""
    with seed_data.path("assessment_items.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            (row["item_code"], row["group_zh"], row["name_zh"], int(row["maximum_score"]))
            for row in csv.DictReader(file)
        )


__all__ = [
    "ACTIONS",
    "CONSENTS",
    "END_REASON",
    "FIELDS",
    "GROUNDS",
    "GROUP",
    "HOLIDAY",
    "LEVELS",
    "LIVING",
    "MATCHES",
    "MEAL_MODE",
    "SETTINGS",
    "SEX",
    "WHEREABOUTS",
    "action_words",
    "assessment_items",
    "level_words",
    "review_words",
    "value_words",
]
