"""The plan the indicators come from, and the sections that set them."""

from __future__ import annotations

from eldercare.coverage.definition import Source, Words

PLAN = Words(
    zh="常州高新区（新北区）人民生活高质量发展专项行动计划（2018–2020年）",
    en="Action plan for a high quality of life in Changzhou High-tech Zone (Xinbei), 2018–2020",
)

ELDER_CARE_GOALS = Source(plan=PLAN, section="发展目标·养老服务", department="人社局")
MEDICAL_GOALS = Source(plan=PLAN, section="发展目标·医卫服务", department="社会事业局")
HAPPY_AGEING = Source(plan=PLAN, section="幸福养老拓展工程", department="人社局")

INHABITED_URBAN = Words(
    zh="有居民的城镇社区（统计分类以1开头，园区等准社区除外）",
    en="inhabited urban communities (class 1xx, industrial parks and the like left out)",
)
INHABITED_RURAL = Words(
    zh="有居民的农村社区（统计分类以2开头，管理区等准社区除外）",
    en="inhabited rural communities (class 2xx, management areas and the like left out)",
)
URBAN_STRATUM = Words(zh="城镇社区", en="urban communities")
RURAL_STRATUM = Words(zh="农村社区", en="rural communities")
NO_URBAN = Words(zh="本区域没有城镇社区", en="no urban community here")
NO_RURAL = Words(zh="本区域没有农村社区", en="no rural community here")
