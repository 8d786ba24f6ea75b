"""Machine code is kept once, survives several processes at once, and needs no writable package."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from solver import compiled
from solver.compiled import cache_folder

KERNELS = """
from solver.compiled import compiled


@compiled
def doubled(number):
    return 2 * number
"""
PROGRAM = """
from kernels.one import doubled

assert doubled(21) == 42
stats = doubled.stats
print(sum(stats.cache_hits.values()), sum(stats.cache_misses.values()))
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package with one kernel."""
    folder = tmp_path / "kernels"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "one.py").write_text(KERNELS)
    return folder


def start(package: Path, cache: Path) -> subprocess.Popen[str]:
    """A process that calls the kernel and prints cache hits and misses."""
    path = os.pathsep.join([str(package.parent), str(Path(compiled.__file__).parent.parent)])
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache), "PYTHONPATH": path}
    environment.pop("NUMBA_CACHE_DIR", None)
    command = [sys.executable, "-B", "-c", PROGRAM]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def printed(process: subprocess.Popen[str]) -> str:
    out, _ = process.communicate()
    assert process.returncode == 0
    return out.strip()


def test_processes_that_compile_at_once_all_work_and_the_next_finds_the_code(
    package: Path, tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    for one in [start(package, cache) for _ in range(3)]:
        printed(one)
    assert printed(start(package, cache)) == "1 0"


def test_a_changed_file_of_the_package_is_compiled_anew(package: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    assert printed(start(package, cache)) == "0 1"
    (package / "other.py").write_text("CONSTANT = 3\n")
    assert printed(start(package, cache)) == "0 1"


def test_a_read_only_package_is_no_hindrance(package: Path, tmp_path: Path) -> None:
    for path in (*package.glob("*.py"), package):
        path.chmod(0o555)
    try:
        assert printed(start(package, tmp_path / "cache")) == "0 1"
        assert printed(start(package, tmp_path / "cache")) == "1 0"
    finally:
        package.chmod(0o755)


def test_without_a_cache_of_its_own_the_temporary_folder_serves(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    folder = cache_folder.__wrapped__(package)
    assert folder.is_dir()
    assert blocked not in folder.parents
