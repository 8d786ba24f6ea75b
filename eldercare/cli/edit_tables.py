"""What an edit did, as a terminal shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.table import Table

from eldercare.cli.context import clock
from eldercare.cli.tables import make_table
from eldercare.rostering.edits.report import EditReport
from eldercare.rostering.edits.request import EditKind
from eldercare.rostering.explaining.answers import worth_minutes
from eldercare.rostering.explaining.words import TERMS
from solver.objective import Term

KINDS: dict[EditKind, str] = {
    EditKind.MOVE: "移动",
    EditKind.SWAP: "互换",
    EditKind.LOCK: "锁定",
    EditKind.UNLOCK: "解除锁定",
    EditKind.LEAVE_OUT: "不安排",
    EditKind.BRING_BACK: "恢复安排",
    EditKind.PHONED: "电话告知",
}


def edit_tables(
    report: EditReport, carers: Mapping[str, str], elders: Mapping[str, str]
) -> Iterator[Table | str]:
    """Whether it verifies, what it breaks in words, who comes otherwise, and the price."""
    yield f"{report.on} {KINDS[report.kind]} {report.visit_id}"
    if report.verifies:
        yield "校验通过：全天没有违反规则"
    else:
        yield f"全天违反规则 {report.violations_after} 处（原来 {report.violations_before} 处）"
    for one in report.breaks:
        yield f"  新违反：{one.zh}（{'可说明理由放行' if one.may_be_overridden else '不能放行'}）"
    for one in report.mends:
        yield f"  不再违反：{one.zh}"
    if report.is_overridden:
        yield "  已说明理由放行，责任人已记录"
    if report.without_slack:
        yield f"  {len(report.without_slack)} 次服务不再有预留余量"
    if report.moved:
        yield _moved(report, carers, elders)
    yield _price(report)


def _moved(report: EditReport, carers: Mapping[str, str], elders: Mapping[str, str]) -> Table:
    table = make_table("上门有变化", ["老人", "服务", "原来", "现在"], 4)

    def words(who: str | None, start: int | None) -> str:
        return "未排" if who is None else f"{clock(start)} {carers.get(who, who)}"

    for one in report.moved:
        table.add_row(
            elders.get(one.elder_id, one.elder_id),
            one.visit_id,
            words(one.caregiver_was, one.start_was),
            words(one.caregiver_now, one.start_now),
        )
    return table


def _price(report: EditReport) -> str:
    total = worth_minutes(report.total_after - report.total_before)
    terms = [
        f"{TERMS[Term(term)].zh} {worth_minutes(cost):+g}" for term, cost in report.change.items()
    ]
    return f"代价 {total:+g} 分" + (f"（{'，'.join(terms)}）" if terms else "")
