from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from sqlmodel import Session, func, select

from eldercare.care.tables import Outcome, ServiceRecord, ServiceType
from eldercare.coverage.areas import Level
from eldercare.coverage.evaluation import evaluate
from eldercare.coverage.indicators import INDICATORS
from eldercare.coverage.series import SeriesPoint, month_ends, series
from eldercare.coverage.snapshots import list_snapshots, read_snapshot, take_missing, take_snapshot
from eldercare.coverage.tables import CoverageFigure, CoverageSnapshot, Target
from eldercare.coverage.targets import load_targets
from eldercare.errors import NotFound
from eldercare.registry.tables import CareCentre, Community, Elder, Town
from tests.coverage.district import ON, TOWN_A, row, store

NOW = datetime(2020, 9, 17, 18, 0, tzinfo=UTC)
LATER = datetime(2020, 9, 18, 18, 0, tzinfo=UTC)
HERE, THERE = "320411002001", "320411100201"


@pytest.fixture
def district(session: Session) -> Session:
    """Two towns, three elders of whom one was visited, a centre that opens in August."""
    elders = [
        row(Elder, id=name, community_code=place)
        for name, place in (("E1", HERE), ("E2", HERE), ("E3", THERE))
    ]
    store(
        session,
        [
            row(Town, code=TOWN_A),
            row(Town, code="320411100000"),
            row(Community, code=HERE),
            row(Community, code=THERE, town_code="320411100000", urban_rural_class=220),
            row(ServiceType, code="bath"),
            row(CareCentre, id="C1", community_code=HERE, standardised_since=date(2020, 8, 1)),
            row(ServiceRecord, elder_id="E1"),
            *elders,
        ],
    )
    load_targets(session)
    return session


def count(session: Session, kind: type[CoverageSnapshot | CoverageFigure]) -> int:
    return session.exec(select(func.count()).select_from(kind)).one()


def test_a_snapshot_says_what_the_figures_said(district: Session) -> None:
    snapshot = take_snapshot(district, as_of=ON, now=NOW)
    assert snapshot.id is not None
    assert (snapshot.as_of, snapshot.taken_at, snapshot.look_back_days) == (ON, NOW, 90)
    for level in Level:
        kept = read_snapshot(district, snapshot.id, by=level)
        assert kept == evaluate(district, as_of=ON, by=level)
    (kept_row,) = read_snapshot(
        district, snapshot.id, by=Level.COMMUNITY, area=TOWN_A, indicators=["home_service"]
    )
    assert (kept_row.numerator, kept_row.denominator) == (1, 2)


def test_the_same_data_are_kept_once(district: Session) -> None:
    first = take_snapshot(district, as_of=ON, now=NOW)
    figures = count(district, CoverageFigure)
    again = take_snapshot(district, as_of=ON, now=LATER)
    assert again.id == first.id
    assert again.taken_at == NOW
    assert (count(district, CoverageSnapshot), count(district, CoverageFigure)) == (1, figures)


def test_another_name_behind_the_same_figures_is_another_version(district: Session) -> None:
    first = take_snapshot(district, as_of=ON, now=NOW)
    record = district.exec(select(ServiceRecord)).one()
    record.elder_id = "E2"
    district.flush()
    second = take_snapshot(district, as_of=ON, now=LATER)
    assert second.data_version != first.data_version
    assert first.id is not None
    assert second.id is not None
    assert read_snapshot(district, first.id) == read_snapshot(district, second.id)


def test_what_no_indicator_reads_does_not_change_the_version(district: Session) -> None:
    first = take_snapshot(district, as_of=ON, now=NOW)
    district.add(row(ServiceRecord, elder_id="E2", outcome=Outcome.NO_SHOW))
    elder = district.get_one(Elder, "E1")
    elder.phone = "13900000000"
    district.flush()
    assert take_snapshot(district, as_of=ON, now=LATER).id == first.id


def test_a_kept_snapshot_does_not_follow_later_data_or_targets(district: Session) -> None:
    first = take_snapshot(district, as_of=ON, now=NOW)
    assert first.id is not None
    before = read_snapshot(district, first.id)
    district.get_one(Elder, "E2").ended_on = date(2020, 9, 1)
    district.get_one(Target, ("home_service", date(2018, 1, 1))).per_10000 = 9000
    district.flush()
    second = take_snapshot(district, as_of=ON, now=LATER)
    assert read_snapshot(district, first.id) == before
    changed = evaluate(district, as_of=ON)
    assert changed != before
    assert second.id is not None
    assert read_snapshot(district, second.id) == changed


