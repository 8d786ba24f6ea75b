"""Where towns and shards are solved: processes of this machine, or workers of a Dask cluster."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from eldercare.errors import InvalidInput
from solver.decompose import ProcessPool, cores

PROCESSES = "processes"
SCHEMES = ("tcp://", "tls://")
CONNECT_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Crew:
    """An executor and how many tasks it runs at the same time."""

    executor: Executor
    workers: int


@contextmanager
def crew_at(address: str) -> Iterator[Crew]:
    """The workers at `processes` (one for each core) or at a scheduler's `tcp://host:port`.

    Raises InvalidInput where the address is neither, the `cluster` extra is not installed, or no
    scheduler with workers answers there within a few seconds.
    """
    if address == PROCESSES:
        with ProcessPool() as pool:
            yield Crew(pool, cores())
    elif address.startswith(SCHEMES):
        client = _client(address)
        try:
            threads = sum(client.nthreads().values())
            if not threads:
                raise InvalidInput(f"the scheduler at {address} has no worker: start one")
            with client.get_executor(pure=False) as executor:
                yield Crew(executor, threads)
        finally:
            client.close()
    else:
        raise InvalidInput(
            f"executor {address!r} is unknown: use {PROCESSES} or the address of a Dask scheduler,"
            " tcp://host:port"
        )


def _client(address: str) -> Any:
    """A client of the scheduler; the library is looked for only here, because it is an extra."""
    try:
        distributed = importlib.import_module("distributed")
    except ImportError as missing:
        raise InvalidInput(
            f"executor {address} needs the cluster extra: install 'xinbei-eldercare[cluster]'"
        ) from missing
    try:
        return distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as unreachable:
        raise InvalidInput(
            f"no Dask scheduler answers at {address} within {CONNECT_SECONDS} s"
        ) from unreachable
