"""The roster through the day: answers to coordinators on the town day, beside doing nothing.

One measurement is one seed: a day is planned, then every kind of event happens to that plan, and
every kind of question is asked of it. Reading from and writing to the database are not in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from random import Random
from statistics import median
from time import perf_counter

from benchmarks.disturbances import KINDS, Event, as_it_runs, doing_nothing, event
from benchmarks.findings import OURS, Findings, Miss, Verdict, failures, number
from benchmarks.instances import town_day
from benchmarks.modes import Mode
from benchmarks.planning import warm_up
from benchmarks.rows import Job, Measured, Row, Status
from benchmarks.town import CAREGIVERS, SECONDS, VISITS
from solver.by_hand import Wish, placed
from solver.by_hand.working import Working
from solver.engine import solve
from solver.explain import explain
from solver.explaining.comparing import why_not
from solver.explaining.diff import differences
from solver.explaining.fixes import smallest_fixes
from solver.explaining.offering import day_with, offers
from solver.problem import Problem, TimeWindow, Visit
from solver.replanning import Replanned, appointments, replan
from solver.solution import Proof, Solution, Unserved
from solver.tasks import tabulate
from solver.verify import verify

TIMES = 3
"""How often each event happens and each question is asked for a seed."""
MOST_DISTURBED = 10
REPLAN_SECONDS, OFFER_SECONDS = 2.0, 1.0
SEARCH_SECONDS = 1.2
"""What a replanning is given, as in the product: reading and checking take the rest."""
OFFERS, WHY_UNSERVED, WHY_NOT, DIFF, EDIT = (
    "slot offers",
    "why unserved, with fixes",
    "why not another caregiver",
    "differences of two plans",
    "hand edit, tried only",
)
REMARKS = (
    "Doing nothing: the same day with the event, every route followed as planned.",
    "Late minutes are those after the end of windows; figures are sums over events and seeds.",
    f"At most {MOST_DISTURBED} elders may be disturbed by an event; the most that were are told.",
    "Seconds are without start-up and database; a replanning uses the time that it is given.",
)


def through_a_day(visits: int, caregivers: int, seconds: float, seed: int) -> Measured:
    """Plan a day, disturb it and ask about it; facts are named `what: figure`."""
    warm_up()
    day = town_day(visits, caregivers, seed=seed)
    begun = perf_counter()
    plan = solve(day, time_limit=seconds, seed=seed)
    took = perf_counter() - begun
    report = verify(day, plan)
    _wake(day, plan, seed)
    facts: dict[str, float] = {}
    faults = [one.sentence for one in report.violations]
    for kind in KINDS:
        facts |= _disturbed(kind, day, plan, seed, faults)
    for name, ask in _questions(day, plan, seed).items():
        facts |= _asked(name, ask)
    return Measured(
        cost=float(report.total), seconds=took, facts=facts, fault=faults[0] if faults else ""
    )


def _wake(day: Problem, plan: Solution, seed: int) -> None:
    """Load what the first answer loads."""
    happened = event("new visit", day, plan, seed)
    _replanned(happened)


def _replanned(one: Event) -> tuple[Replanned, int, float]:
    """The answer, how many elders it disturbs, and the seconds."""
    begun = perf_counter()
    found = replan(
        one.happened.day,
        one.happened.plan,
        now=one.now,
        gone=one.happened.gone,
        most_disturbed=MOST_DISTURBED,
        time_limit=SEARCH_SECONDS,
        seed=1,
    )
    seconds = perf_counter() - begun
    return found, len({each.elder for each in found.disturbed}), seconds


def _disturbed(
    kind: str, day: Problem, plan: Solution, seed: int, faults: list[str]
) -> dict[str, float]:
    """The figures of some events of a kind, each on the plan as it was made."""
    sums = dict.fromkeys(("idle visits", "idle priority", "idle late"), 0)
    sums |= dict.fromkeys(("visits", "priority", "late"), 0)
    took, most, fewer = [], 0, 0
    for number_ in range(TIMES):
        one = event(kind, day, plan, TIMES * seed + number_)
        idle = doing_nothing(one)
        mended, elders, seconds = _replanned(one)
        ours = as_it_runs(one.happened.day, mended.solution)
        for name, served in (("idle ", idle), ("", ours)):
            sums[f"{name}visits"] += served.visits
            sums[f"{name}priority"] += served.priority
            sums[f"{name}late"] += served.late_minutes
        fewer += ours.priority < idle.priority
        most = max(most, elders)
        took.append(seconds)
        if mended.violations:
            faults.append(f"{kind}: the new plan breaks {mended.violations} rule(s)")
        if elders > MOST_DISTURBED:
            faults.append(f"{kind}: {elders} elders are disturbed, more than may be")
    found = {name: float(value) for name, value in sums.items()}
    found |= {"disturbed": most, "fewer": fewer, "median": median(took), "worst": max(took)}
    return {f"{kind}: {name}": value for name, value in found.items()}


def _asked(name: str, ask: Callable[[int], object]) -> dict[str, float]:
    took = []
    for turn in range(TIMES):
        begun = perf_counter()
        ask(turn)
        took.append(perf_counter() - begun)
    return {f"{name}: median": median(took), f"{name}: worst": max(took)}


def _questions(day: Problem, plan: Solution, seed: int) -> Mapping[str, Callable[[int], object]]:
    """The questions, each of its turn; what they are about is drawn beforehand."""
    rng = Random(seed)
    told = appointments(day, plan)
    chosen = rng.sample([one for one in day.visits if one.id in told], TIMES)
    other = [_another(rng, day, told[one.id].caregivers) for one in chosen]
    left = [_unserved(day, plan, one) for one in chosen]
    sick = event("sick", day, plan, seed)
    mended = _replanned(sick)[0].solution

    def why_unserved(turn: int) -> object:
        whole, without = left[turn]
        proof = explain(tabulate(whole), len(whole.visits) - 1)
        return proof, smallest_fixes(whole, without, whole.visits[-1].id)

    def edit(turn: int) -> object:
        carers = (other[turn], *told[chosen[turn].id].caregivers[1:])
        working = Working(day, plan, kept=frozenset())
        moved = placed(working, Wish(chosen[turn].id, carers)).solution()
        return verify(day, plan), verify(day, moved)

    return {
        OFFERS: lambda turn: offers(day, plan, _like(chosen[turn])),
        WHY_UNSERVED: why_unserved,
        WHY_NOT: lambda turn: why_not(day, plan, chosen[turn].id, other[turn]),
        DIFF: lambda _: differences(day, plan, mended),
        EDIT: edit,
    }


def _another(rng: Random, day: Problem, carers: Sequence[str]) -> str:
    return rng.choice([one.id for one in day.caregivers if one.id not in carers])


def _like(visit: Visit) -> Visit:
    """The same need once more, at another hour."""
    return replace(visit, id="asked", elder="asked", windows=(TimeWindow(13 * 60, 17 * 60),))


def _unserved(day: Problem, plan: Solution, visit: Visit) -> tuple[Problem, Solution]:
    """The day with a need in the busiest minutes that the plan does not serve."""
    asked = replace(visit, id="asked", elder="asked", windows=(TimeWindow(9 * 60, 9 * 60),))
    left = Unserved(asked.id, "not_found_in_time", Proof.NOT_FOUND)
    return day_with(day, asked), replace(plan, unserved=(*plan.unserved, left))


def jobs(mode: Mode, visits: int = VISITS, caregivers: int = CAREGIVERS) -> Iterable[Job]:
    """One for each seed."""
    seconds = mode.limit(SECONDS)
    for seed in range(1, mode.seeds + 1):
        yield Job(
            section="through the day",
            item=f"day {seed}",
            engine=OURS,
            seed=seed,
            limit_seconds=seconds,
            work=through_a_day,
            arguments=(visits, caregivers, seconds, seed),
        )


def judge(rows: Sequence[Row]) -> Findings:
    """The slowest answer of all seeds against the targets, and whom replanning leaves alone."""
    done = [row for row in rows if row.status is Status.DONE]
    return Findings(
        (
            _within(rows, tuple(KINDS), REPLAN_SECONDS, "a replanning answers"),
            _within(rows, (OFFERS,), OFFER_SECONDS, "slots are offered"),
            _serves(rows),
        ),
        (
            "event or question",
            "median, s",
            "worst, s",
            "served: nothing done / ours",
            "priority: nothing done / ours",
            "late minutes: nothing done / ours",
            "elders disturbed",
        ),
        tuple(_line(done, one) for one in (*KINDS, OFFERS, WHY_UNSERVED, WHY_NOT, DIFF, EDIT)),
        REMARKS,
    )


def _figures(rows: Iterable[Row], name: str) -> list[float]:
    return [row.facts[name] for row in rows if name in row.facts]


def _within(rows: Sequence[Row], kinds: Sequence[str], limit: float, what: str) -> Verdict:
    misses = [Miss(row.item, failures([row])) for row in rows if row.status is not Status.DONE]
    worst = {one: max(_figures(rows, f"{one}: worst"), default=0.0) for one in kinds}
    misses += [Miss(one, f"{number(took, 2)} s") for one, took in worst.items() if took > limit]
    return Verdict(
        f"longest {number(max(worst.values()), 2)} s",
        f"{what} within {limit:g} s",
        tuple(misses),
        is_measured=bool(rows),
    )


def _serves(rows: Sequence[Row]) -> Verdict:
    fewer = {one: sum(_figures(rows, f"{one}: fewer")) for one in KINDS}
    misses = tuple(
        Miss(one, f"after {number(count)} event(s)") for one, count in fewer.items() if count
    )
    events = TIMES * len(KINDS) * sum(row.status is Status.DONE for row in rows)
    return Verdict(
        f"after {events - sum(fewer.values()):.0f} of {events} events",
        "serves no fewer priority visits than doing nothing",
        misses,
        is_measured=bool(events),
    )


def _line(rows: Sequence[Row], what: str) -> tuple[str, ...]:
    medians, worst = _figures(rows, f"{what}: median"), _figures(rows, f"{what}: worst")
    cells = [
        number(median(medians) if medians else None, 2),
        number(max(worst, default=None), 2),
    ]
    for name in ("visits", "priority", "late"):
        idle, ours = _figures(rows, f"{what}: idle {name}"), _figures(rows, f"{what}: {name}")
        cells.append(f"{number(sum(idle))} / {number(sum(ours))}" if ours else "–")
    most = _figures(rows, f"{what}: disturbed")
    return (what, *cells, number(max(most, default=None)))
