"""Every code of the exchange has its words, and they take over the figures of the sentence."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from eldercare.care import admit
from eldercare.errors import FieldProblem, InvalidInput
from eldercare.exchange import cells, rows, text_body
from eldercare.exchange.problems import CellProblem
from eldercare.exchange.words import (
    chinese,
    mend_of,
    reason_of,
    refusal,
    refused_column,
    refused_row,
    worded_cell,
    worded_file,
)
from eldercare.registry.admission import shape

ROOT = Path(admit.__file__).parents[2]
PLACES = (
    "eldercare/exchange/**/*.py",
    "eldercare/registry/admission/*.py",
    "eldercare/registry/id_number.py",
    "eldercare/care/admit*.py",
)


def _codes_in(path: Path) -> set[str]:
    """What is given as a code: `code="…"`, `ValueProblem("…", …)`, `_problem("…", …)`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", "")
        given = [word.value for word in node.keywords if word.arg == "code"]
        if name in {"ValueProblem", "_problem"}:
            given += node.args[:1]
        if name == "CellProblem" or getattr(node.func, "attr", "") == "add":
            given += node.args[-1:] if len(node.args) > 3 else []
        found |= {
            one.value
            for one in given
            if isinstance(one, ast.Constant) and isinstance(one.value, str)
        }
    return found


def _known_faults() -> set[str]:
    text = (ROOT / "eldercare/exchange/date_values.py").read_text()
    return set(re.findall(r'^ {8}"([a-z_]+)",$', text, re.M)) | set(
        re.findall(r'", "([a-z_]+)", f"', text)
    )


def test_no_code_is_without_words() -> None:
    codes = set().union(*(_codes_in(path) for place in PLACES for path in ROOT.glob(place)))
    codes |= _known_faults() | {*cells.REASONS, *rows.REASONS, *text_body.REASONS}
    assert {"wrong_checksum", "two_digit_year", "unknown_word", "overlap", "too_long"} <= codes
    assert {"unknown_column", "wrong_column", "old_id_number", "file_empty"} <= codes
    wordless = {one for one in codes if not worded_cell(one) and not worded_file(one)}
    assert wordless == {"duplicate_column", "missing_column"}  # columns: `refused_column`


def test_every_shape_has_its_words() -> None:
    # what pydantic calls errors: the beginning alone, or with a step behind it
    wordless = {
        one for one in shape._ADVICE if not worded_cell(one) and not worded_cell(f"{one}_x")
    }
    assert wordless == set()
    assert worded_cell("unknown_caregiver")
    assert not worded_cell("something_else")


@pytest.mark.parametrize(
    ("code", "told", "words"),
    [
        ("impossible_date", "month 2 of 2020 has days 1 to 29, not 30; look again", "只有 29 天"),
        ("too_long", "the text has 41 characters, at most 40 fit; shorten it", "最多 40 个字"),
        ("repeated_in_file", "the elder stands in row 3 already: keep one", "第 3 行"),
        ("unknown_word", "the word is none of 女、女性、f …; look for a slip", "可填：女、女性）"),
        ("outside_range", "90 minutes: bath takes 20 to 60", "20–60"),
    ],
)
def test_figures_are_taken_over(code: str, told: str, words: str) -> None:
    assert words in reason_of(code, told)


def test_a_problem_in_one_line() -> None:
    told = "the word is none of 女、男; perhaps “女” is meant"
    problem = CellProblem("", 3, "性别", "女士", told, "unknown_word")
    assert chinese(problem) == "性别：不在可选的词里（可填：女、男）；可能是“女”；换成可选的词"
    unknown = CellProblem("", 3, "", "", "something is odd", "odd")
    assert chinese(unknown) == "something is odd"
    assert (reason_of("odd"), mend_of("odd")) == ("odd", "")


def test_a_refused_file() -> None:
    titles = {"name": "姓名", "phone": "电话"}
    missing = FieldProblem(
        "/name", "the column “name” is missing; is “人名” meant?", "missing_column"
    )
    assert refused_column(missing, titles) == "缺少“姓名”列，表里的“人名”可能就是，请改名。"
    wrong = FieldProblem(
        "/phone", "nearly every cell of this column holds a date, x", "wrong_column"
    )
    assert refused_column(wrong, titles) == "“电话”列几乎都是日期，和表头不符，请核对表头位置。"
    doubled = FieldProblem(
        "/电话", "the columns “手机” and “电话” mean the same", "duplicate_column"
    )
    assert refused_column(doubled, titles) == "“手机”和“电话”是同一项，请只留一列。"
    assert refusal(InvalidInput("x", code="odd")) == "x"


def test_a_row_in_the_way_of_an_undoing() -> None:
    changed = FieldProblem("/elder/E1", "elder E1 was changed since", "changed")
    assert refused_row(changed) == "老人 E1 后来被改过"
    referring = FieldProblem("/care_plan/P1", "care_plan P1 refers to E1", "referring")
    assert refused_row(referring) == "照护计划 P1 引用了 E1"
