"""One measurement in one fresh process: a crash loses a row only, memory starts from nothing."""

from __future__ import annotations

import multiprocessing
import resource
import signal
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from time import monotonic

from benchmarks.rows import Job, Measured, Row, Status, measured_row, row_of

LOOK_EVERY_SECONDS = 0.25
# An engine may overrun its limit, and must not hold up the night: so much longer, and it is ended.
PATIENCE, PATIENCE_SECONDS = 2.0, 600.0
LEAVE_SECONDS = 5.0
LONGEST_NOTE = 160


def measure(job: Job) -> Row:
    """Make the measurement in a process of its own and wait for it; never raises for its faults."""
    if job.work is None:
        return row_of(job, Status.LEFT_OUT, job.missing)
    ours, theirs = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_report, args=(theirs, job))
    process.start()
    theirs.close()
    try:
        row = _awaited(job, process, ours)
        process.join(LEAVE_SECONDS)
        return row
    finally:
        ours.close()
        process.terminate()
        process.join(LEAVE_SECONDS)
        if process.is_alive():
            process.kill()
            process.join()


def _report(connection: Connection, job: Job) -> None:
    """In the child: do the work, send what came of it and the memory it took."""
    assert job.work is not None
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it and ends this process
    try:
        answer: Measured | str = job.work(*job.arguments)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is this row's and no other's
        answer = f"{type(error).__name__}: {error}"
    connection.send((answer, own_peak_mib()))
    connection.close()


def _awaited(job: Job, process: BaseProcess, connection: Connection) -> Row:
    deadline = monotonic() + PATIENCE * job.limit_seconds + PATIENCE_SECONDS
    peak = 0.0
    while not connection.poll(LOOK_EVERY_SECONDS):
        peak = max(peak, tree_mib(process.pid or 0))
        if monotonic() > deadline:
            return row_of(job, Status.CRASHED, "it did not come to an end and was stopped", peak)
    try:
        answer, own_peak = connection.recv()
    except EOFError:
        process.join()
        return row_of(job, Status.CRASHED, f"the process ended ({process.exitcode})", peak)
    peak = round(max(peak, own_peak), 1)
    if isinstance(answer, Measured):
        return measured_row(job, answer, peak)
    first_line = str(answer).partition("\n")[0]
    return row_of(job, Status.CRASHED, first_line[:LONGEST_NOTE], peak)


def own_peak_mib() -> float:
    """The most this process has had resident, in MiB.

    `getrusage` is the second choice: there a child begins with the peak of its parent.
    """
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024
    except (OSError, IndexError, ValueError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def tree_mib(pid: int) -> float:
    """Resident MiB of a process and its descendants now; shared pages count for each of them.

    Zero on systems without /proc, where only the process's own peak is known.
    """
    total, waiting = 0.0, [pid]
    while waiting:
        folder = Path("/proc") / str(waiting.pop())
        try:
            pages = int((folder / "statm").read_text().split()[1])
            for thread in (folder / "task").iterdir():
                waiting += [int(one) for one in (thread / "children").read_text().split()]
        except OSError:  # it has just ended
            continue
        total += pages * resource.getpagesize() / 2**20
    return total