def test_another_look_back_is_another_version(district: Session) -> None:
    assert (
        take_snapshot(district, as_of=ON, now=NOW, look_back_days=30).id
        != take_snapshot(district, as_of=ON, now=NOW).id
    )


def test_snapshots_are_listed_newest_first(district: Session) -> None:
    july, august = date(2020, 7, 31), date(2020, 8, 31)
    for day in (august, july, ON):
        take_snapshot(district, as_of=day, now=NOW)
    assert [each.as_of for each in list_snapshots(district)] == [ON, august, july]
    between = list_snapshots(district, since_on=july, up_to=august)
    assert [each.as_of for each in between] == [august, july]


def test_only_dates_without_a_snapshot_are_taken(district: Session) -> None:
    first = take_snapshot(district, as_of=ON, now=NOW)
    district.get_one(Elder, "E3").ended_on = ON
    district.flush()
    dates = month_ends(ON, 2)
    taken = take_missing(district, dates, now=LATER)
    assert [snapshot.as_of for snapshot in taken] == dates[:2]
    assert take_missing(district, dates, now=LATER) == []
    assert list_snapshots(district, since_on=ON) == [first]


def test_an_unknown_snapshot(session: Session) -> None:
    with pytest.raises(NotFound, match="no snapshot 77"):
        read_snapshot(session, 77)


def test_series_over_months(district: Session) -> None:
    dates = month_ends(ON, 3)
    assert dates == [date(2020, 6, 30), date(2020, 7, 31), date(2020, 8, 31), ON]
    ids = {day: take_snapshot(district, as_of=day, now=NOW).id for day in dates[1:]}
    points = series(district, "centre_urban", None, reversed(dates))
    assert points == [
        SeriesPoint(on=dates[0], snapshot_id=None),
        SeriesPoint(on=dates[1], snapshot_id=ids[dates[1]], numerator=0, denominator=1),
        SeriesPoint(on=dates[2], snapshot_id=ids[dates[2]], numerator=1, denominator=1),
        SeriesPoint(on=ON, snapshot_id=ids[ON], numerator=1, denominator=1),
    ]
    assert [point.value for point in points] == [None, 0, 1, 1]
    rural_town = series(district, "centre_urban", "320411100000", [ON])
    assert rural_town == [SeriesPoint(on=ON, snapshot_id=ids[ON])]


def test_series_takes_the_last_snapshot_of_a_date(district: Session) -> None:
    take_snapshot(district, as_of=ON, now=NOW)
    district.get_one(Elder, "E3").ended_on = ON
    district.flush()
    second = take_snapshot(district, as_of=ON, now=LATER)
    (point,) = series(district, "home_service", None, [ON])
    assert (point.snapshot_id, point.value) == (second.id, Fraction(1, 2))


def test_before_the_first_record_a_series_has_no_value_and_then_says_that_it_is_partial(
    district: Session,
) -> None:
    days = [date(2020, 8, 31), ON, date(2020, 12, 31)]
    for day in days:
        take_snapshot(district, as_of=day, now=NOW)
    before, first, full = series(district, "home_service", None, days)
    assert (before.value, before.denominator, before.is_partial) == (None, 3, True)
    assert (first.value, first.is_partial) == (Fraction(1, 3), True)
    assert (full.value, full.is_partial) == (Fraction(0), False)


def test_month_ends_over_a_year_and_on_a_month_end() -> None:
    assert month_ends(date(2020, 3, 31), 2) == [
        date(2020, 1, 31),
        date(2020, 2, 29),
        date(2020, 3, 31),
    ]
    assert month_ends(date(2020, 1, 5), 1) == [date(2019, 12, 31), date(2020, 1, 5)]
    assert len(month_ends(ON, 8)) == 9


def test_notes_are_kept(district: Session) -> None:
    snapshot = take_snapshot(district, as_of=ON, now=NOW)
    assert set(snapshot.notes) == {indicator.code for indicator in INDICATORS}
    assert "service records begin on 2020-09-17" in snapshot.notes["home_service"]
