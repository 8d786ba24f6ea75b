"""The rules of the house that no linter knows: sizes, names, locks and reasons."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import grimp
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ["requirements.lock", "requirements-dev.lock"]

MAXIMUM_FILE_LINES = 400
MAXIMUM_FUNCTION_LINES = 50
BANNED_MODULE_NAMES = {"service", "services", "utils", "util", "helpers", "helper", "manager"}
# All that a checker of solutions may stand on; nothing here searches.
SOLVER_VOCABULARY = {
    "caregivers",
    "checks",
    "errors",
    "meal_problem",
    "meal_reach",
    "meal_solution",
    "objective",
    "problem",
    "solution",
    "visits",
}
GENERATED = "eldercare/migrations/versions/"

# Folders that many machines have; a path below one of them says nothing about this machine.
COMMON_FOLDERS = {Path(name) for name in ("/", "/tmp", "/home", "/opt", "/srv", "/usr", "/var")}  # noqa: S108 - named to be left out


@cache
def house_files() -> list[Path]:
    """Every file of the repository, those not committed yet included."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    paths = [ROOT / name for name in listing.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]


def source_files(*suffixes: str) -> list[Path]:
    return [
        path
        for path in house_files()
        if path.suffix in suffixes and not relative(path).startswith(GENERATED)
    ]


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def long_functions(source: str, limit: int, name: str = "source") -> list[str]:
    """Names and lengths of functions (from `def` to the last line) longer than `limit` lines."""
    found = []
    for node in ast.walk(ast.parse(source, name)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > limit:
                found.append(f"{node.name} ({length} lines)")
    return found


def test_files_stay_readable() -> None:
    files = source_files(".py", ".js", ".mjs", ".css", ".html")
    lengths = {relative(path): len(path.read_text().splitlines()) for path in files}
    assert lengths
    assert {name: n for name, n in lengths.items() if n > MAXIMUM_FILE_LINES} == {}


def test_functions_stay_readable() -> None:
    found = {
        relative(path): long_functions(path.read_text(), MAXIMUM_FUNCTION_LINES, relative(path))
        for path in source_files(".py")
    }
    assert {name: functions for name, functions in found.items() if functions} == {}


def test_a_long_function_is_found() -> None:
    source = "def short():\n    pass\n\n\nasync def long():\n" + "    pass\n" * 50
    assert long_functions(source, 50) == ["long (51 lines)"]


def test_no_module_is_named_for_nothing() -> None:
    named = {
        relative(path)
        for path in source_files(".py")
        if {path.stem, path.parent.name} & BANNED_MODULE_NAMES
    }
    assert named == set()


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_no_host_and_has_every_hash(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert re.findall(r".*(?:https?:|file:|git\+|^-|^\s*-(?!-hash=)| @ ).*", text, re.M) == []
    pins = re.split(r"\n(?=\S)", text.strip())
    assert len(pins) > 50
    assert [
        pin for pin in pins if not re.search(r"==\S+.*\n\s+--hash=sha256:[0-9a-f]{64}", pin)
    ] == []


@pytest.mark.parametrize(
    ("lock", "groups"),
    [("requirements.lock", ["build"]), ("requirements-dev.lock", ["build", "dev"])],
)
def test_lock_holds_every_dependency(lock: str, groups: list[str]) -> None:
    wanted = list(project()["project"]["dependencies"])
    for group in groups:
        wanted += project()["dependency-groups"][group]
    pins: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==(\S+)", (ROOT / lock).read_text(), re.M):
        pins.setdefault(canonicalize_name(name), []).append(version)
    requirements = [Requirement(line) for line in wanted]
    unmet = [
        str(requirement)
        for requirement in requirements
        if not any(
            requirement.specifier.contains(version)
            for version in pins.get(canonicalize_name(requirement.name), [])
        )
    ]
    assert unmet == [], "run `make lock`"


def test_run_time_lock_is_part_of_the_development_lock() -> None:
    run_time, development = ((ROOT / lock).read_text() for lock in LOCKS)
    pattern = re.compile(r"^[\w.-]+==\S+", re.M)
    assert set(pattern.findall(run_time)) <= set(pattern.findall(development))


def test_every_dependency_and_every_ignored_rule_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    tables = re.findall(r"^(?:\w+|\"[^\"]+\") = \[\n((?: {4}\".*\n)+)\]", text, re.M)
    lines = [line for table in tables for line in table.splitlines()]
    reasoned = [
        line
        for line in lines
        if re.match(r" {4}\"([A-Z]+[0-9]+|[a-z][\w.-]*(\[\w+\])?[><=]=.*)\",", line)
    ]
    assert len(reasoned) > 50
    assert [line for line in reasoned if not re.search(r"\",  # \S", line)] == []


def test_every_silenced_finding_has_its_reason() -> None:
    silenced = re.compile(r"#\s*(?:noqa|type: ignore|pragma: no cover)\b.*")
    reasoned = re.compile(r"#\s*(?:noqa: [A-Z0-9, ]+|type: ignore\[[\w, -]+\])\s+(?:- |# )\S.*")
    found = [
        f"{relative(path)}: {match[0]}"
        for path in source_files(".py")
        if path != Path(__file__)
        for match in silenced.finditer(path.read_text())
        if not reasoned.fullmatch(match[0])
    ]
    assert found == []


def test_no_file_names_a_path_of_this_machine() -> None:
    folders = {ROOT, ROOT.parent, Path.home()} - COMMON_FOLDERS
    pattern = re.compile(
        "|".join(rf"(?<![\w.:/]){re.escape(str(path))}(?=[/\"'\s]|$)" for path in folders), re.M
    )
    found = []
    for path in house_files():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue  # a picture
        found += [f"{relative(path)}: {match[0]}" for match in pattern.finditer(text)]
    assert found == []


def test_checkers_share_nothing_with_the_engine() -> None:
    """What verifies a plan reaches the vocabulary and nothing else of the solver."""
    graph = grimp.build_graph("solver", include_external_packages=True, cache_dir=None)
    checkers = {name for name in graph.modules if name.startswith("solver.verify")}
    assert checkers
    allowed = {"solver"} | {f"solver.{name}" for name in SOLVER_VOCABULARY} | checkers
    for checker in checkers:
        reached = graph.find_upstream_modules(checker)
        assert not {"ortools", "numba"} & reached, checker
        assert {name for name in reached if name.startswith("solver")} <= allowed, checker
