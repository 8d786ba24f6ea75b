"""What a coordinator can do about each reason a visit was not placed."""

from __future__ import annotations

MENDING: dict[str, tuple[str, ...]] = {
    "unknown_elder": ("在“老人”中登记这位老人，再重新排程。",),
    "no_position": ("补上住址坐标：打开老人资料，在地图上定位。", "定位后对本镇（街道）重新排程。"),
    "unknown_service": ("服务目录里没有这个项目：更正照护计划中的服务项目。",),
    "bad_visit": ("更正照护计划里的人数或时长。",),
    "empty_window": ("可上门时段开始晚于结束：更正照护计划的时段。",),
    "no_rider": ("给该助餐点安排送餐员当班，或改由邻近助餐点配送。",),
    "unknown_site": ("更正助餐订阅里的助餐点。",),
    "no_caregiver_with_skill": (
        "从邻近镇（街道）借调具备资质的护理员。",
        "与家属商量改到有人当班的日子。",
    ),
    "skill_expired": ("先处理到期证书：续证登记后即可排上。", "改由证书有效的护理员上门。"),
    "tags_unmet": ("与老人商量放宽性别等要求。", "借调符合要求的护理员。"),
    "refused_or_not_allowed": ("核对老人与护理员的回避名单是否仍然有效。",),
    "no_shift_in_window": ("放宽可上门时段。", "请一名具备资质的护理员调整班次。"),
    "too_far": ("安排出发点更近的护理员，或为其延长班次。",),
    "pair_needs_two": ("放宽时段，让两名护理员能同时到。", "从邻近镇（街道）借调一人。"),
    "alone_infeasible": ("放宽可上门时段或缩短服务时长。", "延长一名护理员的班次。"),
    "group_infeasible": (
        "放宽其中一次服务的可上门时段。",
        "为有此资质的护理员延长班次，或增派一人。",
    ),
    "not_found_in_time": ("延长计算时间后重新排程，可能仍能排上。", "放宽可上门时段。"),
    "dearer_than_dropping": ("核对该次服务的优先级；如确有必要，请手工安排。",),
    "would_disturb_too_many": (
        "提高可打扰的老人数后再次调整。",
        "与老人商量改期或换人后，请手工安排。",
    ),
    "gaps_contradict": ("打开照护计划，放宽该老人当日各项服务之间的间隔要求。",),
    "cancelled": ("当日已取消，无需处理；如仍需上门，请新增一次服务。",),
    "left_out": ("由人工决定不安排；要重新安排，请先恢复该次服务。",),
    "engine_failed": ("对本镇（街道）重新排程；如再次失败请联系管理员。",),
    "too_large": ("拆成两份订单，或换用更大的送餐箱。",),
    "out_of_reach": ("改由更近的助餐点配送。", "改为到点就餐。"),
    "kitchen_full": ("调高厨房份数，或改由邻近助餐点供餐。",),
    "no_room": ("增加一名送餐员，或延长送餐班次。",),
}


def mending(reason: str) -> tuple[str, ...]:
    """Sentences for a reason code; an unknown code has none."""
    return MENDING.get(reason, ())
