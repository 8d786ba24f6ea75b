"""Every reason has a sentence in both languages."""

from __future__ import annotations

import pytest

from eldercare.care.matching.reasons import (
    NoPlaceReason,
    PlaceReason,
    joined,
    why_here,
    why_nowhere,
)


def test_the_nearest_needs_no_reason() -> None:
    told = why_here(metres=310, rank=1, further_metres=0, reason="")
    assert (told.zh, told.en) == ("最近，距离310米", "nearest, 310 m away")


@pytest.mark.parametrize(
    ("rank", "begins"),
    [(2, "second nearest"), (5, "fifth nearest"), (6, "number 6 among the nearest")],
)
def test_the_rank_is_told(rank: int, begins: str) -> None:
    told = why_here(metres=900, rank=rank, further_metres=420, reason="nearer_full")
    assert told.en.startswith(f"{begins}, 420 m further, 900 m away: ")
    assert told.zh == f"第{rank}近，比最近的远420米，距离900米：较近的已满额"


def test_one_nearer_place_is_told_apart_from_several() -> None:
    said = [
        why_here(metres=9, rank=rank, further_metres=1, reason="nearer_full").en for rank in (2, 3)
    ]
    assert [one.partition(": ")[2] for one in said] == [
        "the nearest is full",
        "nearer ones are full",
    ]


def test_every_reason_is_a_sentence() -> None:
    for reason in PlaceReason:
        told = why_here(metres=9, rank=2, further_metres=1, reason=reason.value)
        assert "：" in told.zh
        assert "{" not in told.en
    for none in NoPlaceReason:
        assert why_nowhere(none).zh
        assert why_nowhere(none).en


def test_codes_fit_into_their_column() -> None:
    assert joined(PlaceReason) == "nearer_full,nearer_without_diet,kept"
    assert len(joined(PlaceReason)) <= 80
