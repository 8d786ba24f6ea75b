"""The service catalogue as a choice: what can be asked for at an elder's home."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import Session, col

from eldercare.care.tables import ServiceType


def home_service_names(session: Session) -> dict[str, str]:
    """Code → name of every service that is given at home, by code."""
    codes = select(col(ServiceType.code), col(ServiceType.name))
    at_home = codes.where(col(ServiceType.is_home_visit)).order_by(col(ServiceType.code))
    return dict(session.execute(at_home).all())
