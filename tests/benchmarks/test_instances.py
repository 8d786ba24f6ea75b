"""The days that are measured: the same every time, and valid."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import published, town
from benchmarks.instances import town_day
from benchmarks.meal_instances import meal_instance
from benchmarks.modes import FULL, SHORT
from benchmarks.rows import WHOLE_SECTION


def test_a_town_day_follows_from_its_seed() -> None:
    assert town_day(40, 8, seed=3) == town_day(40, 8, seed=3)
    assert town_day(40, 8, seed=3) != town_day(40, 8, seed=4)


def test_the_town_day_is_the_one_of_the_target() -> None:
    day = town_day(seed=1)
    assert (len(day.visits), len(day.caregivers)) == (town.VISITS, town.CAREGIVERS) == (500, 70)
    assert sum(len(visit.parts) == 2 for visit in day.visits) == 25
    assert all(shift.rest for _, shift in day.shift_by_id.values())


def test_the_day_without_doubles_differs_in_nothing_else() -> None:
    day = town_day(60, 10, seed=1)
    alone = town.single(day)
    assert all(len(visit.parts) == 1 and visit.sync is None for visit in alone.visits)
    assert [one.windows for one in alone.visits] == [one.windows for one in day.visits]
    assert alone.caregivers == day.caregivers


def test_a_lunch_round_follows_from_its_seed() -> None:
    first, again = (meal_instance(30, seed=5, kitchens=1) for _ in range(2))
    assert first.deliveries == again.deliveries
    assert first.riders == again.riders
    assert len(first.deliveries) == 30


@pytest.fixture
def instances(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of published instances with their references, and no instance in it."""
    monkeypatch.setenv("BENCHMARK_INSTANCES", str(tmp_path))
    (tmp_path / "uhhc").mkdir()
    (tmp_path / "uhhc" / "reference.csv").write_text(
        "instance,patients,caregivers,published_best,best_of_10,mean_of_10,mean_seconds\n"
        "i-116,10,4,17393,17393,18303.5,13.6\ni-9,25,5,15119,15119,17916.6,25.1\n",
        encoding="utf-8",
    )
    return tmp_path


def test_uhhc_has_half_the_published_seconds(instances: Path) -> None:
    jobs = list(published.uhhc_jobs(FULL))
    assert [(job.item, job.limit_seconds) for job in jobs[:: FULL.seeds]] == [
        ("i-116", 6.8),
        ("i-9", 12.55),
    ]
    assert jobs[0].facts == {"patients": 10.0, "best": 17393.0, "mean": 18303.5}
    assert {job.item for job in published.uhhc_jobs(SHORT)} == {"i-116"}


def test_missing_instances_are_left_out_in_a_sentence(instances: Path) -> None:
    (job,) = published.hhcrsp_jobs(FULL)
    assert (job.item, job.work) == (WHOLE_SECTION, None)
    assert "not on this machine" in job.missing
    assert str(instances) not in job.missing


def test_samples_are_part_of_the_published_sets() -> None:
    folder = published.folder()
    if not folder.is_dir():
        pytest.skip("the public benchmark instances are not at ../shared/benchmarks")
    for style, sample in (
        ("uhhc", published.UHHC_SAMPLE),
        ("hhcrsp", published.HHCRSP_SAMPLE),
    ):
        for name in sample:
            path = folder / style / "instances" / f"{name}.json"
            assert json.loads(path.read_text(encoding="utf-8"))
    jobs = {job.item for job in published.hhcrsp_jobs(SHORT)}
    assert jobs == published.HHCRSP_SAMPLE
    assert len({job.item for job in published.hhcrsp_jobs(FULL)}) == 64
    assert len({job.item for job in published.uhhc_jobs(FULL)}) == 12
