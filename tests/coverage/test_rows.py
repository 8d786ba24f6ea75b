from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eldercare.coverage.rows import CoverageRow, Status, percent


def figure(numerator: int, denominator: int, target: str | None = "0.9") -> CoverageRow:
    return CoverageRow(
        indicator="centre_urban",
        area="320411002000",
        area_name="三井街道",
        numerator=numerator,
        denominator=denominator,
        target=None if target is None else Fraction(target),
        note="",
    )


@pytest.mark.parametrize(
    ("numerator", "denominator", "target", "met", "status", "shortfall"),
    [
        (9, 10, "0.9", True, Status.MET, 0),
        (10, 10, "0.9", True, Status.MET, 0),
        (89, 100, "0.9", False, Status.NEAR, 1),
        (8, 10, "0.9", False, Status.NEAR, 1),
        (799, 1000, "0.9", False, Status.MISSED, 101),
        (16, 20, "0.9", False, Status.NEAR, 2),
        (0, 3, "0.9", False, Status.MISSED, 3),
        (0, 3, "0", True, Status.MET, 0),
        (5, 10, None, None, Status.NONE, None),
        (0, 0, "0.9", None, Status.NONE, None),
        (0, 0, None, None, Status.NONE, None),
        # A third of a float is not a third: 0.1 * 3 > 0.3 in binary.
        (3, 30, "0.1", True, Status.MET, 0),
        (16499, 165000, "0.1", False, Status.NEAR, 1),
    ],
)
def test_verdicts(
    numerator: int,
    denominator: int,
    target: str | None,
    met: bool | None,
    status: Status,
    shortfall: int | None,
) -> None:
    row = figure(numerator, denominator, target)
    assert (row.met, row.status(), row.shortfall) == (met, status, shortfall)


def test_how_near_is_near_can_be_set() -> None:
    assert figure(80, 100).status(near_points=9) is Status.MISSED
    assert figure(80, 100).status(near_points=10) is Status.NEAR


def test_status_words_are_the_consoles() -> None:
    assert [status.label for status in Status] == ["达标", "接近", "未达", "不评定"]


@given(
    numerator=st.integers(0, 200_000),
    more=st.integers(0, 200_000),
    per_10000=st.integers(0, 10_000),
)
def test_shortfall_is_the_least_that_meets_the_target(
    numerator: int, more: int, per_10000: int
) -> None:
    target = str(Fraction(per_10000, 10_000))
    row = figure(numerator, numerator + more + 1, target)
    assert row.shortfall is not None
    assert figure(numerator + row.shortfall, row.denominator, target).met
    if row.shortfall:
        assert not figure(numerator + row.shortfall - 1, row.denominator, target).met
    assert row.met is (row.numerator * 10_000 >= per_10000 * row.denominator)


def test_the_published_fields() -> None:
    assert figure(9, 10).as_dict() == {
        "indicator": "centre_urban",
        "area": "320411002000",
        "numerator": 9,
        "denominator": 10,
        "value": 0.9,
        "target": 0.9,
        "met": True,
        "note": "",
    }


def test_what_cannot_be_computed_is_null() -> None:
    fields = figure(0, 0).as_dict()
    assert (fields["value"], fields["met"], fields["target"]) == (None, None, 0.9)


@pytest.mark.parametrize(
    ("share", "digits", "text"),
    [
        (None, 1, "—"),
        (Fraction(0), 1, "0.0%"),
        (Fraction(1), 0, "100%"),
        (Fraction(1), 1, "100.0%"),
        (Fraction(9996, 10000), 0, "99%"),
        (Fraction(9996, 10000), 1, "99.9%"),
        (Fraction(9999, 100_000), 1, "9.9%"),
        (Fraction(1, 3), 2, "33.33%"),
        (Fraction(3, 10), 0, "30%"),
    ],
)
def test_percentages_are_cut(share: Fraction | None, digits: int, text: str) -> None:
    assert percent(share, digits) == text
