"""All that is kept of one elder, read at once, with one version that a form can be drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, SQLModel, col

from eldercare.accounts.tables import User
from eldercare.care.planned import exceptions_of
from eldercare.care.tables import CarePlan, ItemException, MealSubscription, Pause, PlanItem
from eldercare.errors import Conflict
from eldercare.registry.admission.shape import values_of
from eldercare.registry.consents import contacts_of
from eldercare.registry.homes import FormerHome, FormerLiving, PlannedMove
from eldercare.registry.kin import Consent, ElderContact
from eldercare.registry.ledger import version_of
from eldercare.registry.ledgers import ELDERS
from eldercare.registry.people import (
    Assessment,
    Elder,
    ElderGroup,
    FamilyDoctorContract,
    InstitutionStay,
)
from eldercare.registry.queries import get_elder
from eldercare.registry.writing import row_as_seen


@dataclass(frozen=True, slots=True)
class ElderFile:
    """An elder with the rows that hang on it, the newest first where they have dates."""

    elder: Elder
    groups: Sequence[ElderGroup]
    assessments: Sequence[Assessment]
    contacts: Sequence[ElderContact]
    consents: Sequence[Consent]
    pauses: Sequence[Pause]
    stays: Sequence[InstitutionStay]
    moves: Sequence[PlannedMove]
    homes: Sequence[FormerHome]
    livings: Sequence[FormerLiving]
    contracts: Sequence[FamilyDoctorContract]
    plans: Sequence[CarePlan]
    items: Sequence[PlanItem]
    exceptions: Sequence[ItemException]
    meals: Sequence[MealSubscription]

    @property
    def version(self) -> str:
        """Another word as soon as anything of the file is another."""
        parts = {name: getattr(self, name) for name in self.__slots__}
        return version_of(
            {
                name: [values_of(row) for row in ([part] if isinstance(part, SQLModel) else part)]
                for name, part in parts.items()
            }
        )

    def level_on(self, on: date) -> Assessment | None:
        """The assessment that gives the level on a date."""
        return next((one for one in self.assessments if one.assessed_on <= on), None)


def read_file(session: Session, elder_id: str) -> ElderFile:
    """The file of an elder, ended or not; raises NotFound."""
    elder = get_elder(session, elder_id)

    def rows(table: Any, order: Any) -> list[Any]:
        own = select(table).where(table.elder_id == elder_id).order_by(order)
        return list(session.scalars(own))

    plans = rows(CarePlan, col(CarePlan.from_on).desc())
    in_plans = col(PlanItem.care_plan_id).in_([plan.id for plan in plans])
    items = list(session.scalars(select(PlanItem).where(in_plans).order_by(col(PlanItem.id))))
    special = exceptions_of(session, (item.id for item in items))
    return ElderFile(
        elder=elder,
        groups=rows(ElderGroup, col(ElderGroup.from_on).desc()),
        assessments=rows(Assessment, col(Assessment.assessed_on).desc()),
        contacts=contacts_of(session, elder_id),
        consents=rows(Consent, col(Consent.from_on).desc()),
        pauses=rows(Pause, col(Pause.from_on).desc()),
        stays=rows(InstitutionStay, col(InstitutionStay.from_on).desc()),
        moves=rows(PlannedMove, col(PlannedMove.from_on)),
        homes=rows(FormerHome, col(FormerHome.until_on).desc()),
        livings=rows(FormerLiving, col(FormerLiving.until_on).desc()),
        contracts=rows(FamilyDoctorContract, col(FamilyDoctorContract.signed_on).desc()),
        plans=plans,
        items=items,
        exceptions=[one for item in items for one in special[item.id]],
        meals=rows(MealSubscription, col(MealSubscription.from_on).desc()),
    )


def require_file_as_seen(session: Session, elder_id: str, version: str, *, user: User) -> Elder:
    """The elder, locked until the transaction ends, whose file is as the writer has read it.

    Raises NotFound, NotPermitted outside the writer's area, Conflict `file_changed`.
    """
    elder = row_as_seen(session, ELDERS, elder_id, seen=None, user=user)
    assert isinstance(elder, Elder)
    if read_file(session, elder_id).version != version:
        raise Conflict(
            f"the file of elder {elder_id} is not as you read it: somebody changed it; look at "
            "what is different and repeat what still holds",
            code="file_changed",
        )
    return elder
