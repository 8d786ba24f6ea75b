"""`python -m benchmarks`: measures section by section and writes the table of performance.

Every measurement is a process of its own, and its row is kept at once: an interrupted run goes on
with `--resume`. The short mode measures a sample within minutes, to see that all works; only the
full mode's figures can be held against the targets.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import monotonic
from typing import Any

from benchmarks import machine, meal_rounds, planning
from benchmarks.measuring import measure
from benchmarks.modes import MODES, SHORT, Mode
from benchmarks.rendering import render
from benchmarks.rows import WHOLE_SECTION, Job, Row, append, mend_tail, read
from benchmarks.sections import SECTIONS, Section

FOLDER = machine.ROOT / "var" / "benchmarks"
TABLE = machine.ROOT / "benchmarks" / "RESULTS.md"
CAUSES = machine.ROOT / "benchmarks" / "causes.toml"


@dataclass(frozen=True, slots=True)
class Order:
    """What to measure, and where rows and table go."""

    mode: Mode
    sections: Sequence[Section]
    rows: Path
    table: Path
    resume: bool


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure (or only render) and write the table.

    Returns 0, 2 where the rows are of another mode or missing, 130 after an interruption.
    """
    given = _parser().parse_args(arguments)
    mode = MODES[given.mode]
    mode = replace(mode, seeds=given.seeds or mode.seeds, scale=given.scale or mode.scale)
    names = given.only or [one.name for one in SECTIONS]
    order = Order(
        mode,
        [one for one in SECTIONS if one.name in names],
        given.rows or FOLDER / f"{mode.name}.jsonl",
        given.output or (TABLE if mode.is_judged else FOLDER / f"{mode.name}.md"),
        given.resume,
    )
    if refusal := _refusal(order, only_render=given.render):
        sys.stderr.write(f"error: {refusal}\n")
        return 2
    try:
        if not given.render:
            measure_all(order)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted; the same command with --resume goes on\n")
        return 130
    write_table(order)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--mode", choices=tuple(MODES), default=SHORT.name)
    parser.add_argument("--only", nargs="+", choices=[one.name for one in SECTIONS])
    parser.add_argument("--seeds", type=_positive, help="how many for each measurement")
    parser.add_argument("--scale", type=_share, help="times the limits of the targets")
    parser.add_argument("--rows", type=Path, help="JSON lines of the rows (default: below var/)")
    parser.add_argument("-o", "--output", type=Path, help="Markdown of the table")
    parser.add_argument("--resume", action="store_true", help="keep the rows that are there")
    parser.add_argument("--render", action="store_true", help="only write the table again")
    return parser


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not above 0 and at most 1")
    return value


def _refusal(order: Order, *, only_render: bool) -> str:
    """Why these rows cannot be rendered or gone on with; empty where they can."""
    if only_render:
        return "" if order.rows.exists() else f"there are no rows in {order.rows}"
    runs = read(order.rows).runs if order.resume else ()
    if runs and (runs[-1]["mode"], runs[-1]["scale"]) != (order.mode.name, order.mode.scale):
        return (
            f"{order.rows.name} is of mode {runs[-1]['mode']} at {runs[-1]['scale']:.3g} times "
            "the limits; resume it so, or begin anew without --resume"
        )
    return ""


def measure_all(order: Order) -> None:
    """Make every measurement that is not there yet; each row is kept as soon as it is known."""
    if not order.resume:
        order.rows.unlink(missing_ok=True)
    mend_tail(order.rows)
    known = read(order.rows).final
    append(order.rows, head(order))
    jobs = [job for one in order.sections for job in one.jobs(order.mode) if job.key not in known]
    if any(job.work for job in jobs):
        compile_kernels()
    begun = monotonic()
    for number, job in enumerate(jobs, 1):
        row = measure(job)
        append(order.rows, row)
        spent = monotonic() - begun
        left = (len(jobs) - number) * spent / number
        print(f"{number}/{len(jobs)} {_said(row)}; about {left / 60:.0f} min left", flush=True)


def compile_kernels() -> None:
    """Fill the cache of kernels where it is empty, so that no row's memory shows the compiler."""
    for work in (planning.warm_up, meal_rounds.warm_up):
        measure(Job(section="", item="", engine="", seed=0, limit_seconds=1, work=work))


def head(order: Order) -> dict[str, Any]:
    """What a run says of itself before its first row."""
    mode = order.mode
    return {
        **{name: value for name, value in asdict(mode).items() if name != "name"},
        "mode": mode.name,
        "is_judged": mode.is_judged,
        "command": _command(order),
        "cores": machine.cores(),
        "versions": machine.versions(),
        "code": machine.code(),
    }


def _command(order: Order) -> str:
    """The command that measures the same; where it writes to is nobody's business."""
    mode, usual = order.mode, MODES[order.mode.name]
    only = [] if len(order.sections) == len(SECTIONS) else [one.name for one in order.sections]
    if mode == usual and not only:
        return f"make bench MODE={mode.name}"
    words = ["python -m benchmarks --mode", mode.name]
    words += ["--only", *(f"'{name}'" if " " in name else name for name in only)] if only else []
    words += ["--seeds", str(mode.seeds)] if mode.seeds != usual.seeds else []
    words += ["--scale", f"{mode.scale:g}"] if mode.scale != usual.scale else []
    return " ".join(words)


def _said(row: Row) -> str:
    what = "" if row.item == WHOLE_SECTION else f" {row.item}, {row.engine}, seed {row.seed}"
    figure = row.status.value if row.cost is None else f"cost {row.cost:.1f}"
    return f"{row.section}{what}: {figure}{f' ({row.note})' if row.note else ''}"


def write_table(order: Order) -> None:
    """Render all rows of the file, measured now or before; says where the table is."""
    causes = tomllib.loads(CAUSES.read_text(encoding="utf-8")) if CAUSES.exists() else {}
    order.table.parent.mkdir(parents=True, exist_ok=True)
    text = render(read(order.rows), SECTIONS, causes)
    order.table.write_text(text, encoding="utf-8")
    print(_part(text.splitlines(), "## Summary"))
    print(f"The table is in {order.table}")


def _part(lines: Iterable[str], title: str) -> str:
    """The lines below a title, up to the next."""
    kept: list[str] = []
    inside = False
    for line in lines:
        inside = line == title if line.startswith("#") else inside
        kept += [line] if inside and not line.startswith("#") else []
    return "\n".join(kept).strip()


if __name__ == "__main__":
    sys.exit(main())
