"""Every code of an answer in Chinese and English; names in braces are filled from facts."""

from __future__ import annotations

from eldercare.rostering.explaining.answers import Words
from eldercare.rostering.handing_on import Loss
from solver.explain import Reason
from solver.explaining.diff import Change
from solver.explaining.remedies import Kind
from solver.objective import Term
from solver.verify import Rule

TERMS: dict[Term, Words] = {
    Term.TRAVEL: Words("路程", "travel"),
    Term.WAITING: Words("等候", "waiting"),
    Term.LATENESS: Words("晚到", "lateness"),
    Term.HIGHEST_LATENESS: Words("最大晚到", "highest lateness"),
    Term.OVERTIME: Words("加班", "overtime"),
    Term.LARGEST_IDLE: Words("最长空闲", "largest idle time"),
    Term.UNSERVED: Words("未排上", "unserved visits"),
    Term.MISSED_BREAK: Words("缺少休息", "missed rests"),
    Term.PREFERENCE: Words("非老人中意的护理员", "caregivers not asked for"),
    Term.CONTINUITY: Words("老人不熟悉的护理员", "caregivers the elder does not know"),
    Term.START_DEVIATION: Words("偏离中意的时间", "away from the time liked best"),
    Term.CAREGIVERS_USED: Words("出勤人数", "caregivers on the road"),
    Term.BALANCE: Words("工作量不均", "unequal work"),
}

CHANGES: dict[Change, Words] = {
    Change.NEWLY_SERVED: Words("新排上", "newly served"),
    Change.NO_LONGER_SERVED: Words("不再上门", "not served any more"),
    Change.NEW_CAREGIVER: Words("换护理员", "another caregiver"),
    Change.NEW_TIME: Words("改时间", "another time"),
}

WHY: dict[Reason, Words] = {
    Reason.NO_CAREGIVER_WITH_SKILL: Words(
        "当日{caregivers}名护理员中无人具备所需资质：{skill}",
        "of the day's {people} nobody has the qualification it needs: {skill}",
    ),
    Reason.SKILL_EXPIRED: Words(
        "具备所需资质的{caregivers}名护理员证书均已过期",
        "all certificates that it needs have expired ({people})",
    ),
    Reason.TAGS_UNMET: Words(
        "具备资质的{caregivers}名护理员均不符合要求：{tags}",
        "of {people} with the qualification nobody is as required: {tags}",
    ),
    Reason.REFUSED_OR_NOT_ALLOWED: Words(
        "符合条件的{caregivers}名护理员均被拒绝、不允许或不是指定的人",
        "all who are suitable are refused, not allowed, or not those it is locked to ({people})",
    ),
    Reason.NO_SHIFT_IN_WINDOW: Words(
        "能上门的护理员没有一个班次容得下{opens}–{closes}开始的这次服务",
        "no shift of a caregiver who may come has room for it starting {opens}–{closes}",
    ),
    Reason.TOO_FAR: Words(
        "最近的护理员往返也要{travel}分钟，{opens}–{closes}开始则班次内回不来",
        "even the nearest caregiver needs {travel} minutes there and back, and cannot start it"
        " {opens}–{closes} and be back within the shift",
    ),
    Reason.ALONE_INFEASIBLE: Words(
        "即使当天只去这一户，{opens}–{closes}开始也会让每名护理员没有休息",
        "even alone on the day, starting it {opens}–{closes} leaves every caregiver without rest",
    ),
    Reason.PAIR_NEEDS_TWO: Words(
        "双人服务：第一人有{first_part}名人选，第二人有{second_part}名，但没有两人能同时上门",
        "it needs two at once: {first_part} could be the first and {second_part} the second, but"
        " no two of them together",
    ),
    Reason.DEARER_THAN_DROPPING: Words(
        "能排，但代价高于不排", "it fits, but at a price above that of leaving it out"
    ),
    Reason.NOT_FOUND_IN_TIME: Words(
        "单独看有{caregivers}名护理员能上门，但与当日其他服务一起没有找到位置",
        "{people} could come if it were alone, but no place was found beside the"
        " day's other visits",
    ),
    Reason.WOULD_DISTURB_TOO_MANY: Words(
        "能排，但会打扰太多其他老人", "it fits, but only by disturbing too many others"
    ),
    Reason.GROUP_INFEASIBLE: Words(
        "与已排上、优先级不低于它的{visits}次服务（{group}）不可能全部排下，能上门的只有{names}",
        "no plan serves it together with all of these, which are planned and rank at least as"
        " high: {group}; only {names} could come to any of them",
    ),
}
"""Why a visit is unserved; filled with the facts of `solver.explain`, ids said by name."""

