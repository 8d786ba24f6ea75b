"""What a page says when it failed: what happened, what still works, and a way on."""

from __future__ import annotations

from eldercare.errors import DatabaseUnusable, EldercareError

WORDS = {
    "no_draft": "这一天没有草稿。",
    "no_roster": "这一天没有排班。",
    "draft_changed": "草稿在您打开之后又改过，请重新查看后再发布。",
    "draft_not_verified": "草稿没有通过规则复核，请先重新排程。",
    "not_permitted": "当前账号没有这项权限。",
    "out_of_scope": "不在当前账号负责的区域内。",
    "no_degrees": "经度和纬度要填数字，如 119.95、31.82。",
    "no_system": "请选择坐标来自哪种地图。",
    "task_closed": "这项待办已经处理过了。",
    "position_task_not_found": "没有这项待办。",
    "elder_merged": "其中一位已经合并过了。",
    "keep_has_ended": "要保留的一位已退出登记，请保留另一位。",
    "separate_stays": "两人登记的时间不重叠，是同一人的两段经历，请不要合并。",
    "stored_meanwhile": "刚才有人改了同样的资料，请重新查看后再试。",
    "form_expired": "页面已过期，请重新打开后再试。",
    "stored_already": "这个文件已经导入。",
    "file_let_go": "试运行的文件已不在，请重新选择文件。",
    "already_comes": "这名护理员本来就上门。",
    "caregiver_absent": "这名护理员当日已请假。",
    "caregiver_without_shift": "这名护理员当日没有班次。",
    "event_impossible": "这个时间不可能发生这种情况，请核对时间和对象。",
    "start_in_past": "开始时间已经过去。",
    "visit_has_begun": "这次服务已经开始，不能再改。",
    "visit_left_out": "这次服务由人工决定不安排，请先恢复安排。",
    "visit_locked": "这次服务已锁定，请先解锁。",
    "visit_not_left_out": "这次服务没有被人工取消安排。",
    "visit_set_aside": "这次服务资料不全，补齐后才能安排。",
    "visit_unserved": "这次服务还没有排上。",
    "roster_changed": "排班在您打开之后又改过，请刷新页面后再试。",
    "edit_breaks_rules": "违反排班规则，没有保存。",
    "fix_elsewhere": "这个办法不能只改一天，请到对应页面办理。",
    "fix_outdated": "排班已变，这个办法不再适用，请重新查看最小调整方案。",
    "nothing_to_undo": "没有可以撤销的手工改动（重新排程和突发情况不能撤销）。",
    "scenario_exists": "已有同名的方案，请换一个名称。",
    "bad_scenario_name": "名称要 1 到 40 个字，不含“/”，前后没有空格。",
    "scenario_not_found": "没有这个方案，可能已被删除。",
    "newer_version": "方案建立后又发布了新版本，请先比较；确要采用，请勾选“仍然采用”。",
    "draft_stands": "请先说明现有草稿怎么办。",
    "bad_event": "时间请写成 08:30 的样子。",
    "bad_edit": "还没有填完整，或两名护理员相同。",
    "visit_cancelled": "这次服务当日已取消。",
    "visit_not_found": "当日排班里没有这次服务。",
    "service_not_found": "服务目录里没有这个项目。",
    "not_a_visit": "这个项目不上门。",
    "no_position": "这位老人没有坐标，请先定位。",
    "other_town": "两次服务不在同一镇（街道），护理员只在本镇工作。",
    "nothing_to_compare": "没有可比较的护理员：由他上门，或当日无人上门。",
    "not_plannable": "资料不全，无法给出可约时段。",
    "not_authenticated": "登录已失效，请重新登录。",
    "file_changed": "您打开之后，有人改了这位老人的资料。您填的内容都在，请核对后再继续。",
    "elder_not_found": "没有这位老人。",
    "elder_ended": "老人那时已退出登记。",
    "no_stay": "没有正在进行或已安排的住院暂停。",
    "no_end": "没有登记过退出。",
    "no_move": "那一天没有搬家。",
    "later_move": "之后还有一次搬家，请先撤回那一次。",
    "later_change": "之后已登记过一次更改，请按先后登记。",
    "no_change": "没有改动任何内容。",
    "not_due": "那一天没有这项上门，请从列表里选。",
    "item_ended": "这个计划项已结束，请改接续它的那一项。",
    "in_the_past": "过去的日子不能改，请选今天或以后。",
    "changed_by_hand": "有手工改过的日子在新安排里没有位置：请选“这次及以后”，或先撤回那次手改。",
    "only_rhythm": "只改一次时不能改星期，请改选“以后”，或填改期日期。",
    "only_one_visit": "改期只能改一次，请选“仅这一次”；以后都改请改星期。",
    "no_item": "这位老人没有这个计划项。",
    "no_contact": "没有这位联系人。",
    "no_consent": "没有可以撤回的同意书。",
    "no_merge": "没有这次合并。",
    "changed_since": "登记退出之后，资料又改过，请先核对。",
    "built_upon": "合并之后资料又改过，不能直接拆开，请先核对。",
}


def sentence(error: BaseException) -> str:
    """A fault in the coordinators' words, or in the program's own where it has none."""
    if isinstance(error, EldercareError) and error.code in WORDS:
        return WORDS[error.code]
    if isinstance(error, DatabaseUnusable):
        return "数据库暂时无法使用。"
    if isinstance(error, EldercareError):
        return error.message
    return "页面出错了，已记录。"
