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
    "not_authenticated": "登录已失效，请重新登录。",
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
