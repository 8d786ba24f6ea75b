"""`python -m solver`: JSON on stdout, everything else on stderr, exit codes people script with."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.instances import town_day
from solver.__main__ import main
from solver.formats import meals, native
from solver.meal_problem import Delivery, Kitchen, MealProblem, Rider
from solver.verify import verify
from tests.solver.generate import generate


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    problem, plan = generate(7)
    paths = tmp_path / "problem.json", tmp_path / "plan.json"
    documents = native.write_problem(problem), native.write_solution(problem, plan, {})
    for path, document in zip(paths, documents, strict=True):
        path.write_text(json.dumps(document), encoding="utf-8")
    return paths


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, Any, str]:
    code = main([str(one) for one in arguments])
    out, err = capsys.readouterr()
    return code, json.loads(out) if out else None, err


def test_verify_accepts_a_valid_plan(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    code, said, err = run(capsys, "verify", *files)
    assert code == 0
    assert err == ""
    assert said["feasible"] is True
    assert said["violations"] == []
    assert said["cost"] == sum(said["components"].values()) > 0


def test_verify_names_what_is_broken(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    document = json.loads(files[1].read_text(encoding="utf-8"))
    document["routes"][0]["stops"][0]["end"] += 1
    files[1].write_text(json.dumps(document), encoding="utf-8")
    code, said, _ = run(capsys, "verify", *files, "--format", "native")
    assert code == 3
    assert said["feasible"] is False
    assert [one["rule"] for one in said["violations"]] == ["duration"]


def test_invalid_input_is_one_sentence(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    document = json.loads(files[0].read_text(encoding="utf-8"))
    document["visits"][0]["windows"] = [{"start": 600, "end": 540}]
    files[0].write_text(json.dumps(document), encoding="utf-8")
    code, said, err = run(capsys, "verify", *files)
    assert (code, said) == (3, None)
    assert err == "error: visit V0: window 1 ends (540) before it starts (600)\n"


@pytest.mark.parametrize("swap", [("plan.json", "problem.json"), ("plan.json", "plan.json")])
def test_swapped_files_are_told(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str], swap: tuple[str, str]
) -> None:
    code, _, err = run(capsys, "verify", *(files[0].parent / one for one in swap))
    assert code == 3
    assert err == "error: problem: 'kind' is 'solution', not 'problem'\n"


def test_a_missing_file_is_invalid_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = run(capsys, "verify", tmp_path / "no.json", tmp_path / "no.json")
    assert code == 3
    assert "no.json: it cannot be read" in err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["solve"],
        ["solve", "x.json", "--time-limit", "0"],
        ["solve", "x.json", "--time-limit", "soon"],
        ["solve", "x.json", "--seed", "-1"],
        ["solve", "x.json", "--engine", "magic"],
        ["verify", "x.json", "y.json", "--format", "xml"],
    ],
)
def test_usage_errors_exit_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_a_plan_that_cannot_be_kept_is_refused_before_the_search(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    target = files[0].parent / "nowhere" / "plan.json"
    code, _, err = run(capsys, "solve", files[0], "-o", target)
    assert code == 3
    assert "its folder does not exist" in err
    assert "solving" not in err


def test_solve_then_verify_as_people_do(files: tuple[Path, Path]) -> None:
    command = [sys.executable, "-m", "solver"]
    target = files[0].parent / "found.json"
    solved = subprocess.run(
        [*command, "solve", str(files[0]), "--time-limit", "2", "--seed", "5", "-o", str(target)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert solved.returncode == 0, solved.stderr
    assert solved.stdout == ""
    assert "0 violations" in solved.stderr
    assert [path.name for path in target.parent.glob(".*")] == []  # nothing half-written
    checked = subprocess.run(
        [*command, "verify", str(files[0]), str(target)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout
    assert json.loads(checked.stdout)["feasible"] is True


def test_verify_loads_neither_routing_library_nor_compiler(files: tuple[Path, Path]) -> None:
    script = (
        "import sys; from solver.__main__ import main; code = main(sys.argv[1:]); "
        "assert not {'ortools', 'numba'} & set(sys.modules); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "verify", *map(str, files)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_meals_are_told_by_their_format(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    problem = MealProblem(
        kitchens=(Kitchen(id="K", place=0, ready_from=630, ready_until=780),),
        riders=(
            Rider(id="R", mode="bike", capacity=9, start=600, end=840, start_place=0, end_place=0),
        ),
        deliveries=(
            Delivery(id="D", place=1, kitchen="K", portions=1, window_start=660, window_end=720),
        ),
        travel={"bike": np.array([[0, 9], [9, 0]], dtype=np.int32)},
    )
    path, target = tmp_path / "meals.json", tmp_path / "trips.json"
    path.write_text(json.dumps(meals.write_problem(problem)), encoding="utf-8")
    assert meals.read_problem(json.loads(path.read_text(encoding="utf-8"))).deliveries
    code, _, err = run(capsys, "solve", path, "--time-limit", "2", "-o", target)
    assert code == 0, err
    code, said, _ = run(capsys, "verify", path, target)
    assert code == 0
    assert said["components"]["travel"] == 18
    again = meals.read_solution(json.loads(target.read_text(encoding="utf-8")), problem)
    assert [stop.delivery_id for trip in again.trips for stop in trip.stops] == ["D"]


def test_interrupted_it_prints_the_best_plan_so_far(tmp_path: Path) -> None:
    problem = town_day(40, 8, seed=1)
    path = tmp_path / "day.json"
    path.write_text(json.dumps(native.write_problem(problem)), encoding="utf-8")
    command = [sys.executable, "-m", "solver", "solve", str(path), "--time-limit", "3600"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if " search" in line:
                process.send_signal(signal.SIGINT)
                break
        out, err = process.communicate()
    assert process.returncode == 0, err
    assert verify(problem, native.read_solution(json.loads(out), problem)).feasible
    assert "stopping with the best plan so far" in err


def test_the_search_is_compiled_ahead(capsys: pytest.CaptureFixture[str]) -> None:
    code, said, err = run(capsys, "compile")
    assert (code, said) == (0, None)
    assert "compiled" in err
