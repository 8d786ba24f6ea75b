"""What a coordinator may do to a draft by hand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from eldercare.errors import FieldProblem, InvalidInput
from eldercare.rostering.publishing import ANY

LAST_MINUTE = 24 * 60


class EditKind(StrEnum):
    """Kinds of edits."""

    MOVE = "move"
    SWAP = "swap"
    LOCK = "lock"
    UNLOCK = "unlock"
    LEAVE_OUT = "leave_out"
    BRING_BACK = "bring_back"
    PHONED = "phoned"


class LockKind(StrEnum):
    """What a lock holds."""

    CAREGIVER = "caregiver"
    TIME = "time"
    BOTH = "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One edit of one visit; times are minutes after midnight.

    `caregiver_ids` names one caregiver for each part of the visit, or one for `part`; none keeps
    who comes. `reason` is why a visit is left out, `override_reason` why a rule shall be broken.
    """

    kind: EditKind
    visit_id: str
    part: int | None = None
    caregiver_ids: tuple[str, ...] = ()
    start_minutes: int | None = None
    other_visit_id: str | None = None
    lock: LockKind = LockKind.BOTH
    reason: str = ""
    override_reason: str = ""
    is_phoned: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class EditRequest:
    """An edit of a date's draft. `clock`: minutes after midnight where the date is today."""

    on: date
    edit: Edit
    dry_run: bool = False
    clock: int | None = None
    towns: Sequence[str] | None = None
    """The towns whose day may be changed (None: any)."""
    seen: Collection[str] = (ANY,)
    """Fingerprints of the roster that the edit was made on, or `ANY`."""
    scenario: str = ""
    """Edit this scenario and not the draft."""


def check_edit(edit: Edit) -> None:
    """Refuse an edit that lacks what its kind needs; raises InvalidInput."""
    faults = []
    if edit.kind is EditKind.SWAP and edit.other_visit_id in {None, edit.visit_id}:
        faults.append(FieldProblem("/other_visit_id", "name the visit to swap with", "missing"))
    if edit.kind is EditKind.MOVE and not edit.caregiver_ids and edit.start_minutes is None:
        faults.append(FieldProblem("/caregiver_ids", "name a caregiver or a start", "missing"))
    if edit.kind is EditKind.LEAVE_OUT and not edit.reason.strip():
        faults.append(FieldProblem("/reason", "say why the visit is left out", "missing"))
    if edit.part is not None and len(edit.caregiver_ids) != 1:
        faults.append(FieldProblem("/part", "with a part goes exactly one caregiver"))
    if len(set(edit.caregiver_ids)) < len(edit.caregiver_ids):
        faults.append(FieldProblem("/caregiver_ids", "two people must come: name two"))
    if edit.start_minutes is not None and not 0 <= edit.start_minutes < LAST_MINUTE:
        faults.append(FieldProblem("/start_minutes", "a start lies within the day"))
    if faults:
        wrong = "; ".join(f"{one.pointer}: {one.reason}" for one in faults)
        raise InvalidInput(f"the edit cannot be made: {wrong}", code="bad_edit", fields=faults)
