"""Use cases of resident ID numbers: set, find, show masked, reveal, change the key.

The audit trail is told that a number changed, masked, never the number itself.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from eldercare.accounts.audit import record
from eldercare.errors import Conflict, FieldProblem, InvalidInput, NotFound
from eldercare.registry import admit
from eldercare.registry.id_number import POINTER, contradictions, read_id_number
from eldercare.registry.id_vault import IdVault
from eldercare.registry.masking import mask_id_number
from eldercare.registry.people import Elder, EndReason
from eldercare.registry.queries import get_elder
from eldercare.registry.same_person import ElderMerge

BATCH = 1000


def set_id_number(
    session: Session,
    vault: IdVault,
    elder_id: str,
    number: str,
    *,
    on: date,
    now: datetime,
    by: str,
) -> Elder:
    """Store an elder's ID number; the same number again changes nothing.

    Raises InvalidInput where the number is wrong or the row contradicts it, Conflict where another
    elder has it or the row was merged into another, NotFound for an unknown elder.
    """
    elder = get_elder(session, elder_id)
    if elder.end_reason is EndReason.MERGED:
        raise Conflict(
            f"elder {elder_id} was merged into another row: give the number to that one",
            code="elder_merged",
        )
    known = read_id_number(number, on=on)
    wrong = contradictions(known, elder)
    if wrong:
        told = "; ".join(f"{problem.pointer[1:]}: {problem.reason}" for problem in wrong)
        raise InvalidInput(f"the ID number of elder {elder_id} was refused: {told}", fields=wrong)
    holder = _holder(session, vault, known.text)
    if holder is not None and holder.id != elder_id:
        raise _taken(holder.id)
    if holder is not None and vault.is_current(elder.id_number_cipher or ""):
        return elder
    before = shown_id_number(vault, elder)
    sealed = {
        "id_number_cipher": vault.seal(elder_id, known.text),
        "id_number_hash": vault.digest(known.text),
    }
    try:
        admit.change(session, elder, sealed, on=on)
    except IntegrityError as error:
        raise _taken("stored meanwhile") from error
    record(
        session,
        at=now,
        user_name=by,
        action="elder.set_id_number",
        subject=f"elder/{elder_id}",
        before={"id_number": before},
        after={"id_number": mask_id_number(known.text)},
    )
    return elder


def _taken(holder: str) -> Conflict:
    reason = (
        f"belongs to another elder ({holder}): compare both with the card, and merge them if they "
        "are one person"
    )
    return Conflict(
        f"the ID number {reason}",
        code="id_number_taken",
        fields=[FieldProblem(POINTER, reason, code="id_number_taken")],
    )


def _holder(session: Session, vault: IdVault, number: str) -> Elder | None:
    statement = select(Elder).where(col(Elder.id_number_hash).in_(vault.digests(number)))
    return session.scalars(statement).first()


def find_by_id_number(session: Session, vault: IdVault, number: str, *, on: date) -> Elder | None:
    """The elder who has this number, ended or not; raises InvalidInput for a wrong number."""
    return _holder(session, vault, read_id_number(number, on=on).text)


def shown_id_number(vault: IdVault, elder: Elder) -> str | None:
    """The number masked, for those who may see personal data; None where none is stored."""
    if elder.id_number_cipher is None:
        return None
    return mask_id_number(vault.open(elder.id, elder.id_number_cipher))


def reveal_id_number(
    session: Session, vault: IdVault, elder_id: str, *, reason: str, now: datetime, by: str
) -> str:
    """The number in full; who asked and why stays in the audit trail.

    Raises InvalidInput without a reason, NotFound for an unknown elder or one without a number.
    """
    if not reason.strip():
        problem = FieldProblem("/reason", "is missing: say what the number is needed for")
        raise InvalidInput("an ID number is shown for a reason only: give one", fields=[problem])
    elder = get_elder(session, elder_id)
    if elder.id_number_cipher is None:
        raise NotFound(f"elder {elder_id} has no ID number stored", code="id_number_not_found")
    number = vault.open(elder_id, elder.id_number_cipher)
    record(
        session,
        at=now,
        user_name=by,
        action="elder.reveal_id_number",
        subject=f"elder/{elder_id}",
        after={"reason": reason.strip()},
    )
    return number


def rotate_id_numbers(session: Session, vault: IdVault, *, now: datetime, by: str) -> int:
    """Seal and hash with the present key whatever an earlier one sealed; returns how many elders.

    Numbers that undone merges would bring back are sealed anew too, so that afterwards the retired
    secrets are needed for nothing. Raises DatabaseUnusable where a secret is missing.
    """
    replaced: dict[str, str] = {}
    count, last = 0, ""
    while elders := _sealed_otherwise(session, vault, last):
        last = elders[-1].id
        for elder in elders:
            _reseal(vault, elder, replaced)
        count += len(elders)
        session.flush()
    for merge in session.scalars(select(ElderMerge).where(col(ElderMerge.undone_at).is_(None))):
        merge.journal = _resealed_journal(vault, merge, replaced)
    if replaced:
        record(
            session,
            at=now,
            user_name=by,
            action="elder.rotate_id_numbers",
            subject="elder",
            after={"count": count},
        )
    return count


def _sealed_otherwise(session: Session, vault: IdVault, last: str) -> list[Elder]:
    """The next elders whose number an earlier key sealed, in order of id; NULL is no text."""
    statement = (
        select(Elder)
        .where(col(Elder.id) > last, ~col(Elder.id_number_cipher).startswith(vault.mark))
        .order_by(col(Elder.id))
        .limit(BATCH)
    )
    return list(session.scalars(statement))


def _reseal(vault: IdVault, elder: Elder, replaced: dict[str, str]) -> None:
    sealed = elder.id_number_cipher
    assert sealed is not None
    number = vault.open(elder.id, sealed)
    elder.id_number_cipher = replaced[sealed] = vault.seal(elder.id, number)
    elder.id_number_hash = vault.digest(number)


def _resealed_journal(
    vault: IdVault, merge: ElderMerge, replaced: dict[str, str]
) -> dict[str, object]:
    """The journal of a merge with its sealed numbers under the present key."""
    journal = dict(merge.journal)
    for side, elder_id in (("keep", merge.keep_id), ("drop", merge.drop_id)):
        journal[side] = {
            when: _resealed_fields(vault, elder_id, fields, replaced)
            for when, fields in journal[side].items()
        }
    return journal


def _resealed_fields(
    vault: IdVault, elder_id: str, fields: dict[str, object], replaced: dict[str, str]
) -> dict[str, object]:
    sealed = fields.get("id_number_cipher")
    if not isinstance(sealed, str) or vault.is_current(sealed):
        return fields
    number = vault.open(elder_id, sealed)
    # The same text as in the elder's row, which unmerging compares with what merging left.
    again = replaced.setdefault(sealed, vault.seal(elder_id, number))
    return fields | {"id_number_cipher": again, "id_number_hash": vault.digest(number)}
