"""Community home-care centres."""

from __future__ import annotations

from eldercare.exchange.kinds.columns import chosen, code, day, degrees, text
from eldercare.exchange.kinds.kind import Kind
from eldercare.exchange.kinds.words import OPERATOR
from eldercare.registry.tables import CareCentre, Community

KIND = Kind(
    name="care-centres",
    zh="居家养老服务中心",
    en="care centres",
    model=CareCentre,
    columns=(
        code("id", "中心编号", "care centre id", required=True, aliases=("编号",), example="CC01"),
        text(
            "name",
            "名称",
            "name",
            80,
            required=True,
            example="某居家养老服务中心",
            aliases=("中心名称",),
        ),
        code(
            "community_code",
            "社区编码",
            "community code",
            40,
            required=True,
            aliases=("社区", "社区（村）", "社区名称"),
            refers=Community,
            example="320411001001",
        ),
        degrees("longitude", "经度", "longitude", required=True, example="119.97"),
        degrees("latitude", "纬度", "latitude", required=True, example="31.83"),
        chosen("operator", "运营性质", "operator", OPERATOR, required=True),
        day("opened_on", "启用日期", "opened on", required=True),
        day("closed_on", "停用日期", "closed on", example=""),
        day("standardised_since", "标准化日期", "standardised since"),
    ),
)
