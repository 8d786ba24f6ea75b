"""Why a visit or a meal is not in the plan, in the coordinators' words."""

from __future__ import annotations

REASONS_ZH = {
    # set aside before planning
    "unknown_elder": "老人未登记",
    "no_position": "住址没有坐标，请先定位",
    "unknown_service": "服务项目不在目录中",
    "bad_visit": "人数或时长不合理",
    "empty_window": "可上门时段为空（时段或与用餐的间隔要求矛盾）",
    "gaps_contradict": "与同日其他服务的先后间隔要求互相矛盾",
    "no_rider": "该助餐点当日没有送餐员当班",
    "unknown_site": "助餐点未登记",
    # by the engine
    "no_caregiver_with_skill": "当日没有具备资质的护理员",
    "skill_expired": "具备资质的护理员证书已过期",
    "tags_unmet": "没有符合老人要求（性别等）的护理员",
    "refused_or_not_allowed": "符合条件的护理员均被拒绝或不允许",
    "no_shift_in_window": "可上门时段内无人当班",
    "too_far": "班次内往返路程不够",
    "pair_needs_two": "双人服务：同一时段凑不齐两名护理员",
    "alone_infeasible": "单独安排也无法满足时段与班次",
    "dearer_than_dropping": "上门成本高于不服务的代价",
    "not_found_in_time": "在限定时间内未找到可行位置",
    "would_disturb_too_many": "为不打扰更多老人而未安排",
    "group_infeasible": "与优先级不低于它的其他服务不能同时安排",
    "engine_failed": "计算中断，请重新排程",
    # decided by people
    "cancelled": "当日已取消",
    "left_out": "人工决定不安排",
    # meal rounds
    "too_large": "份数超过送餐箱或厨房容量",
    "out_of_reach": "单独送也赶不上时段或保温时限",
    "kitchen_full": "厨房份数已满",
    "no_room": "与其他订单一起时未找到空位",
}
PROOFS_ZH = {
    "proved_impossible": "已证明排不下",
    "not_found_in_the_time_given": "限时内未排下",
}


def reason_zh(code: str) -> str:
    """Chinese sentence for a reason code; an unknown code is shown as it is."""
    return REASONS_ZH.get(code, code)


def proof_zh(code: str) -> str:
    """Chinese words for the certainty of a refusal."""
    return PROOFS_ZH.get(code, code)
