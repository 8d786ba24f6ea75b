"""Words of the ledgers for choices; the first of each is the one that exports write."""

from __future__ import annotations

from collections.abc import Mapping

from eldercare.care.tables import HolidayRule, MealMode, Outcome
from eldercare.registry.tables import (
    BedKind,
    EndReason,
    LivingArrangement,
    MealSiteKind,
    Operator,
    PriorityGroup,
    Sex,
    TravelMode,
)

SEX: Mapping[Sex, tuple[str, ...]] = {
    Sex.FEMALE: ("女", "女性", "f"),
    Sex.MALE: ("男", "男性", "m"),
}
LIVING: Mapping[LivingArrangement, tuple[str, ...]] = {
    LivingArrangement.ALONE: ("独居", "空巢独居", "一人居住"),
    LivingArrangement.SPOUSE: ("与配偶", "与配偶同住", "配偶"),
    LivingArrangement.FAMILY: ("与家人", "与子女同住", "子女", "家人"),
    LivingArrangement.CARER: ("与保姆", "与照护人同住", "保姆"),
}
END_REASON: Mapping[EndReason, tuple[str, ...]] = {
    EndReason.DIED: ("去世", "死亡", "身故"),
    EndReason.MOVED: ("迁出", "搬离", "搬走"),
    EndReason.MERGED: ("已合并",),
}
GROUP: Mapping[PriorityGroup, tuple[str, ...]] = {
    PriorityGroup.WUBAO: ("特困", "五保", "特困（五保）"),
    PriorityGroup.SHIDU: ("计生特扶", "失独", "计生特扶（失独）"),
    PriorityGroup.POOR_DISABLED: ("困难失能", "困难半失能", "困难失能/半失能"),
    PriorityGroup.DIBAO: ("低保",),
    PriorityGroup.DIBAO_MARGIN: ("低保边缘", "低边"),
    PriorityGroup.HONOURED: ("重点优抚", "优抚"),
    PriorityGroup.AGED_ALONE: ("高龄独居", "高龄空巢", "高龄独居/空巢"),
}
TRAVEL: Mapping[TravelMode, tuple[str, ...]] = {
    TravelMode.WALK: ("步行",),
    TravelMode.BICYCLE: ("自行车",),
    TravelMode.E_BIKE: ("电动车", "电瓶车"),
    TravelMode.CAR: ("汽车", "开车"),
}
OPERATOR: Mapping[Operator, tuple[str, ...]] = {
    Operator.PUBLIC: ("公办", "公建公营"),
    Operator.SOCIAL: ("社会力量", "民办", "公建民营"),
}
BED: Mapping[BedKind, tuple[str, ...]] = {
    BedKind.NURSING: ("护理型", "护理型床位"),
    BedKind.ORDINARY: ("普通", "普通床位"),
}
SITE: Mapping[MealSiteKind, tuple[str, ...]] = {
    MealSiteKind.REGIONAL_CENTRE: ("区域性助餐中心", "助餐中心"),
    MealSiteKind.KITCHEN: ("自办食堂", "食堂", "社区食堂"),
    MealSiteKind.POINT: ("助餐点", "分发点"),
}
MEAL_MODE: Mapping[MealMode, tuple[str, ...]] = {
    MealMode.DELIVERY: ("送餐", "上门送餐"),
    MealMode.DINE_IN: ("堂食", "到点就餐"),
    MealMode.PICK_UP: ("自取",),
}
OUTCOME: Mapping[Outcome, tuple[str, ...]] = {
    Outcome.DELIVERED: ("已完成", "完成", "已送达"),
    Outcome.NO_SHOW: ("未遇", "家中无人"),
    Outcome.CANCELLED: ("取消", "已取消"),
}
HOLIDAY: Mapping[HolidayRule, tuple[str, ...]] = {
    HolidayRule.KEEP: ("照常", "不变"),
    HolidayRule.SKIP: ("停", "跳过"),
    HolidayRule.MOVE: ("顺延", "改期"),
}
