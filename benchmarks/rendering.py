"""From rows to Markdown: a pure function, so the table can be made again without measuring."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from benchmarks.findings import Findings, Verdict
from benchmarks.rows import WHOLE_SECTION, Log, Row, Status
from benchmarks.sections import Section

Causes = Mapping[str, Mapping[str, str]]
UNNAMED = "**cause not named yet**"


def render(log: Log, sections: Sequence[Section], causes: Causes) -> str:
    """The whole document.

    Args:
        log: runs and rows, the last run's mode being that of all.
        sections: in the order of the table.
        causes: why a target was missed, by section and item.
    """
    run = log.runs[-1] if log.runs else {}
    is_judged = bool(run.get("is_judged"))
    found = {one.name: _found(one, log.rows) for one in sections}
    blocks = ["# Performance", _made_with(log.runs), _modesty(run, is_judged)]
    blocks += ["## Summary", _summary(sections, found, is_judged)]
    if is_judged and (missed := _missed(found, causes)):
        blocks += ["## Missed targets", missed]
    for section in sections:
        blocks += [f"## {section.title}", *_body(section, found[section.name], log.rows)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _found(section: Section, rows: Iterable[Row]) -> Findings | None:
    """What the section's rows say; None where nothing was measured."""
    mine = [row for row in rows if row.section == section.name and row.item != WHOLE_SECTION]
    return section.judge(mine) if mine else None


def _made_with(runs: Sequence[Mapping[str, Any]]) -> str:
    """Commands, cores and versions; of several runs each that differs."""
    lines = dict.fromkeys(
        f"Made with `{run['command']}` on {_cores(run['cores'])}: "
        + ", ".join(f"{name} {version}" for name, version in run["versions"].items())
        + (f"; code {run['code']}." if run.get("code") else ".")
        for run in runs
    )
    return "\n".join(lines)


def _cores(count: int) -> str:
    return "1 core" if count == 1 else f"{count} cores"


def _modesty(run: Mapping[str, Any], is_judged: bool) -> str:
    text = (
        "Every plan is checked and priced by `solver.verify`; one that does not verify is INVALID "
        "and has no figure. Figures of ours are medians over seeds, never a best of seeds; engines "
        "that are compared ran one after the other in the same run, at the same limit of wall "
        "time. Compiling the kernels is not part of a limit (see Cold start)."
    )
    if run and not is_judged:
        text += (
            f"\n\n**Mode `{run['mode']}`: limits are {run['scale']:.3g} times those of the "
            f"targets{', and only a sample is measured' if run['sample'] else ''}. "
            "No target is judged.**"
        )
    return text


def _summary(
    sections: Sequence[Section], found: Mapping[str, Findings | None], is_judged: bool
) -> str:
    lines = []
    for section in sections:
        findings = found[section.name]
        if findings is None:
            lines.append((section.title, "–", "–", "not measured"))
            continue
        lines += [
            (section.title, one.target or "no target", one.figure, _word(one, is_judged))
            for one in findings.verdicts
        ]
    return table(("section", "target", "found", "verdict"), lines)


def _word(verdict: Verdict, is_judged: bool) -> str:
    if not verdict.is_measured:
        return "not measured"
    if not verdict.target:
        return "reported"
    if not is_judged:
        return "not judged"
    return "met" if verdict.is_met else "**MISSED**"


def _missed(found: Mapping[str, Findings | None], causes: Causes) -> str:
    return "\n".join(
        f"- {name}, {verdict.target}: {miss.item} ({miss.figure}): "
        + causes.get(name, {}).get(miss.item, UNNAMED)
        for name, findings in found.items()
        if findings is not None
        for verdict in findings.verdicts
        if verdict.is_measured
        for miss in verdict.misses
    )


def _body(section: Section, findings: Findings | None, rows: Iterable[Row]) -> list[str]:
    if findings is None:
        absent = [row for row in rows if row.section == section.name]
        if absent and absent[-1].status is Status.LEFT_OUT:
            return [f"Left out: {absent[-1].note}."]
        return ["Not measured in this run."]
    return [table(findings.columns, findings.lines), *findings.remarks]


def table(columns: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """A Markdown table; a bar inside a cell is written so that it does not end it."""
    rows = [columns, ["---"] * len(columns), *lines]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows
    )