BANS: dict[str, Words] = {
    Rule.SKILL_MISSING.value: Words(
        "{who}没有所需资质（{skills}）", "{who} lacks the qualification ({skills})"
    ),
    Rule.SKILL_LEVEL.value: Words(
        "{who}的资质等级不够（{skills}）", "{who}'s qualification is of too low a level ({skills})"
    ),
    Rule.SKILL_EXPIRED.value: Words(
        "{who}的证书已过期（{skills}）", "{who}'s certificate has expired ({skills})"
    ),
    Rule.TAG_MISSING.value: Words(
        "{who}不符合老人要求（{tags}）", "{who} is not as the elder requires ({tags})"
    ),
    Rule.CAREGIVER_REFUSED.value: Words(
        "老人与{who}之间有回避要求", "{who} and the elder are kept apart"
    ),
    Rule.CAREGIVER_NOT_ALLOWED.value: Words(
        "{who}不在允许上门的人员中", "{who} is not among those allowed to come"
    ),
    Rule.LOCKED_CAREGIVER.value: Words(
        "这次服务已锁定给其他护理员", "the visit is locked to somebody else than {who}"
    ),
    Rule.FORBIDDEN_COST.value: Words(
        "规定只能由老人中意或熟悉的护理员上门",
        "only caregivers whom the elder prefers or knows may come, and {who} is not one",
    ),
    "away": Words("{who}当日已请假或离岗", "{who} has been reported away for the day"),
    "not_on_duty": Words(
        "{who}当日在该镇（街道）不当班", "{who} has no shift in this town on the day"
    ),
    Reason.NO_CAREGIVER_WITH_SKILL.value: Words(
        "{who}没有所需资质（{skills}）", "{who} lacks the qualification ({skills})"
    ),
    Reason.TAGS_UNMET.value: Words(
        "{who}不符合老人要求（{tags}）", "{who} is not as the elder requires ({tags})"
    ),
    Reason.REFUSED_OR_NOT_ALLOWED.value: Words(
        "{who}被拒绝、不允许或不是指定的人", "{who} is refused, not allowed, or not the one locked"
    ),
    Reason.NO_SHIFT_IN_WINDOW.value: Words(
        "{who}的班次容不下{opens}–{closes}开始的这次服务",
        "{who}'s shift has no room for it starting {opens}–{closes}",
    ),
    Reason.TOO_FAR.value: Words(
        "{who}往返路太远，班次或工时内回不来", "{who} cannot get there and back within her hours"
    ),
    Reason.ALONE_INFEASIBLE.value: Words(
        "{who}去了就没有休息时间", "going there would leave {who} without rest"
    ),
    Reason.PAIR_NEEDS_TWO.value: Words(
        "没有人能与{who}同时上门", "nobody can come at the same time as {who}"
    ),
}
"""Why a certain caregiver must not or cannot come."""

REMEDIES: dict[Kind, Words] = {
    Kind.SERVE_ANYWAY: Words("现在就能排上", "it can be served as things are"),
    Kind.DROP_PREFERENCE: Words(
        "若不计较由谁上门、几点上门", "if it does not matter who comes at what time"
    ),
    Kind.RELEASE_START: Words("若解除锁定的时间", "if the locked time is released"),
    Kind.RELEASE_CAREGIVER: Words("若解除锁定的护理员", "if the locked caregiver is released"),
    Kind.WIDEN_EARLIER: Words(
        "若可上门时段提前到{opens}开始", "if it may begin from {opens}, {minutes} minutes earlier"
    ),
    Kind.WIDEN_LATER: Words(
        "若可上门时段推迟到{closes}结束", "if it may begin until {closes}, {minutes} minutes later"
    ),
    Kind.OVERTIME: Words(
        "若{who}可加班{minutes}分钟（到{until}）",
        "if {who} works {minutes} minutes of overtime (until {until})",
    ),
    Kind.SHIFT_EARLIER: Words(
        "若{who}的班次提前{minutes}分钟（{since}开始）",
        "if {who}'s shift begins {minutes} minutes earlier ({since})",
    ),
    Kind.SHIFT_LATER: Words(
        "若{who}的班次延长{minutes}分钟（到{until}）",
        "if {who}'s shift ends {minutes} minutes later ({until})",
    ),
    Kind.LIFT_REFUSAL: Words(
        "若解除与{who}之间的回避或限制", "if the elder and {who} need not be kept apart"
    ),
    Kind.ADD_SKILL: Words("若{who}取得资质（{skills}）", "if {who} held {skills}"),
    Kind.MORE_SHIFT: Words(
        "若增派一名护理员{since}–{until}当班", "if one more caregiver works {since}–{until}"
    ),
}
"""What would have to change, as the first half of a sentence."""

TAGS: dict[str, Words] = {
    "sex:female": Words("女性护理员", "a woman"),
    "sex:male": Words("男性护理员", "a man"),
}

LOSSES: dict[Loss, Words] = {
    Loss.VISIT_GONE: Words("这次上门已不在照护计划里", "nobody asks for the visit any more"),
    Loss.LOCK: Words(
        "锁定没能保留，请核对护理员和时间", "the lock does not hold: check who comes when"
    ),
    Loss.LEFT_OUT: Words(
        "原由人工决定不安排，现又排上了", "was left out on purpose and is planned again"
    ),
    Loss.OVERRIDE: Words(
        "人工放行的安排已改回按规则排", "what somebody answered for follows the rules again"
    ),
    Loss.CALL_AGAIN: Words(
        "已致电，护理员或时间又变了，需再致电",
        "was told by telephone and comes otherwise: call again",
    ),
    Loss.CANCELLED: Words(
        "当日已取消，重新排程后又排上", "had been called off and is asked for again"
    ),
    Loss.EVENT: Words(
        "这件已报情况未计入，请重新报告", "planned without this event: report it again"
    ),
}
"""What planning anew did not keep."""
