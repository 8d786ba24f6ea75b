"""Match the elders of the district to care centres or meal sites, and keep what is good enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlmodel import Session, col

from eldercare.care.matching.candidates import OpenPlaces, Seeker, open_places, seekers
from eldercare.care.matching.reach import Reach
from eldercare.care.matching.reasons import NoPlaceReason, PlaceReason, Told, joined, why_nowhere
from eldercare.care.matching.storing import MatchChange, store_matches
from eldercare.care.tables import MatchKind, ServiceMatch
from eldercare.errors import Conflict, InvalidInput
from eldercare.registry.as_of import holds
from solver.matching import NOWHERE, IntArray, Matching, MatchingProblem, match


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchLimits:
    """How far an elder is expected to go, in a straight line; `nearest` places are tried first.

    A quarter of an hour on foot in town; villages lie further apart. To be agreed on locally.
    """

    urban_metres: int = 1_500
    rural_metres: int = 5_000
    nearest: int = 16


@dataclass(frozen=True, slots=True)
class Unmatched:
    """An elder without a place, and why."""

    elder_id: str
    reason: NoPlaceReason

    @property
    def told(self) -> Told:
        """The reason as sentences."""
        return why_nowhere(self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchReport:
    """What a run did: elders by what became of them, and the metres of all matches together."""

    on: date
    kind: MatchKind
    kept: int
    changes: tuple[MatchChange, ...]
    """New, moved and ended matches, in order of elder."""
    unmatched: tuple[Unmatched, ...]
    metres: int

    @property
    def matched(self) -> int:
        """Elders with a place after the run."""
        return self.kept + sum(change.now is not None for change in self.changes)


def match_elders(
    session: Session,
    *,
    on: date,
    now: datetime,
    by: str,
    kind: MatchKind,
    keep_unless_better_by_metres: int,
    limits: MatchLimits | None = None,
) -> MatchReport:
    """Give the elders who need one a place of a kind from a date on; see `seekers`, `match`.

    Groups the plan puts first choose before the others. A match in force, or the site of the meals
    ordered, is kept unless changing gains more than so many metres. Raises InvalidInput for a
    negative number and Conflict where matches of later dates are stored already.
    """
    _check(session, on, kind, keep_unless_better_by_metres)
    limits = limits or MatchLimits()
    everybody, places = seekers(session, kind, on), open_places(session, kind, on)
    held = _held(session, kind, on)
    people = [one for one in everybody if one.position is not None]
    reach = Reach(
        people,
        places.places,
        [limits.urban_metres if one.is_urban else limits.rural_metres for one in people],
    )
    found = _match(
        reach, people, places, _current(people, places, held), keep_unless_better_by_metres, limits
    )
    changes = store_matches(
        session,
        on=on,
        now=now,
        by=by,
        kind=kind,
        held=held,
        wanted=_rows(reach, people, places, found, kind=kind, on=on),
    )
    matched = int((found.place != NOWHERE).sum())
    return MatchReport(
        on=on,
        kind=kind,
        kept=matched - sum(change.now is not None for change in changes),
        changes=changes,
        unmatched=_unmatched(everybody, people, reach, found),
        metres=int(found.cost.sum()),
    )


def _check(session: Session, on: date, kind: MatchKind, keep_metres: int) -> None:
    if keep_metres < 0:
        raise InvalidInput(
            f"keep_unless_better_by_metres {keep_metres} is below 0: give 0 or more metres"
        )
    later = session.scalar(
        select(col(ServiceMatch.from_on))
        .where(col(ServiceMatch.kind) == kind, col(ServiceMatch.from_on) > on)
        .order_by(col(ServiceMatch.from_on).desc())
        .limit(1)
    )
    if later is not None:
        raise Conflict(
            f"matches from {later} on are stored already: match for {later} or a later date",
            code="matched_later",
        )


def _held(session: Session, kind: MatchKind, on: date) -> dict[str, ServiceMatch]:
    """Elder id → the match in force on a date."""
    statement = select(ServiceMatch).where(col(ServiceMatch.kind) == kind, holds(ServiceMatch, on))
    return {row.elder_id: row for row in session.scalars(statement)}


def _current(
    people: Sequence[Seeker], places: OpenPlaces, held: Mapping[str, ServiceMatch]
) -> IntArray:
    """By elder the number of the place they have now."""
    number = {place.id: index for index, place in enumerate(places.places)}
    ids = [held[one.elder_id].place_id if one.elder_id in held else one.place_id for one in people]
    return np.array([number.get(place_id or "", NOWHERE) for place_id in ids], dtype=np.int64)


def _match(
    reach: Reach,
    people: Sequence[Seeker],
    places: OpenPlaces,
    current: IntArray,
    keep_metres: int,
    limits: MatchLimits,
) -> Matching:
    """The best plan; where somebody found nothing among the nearest, all look further afield."""
    pools = {pool: index for index, pool in enumerate(places.capacities)}
    nearest = limits.nearest
    while True:
        arcs = reach.arcs(current, nearest)
        found = match(
            MatchingProblem(
                levels=np.array([one.priority for one in people], dtype=np.int64),
                pool_of_place=np.array([pools[one.pool] for one in places.places], dtype=np.int64),
                capacities=tuple(places.capacities.values()),
                arc_person=arcs.person,
                arc_place=arcs.place,
                arc_cost=arcs.metres,
                current=current,
                keep_unless_better_by=keep_metres,
            )
        )
        if arcs.is_complete or not (found.place[arcs.person] == NOWHERE).any():
            return found
        nearest *= 4


def _rows(
    reach: Reach,
    people: Sequence[Seeker],
    places: OpenPlaces,
    found: Matching,
    *,
    kind: MatchKind,
    on: date,
) -> list[ServiceMatch]:
    """A row for everybody who has a place, in order of elder."""
    why = reach.why(found.place, _is_full(places, found))
    rows = []
    for index in np.flatnonzero(found.place != NOWHERE).tolist():
        said = (
            (why.nearer_is_full[index], PlaceReason.FULL),
            (why.nearer_lacks_diet[index], PlaceReason.DIET),
            (why.nearer_is_no_better[index], PlaceReason.KEPT),
        )
        rows.append(
            ServiceMatch(
                elder_id=people[index].elder_id,
                kind=kind,
                from_on=on,
                place_id=places.places[found.place[index]].id,
                metres=int(found.cost[index]),
                rank=int(why.rank[index]),
                further_metres=int(why.further_metres[index]),
                reason=joined(reason for is_so, reason in said if is_so),
            )
        )
    return rows


def _is_full(places: OpenPlaces, found: Matching) -> NDArray[np.bool_]:
    """By place: whether nobody more fits into its pool."""
    taken = dict.fromkeys(places.capacities, 0)
    for place in found.place[found.place != NOWHERE].tolist():
        taken[places.places[place].pool] += 1

    def is_full(pool: str) -> bool:
        capacity = places.capacities[pool]
        return capacity is not None and taken[pool] >= capacity

    return np.array([is_full(place.pool) for place in places.places], dtype=np.bool_)


def _unmatched(
    everybody: Sequence[Seeker], people: Sequence[Seeker], reach: Reach, found: Matching
) -> tuple[Unmatched, ...]:
    reasons = {one.elder_id: NoPlaceReason.NO_POSITION for one in everybody if one.position is None}
    within, offered = reach.why_not()
    for index in np.flatnonzero(found.place == NOWHERE).tolist():
        reason = NoPlaceReason.FULL
        if not within[index]:
            reason = NoPlaceReason.OUT_OF_REACH
        elif not offered[index]:
            reason = NoPlaceReason.DIET
        reasons[people[index].elder_id] = reason
    return tuple(Unmatched(elder_id, reasons[elder_id]) for elder_id in sorted(reasons))
