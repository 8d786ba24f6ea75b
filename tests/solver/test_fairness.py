"""Sums, indices and warnings against slow references, and small cases by hand."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from statistics import median
from typing import Any

import pytest

from solver.errors import ProblemError
from solver.fairness import (
    Cared,
    WorkedDay,
    carers,
    fairness,
    gini,
    past_workload,
    unpopular_minutes,
)
from solver.objective import Term
from solver.solution import Solution
from solver.verify import verify
from tests.solver.small import caregiver, day

ON = date(2026, 3, 31)


def random_rows(seed: int) -> list[WorkedDay]:
    rng = Random(seed)
    rows = []
    for _ in range(rng.randint(0, 60)):
        work = rng.randint(0, 500)
        rows.append(
            WorkedDay(
                caregiver=f"C{rng.randrange(6)}",
                on=ON + timedelta(days=rng.randint(-20, 3)),
                work_minutes=work,
                travel_minutes=rng.randint(0, work),
                unpopular_minutes=rng.choice((0, rng.randint(0, work))),
            )
        )
    return rows


@pytest.mark.parametrize("seed", range(40))
def test_sums_and_shares_are_those_of_the_slow_reference(seed: int) -> None:
    rows, days = random_rows(seed), 1 + seed % 15
    group = {f"C{number}" for number in range(5)} if seed % 2 else None
    found = fairness(iter(rows), on=ON, days=days, group=group)
    dates = [ON - timedelta(days=back) for back in range(1, days + 1)]
    names = group or {row.caregiver for row in rows if row.on in dates}
    assert [one.caregiver for one in found.carried] == sorted(names)
    for field in ("work", "travel", "unpopular"):
        sums = {
            name: sum(
                getattr(row, f"{field}_minutes")
                for row in rows
                if row.caregiver == name and row.on in dates
            )
            for name in names
        }
        middle = median(sums.values()) if sums else 0
        for one in found.carried:
            assert getattr(one, f"{field}_minutes") == sums[one.caregiver]
            share = sums[one.caregiver] / middle if middle else None
            assert getattr(one, f"{field}_share") == share
        pairs = [abs(a - b) for a in sums.values() for b in sums.values()]
        whole = sum(sums.values())
        plain = sum(pairs) / (2 * len(sums) * whole) if whole else 0.0
        assert getattr(found, f"{field}_gini") == pytest.approx(plain)
    for one in found.carried:
        worked = {row.on for row in rows if row.caregiver == one.caregiver and row.on in dates}
        assert one.days == len(worked)


def test_gini_of_cases_known_by_hand() -> None:
    assert gini([]) == gini([0, 0]) == gini([7, 7, 7]) == 0
    assert gini([0, 0, 0, 12]) == 0.75
    assert gini([1, 3]) == 0.25


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (420, 480, 30),
        (480, 600, 0),
        (1060, 1110, 30),
        (400, 1100, 70),
        (1100, 1460, 360),
        (9, 9, 0),
    ],
)
def test_unpopular_minutes_are_early_or_late(start: int, end: int, expected: int) -> None:
    assert unpopular_minutes(start, end, is_rest_day=False) == expected
    assert unpopular_minutes(start, end, is_rest_day=True) == end - start
    slow = sum(minute < 450 or minute >= 1080 for minute in range(start, end))
    assert slow == expected


def worked(name: str, back: int, work: int, unpopular: int = 0) -> WorkedDay:
    on = ON - timedelta(days=back)
    return WorkedDay(caregiver=name, on=on, work_minutes=work, unpopular_minutes=unpopular)


def workload(rows: list[WorkedDay], **fields: Any) -> dict[str, int]:
    given: dict[str, Any] = {"contract_percent": {"A": 100, "B": 100}, "days": 10, **fields}
    return past_workload(rows, on=ON, **given)


def test_the_least_burdened_begins_at_nothing() -> None:
    rows = [worked("A", 1, 300), worked("A", 2, 200), worked("B", 1, 400), worked("C", 1, 999)]
    assert workload(rows) == {"A": 100, "B": 0}
    assert workload([]) == {"A": 0, "B": 0}
    assert workload([], contract_percent={}) == {}


def test_the_look_back_ends_before_the_day_that_is_planned() -> None:
    rows = [worked("A", 0, 100), worked("A", 10, 20), worked("A", 11, 300)]
    assert workload(rows) == {"A": 20, "B": 0}


def test_half_the_time_with_half_the_work_is_as_much() -> None:
    rows = [worked("A", 1, 400), worked("B", 1, 200)]
    assert workload(rows, contract_percent={"A": 100, "B": 50}) == {"A": 0, "B": 0}


def test_unpopular_minutes_weigh_more() -> None:
    rows = [worked("A", 1, 400, unpopular=60), worked("B", 1, 400)]
    assert workload(rows) == {"A": 60, "B": 0}
    assert workload(rows, unpopular_percent=0) == {"A": 0, "B": 0}
    assert workload(rows, unpopular_percent=50) == {"A": 30, "B": 0}


def test_who_was_away_does_not_come_back_to_a_mountain_of_work() -> None:
    rows = [worked(name, back, 100) for name in "AC" for back in range(1, 11)]
    rows += [worked("B", back, 100) for back in range(1, 6)]
    contracts = dict.fromkeys("ABC", 100)
    assert workload(rows, contract_percent=contracts) == {"A": 500, "B": 0, "C": 500}
    credited = workload(rows, contract_percent=contracts, away_days={"B": 5})
    assert credited == {"A": 0, "B": 0, "C": 0}
    assert workload(rows, away_days={"A": 10, "B": 10}) == {"A": 500, "B": 0}


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"contract_percent": {"A": 0}}, "caregiver A: contract_percent must be at least 1"),
        ({"away_days": {"A": 11}}, "caregiver A: 11 away_days in a look-back of 10"),
        ({"away_days": {"A": -1}}, "caregiver A: away_days must be at least 0"),
        ({"unpopular_percent": -1}, "unpopular_percent must be at least 0"),
    ],
)
def test_figures_that_cannot_be_are_refused(fields: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ProblemError, match=sentence):
        workload([], **fields)


def test_a_part_is_not_larger_than_the_whole() -> None:
    with pytest.raises(ProblemError, match="unpopular_minutes exceed the 10 minutes of work"):
        worked("A", 1, 10, unpopular=11)
    with pytest.raises(ProblemError, match="work_minutes must be at least 0"):
        worked("A", 1, -1)


def test_what_all_have_in_common_does_not_change_the_balance() -> None:
    """The least may be taken away: the term of the plan is the same."""
    costs = []
    for common in (0, 350):
        people = [
            caregiver(name, past_workload=past + common)
            for name, past in (("A", 120), ("B", 0), ("C", 45))
        ]
        costs.append(verify(day([], people, balance=1), Solution(())).terms[Term.BALANCE])
    assert costs[0] == costs[1] > 0


@pytest.mark.parametrize("seed", range(20))
def test_the_different_carers_of_an_elder_are_counted(seed: int) -> None:
    rng = Random(seed)
    rows = [
        Cared(
            f"E{rng.randrange(4)}", f"C{rng.randrange(6)}", ON - timedelta(days=rng.randint(-3, 40))
        )
        for _ in range(rng.randint(0, 80))
    ]
    found = carers(iter(rows), on=ON, limit=3)
    first, last = ON - timedelta(days=30), ON - timedelta(days=1)
    slow = {
        elder: {row.caregiver for row in rows if row.elder == elder and first <= row.on <= last}
        for elder in {row.elder for row in rows if first <= row.on <= last}
    }
    assert {one.elder: set(one.caregivers) for one in found} == slow
    assert [one.elder for one in found] == sorted(slow, key=lambda one: (-len(slow[one]), one))
    assert {one.elder for one in found if one.too_many} == {
        elder for elder, people in slow.items() if len(people) > 3
    }
