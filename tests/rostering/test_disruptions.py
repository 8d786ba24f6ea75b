"""Events as lines of text."""

from __future__ import annotations

import pytest

from eldercare.errors import InvalidInput
from eldercare.rostering.disruptions import DisruptionKind, minutes_of, parse_disruption


@pytest.mark.parametrize(
    ("text", "kind", "subject", "at"),
    [
        ("sick:C0001@10:00", DisruptionKind.SICK, "C0001", 600),
        (" sick:C0001@9:05 ", DisruptionKind.SICK, "C0001", 545),
        ("late-start:C0001@08:30", DisruptionKind.LATE_START, "C0001", 510),
        ("cancel:I1-2.20200917", DisruptionKind.CANCEL, "I1-2.20200917", None),
        ("cancel:I1-2.20200917@07:00", DisruptionKind.CANCEL, "I1-2.20200917", 420),
        ("no-show:I1-2.20200917", DisruptionKind.NO_SHOW, "I1-2.20200917", None),
        ("overrun:I1-2.20200917:+20", DisruptionKind.OVERRUN, "I1-2.20200917", None),
        ("emergency:E1:urgent@13:10", DisruptionKind.EMERGENCY, "E1", 790),
        ("new:E1:bathing@13:00-14:30", DisruptionKind.NEW, "E1", None),
    ],
)
def test_every_kind_is_read(text: str, kind: DisruptionKind, subject: str, at: int | None) -> None:
    event = parse_disruption(text)
    assert (event.kind, event.subject, event.at_minutes) == (kind, subject, at)
    assert event.text == text.strip()


def test_what_only_one_kind_has() -> None:
    assert parse_disruption("overrun:I1.20200917:+20").more_minutes == 20
    assert parse_disruption("emergency:E1:urgent@13:10").service_type_code == "urgent"
    assert parse_disruption("new:E1:bathing@13:00-14:30").window == (780, 870)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ill:C0001@10:00", "'ill' is no kind of event; known are sick"),
        ("", "is no kind of event"),
        ("sick:C0001", "write sick:CAREGIVER@HH:MM"),
        ("sick:@10:00", "write sick:CAREGIVER@HH:MM"),
        ("sick:C0001@25:00", "'25:00' is no time of day"),
        ("sick:C0001@10:60", "'10:60' is no time of day"),
        ("overrun:I1:20", "write overrun:VISIT:"),
        ("overrun:I1:+0", "an overrun of 0 minutes is none"),
        ("emergency:E1@10:00", "write emergency:ELDER:SERVICE@HH:MM"),
        ("new:E1:bathing@14:00-13:00", "the window ends before it starts"),
    ],
)
def test_what_is_not_understood_is_answered_with_the_form(text: str, words: str) -> None:
    with pytest.raises(InvalidInput, match=words) as caught:
        parse_disruption(text)
    assert caught.value.code == "bad_event"


def test_times_of_day() -> None:
    assert (minutes_of("00:00"), minutes_of("23:59")) == (0, 1439)
