"""Random problems with a plan that keeps every rule.

The plan comes first: routes grow by appending visits to whichever caregivers are free, single or in
step with another. Windows, skills, wishes, breaks, shift ends and dependencies are then fitted
around it with some slack, so that the plan is valid by construction and the problem still binds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

import numpy as np

from solver.objective import Weights
from solver.problem import (
    Break,
    Caregiver,
    Dependency,
    Gap,
    IntMatrix,
    Part,
    Problem,
    Shift,
    SkillHeld,
    SkillNeed,
    TimeWindow,
    Visit,
    WindowMet,
)
from solver.solution import Proof, Rest, Route, Solution, Stop, Unserved

MODES = ("foot", "bicycle")
SKILLS = ("bath", "feeding", "injection", "company")
TAGS = ("female", "wu_dialect", "strong")


@dataclass
class Track:
    """A route that grows."""

    shift_id: str
    caregiver: str
    matrix: IntMatrix
    base: int
    start: int
    place: int
    free: int
    building: str = ""
    departure: int = 0
    stops: list[Stop] = field(default_factory=list)
    rest: Rest | None = None


@dataclass
class Draft:
    """A served visit before constraints are fitted."""

    visit_id: str
    place: int
    building: str
    setup: int
    durations: list[int]
    starts: list[int]
    caregivers: list[str]


def generate(
    seed: int, visits: int = 14, caregivers: int = 4, places: int = 12
) -> tuple[Problem, Solution]:
    """A problem and a plan for it that breaks no rule; the same for the same arguments."""
    rng = Random(seed)
    travel = {mode: _matrix(rng, places, pace) for mode, pace in zip(MODES, (3, 1), strict=True)}
    modes = {f"C{number}": rng.choice(MODES) for number in range(caregivers)}
    tracks = _tracks(rng, modes, travel)
    buildings = {place: f"B{place}" for place in range(places) if rng.random() < 0.5}
    drafts = [_serve(rng, f"V{number}", tracks, places, buildings) for number in range(visits)]
    met = rng.choice(list(WindowMet))
    fitted = [_visit(rng, draft, sorted(modes), met) for draft in drafts]
    dropped = [_dropped(rng, f"U{number}", places) for number in range(rng.randint(1, 2))]
    shifts = {track.shift_id: _shift(rng, track) for track in tracks}
    problem = Problem(
        visits=(*fitted, *dropped),
        caregivers=tuple(
            _caregiver(rng, name, mode, tracks, shifts, fitted, drafts)
            for name, mode in modes.items()
        ),
        travel=travel,
        weights=_weights(rng),
        window_met=met,
        dependencies=_dependencies(rng, drafts),
        name=f"random {seed}",
    )
    routes = tuple(_route(track) for track in tracks if track.stops)
    unserved = tuple(Unserved(visit.id, "no_room", Proof.NOT_FOUND) for visit in dropped)
    return problem, Solution(routes, unserved)


def _matrix(rng: Random, places: int, pace: int) -> IntMatrix:
    points = [(rng.randint(0, 12), rng.randint(0, 12)) for _ in range(places)]
    rows = [
        [0 if a is b else 1 + pace * (abs(a[0] - b[0]) + abs(a[1] - b[1])) for b in points]
        for a in points
    ]
    matrix = np.array(rows, dtype=np.int32)
    return matrix + np.triu(np.full_like(matrix, rng.randint(0, 2)), 1)


def _tracks(rng: Random, modes: dict[str, str], travel: dict[str, IntMatrix]) -> list[Track]:
    tracks = []
    for name, mode in modes.items():
        start = rng.randint(400, 480)
        for number in range(2 if rng.random() < 0.5 else 1):
            base = rng.randrange(len(travel[mode]))
            begin = start + number * 3000
            shift_id = f"{name}-{number}"
            tracks.append(Track(shift_id, name, travel[mode], base, begin, base, begin))
    return tracks


def _serve(
    rng: Random, name: str, tracks: list[Track], places: int, buildings: dict[int, str]
) -> Draft:
    first = rng.choice(tracks)
    others = [one for one in tracks if one.caregiver != first.caregiver]
    others = [one for one in others if abs(one.free - first.free) < 1000]
    chosen = [first, rng.choice(others)] if others and rng.random() < 0.35 else [first]
    near = rng.random() < 0.4 and first.building
    place = first.place if near else rng.randrange(places)
    draft = Draft(name, place, buildings.get(place, ""), rng.choice((0, 0, 3)), [], [], [])
    ready = max(_reach(rng, track, draft) for track in chosen) + rng.choice((0, 0, 7))
    gap = 0
    for number, track in enumerate(chosen):
        duration = rng.randint(5, 60)
        _append(rng, track, draft, number, ready + gap, duration)
        gap = rng.choice((0, 0, 5, 15))
    return draft


def _setup(track: Track, draft: Draft) -> int:
    return 0 if draft.building and draft.building == track.building else draft.setup


def _reach(rng: Random, track: Track, draft: Draft) -> int:
    """Earliest start, with room for a rest now and then."""
    room = 40 if track.rest is None and rng.random() < 0.3 else 0
    return track.free + int(track.matrix[track.place, draft.place]) + draft.setup + room


def _append(
    rng: Random, track: Track, draft: Draft, number: int, start: int, duration: int
) -> None:
    leg, setup = int(track.matrix[track.place, draft.place]), _setup(track, draft)
    room = start - setup - leg - track.free
    before, length = len(track.stops), rng.randint(10, 20)
    arrival = track.free + leg if track.stops else start - setup - rng.choice((0, 0, min(room, 4)))
    if track.rest is None and room >= length + 5 and rng.random() < 0.8:
        late = rng.randint(0, room - length)
        if rng.random() < 0.5:  # at the place before
            begin = track.free + late
            track.rest = Rest(before, begin, begin + length)
            arrival = (
                max(arrival, begin + length + leg) if not track.stops else begin + length + leg
            )
        else:  # on arrival
            arrival = track.free + leg
            track.rest = Rest(before, arrival + late, arrival + late + length)
    if not track.stops:
        track.departure = arrival - leg
    track.stops.append(Stop(draft.visit_id, number, arrival, start, start + duration))
    track.place, track.free, track.building = draft.place, start + duration, draft.building
    draft.durations.append(duration)
    draft.starts.append(start)
    draft.caregivers.append(track.caregiver)


def _route(track: Track) -> Route:
    back = int(track.matrix[track.place, track.base])
    end = track.free + back
    if track.rest and track.rest.before == len(track.stops):
        at_last = track.rest.start < end
        end = track.rest.end + back if at_last else track.rest.end
    return Route(track.shift_id, track.departure, tuple(track.stops), end, track.rest)


def _shift(rng: Random, track: Track) -> Shift:
    if not track.stops:
        end, lunch = track.start + 300, Break(earliest=0, latest_end=900, duration=20)
        return Shift(
            id=track.shift_id,
            start=track.start,
            end=end,
            start_place=track.base,
            end_place=track.base,
            rest=rng.choice((None, lunch)),
        )
    if track.rest is None and rng.random() < 0.4:
        begin = track.free + rng.randint(0, 5)
        track.rest = Rest(len(track.stops), begin, begin + 15)
    end = _route(track).return_at
    rest: Break | None = None
    if track.rest:
        rest = Break(
            earliest=max(0, track.rest.start - rng.randint(0, 10)),
            latest_end=track.rest.end + rng.randint(0, 10),
            duration=track.rest.end - track.rest.start - rng.choice((0, 0, 5)),
            miss_cost=rng.choice((None, 30)),
        )
    elif rng.random() < 0.5:
        rest = Break(earliest=700, latest_end=800, duration=30, miss_cost=25)
    over = rng.choice((-20, 0, 10))
    allowed = rng.choice((None, max(0, over) + 3))
    return Shift(
        id=track.shift_id,
        start=track.start,
        end=end - over,
        start_place=track.base,
        end_place=track.base,
        rest=rest,
        maximum_overtime=allowed,
    )


def _visit(rng: Random, draft: Draft, people: list[str], met: WindowMet) -> Visit:
    parts = tuple(_part(rng, duration) for duration in draft.durations)
    others = [one for one in people if one not in draft.caregivers]
    gap = draft.starts[-1] - draft.starts[0]
    sync = None
    if len(parts) == 2 and rng.random() < 0.8:
        sync = Gap(gap, gap) if gap == 0 else Gap(max(0, gap - 5), rng.choice((None, gap + 5)))
    late = rng.random() < 0.2
    first, last = min(draft.starts), max(draft.starts)
    if met is WindowMet.AT_END:
        last = max(a + b for a, b in zip(draft.starts, draft.durations, strict=True))
    end = max(first, last - 8) if late else last + rng.randint(0, 60)
    windows = [TimeWindow(max(0, first - rng.randint(0, 60)), end)]
    if rng.random() < 0.3:
        windows.append(TimeWindow(max(last, end) + 30, max(last, end) + 90))
    return Visit(
        id=draft.visit_id,
        place=draft.place,
        parts=parts,
        windows=tuple(windows),
        sync=sync,
        drop_cost=rng.choice((None, rng.randint(1, 900))),
        late_is_hard=not late,
        preferred_start=rng.choice((None, first, first + 11)),
        preferred_caregivers=frozenset(rng.sample(people, rng.choice((0, 0, 1, 2)))),
        refused_caregivers=frozenset(others[: rng.choice((0, 0, 1))]),
        only_caregivers=rng.choice((None, None, frozenset(draft.caregivers))),
        familiarity={one: rng.randint(0, 100) for one in rng.sample(people, rng.randint(0, 2))},
        required_tags=frozenset(rng.sample(TAGS, rng.choice((0, 0, 1)))),
        locked_caregivers=tuple(draft.caregivers) if rng.random() < 0.2 else None,
        locked_start=draft.starts[0] if rng.random() < 0.2 else None,
        building=draft.building,
        setup=draft.setup,
    )


def _part(rng: Random, duration: int) -> Part:
    needs = tuple(
        SkillNeed(one, rng.randint(0, 2)) for one in rng.sample(SKILLS, rng.choice((0, 1, 1, 2)))
    )
    return Part(duration, needs)


def _dropped(rng: Random, name: str, places: int) -> Visit:
    opens = rng.randint(400, 900)
    return Visit(
        id=name,
        place=rng.randrange(places),
        parts=(_part(rng, 20),),
        windows=(TimeWindow(opens, opens + 60),),
        drop_cost=rng.randint(1, 500),
    )


def _caregiver(
    rng: Random,
    name: str,
    mode: str,
    tracks: list[Track],
    shifts: dict[str, Shift],
    visits: list[Visit],
    drafts: list[Draft],
) -> Caregiver:
    level: dict[str, int] = {}
    until: dict[str, int] = {}
    tags: set[str] = set(rng.sample(TAGS, rng.randint(0, 1)))
    for visit, draft in zip(visits, drafts, strict=True):
        for number, who in enumerate(draft.caregivers):
            if who != name:
                continue
            tags |= visit.required_tags
            for need in visit.parts[number].skills:
                level[need.skill] = max(level.get(need.skill, 0), need.level)
                end = draft.starts[number] + draft.durations[number]
                until[need.skill] = max(until.get(need.skill, 0), end)
    skills = tuple(
        SkillHeld(one, level[one] + rng.choice((0, 1)), rng.choice((None, until[one])))
        for one in sorted(level)
    )
    return Caregiver(
        id=name,
        shifts=tuple(shifts[one.shift_id] for one in tracks if one.caregiver == name),
        mode=mode,
        skills=skills,
        tags=frozenset(tags),
        maximum_work=rng.choice((None, 5000)),
        past_workload=rng.randint(0, 600),
    )


def _dependencies(rng: Random, drafts: list[Draft]) -> tuple[Dependency, ...]:
    made = []
    for earlier, later in pairwise(drafts):
        gap = later.starts[0] - earlier.starts[0]
        if gap >= 0 and rng.random() < 0.3:
            bound = Gap(max(0, gap - 10), rng.choice((None, gap + 10)))
            made.append(Dependency(earlier.visit_id, later.visit_id, bound))
    return tuple(made)


def _weights(rng: Random) -> Weights:
    return Weights(
        travel=rng.randint(1, 3),
        waiting=rng.randint(0, 2),
        lateness=rng.randint(1, 9),
        highest_lateness=rng.randint(0, 3),
        overtime=rng.randint(0, 4),
        largest_idle=rng.randint(0, 2),
        preference=rng.randint(0, 20),
        continuity=rng.randint(0, 2),
        start_deviation=rng.randint(0, 2),
        caregivers_used=rng.randint(0, 50),
        balance=rng.randint(0, 2),
    )
