"""What the page of imports is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from api.console.controls import query
from api.console.errors import sentence
from api.console.forms import form
from api.console.import_desk import Attempt, Doing
from api.console.import_figures import changes, counted
from api.console.markup import grid, icon, join, tag
from api.console.visitor import Visitor
from api.console.words import instant
from eldercare.errors import EldercareError
from eldercare.exchange.importing import ImportReport
from eldercare.exchange.kinds import KINDS
from eldercare.exchange.kinds.kind import Kind
from eldercare.exchange.problems import CellProblem
from eldercare.exchange.tables import ImportBatch
from eldercare.exchange.undoing import UndoReport
from eldercare.exchange.words import (
    mend_of,
    reason_of,
    refusal,
    refused_column,
    refused_row,
    worded_file,
)

PAGE = 50
PILLS = 6
NOTICED = 8
TWIN = "likely_duplicate"
KIND_NAMES = {kind.name: kind.zh for kind in KINDS}


@dataclass(frozen=True)
class View:
    """Which bad cells are shown: of one code or of all, and which page of them from 0."""

    seen: str
    code: str
    page: int

    def address(self, *, code: str = "", page: int = 0) -> str:
        """The same attempt looked at otherwise."""
        values = {"seen": self.seen, "code": code, "page": str(page) if page else None}
        return query(values, "/import")


def standing(attempt: Attempt | None) -> Markup:
    """Whether anything has been stored yet."""
    if attempt is None or attempt.report is None or attempt.report.repeated:
        return join()
    if attempt.is_stored:
        return tag("span", icon("ok"), "已导入", class_="pill ok")
    return tag("span", icon("eye"), "试运行，尚未写入", class_="pill run")


def steps(attempt: Attempt | None) -> Markup:
    """Where in the work the visitor is."""
    at = 0
    if attempt is not None and attempt.report is not None:
        at = 3 if attempt.is_stored else 2
    made: list[Markup | None] = []
    for number, label in enumerate(("选文件", "试运行", "导入"), start=1):
        is_done = number < at or at == 3
        mark: Markup | str = icon("check") if is_done else str(number)
        look = "dn" if is_done else "on" if number == max(at, 1) else ""
        made += [tag("u") if made else None, tag("span", tag("i", mark), label, class_=look)]
    return join(
        made, tag("span", class_="grow"), tag("span", "试运行不会写入任何资料", class_="t3 s12")
    )


def progress(doing: Doing | None) -> Markup:
    """How far the visitor's file is; nothing where none is on its way."""
    if doing is None:
        return join()
    words = "正在读取"
    bar = tag("progress")
    if doing.what == "store":
        words = f"已处理 {doing.done:,} / {doing.size:,} 行"
        bar = tag("progress", value=doing.done, max=max(doing.size, 1))
    return tag(
        "div",
        tag("i", class_="pulse"),
        tag("span", f"“{doing.file_name}”", class_="cut"),
        bar,
        tag("span", words, class_="t2"),
        class_="line card doing",
        role="status",
    )


def chooser(visitor: Visitor, attempt: Attempt | None, asked: str) -> Markup:
    """The form: which ledger, which file; and where templates are."""
    chosen = attempt.kind.name if attempt is not None and attempt.kind else asked
    options = [
        tag("option", kind.zh, value=kind.name, selected=kind.name == chosen) for kind in KINDS
    ]
    return join(
        tag("h2", "选择文件", class_="h15"),
        form(
            visitor,
            "/import",
            tag("label", "台账", tag("select", options, name="kind", required=True)),
            tag(
                "label",
                "文件（CSV 或 XLSX）",
                tag("input", type="file", name="file", accept=".csv,.txt,.xlsx", required=True),
            ),
            tag("button", icon("eye"), "试运行", type="submit", class_="btn pri"),
            tag("span", tag("i", class_="pulse"), "正在试运行…", class_="line busy-words t2"),
            enctype="multipart/form-data",
            onsubmit="this.classList.add('busy')",
        ),
        tag("h3", "模板"),
        tag("p", "第一行是表头，第二行是示例；XLSX 模板另有一页逐列说明。", class_="t2 s12"),
        tag("ul", [_template(kind.name, kind.zh) for kind in KINDS], class_="templates"),
        tag("h3", "说明"),
        tag(
            "ul",
            tag("li", "有错的行不写入，可下载后改正再导入。"),
            tag("li", "按编号识别：已有的更新，没有的新增，从不删除。"),
            tag("li", "同一个文件再导入一次不会重复写入。"),
            tag("li", "身份证号加密保存，页面只显示首尾几位。"),
            class_="hints s12 t2",
        ),
    )


