"""Merges two rows of one person, journalled so that it can be undone; docs/decisions tell why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from eldercare.accounts.audit import record
from eldercare.errors import Conflict, FieldProblem, InvalidInput
from eldercare.registry import admit
from eldercare.registry.duplicates.elder_rows import forget_rows, lock_elders
from eldercare.registry.duplicates.holders import require_all_known
from eldercare.registry.duplicates.moving import move_rows, state_of
from eldercare.registry.duplicates.stored import as_json
from eldercare.registry.id_number import contradictions, read_id_number
from eldercare.registry.id_vault import IdVault
from eldercare.registry.people import Elder, EndReason
from eldercare.registry.same_person import ElderMerge
from eldercare.registry.to_review import ToReview

_FILLED = (("phone",), ("building",), ("care_note",), ("longitude", "latitude"))
"""What the kept row takes from the dropped one where it says nothing itself."""
_SEALED = ("id_number_cipher", "id_number_hash")


@dataclass(frozen=True, slots=True)
class MergeReport:
    """What a merge did: rows moved (by table and column), set aside (by table), to look at."""

    merge_id: int
    moved: dict[str, int]
    set_aside: dict[str, list[dict[str, Any]]]
    to_review: tuple[ToReview, ...]


def merge_elders(
    session: Session,
    vault: IdVault,
    keep_id: str,
    drop_id: str,
    *,
    on: date,
    now: datetime,
    by: str,
) -> MergeReport:
    """Make two rows of one person one: what the dropped elder had becomes the kept one's.

    The dropped row stays, registered for no day. Rosters of days before `on` and the audit trail
    keep its id. Raises InvalidInput for two elders that cannot be one person, Conflict where one
    was merged before or a row stands in the way, NotFound for an unknown elder.
    """
    require_all_known(session)
    keep, drop = lock_elders(session, keep_id, drop_id)
    _require_mergeable(keep, drop)
    taken = _changes_of_kept(vault, keep, drop, on)
    given_up: dict[str, Any] = {"ended_on": drop.registered_on, "end_reason": EndReason.MERGED}
    given_up |= dict.fromkeys(_SEALED)
    sides = {"keep": _change(session, keep, {}, on), "drop": _change(session, drop, given_up, on)}
    sides["keep"] = _change(session, keep, taken, on)  # after the number's hash has become free
    moves = move_rows(session, keep_id, drop_id, on)
    forget_rows(session)
    merge = ElderMerge(
        keep_id=keep_id,
        drop_id=drop_id,
        merged_on=on,
        merged_at=now,
        merged_by=by,
        journal={
            **sides,
            "moved": moves.moved,
            "set_aside": moves.set_aside,
            "after": state_of(session, (keep_id, drop_id)),
        },
    )
    session.add(merge)
    session.flush()
    assert merge.id is not None
    report = MergeReport(
        merge.id,
        {name: len(keys) for name, keys in moves.moved.items()},
        moves.set_aside,
        tuple(moves.to_review),
    )
    _tell(session, merge, report, now, by)
    return report


def _require_mergeable(keep: Elder, drop: Elder) -> None:
    for elder in (keep, drop):
        if elder.end_reason is EndReason.MERGED:
            raise Conflict(
                f"elder {elder.id} was merged into another row already: name that one",
                code="elder_merged",
            )
    if keep.ended_on is not None and drop.ended_on is None:
        reason = f"{keep.id} left the registry on {keep.ended_on}: keep {drop.id} instead"
        raise _refused(reason, "keep_has_ended")
    if _ends_by(keep, drop) or _ends_by(drop, keep):
        reason = (
            f"{keep.id} and {drop.id} were never registered at the same time: they are two stays "
            "of one person, and both count for their days; leave them apart"
        )
        raise _refused(reason, "separate_stays")


def _ends_by(one: Elder, other: Elder) -> bool:
    return one.ended_on is not None and one.ended_on <= other.registered_on


def _refused(reason: str, code: str) -> InvalidInput:
    fields = [FieldProblem("/drop", reason, code=code)]
    return InvalidInput(f"the merge was refused: {reason}", code=code, fields=fields)


def _changes_of_kept(vault: IdVault, keep: Elder, drop: Elder, on: date) -> dict[str, Any]:
    """What the kept row takes over: the longer registration, blanks filled, the ID number."""
    taken: dict[str, Any] = {}
    if drop.registered_on < keep.registered_on:
        taken["registered_on"] = drop.registered_on
    for names in _FILLED:
        if all(getattr(keep, name) in ("", None) for name in names):
            taken |= {name: getattr(drop, name) for name in names}
    if taken.get("longitude") is not None:
        taken["position_is_estimated"] = drop.position_is_estimated
    return taken | _number_of_kept(vault, keep, drop, on)


def _number_of_kept(vault: IdVault, keep: Elder, drop: Elder, on: date) -> dict[str, str]:
    if drop.id_number_cipher is None:
        return {}
    number = vault.open(drop.id, drop.id_number_cipher)
    if keep.id_number_cipher is not None:
        if vault.open(keep.id, keep.id_number_cipher) != number:
            reason = (
                f"{keep.id} and {drop.id} have different ID numbers: they are two persons, or one "
                "number is wrong and is to be corrected first"
            )
            raise _refused(reason, "different_id_numbers")
        return {}
    wrong = contradictions(read_id_number(number, on=on), keep)
    if wrong:
        raise InvalidInput(
            f"the merge was refused: {drop.id} has an ID number that {keep.id} contradicts, "
            f"{wrong[0].pointer[1:]}: {wrong[0].reason}",
            fields=wrong,
        )
    return {"id_number_cipher": vault.seal(keep.id, number), "id_number_hash": vault.digest(number)}


def _change(session: Session, elder: Elder, changes: dict[str, Any], on: date) -> dict[str, Any]:
    """Change a row through the gate; its changed fields before and after, as JSON."""
    real = {name: value for name, value in changes.items() if getattr(elder, name) != value}
    before = {name: getattr(elder, name) for name in real}
    if real:
        admit.change(session, elder, real, on=on)
    return {"before": as_json(before), "after": as_json(real)}


def _tell(session: Session, merge: ElderMerge, report: MergeReport, now: datetime, by: str) -> None:
    def shown(side: str, when: str) -> dict[str, Any]:
        fields: dict[str, Any] = merge.journal[side][when]
        return {name: value for name, value in fields.items() if name not in _SEALED}

    record(
        session,
        at=now,
        user_name=by,
        action="elder.merge",
        subject=f"elder/{merge.drop_id}",
        before={"keep": shown("keep", "before"), "drop": shown("drop", "before")},
        after={
            "merge": report.merge_id,
            "kept": merge.keep_id,
            "keep": shown("keep", "after"),
            "drop": shown("drop", "after"),
            "moved": report.moved,
            "set_aside": {table: len(rows) for table, rows in report.set_aside.items()},
        },
    )
