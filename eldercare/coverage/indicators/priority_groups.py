"""How many of those the plan puts first are served."""

from __future__ import annotations

from eldercare.care.tables import MealRecord, ServiceRecord
from eldercare.coverage.definition import Indicator, Words
from eldercare.coverage.elders import HOME_DWELLING_ELDERS, in_plan_priority_group, served
from eldercare.coverage.indicators.plan import HAPPY_AGEING

PRIORITY_GROUPS_SERVED = Indicator(
    code="priority_groups_served",
    name=Words(zh="重点保障对象服务率", en="Priority groups served"),
    numerator=Words(
        zh="其中回溯期内至少接受过一次服务或助餐的老年人",
        en="of these, elders who got at least one service or meal in the look-back interval",
    ),
    denominator=Words(
        zh="在册、居家的五保、失独、困难失能半失能老年人",
        en="registered 五保, 失独 and poor disabled or semi-disabled elders who live at home",
    ),
    stratum=Words(zh="重点保障对象", en="priority groups"),
    missing=Words(
        zh="本区域没有居家的重点保障对象", en="nobody of the priority groups lives at home here"
    ),
    source=HAPPY_AGEING,
    population=HOME_DWELLING_ELDERS.where(in_plan_priority_group),
    counted=served,
    records=(ServiceRecord, MealRecord),
)
