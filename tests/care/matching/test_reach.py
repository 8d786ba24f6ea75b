"""Distances, arcs and reasons against slow loops, in blocks smaller than the people."""

from __future__ import annotations

import numpy as np
import pytest

from eldercare.care.matching import reach as module
from eldercare.care.matching.candidates import Place, Seeker, diets_of
from eldercare.care.matching.reach import Reach
from solver.matching import NOWHERE
from solver.travel.crowfly import haversine

DIETS = [frozenset[str](), frozenset({"低盐"}), frozenset({"低盐", "软食"})]


def drawn(seed: int) -> tuple[list[Seeker], list[Place], list[int], np.random.Generator]:
    chance = np.random.default_rng(seed)

    def position() -> tuple[float, float]:
        return (119.97 + chance.uniform(0, 0.02), 31.83 + chance.uniform(0, 0.02))

    people = [
        Seeker(
            elder_id=f"e{number}",
            position=position(),
            priority=0,
            is_urban=True,
            diets=DIETS[int(chance.integers(3))],
        )
        for number in range(11)
    ]
    offered = [None, frozenset[str](), frozenset({"低盐"}), frozenset({"低盐", "软食"})]
    places = [
        Place(
            id=f"k{number}",
            name="某",
            position=position(),
            pool=f"k{number}",
            diets=offered[int(chance.integers(4))],
        )
        for number in range(6)
    ]
    return people, places, [int(one) for one in chance.integers(500, 2000, size=11)], chance


def metres(one: Seeker, place: Place) -> int:
    ends = [np.radians(np.array([end.position], dtype=np.float64)) for end in (one, place)]
    return round(float(haversine(*ends)[0, 0]))


def may_go(one: Seeker, place: Place, limit: int) -> bool:
    offers = place.diets is None or one.diets <= place.diets
    return offers and metres(one, place) <= limit


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BLOCK", 4)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("nearest", [1, 3, 9])
def test_arcs_are_the_nearest_allowed_and_the_present_one(seed: int, nearest: int) -> None:
    people, places, limits, chance = drawn(seed)
    current = chance.integers(NOWHERE, len(places), size=len(people))
    arcs = Reach(people, places, limits).arcs(current, nearest)
    found = {
        (int(person), int(place)): int(cost)
        for person, place, cost in zip(arcs.person, arcs.place, arcs.metres, strict=True)
    }
    expected: dict[tuple[int, int], int] = {}
    left_out = 0
    for person, one in enumerate(people):
        allowed = [
            number for number, place in enumerate(places) if may_go(one, place, limits[person])
        ]
        ordered = sorted(
            allowed, key=lambda number: (number != current[person], metres(one, places[number]))
        )
        expected |= {(person, number): metres(one, places[number]) for number in ordered[:nearest]}
        left_out += max(0, len(allowed) - nearest)
    assert found == expected
    assert arcs.is_complete is (left_out == 0)


@pytest.mark.parametrize("seed", range(3))
def test_reasons_are_those_of_a_slow_loop(seed: int) -> None:
    people, places, limits, chance = drawn(seed)
    chosen = chance.integers(NOWHERE, len(places), size=len(people))
    is_full = chance.random(len(places)) < 0.5
    reach = Reach(people, places, limits)
    why = reach.why(chosen, is_full)
    within, offered = reach.why_not()
    for person, one in enumerate(people):
        far = [metres(one, place) for place in places]
        offers = [place.diets is None or one.diets <= place.diets for place in places]
        assert within[person] == (min(far) <= limits[person])
        assert offered[person] == any(may_go(one, place, limits[person]) for place in places)
        if chosen[person] == NOWHERE:
            continue
        own = far[chosen[person]]
        nearer = [number for number, one_far in enumerate(far) if one_far < own]
        assert why.rank[person] == len(nearer) + 1
        assert why.further_metres[person] == own - min(far)
        assert why.nearer_is_full[person] == any(offers[n] and is_full[n] for n in nearer)
        assert why.nearer_lacks_diet[person] == any(not offers[n] for n in nearer)
        assert why.nearer_is_no_better[person] == any(offers[n] and not is_full[n] for n in nearer)


@pytest.mark.parametrize(
    ("text", "diets"),
    [
        ("", set()),
        ("普食", set()),
        ("低盐", {"低盐"}),
        ("低盐、软食", {"低盐", "软食"}),
        ("低盐，软食；素食", {"低盐", "软食", "素食"}),
        ("低盐/ 无", {"低盐"}),
    ],
)
def test_diets_are_read_whatever_stands_between_them(text: str, diets: set[str]) -> None:
    assert diets_of(text) == diets
