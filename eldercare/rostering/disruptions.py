"""What somebody reports during the day, as one line of text: `sick:C0001@10:00`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from eldercare.errors import InvalidInput

NO_SHOW_WAIT_MINUTES = 10
"""How long a caregiver waits at a door that nobody opens, where no time was reported."""
EMERGENCY_WITHIN_MINUTES = 120
"""An emergency begins within this time of being reported."""


class DisruptionKind(StrEnum):
    """What can happen to a day that is under way."""

    SICK = "sick"
    LATE_START = "late-start"
    CANCEL = "cancel"
    NO_SHOW = "no-show"
    OVERRUN = "overrun"
    EMERGENCY = "emergency"
    NEW = "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disruption:
    """One event. `subject` is the caregiver, the visit or the elder; minutes after midnight."""

    kind: DisruptionKind
    subject: str
    text: str
    at_minutes: int | None = None
    more_minutes: int = 0
    service_type_code: str = ""
    window: tuple[int, int] | None = None


_ID = r"[^:@\s]+"
_CLOCK = r"\d{1,2}:\d{2}"
_FORMS: dict[DisruptionKind, tuple[str, str]] = {
    DisruptionKind.SICK: (rf"(?P<subject>{_ID})@(?P<at>{_CLOCK})", "sick:CAREGIVER@HH:MM"),
    DisruptionKind.LATE_START: (
        rf"(?P<subject>{_ID})@(?P<at>{_CLOCK})",
        "late-start:CAREGIVER@HH:MM (when she comes)",
    ),
    DisruptionKind.CANCEL: (rf"(?P<subject>{_ID})(@(?P<at>{_CLOCK}))?", "cancel:VISIT[@HH:MM]"),
    DisruptionKind.NO_SHOW: (rf"(?P<subject>{_ID})(@(?P<at>{_CLOCK}))?", "no-show:VISIT[@HH:MM]"),
    DisruptionKind.OVERRUN: (
        rf"(?P<subject>{_ID}):\+(?P<more>\d{{1,3}})(@(?P<at>{_CLOCK}))?",
        "overrun:VISIT:+MINUTES[@HH:MM]",
    ),
    DisruptionKind.EMERGENCY: (
        rf"(?P<subject>{_ID}):(?P<service>{_ID})@(?P<at>{_CLOCK})",
        "emergency:ELDER:SERVICE@HH:MM",
    ),
    DisruptionKind.NEW: (
        rf"(?P<subject>{_ID}):(?P<service>{_ID})@(?P<opens>{_CLOCK})-(?P<closes>{_CLOCK})",
        "new:ELDER:SERVICE@HH:MM-HH:MM (the hours in which it begins)",
    ),
}


def parse_disruption(text: str) -> Disruption:
    """The event that a line of text reports.

    Raises InvalidInput with the form that the kind of event has.
    """
    name, _, rest = text.strip().partition(":")
    kinds = {kind.value: kind for kind in DisruptionKind}
    kind = kinds.get(name)
    if kind is None:
        raise InvalidInput(
            f"event {text!r}: {name!r} is no kind of event; known are {', '.join(kinds)}",
            code="bad_event",
        )
    pattern, form = _FORMS[kind]
    found = re.fullmatch(pattern, rest)
    if found is None:
        raise InvalidInput(f"event {text!r} is not understood: write {form}", code="bad_event")
    given = {key: value for key, value in found.groupdict().items() if value is not None}
    window = None
    if kind is DisruptionKind.NEW:
        window = (minutes_of(given["opens"]), minutes_of(given["closes"]))
        if window[1] < window[0]:
            raise InvalidInput(
                f"event {text!r}: the window ends before it starts", code="bad_event"
            )
    if kind is DisruptionKind.OVERRUN and int(given["more"]) == 0:
        raise InvalidInput(f"event {text!r}: an overrun of 0 minutes is none", code="bad_event")
    return Disruption(
        kind=kind,
        subject=given["subject"],
        text=text.strip(),
        at_minutes=minutes_of(given["at"]) if "at" in given else None,
        more_minutes=int(given.get("more", 0)),
        service_type_code=given.get("service", ""),
        window=window,
    )


def minutes_of(clock: str) -> int:
    """Minutes after midnight of HH:MM. Raises InvalidInput."""
    hours, _, minutes = clock.partition(":")
    if not re.fullmatch(_CLOCK, clock) or int(hours) > 23 or int(minutes) > 59:
        raise InvalidInput(f"{clock!r} is no time of day: write it as 08:30", code="bad_event")
    return int(hours) * 60 + int(minutes)
