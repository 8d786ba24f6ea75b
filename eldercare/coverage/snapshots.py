"""Figures of a date, kept as they were: what was reported can be shown again after data changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import case
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from eldercare.coverage.areas import Level, find_areas
from eldercare.coverage.definition import Indicator, Moment
from eldercare.coverage.evaluation import Count, make_moment, make_rows
from eldercare.coverage.indicators import INDICATORS, find_indicators
from eldercare.coverage.notes import general_note
from eldercare.coverage.rows import CoverageRow
from eldercare.coverage.tables import (
    TARGET_SCALE,
    CoverageFigure,
    CoverageSnapshot,
)
from eldercare.coverage.targets import targets_in_force
from eldercare.errors import NotFound
from eldercare.settings import LOOK_BACK_DAYS


@dataclass(frozen=True, slots=True)
class _Reading:
    """Everything a snapshot is made of, and its fingerprint."""

    moment: Moment
    targets: Mapping[str, int]
    notes: Mapping[str, str]
    counts: dict[str, dict[str, Count]] = field(default_factory=dict)
    digest: Any = field(default_factory=hashlib.sha256)


def take_snapshot(
    session: Session, *, as_of: date, now: datetime, look_back_days: int = LOOK_BACK_DAYS
) -> CoverageSnapshot:
    """Keep the figures of a date; the one already kept, if it was taken from the same data.

    The data version covers the definitions' codes, the look-back, targets, notes and every row in
    a numerator or denominator: two snapshots share it exactly when every list of names is the same.
    """
    reading = _read(session, make_moment(as_of, look_back_days))
    version = reading.digest.hexdigest()
    kept = _find(session, as_of, version)
    if kept is not None:
        return kept
    try:
        with session.begin_nested():
            return _store(session, reading, version, now)
    except IntegrityError:
        # Another process took the same snapshot meanwhile; theirs says the same.
        kept = _find(session, as_of, version)
        if kept is None:
            raise
        return kept


def take_missing(
    session: Session, dates: Iterable[date], *, now: datetime, look_back_days: int = LOOK_BACK_DAYS
) -> list[CoverageSnapshot]:
    """Snapshots of those dates that have none yet, such as the month ends behind a new line."""
    wanted = sorted(set(dates))
    kept = select(col(CoverageSnapshot.as_of)).where(col(CoverageSnapshot.as_of).in_(wanted))
    known = set(session.exec(kept))
    return [
        take_snapshot(session, as_of=on, now=now, look_back_days=look_back_days)
        for on in wanted
        if on not in known
    ]


def _find(session: Session, as_of: date, version: str) -> CoverageSnapshot | None:
    query = select(CoverageSnapshot).where(
        CoverageSnapshot.as_of == as_of, CoverageSnapshot.data_version == version
    )
    return session.exec(query).one_or_none()


def _read(session: Session, moment: Moment) -> _Reading:
    targets = targets_in_force(session, moment.on)
    reading = _Reading(
        moment=moment,
        targets={code: target.per_10000 for code, target in targets.items()},
        notes={
            indicator.code: general_note(session, indicator, targets.get(indicator.code), moment)
            for indicator in INDICATORS
        },
    )
    head = [moment.look_back_days, reading.targets, reading.notes]
    reading.digest.update(json.dumps(head, sort_keys=True).encode())
    for indicator in INDICATORS:
        reading.counts[indicator.code] = _count(session, indicator, reading)
    return reading


def _count(session: Session, indicator: Indicator, reading: _Reading) -> dict[str, Count]:
    """Counts by community from the named rows themselves, each of which enters the fingerprint."""
    population = indicator.population
    counted = case((indicator.counted(reading.moment), 1), else_=0)
    query = population.members(
        reading.moment,
        population.place(reading.moment),
        population.key,
        population.weight,
        counted,
    )
    # Sorted here and not by the database, whose order depends on its collation.
    rows = sorted(tuple(row) for row in session.execute(query))
    reading.digest.update(f"\n{indicator.code}\n".encode())
    numerators: dict[str, int] = {}
    denominators: dict[str, int] = {}
    for community, key, weight, is_counted in rows:
        reading.digest.update(f"{community} {key} {weight} {is_counted}\n".encode())
        denominators[community] = denominators.get(community, 0) + weight
        numerators[community] = numerators.get(community, 0) + weight * is_counted
    return {code: Count(numerators[code], total) for code, total in denominators.items()}


def _store(session: Session, reading: _Reading, version: str, now: datetime) -> CoverageSnapshot:
    snapshot = CoverageSnapshot(
        as_of=reading.moment.on,
        taken_at=now,
        data_version=version,
        look_back_days=reading.moment.look_back_days,
        targets=dict(reading.targets),
        notes=dict(reading.notes),
    )
    session.add(snapshot)
    session.flush()
    assert snapshot.id is not None
    session.add_all(
        CoverageFigure(
            snapshot_id=snapshot.id,
            indicator_code=code,
            community_code=community,
            numerator=count.numerator,
            denominator=count.denominator,
        )
        for code, counts in reading.counts.items()
        for community, count in sorted(counts.items())
        if count.denominator
    )
    session.flush()
    return snapshot


def list_snapshots(
    session: Session, *, since_on: date | None = None, up_to: date | None = None
) -> list[CoverageSnapshot]:
    """Every snapshot with an `as_of` in the interval (both ends included), the newest first."""
    query = select(CoverageSnapshot)
    if since_on is not None:
        query = query.where(CoverageSnapshot.as_of >= since_on)
    if up_to is not None:
        query = query.where(CoverageSnapshot.as_of <= up_to)
    order = (col(CoverageSnapshot.as_of).desc(), col(CoverageSnapshot.id).desc())
    return list(session.exec(query.order_by(*order)).all())


def read_snapshot(
    session: Session,
    snapshot_id: int,
    *,
    by: Level = Level.DISTRICT,
    indicators: Iterable[str] | None = None,
    area: str | None = None,
) -> list[CoverageRow]:
    """The rows of a snapshot as `evaluate` gave them when it was taken, its targets included.

    Raises NotFound for an unknown snapshot, and otherwise what `evaluate` raises.
    """
    snapshot = session.get(CoverageSnapshot, snapshot_id)
    if snapshot is None:
        raise NotFound(f"there is no snapshot {snapshot_id}", code="snapshot_not_found")
    chosen = find_indicators(indicators)
    areas = find_areas(session, by, area)
    query = select(CoverageFigure).where(
        CoverageFigure.snapshot_id == snapshot_id,
        col(CoverageFigure.indicator_code).in_([indicator.code for indicator in chosen]),
    )
    if area is not None:
        query = query.where(col(CoverageFigure.community_code).in_(areas.communities))
    counts: dict[str, dict[str, Count]] = {indicator.code: {} for indicator in chosen}
    for figure in session.exec(query):
        count = Count(figure.numerator, figure.denominator)
        counts[figure.indicator_code][figure.community_code] = count
    rows: list[CoverageRow] = []
    for indicator in chosen:
        per_10000 = snapshot.targets.get(indicator.code)
        target = None if per_10000 is None else Fraction(per_10000, TARGET_SCALE)
        note = snapshot.notes.get(indicator.code, "")
        rows += make_rows(indicator, counts[indicator.code], areas, target, note)
    return rows
