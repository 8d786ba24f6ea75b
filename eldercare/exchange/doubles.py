"""Newcomers of an elders ledger who may be registered already, or stand in the file twice."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session

from eldercare.exchange.drafts import Draft
from eldercare.exchange.problems import CellProblem
from eldercare.exchange.raw_table import RawTable
from eldercare.registry.duplicates.finding import Gathering


class Doubles:
    """Told the new elders of a file, it keeps a notice for each who may be another; none stops."""

    def __init__(self, session: Session, table: RawTable) -> None:
        self._table = table
        self._gathering = Gathering(session)
        self._lines: dict[str, int] = {}
        self.notices: list[CellProblem] = []

    def __call__(self, drafts: Sequence[Draft]) -> None:
        """Compare them with who is stored and with those before them."""
        if not drafts:
            return
        self._gathering.expect({draft.values["birth_on"] for draft in drafts})
        for draft in drafts:
            elder_id = str(draft.values["id"])
            self._lines[elder_id] = draft.lines[0]
            found = self._gathering.join(draft.values)
            if found:
                self._note(draft, found[0].second_id, found[0].reasons)

    def _note(self, draft: Draft, other: str, reasons: Sequence[str]) -> None:
        where = f" in row {self._lines[other]}" if other in self._lines else ""
        self.notices.append(
            CellProblem(
                sheet=self._table.sheet,
                row=draft.lines[0],
                column=self._table.titles["name"],
                value=str(draft.values["name"]),
                reason=(
                    f"may be the same person as elder {other}{where}: {', '.join(reasons)}; "
                    "compare both, and merge them if they are one"
                ),
                code="likely_duplicate",
            )
        )