def _template(name: str, zh: str) -> Markup:
    address = f"/import/template/{name}"
    return tag(
        "li",
        tag("span", zh, class_="grow"),
        tag("a", "XLSX", href=f"{address}.xlsx", aria_label=f"{zh} XLSX 模板"),
        tag("a", "CSV", href=f"{address}.csv", aria_label=f"{zh} CSV 模板"),
    )


def gone() -> Markup:
    """The attempt is no longer kept."""
    return tag(
        "div",
        icon("info"),
        "这次试运行的结果已不在，请重新选择文件。",
        class_="line notice",
        role="status",
    )


def outcome(visitor: Visitor, attempt: Attempt, view: View) -> Markup:
    """What became of a file, or of an undoing."""
    if attempt.refused is not None:
        return refused(attempt.refused, attempt.file_name, attempt.kind)
    if attempt.undone is not None:
        return _undone(attempt.undone)
    assert attempt.report is not None
    return _report(visitor, attempt, attempt.report, view)


def refused(error: EldercareError, file_name: str = "", kind: Kind | None = None) -> Markup:
    """A file or an undoing that was refused whole: why, and where."""
    told = refusal(error) if worded_file(error.code) else sentence(error)
    titles = {column.name: column.zh for column in kind.columns} if kind else {}
    lines = [
        refused_row(field) if error.code == "built_upon" else refused_column(field, titles)
        for field in error.fields
    ]
    return tag(
        "div",
        tag(
            "b",
            icon("bad"),
            f"“{file_name}”没有导入" if file_name else "没有做成",
            class_="line bad",
        ),
        tag("p", told),
        tag("ul", [tag("li", line) for line in lines], class_="hints") if lines else None,
        class_="refused",
        role="alert",
    )


def _undone(report: UndoReport) -> Markup:
    words = f"已撤销第 {report.batch} 批：删除 {report.deleted:,} 行，还原 {report.restored:,} 行。"
    return tag("div", icon("ok", "ok"), words, class_="line notice", role="status")


def _report(visitor: Visitor, attempt: Attempt, report: ImportReport, view: View) -> Markup:
    if report.repeated:
        words = f"“{attempt.file_name}”已经导入过（第 {report.batch} 批），没有再写入。"
        return tag("div", icon("info"), words, class_="line notice", role="status")
    kind, twins = attempt.kind.zh if attempt.kind else "", attempt.noticed[TWIN]
    title = f"已导入（第 {report.batch} 批）" if attempt.is_stored else "试运行结果"
    download = tag(
        "a", icon("dl"), "下载退回的行", href=f"/import/{view.seen}/rejected", class_="btn"
    )
    return join(
        tag(
            "div",
            tag("b", title, class_="h15"),
            tag("span", f"{kind} · {attempt.file_name}", class_="t3 s12 cut"),
            tag("span", class_="grow"),
            download if attempt.rejects is not None else None,
            _store(visitor, report, view) if not attempt.is_stored else None,
            class_="line result-head",
        ),
        counted(report),
        _twins([one for one in report.notices if one.code == TWIN], twins),
        _notices(
            [one for one in report.notices if one.code != TWIN], attempt.noticed.total() - twins
        ),
        changes(report.coverage_change) if report.coverage_change is not None else None,
        _errors(attempt, report, view),
    )


def _store(visitor: Visitor, report: ImportReport, view: View) -> Markup:
    rows = report.created + report.updated
    if not rows:
        return tag("span", "没有可写入的行", class_="pill neu")
    skipped = f"，跳过 {report.rejected:,} 行" if report.rejected else ""
    return form(
        visitor,
        f"/import/{view.seen}/store",
        tag("button", f"导入 {rows:,} 行{skipped}", type="submit", class_="btn pri"),
        onsubmit="this.classList.add('busy')",
        class_="inline",
    )


def _twins(notices: Sequence[CellProblem], count: int) -> Markup | None:
    """Newcomers who may be somebody known: they go in, and somebody should look."""
    if not notices:
        return None
    lines = [
        tag("li", f"第 {one.row} 行 {one.value}：{reason_of(one.code, one.reason)}")
        for one in notices[:NOTICED]
    ]
    more = count - len(lines)
    head = f"{count:,} 人可能已经登记，照常写入；核对后可在“待办·可能重复”里合并"
    return tag(
        "div",
        tag("span", icon("warn", "warn"), head, class_="line"),
        tag("ul", lines, tag("li", f"另有 {more:,} 人") if more else None),
        class_="notices s12 t2",
    )


def _notices(notices: Sequence[CellProblem], count: int) -> Markup | None:
    if not notices:
        return None
    lines = []
    for one in notices[:NOTICED]:
        where = f"“{one.column}”：" if one.column else f"第 {one.row} 行："
        lines.append(tag("li", f"{where}{reason_of(one.code, one.reason)}"))
    more = count - len(lines)
    return tag(
        "div",
        tag("span", icon("info"), "没有读入的部分", class_="line"),
        tag("ul", lines, tag("li", f"另有 {more:,} 处") if more else None),
        class_="notices s12 t2",
    )


