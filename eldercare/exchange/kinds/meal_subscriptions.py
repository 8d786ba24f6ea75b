"""Standing orders of meals."""

from __future__ import annotations

from eldercare.care.tables import MealSubscription
from eldercare.exchange.kinds.columns import chosen, code, day, text, weekdays, whole
from eldercare.exchange.kinds.kind import Kind
from eldercare.exchange.kinds.words import MEAL_MODE

KIND = Kind(
    name="meal-subscriptions",
    zh="助餐订单",
    en="meal subscriptions",
    model=MealSubscription,
    columns=(
        code("id", "订单编号", "subscription id", required=True, aliases=("编号",), example="O1"),
        code("elder_id", "老年人编号", "elder id", required=True, example="E000001"),
        code("meal_site_id", "助餐点编号", "meal site id", required=True, example="M01"),
        chosen("mode", "用餐方式", "mode", MEAL_MODE, required=True),
        weekdays("weekdays", "星期", "weekdays", required=True),
        text("diet", "饮食要求", "diet", 40, example="低盐"),
        whole("portions", "份数", "portions", example="1"),
        day("from_on", "起始日", "from", required=True),
        day("until_on", "终止日", "until", example=""),
    ),
)
