"""Why an elder's place is this one, or why there is none, in sentences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

ORDINALS = {1: "", 2: "second ", 3: "third ", 4: "fourth ", 5: "fifth "}


class PlaceReason(StrEnum):
    """Why a nearer place is not the elder's."""

    FULL = "nearer_full"
    DIET = "nearer_without_diet"
    KEPT = "kept"
    """The nearer one is not better by enough to leave the present one."""


class NoPlaceReason(StrEnum):
    """Why an elder has no place."""

    NO_POSITION = "no_position"
    OUT_OF_REACH = "none_in_reach"
    DIET = "none_with_diet"
    FULL = "all_full"


@dataclass(frozen=True, slots=True)
class Told:
    """One explanation in Chinese and in English."""

    zh: str
    en: str


_PLACE = {
    PlaceReason.FULL: Told("较近的已满额", "{nearer} full"),
    PlaceReason.DIET: Told("较近的不提供所需膳食", "{nearer} without the diet needed"),
    PlaceReason.KEPT: Told(
        "保留原安排，换到较近的改善不大", "the present one is kept, a nearer one gains too little"
    ),
}
_NO_PLACE = {
    NoPlaceReason.NO_POSITION: Told(
        "住址没有坐标，请先定位", "the elder's home has no position: locate it first"
    ),
    NoPlaceReason.OUT_OF_REACH: Told(
        "距离限度内没有开放的服务点", "no open place within the limit"
    ),
    NoPlaceReason.DIET: Told(
        "距离限度内没有提供所需膳食的服务点", "no place within the limit offers the diet needed"
    ),
    NoPlaceReason.FULL: Told("距离限度内的服务点均已满额", "every place within the limit is full"),
}


def joined(reasons: Iterable[PlaceReason]) -> str:
    """The codes as a `ServiceMatch` keeps them."""
    return ",".join(reason.value for reason in reasons)


def why_here(*, metres: int, rank: int, further_metres: int, reason: str) -> Told:
    """The sentence of a match, from the columns of its row."""
    codes = [PlaceReason(code) for code in reason.split(",") if code]
    which = "the nearest is" if rank == 2 else "nearer ones are"
    zh = "最近" if rank == 1 else f"第{rank}近"
    en = f"{ORDINALS.get(rank, f'number {rank} among the ')}nearest"
    if further_metres:
        zh += f"，比最近的远{further_metres}米"
        en += f", {further_metres} m further"
    zh += f"，距离{metres}米"
    en += f", {metres} m away"
    if codes:
        zh += "：" + "；".join(_PLACE[code].zh for code in codes)
        en += ": " + "; ".join(_PLACE[code].en.format(nearer=which) for code in codes)
    return Told(zh, en)


def why_nowhere(reason: NoPlaceReason) -> Told:
    """The sentence of an elder without a place."""
    return _NO_PLACE[reason]
