"""What is said of a ledger that is read and written over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session

from api.shapes import Caution
from eldercare.accounts.permissions import Action
from eldercare.registry.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Entry:
    """A ledger at a path: who may read it, an example of a new row, what is said of one."""

    path: str
    ledger: Ledger
    example: Mapping[str, Any] = field(default_factory=dict)
    reading: Action = Action.READ_REGISTRY
    """Rows that tell by themselves of a person's needs are for those who read personal data."""
    cautions: Callable[[Session, Any], list[Caution]] | None = None

    def __post_init__(self) -> None:
        if self.ledger.parts and self.reading is not Action.READ_PERSONAL:
            raise ValueError(f"{self.path}: parts are not masked, so READ_PERSONAL must be asked")

    @property
    def is_read_only(self) -> bool:
        """Whether rows are listed and read only: a use case writes them."""
        return bool(self.ledger.written_by)
