"""`python -m solver solve|verify|compile`: one JSON document on stdout, the rest on stderr.

Exit codes: 0 done and feasible · 1 internal fault, or a plan of our own that is not feasible ·
2 usage · 3 invalid input; for `verify` also a plan that is not feasible.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from solver.errors import FormatError, SolverError
from solver.formats import meals
from solver.formats.documents import FORMATS, detect, read_json
from solver.verify import verify
from solver.verify_meals import verify_meals

DONE, FAULT, INVALID = 0, 1, 3


@dataclass(frozen=True)
class Craft:
    """How one kind of problem is read, solved and checked; visits and meals differ in all three."""

    style: Any
    solve: Callable[..., Any]
    verify: Callable[[Any, Any], Any]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code (argparse itself exits with 2)."""
    given = _parser().parse_args(arguments)
    if given.command == "compile":
        return _compile()
    try:
        document = read_json(given.problem)
        craft = _craft(given.format, document)
        problem = craft.style.read_problem(document)
        return (_solve if given.command == "solve" else _verify)(given, craft, problem)
    except SolverError as error:
        sys.stderr.write(f"error: {error}\n")
        return INVALID if isinstance(error, ValueError) else FAULT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m solver", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    formats = ("auto", *FORMATS)
    solve = commands.add_parser("solve", help="find a plan")
    solve.add_argument("problem", type=Path, help="problem JSON")
    solve.add_argument("--format", choices=formats, default="auto")
    solve.add_argument("--time-limit", type=_seconds, default=30.0, metavar="S")
    solve.add_argument("--seed", type=_seed, default=0, metavar="N")
    solve.add_argument("--engine", choices=("hybrid", "ortools"), default="hybrid")
    solve.add_argument("-o", "--output", type=Path, metavar="SOLUTION", help="default: stdout")
    check = commands.add_parser("verify", help="check a plan and recompute its cost")
    check.add_argument("problem", type=Path, help="problem JSON")
    check.add_argument("solution", type=Path, help="solution JSON")
    check.add_argument("--format", choices=formats, default="auto")
    commands.add_parser("compile", help="compile the search now, once for an installation")
    return parser


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive number of seconds")
    return value


def _seed(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) >= 2**31:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 to 2147483647")
    return int(text)


def _craft(style: str, document: dict[str, Any]) -> Craft:
    if style in {"auto", "native"} and document.get("format") == meals.FORMAT:
        return Craft(meals, _meal_engine, verify_meals)
    return Craft(FORMATS[detect(document) if style == "auto" else style], _visit_engine, verify)


# The engines are loaded when asked for: `verify` needs neither the routing library nor a compiler.


def _visit_engine(problem: Any, **options: Any) -> Any:
    from solver.engine import Progress, solve  # noqa: PLC0415 - the engine is slow to load

    pulse = _Pulse()

    def tell(progress: Progress) -> None:
        served = "" if progress.served is None else f", {progress.served} visits served"
        cost = "" if progress.cost is None else f", cost {progress.cost}"
        pulse.say(progress.phase, f"{progress.seconds:.1f} s {progress.phase}{served}{cost}")

    return solve(problem, progress=tell, **options)


def _meal_engine(problem: Any, **options: Any) -> Any:
    from solver.meals import solve_meals  # noqa: PLC0415 - the engine is slow to load

    pulse = _Pulse()

    def tell(share: float, left_out: int) -> None:
        pulse.say("search", f"{share:.0%} searched, {left_out} deliveries left out")

    return solve_meals(problem, progress=tell, **options)


def _compile() -> int:
    from solver.warming import compile_kernels  # noqa: PLC0415 - the engine is slow to load

    begun = time.monotonic()
    compile_kernels()
    _say(f"the search is compiled ({time.monotonic() - begun:.1f} s)")
    return DONE


class _Pulse:
    """Says a line at most every second, and when the phase changes."""

    def __init__(self) -> None:
        self.phase = ""
        self.at = float("-inf")

    def say(self, phase: str, line: str) -> None:
        now = time.monotonic()
        if phase != self.phase or now >= self.at + 1:
            self.phase, self.at = phase, now
            _say(line)


def _solve(given: argparse.Namespace, craft: Craft, problem: Any) -> int:
    _check_output(given.output)
    _say(f"solving {given.problem.name}: engine {given.engine}, {given.time_limit:g} s at most")
    begun = time.monotonic()
    with _interruptible() as stop:
        solution = craft.solve(
            problem,
            time_limit=given.time_limit,
            seed=given.seed,
            engine=given.engine,
            stop=stop,
        )
    report = craft.verify(problem, solution)
    for one in report.violations:
        _say(f"violation: {one.rule.value}: {one.sentence}")
    seconds = time.monotonic() - begun
    count = len(report.violations)
    _say(f"cost {craft.style.total(report.cost):g}, {count} violations, {seconds:.1f} s")
    _emit(craft.style.write_solution(problem, solution, report.cost), given.output)
    return DONE if report.feasible else FAULT


@contextmanager
def _interruptible() -> Iterator[Callable[[], bool]]:
    """A first Ctrl-C or SIGTERM asks for the best plan so far, a second one ends at once."""
    asked = False

    def ask(_number: int, _frame: object) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True
        _say("stopping with the best plan so far; once more to give it up")

    before = {one: signal.signal(one, ask) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _verify(given: argparse.Namespace, craft: Craft, problem: Any) -> int:
    solution = craft.style.read_solution(read_json(given.solution), problem)
    report = craft.verify(problem, solution)
    violations = [
        {"rule": one.rule.value, "item": one.item, "sentence": one.sentence}
        for one in report.violations
    ]
    document = {
        "feasible": report.feasible,
        "violations": violations,
        "cost": craft.style.total(report.cost),
        "components": craft.style.components(problem, report.cost),
    }
    _emit(document, None)
    return DONE if report.feasible else INVALID


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _emit(document: dict[str, Any], path: Path | None) -> None:
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    if path is None:
        sys.stdout.write(text)
        return
    half = path.with_name(f".{path.name}.part")
    try:
        half.write_text(text, encoding="utf-8")
        half.replace(path)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise FormatError(f"{path}: it cannot be written ({error.strerror})") from error


def _check_output(path: Path | None) -> None:
    """Refuse a place that cannot be written before the search spends its time."""
    if path is not None and (path.is_dir() or not path.parent.is_dir()):
        raise FormatError(f"{path}: it is a folder, or its folder does not exist")


if __name__ == "__main__":
    sys.exit(main())
