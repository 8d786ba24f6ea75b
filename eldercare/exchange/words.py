"""Why a cell, a row or a file was refused and how to mend it, in the words of the offices.

The English sentences of the rules name values; what they name beyond the rule itself (a limit, the
other row, the choices) is taken over from them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from eldercare.errors import EldercareError, FieldProblem
from eldercare.exchange.problems import CellProblem
from eldercare.exchange.reasons_zh import CELLS, FILES
from eldercare.registry.to_review import noun_zh

_FIGURES: Mapping[str, tuple[str, str]] = {
    "too_long": (r"at most (\d+) |longer than (\d+) ", "最多 {} 个字"),
    "string_too_long": (r"at most (\d+) ", "最多 {} 个字"),
    "unknown_word": (r"none of (.+?)(?: …)?;", "可填：{}"),
    "repeated_in_file": (r"in row (\d+) ", "另一行：第 {} 行"),
    "contradiction": (r"^row (\d+) says", "另一行：第 {} 行"),
    "id_number_taken": (r"in row (\d+) |elder (\S+) already", "另见：{}"),
    "impossible_date": (r"has days 1 to (\d+)", "该月只有 {} 天"),
    "too_few_cells": (r"the header has (\d+)", "表头有 {} 列"),
    "too_many_cells": (r"the header has (\d+)", "表头有 {} 列"),
    "column_without_header": (r"in column ([A-Z]+),", "{} 列"),
    "likely_duplicate": (r"elder (\S+(?: in row \d+)?):", "另见：{}"),
    "duplicate": (r"with \S+ '?([^']+)'? exists", "已有：{}"),
    "not_a_choice": (r"the choices: (.+)$", "可填：{}"),
    "enum": (r"the choices: (.+)$", "可填：{}"),
    "greater_than_equal": (r"at least (\S+)", "至少 {}"),
    "less_than_equal": (r"at most (\S+)", "至多 {}"),
    "outside_range": (r"(\d+ (?:to) \d+)", "范围 {}"),
    "level_below_score": (r"at least (\d)", "至少 {} 级"),
    "no_such_level": (r"(\d+ to \d+)", "可填 {}"),
}
_NEAREST = re.compile(r"perhaps “(.+?)” is meant|is “(.+?)” meant")
_KINDS = {
    "an ID number": "身份证号",
    "a telephone number": "电话号码",
    "a date": "日期",
    "a time of day": "时间",
    "days of the week": "星期",
    "a small number": "数字",
    "words": "文字",
}


def chinese(problem: CellProblem) -> str:
    """A problem as one cell of the reason column says it: column, what is wrong, how to mend it."""
    where = f"{problem.column}：" if problem.column else ""
    return f"{where}{in_words(problem.code, problem.reason)}"


def in_words(code: str, told: str = "") -> str:
    """What is wrong and how to mend it."""
    reason, mend = reason_of(code, told), mend_of(code, told)
    return f"{reason}；{mend}" if mend else reason


def reason_of(code: str, told: str = "") -> str:
    """What is wrong, with the figures of the English sentence `told`; that itself if not known."""
    known = _cell(code)
    if known is None:
        return told or code
    figure = _figure(code, told)
    return f"{known[0]}（{figure}）" if figure else known[0]


def mend_of(code: str, told: str = "") -> str:
    """How to mend it, with the word that was perhaps meant."""
    known = _cell(code)
    if known is None:
        return ""
    nearest = _NEAREST.search(told)
    if nearest:
        return f"可能是“{nearest[1] or nearest[2]}”；{known[1]}"
    return known[1]


def worded_cell(code: str) -> bool:
    """Whether a code of a cell has its words here."""
    return _cell(code) is not None


def worded_file(code: str) -> bool:
    """Whether a code of a refused file or undoing has its words here."""
    return code in FILES


def refusal(error: EldercareError) -> str:
    """Why a whole file was refused; the program's own sentence for a code without words."""
    return FILES.get(error.code, error.message)


def refused_column(field: FieldProblem, titles: Mapping[str, str]) -> str:
    """What is wrong with one of the file's columns: missing, doubled or holding something else.

    `titles` are the Chinese headers by the names of the columns.
    """
    name = field.pointer.strip("/")
    title, quoted = titles.get(name, name), re.findall(r"“(.+?)”", field.reason)
    if field.code == "missing_column":
        meant = f"表里的“{quoted[1]}”可能就是，请改名" if len(quoted) > 1 else "请补上"
        return f"缺少“{title}”列，{meant}。"
    if field.code == "duplicate_column" and len(quoted) > 1:
        return f"“{quoted[0]}”和“{quoted[1]}”是同一项，请只留一列。"
    if field.code == "wrong_column":
        kind = next((zh for en, zh in _KINDS.items() if f"holds {en}," in field.reason), "别的内容")
        return f"“{title}”列几乎都是{kind}，和表头不符，请核对表头位置。"
    return field.reason


def refused_row(field: FieldProblem) -> str:
    """Which row stands in the way of an undoing, and why."""
    table, *key = field.pointer.strip("/").split("/")
    found = re.search(r"refers to (.+)$", field.reason)
    why = {"removed": "后来被删除", "changed": "后来被改过"}.get(
        field.code, f"引用了 {found[1]}" if found else "引用了这次导入的行"
    )
    return f"{noun_zh(table)} {'、'.join(key)} {why}"


def _cell(code: str) -> tuple[str, str] | None:
    if code in CELLS:
        return CELLS[code]
    if code.startswith("unknown_"):
        return CELLS["unknown_row"]
    # pydantic names the step that failed behind the type: `date_parsing`, `int_from_float`
    return next((CELLS[begin] for begin in _SHAPES if code.startswith(f"{begin}_")), None)


_SHAPES = ("date", "datetime", "time", "int", "float", "bool", "string", "finite")


def _figure(code: str, told: str) -> str:
    if code not in _FIGURES:
        return ""
    pattern, words = _FIGURES[code]
    found = re.search(pattern, told)
    value = next((one for one in found.groups() if one), "") if found else ""
    if "、" in value:  # English words are read too, but nobody here writes them
        value = "、".join(word for word in value.split("、") if not word.isascii())
    value = re.sub(r" in row (\d+)", r"，第 \1 行", value.replace(" to ", "–"))
    return words.format(value) if value else ""