def _errors(attempt: Attempt, report: ImportReport, view: View) -> Markup | None:
    if not attempt.counts:
        return tag("div", icon("ok", "ok"), "每一行都可以写入。", class_="line notice")
    chosen = [one for one in report.errors if view.code in ("", one.code)]
    first = min(view.page, max(0, (len(chosen) - 1) // PAGE)) * PAGE
    shown = chosen[first : first + PAGE]
    has_sheet = any(one.sheet for one in shown)
    names = ("工作表",) * has_sheet + ("行", "列", "值", "原因", "怎么改")
    figures = {at for at, name in enumerate(names) if name == "行"}
    rows = [_error(one, has_sheet=has_sheet) for one in shown]
    return join(
        _pills(attempt, view),
        tag("div", grid(names, rows, right=figures), class_="table-scroll errors"),
        _foot(len(chosen), first, len(shown), view),
    )


def _pills(attempt: Attempt, view: View) -> Markup:
    total = attempt.counts.total()
    made = [_pill("全部", total, view.address(), is_on=not view.code)]
    for code, count in attempt.counts.most_common(PILLS):
        made.append(_pill(reason_of(code), count, view.address(code=code), is_on=view.code == code))
    return tag("div", made, class_="line pills")


def _pill(label: str, count: int, address: str, *, is_on: bool) -> Markup:
    look = "pill bad" if is_on else "pill neu"
    mark = icon("bad") if is_on else None
    return tag("a", mark, f"{label} {count:,}", href=address, class_=look)


def _error(one: CellProblem, *, has_sheet: bool) -> Markup:
    value = (
        tag("span", one.value[:40], class_="val")
        if one.value
        else tag("span", "（空）", class_="t3")
    )
    return tag(
        "tr",
        tag("td", one.sheet, class_="t3") if has_sheet else None,
        tag("td", f"{one.row:,}", class_="r t2"),
        tag("td", one.column or "整行"),
        tag("td", value, title=one.value),
        tag("td", tag("span", icon("bad", "bad"), reason_of(one.code, one.reason), class_="st")),
        tag("td", mend_of(one.code, one.reason), class_="t2"),
    )


def _foot(total: int, first: int, count: int, view: View) -> Markup:
    earlier = later = None
    page = first // PAGE
    if first:
        address = view.address(code=view.code, page=page - 1)
        earlier = tag("a", icon("left"), "前页", href=address, class_="btn small")
    if first + count < total:
        address = view.address(code=view.code, page=page + 1)
        later = tag("a", "后页", icon("right"), href=address, class_="btn small")
    return tag(
        "div",
        tag("span", f"第 {first + 1:,}–{first + count:,} 处，共 {total:,} 处", class_="t2 s12"),
        tag("span", class_="grow"),
        earlier,
        later,
        class_="line result-foot",
    )


def past(visitor: Visitor, batches: Sequence[ImportBatch]) -> Markup:
    """The list of imports, each with the way to take it back."""
    title = tag("div", tag("b", "导入记录", class_="h15"), class_="line result-head")
    if not batches:
        words = "还没有导入过。选好台账和文件，先试运行。"
        return title + tag("div", icon("info"), words, class_="line notice")
    names = ("批次", "时间", "台账", "文件", "经手", "新增", "更新", "不变", "退回", "")
    rows = [_batch(visitor, one) for one in batches]
    return title + tag("div", grid(names, rows, right=range(5, 9)), class_="table-scroll")


def _batch(visitor: Visitor, one: ImportBatch) -> Markup:
    figures = (one.created, one.updated, one.unchanged, one.rejected)
    return tag(
        "tr",
        tag("td", str(one.id), class_="t3"),
        tag("td", instant(one.at)),
        tag("td", KIND_NAMES.get(one.kind, one.kind)),
        tag("td", tag("span", one.file_name, class_="cut file"), title=one.file_name),
        tag("td", one.by),
        [tag("td", f"{figure:,}", class_="r") for figure in figures],
        tag("td", _undoing(visitor, one), class_="r"),
    )


def _undoing(visitor: Visitor, one: ImportBatch) -> Markup:
    if one.undone_at is not None:
        return tag("span", f"{instant(one.undone_at)} 已撤销", class_="tag")
    return tag(
        "details",
        tag("summary", "撤销", class_="btn small"),
        form(
            visitor,
            f"/import/batches/{one.id}/undo",
            tag("span", "新增的行删除、更新的行还原。", class_="s12 t2"),
            tag("button", "确定撤销", type="submit", class_="btn small bad"),
            class_="sure card",
        ),
        class_="ask-undo",
    )
