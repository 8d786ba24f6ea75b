"""Communities and villages."""

from __future__ import annotations

from eldercare.exchange.kinds.columns import code, degrees, flag, text, whole
from eldercare.exchange.kinds.kind import Kind
from eldercare.registry.tables import Community, Town

KIND = Kind(
    name="communities",
    zh="社区（村）",
    en="communities",
    model=Community,
    columns=(
        code("code", "社区编码", "community code", 12, required=True, example="320411001001"),
        text(
            "name",
            "社区名称",
            "name",
            60,
            required=True,
            aliases=("社区", "社区（村）"),
            example="龙虎塘",
        ),
        text(
            "official_name",
            "官方全称",
            "official name",
            80,
            required=True,
            example="龙虎塘社区居民委员会",
        ),
        code(
            "town_code",
            "镇（街道）编码",
            "town code",
            40,
            required=True,
            aliases=("镇（街道）", "镇", "街道", "town"),
            refers=Town,
            example="320411001000",
        ),
        whole(
            "urban_rural_class",
            "城乡分类代码",
            "urban rural class",
            required=True,
            example="111",
            hint="111 112 121 122 123 210 220",
        ),
        flag("is_quasi", "类社区", "is quasi community", hint="园区、管理区等通常无人居住的"),
        flag("has_rehab_conditions", "具备康复条件", "has rehab conditions"),
        degrees("longitude", "经度", "longitude", required=True, example="119.97"),
        degrees("latitude", "纬度", "latitude", required=True, example="31.83"),
        flag("position_is_estimated", "位置为估计", "position is estimated"),
    ),
)
