"""Lists of the registry, read-only: who and where, inside the area a person may see."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel
from sqlmodel import SQLModel

from api import shapes
from api.edge import AreaCode, ReadSession, SignedIn
from api.paging import Cursor, Limit, PageOf, read_cursor, write_cursor
from api.problems import documented
from eldercare.accounts.permissions import Action, may
from eldercare.accounts.scope import area_for
from eldercare.registry.listing import page_of
from eldercare.registry.masking import masked_fields
from eldercare.registry.tables import (
    CareCentre,
    Caregiver,
    Community,
    Elder,
    Institution,
    MealSite,
)

router = APIRouter(tags=["registry"])

Line = TypeVar("Line", bound=BaseModel)

ERRORS = documented(401, 403, 404, 422, 503)


class Asked:
    """What every list may be narrowed by, and who asks."""

    def __init__(
        self,
        session: ReadSession,
        user: SignedIn,
        town: Annotated[AreaCode | None, Query(description="only this town")] = None,
        community: Annotated[AreaCode | None, Query(description="only this community")] = None,
        limit: Limit = 100,
        after: Cursor = None,
    ) -> None:
        self.session = session
        self.area_code = area_for(user, Action.READ_REGISTRY, community or town)
        self.sees_people = may(user, Action.READ_PERSONAL)
        self.limit = limit
        self.after = read_cursor(after)

    def page(self, table: type[SQLModel], line: type[Line]) -> PageOf[Line]:
        """The page of a table."""
        found = page_of(
            self.session, table, area_code=self.area_code, after=self.after, limit=self.limit
        )
        items = [line(**self._shown(row)) for row in found.rows]
        return PageOf(items=items, next=write_cursor(found.next_key))

    def _shown(self, row: SQLModel) -> dict[str, Any]:
        fields = row.model_dump() if self.sees_people else masked_fields(row)
        return fields | {"masked": not self.sees_people}


Question = Annotated[Asked, Depends(scope="function")]


@router.get("/communities", responses=ERRORS)
def communities(asked: Question) -> PageOf[shapes.CommunityLine]:
    """Communities and villages, in order of their codes."""
    return asked.page(Community, shapes.CommunityLine)


@router.get("/elders", responses=ERRORS)
def elders(asked: Question) -> PageOf[shapes.ElderLine]:
    """Elders, those who left the registry included (`ended_on`), in order of their ids."""
    return asked.page(Elder, shapes.ElderLine)


@router.get("/caregivers", responses=ERRORS)
def caregivers(asked: Question) -> PageOf[shapes.CaregiverLine]:
    """Caregivers, those who left included (`left_on`), in order of their ids."""
    return asked.page(Caregiver, shapes.CaregiverLine)


@router.get("/care-centres", responses=ERRORS)
def care_centres(asked: Question) -> PageOf[shapes.CareCentreLine]:
    """Community home-care centres, in order of their ids."""
    return asked.page(CareCentre, shapes.CareCentreLine)


@router.get("/meal-sites", responses=ERRORS)
def meal_sites(asked: Question) -> PageOf[shapes.MealSiteLine]:
    """Places that cook, serve or hand out meals, in order of their ids."""
    return asked.page(MealSite, shapes.MealSiteLine)


@router.get("/institutions", responses=ERRORS)
def institutions(asked: Question) -> PageOf[shapes.InstitutionLine]:
    """Residential institutions, in order of their ids."""
    return asked.page(Institution, shapes.InstitutionLine)
