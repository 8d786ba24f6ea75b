"""ID numbers of an elders ledger: compared with the row, sealed by the vault, stored once only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from eldercare.errors import FieldProblem, InvalidInput
from eldercare.exchange.checking import look_of
from eldercare.exchange.drafts import Draft, Trouble
from eldercare.exchange.images import chunks
from eldercare.registry.id_number import POINTER, IdNumber, contradictions, read_id_number
from eldercare.registry.id_vault import IdVault
from eldercare.registry.masking import MASK, mask_id_number
from eldercare.registry.tables import Elder

NAME = "id_number"


class Sealing:
    """Gives drafts of elders the sealed form of the number that their line has."""

    def __init__(self, session: Session, vault: IdVault, on: date) -> None:
        self._session = session
        self._vault = vault
        self._on = on
        self._seen: dict[str, int] = {}

    def __call__(self, drafts: Sequence[Draft]) -> list[Trouble]:
        """Set what is to be stored, and tell which numbers are refused."""
        troubles: list[Trouble] = []
        sound: list[tuple[Draft, IdNumber]] = []
        for draft in drafts:
            if NAME not in draft.aside:
                continue
            try:
                number = self._number(draft, str(draft.aside[NAME]))
            except InvalidInput as error:
                troubles += [Trouble(draft, problem) for problem in error.fields]
            else:
                if number is not None:
                    sound.append((draft, number))
        holders = self._holders([number for _, number in sound])
        for draft, number in sound:
            found = [*self._contradictions(draft, number), *self._taken(draft, number, holders)]
            troubles += [Trouble(draft, problem) for problem in found]
            if not found and draft.key is not None:
                self._seal(draft, number)
        return troubles

    def _number(self, draft: Draft, text: str) -> IdNumber | None:
        """The number of a line; None where an export hid it and the same is stored."""
        if MASK not in text:
            return read_id_number(text, on=self._on)
        before = draft.before or {}
        sealed = before.get("id_number_cipher")
        if sealed and mask_id_number(self._vault.open(str(before["id"]), sealed)) == text:
            return None
        reason = "was hidden in an export: give the number in full, or leave the cell empty"
        problem = FieldProblem(POINTER, reason, code="masked_value")
        raise InvalidInput(f"the ID number {reason}", fields=[problem])

    def _contradictions(self, draft: Draft, number: IdNumber) -> list[FieldProblem]:
        row = look_of(draft)
        readable = draft.wrong.isdisjoint({"birth_on", "sex"})
        return contradictions(number, row) if isinstance(row, Elder) and readable else []

    def _holders(self, numbers: Sequence[IdNumber]) -> dict[str, str]:
        """Ids of the elders who have one of the numbers, by its keyed hash."""
        wanted = [one for number in numbers for one in self._vault.digests(number.text)]
        return {
            digest: elder_id
            for some in chunks(wanted)
            for digest, elder_id in self._session.execute(
                select(col(Elder.id_number_hash), col(Elder.id)).where(
                    col(Elder.id_number_hash).in_(some)
                )
            )
        }

    def _taken(
        self, draft: Draft, number: IdNumber, holders: dict[str, str]
    ) -> Iterator[FieldProblem]:
        digests = self._vault.digests(number.text)
        others = {holders[one] for one in digests if one in holders} - {draft.given.get("id")}
        line = self._seen.setdefault(digests[0], draft.lines[0])
        if others:
            told = f"belongs to elder {others.pop()} already"
        elif line != draft.lines[0]:
            told = f"stands in row {line} too"
        else:
            return
        reason = f"{told}: compare both with the card, one person is registered once"
        yield FieldProblem(POINTER, reason, code="id_number_taken")

    def _seal(self, draft: Draft, number: IdNumber) -> None:
        digest = self._vault.digest(number.text)
        if draft.before is not None and draft.before["id_number_hash"] == digest:
            return
        sealed = {
            "id_number_cipher": self._vault.seal(str(draft.given["id"]), number.text),
            "id_number_hash": digest,
        }
        draft.values = draft.values | sealed
