"""A real Dask cluster of this machine, for tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from distributed import LocalCluster


@contextmanager
def local_cluster(workers: int = 2) -> Iterator[str]:
    """Address of a scheduler with worker processes of one thread each."""
    with LocalCluster(  # type: ignore[no-untyped-call]  # dask gives it no annotations
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",  # two clusters on one machine must not share a port
    ) as cluster:
        yield cluster.scheduler_address
