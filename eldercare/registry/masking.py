"""Personal data as those may see it who do not work with the person."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from sqlmodel import SQLModel

from eldercare.registry.tables import (
    Absence,
    Caregiver,
    Consent,
    Elder,
    ElderContact,
    FormerHome,
    PlannedMove,
    PositionTask,
    Refusal,
    Rider,
)

MASK = "*"


def mask_name(name: str) -> str:
    """The first character, the rest hidden: 周桂兰 → 周**."""
    return name[:1] + MASK * (len(name) - 1)


def mask_phone(phone: str) -> str:
    """The first three and last four digits of eleven: 138****5678; anything shorter is hidden."""
    if len(phone) < 11:
        return MASK * len(phone)
    return phone[:3] + MASK * (len(phone) - 7) + phone[-4:]


def mask_id_number(number: str) -> str:
    """The first three and last two characters of a resident ID number: 320*************34."""
    return number[:3] + MASK * (len(number) - 5) + number[-2:]


def mask_address(address: str) -> str:
    """The road or estate without any number that follows: 飞龙新苑12幢302 → 飞龙新苑***."""
    if not address:
        return ""
    place = re.split(r"[0-9０-９一二三四五六七八九十]+(?=[号幢栋室单弄])|[0-9０-９]", address)[0]
    return place + MASK * 3


def _nothing(_value: object) -> None:
    return None


def _empty(_value: object) -> str:
    return ""


_HOME: Mapping[str, Callable[[Any], Any]] = {
    "address": mask_address,
    "building": _empty,
    "longitude": _nothing,
    "latitude": _nothing,
}
_MASKS: Mapping[type[SQLModel], Mapping[str, Callable[[Any], Any]]] = {
    Elder: {
        "name": mask_name,
        "birth_on": _nothing,
        **_HOME,
        "phone": mask_phone,
        "care_note": _empty,
        "id_number_cipher": _nothing,
        "id_number_hash": _nothing,
    },
    FormerHome: _HOME,
    PlannedMove: _HOME,
    PositionTask: {"longitude": _nothing, "latitude": _nothing},
    ElderContact: {"name": mask_name, "phone": mask_phone},
    Consent: {"given_by": mask_name},
    Caregiver: {
        "name": mask_name,
        "phone": mask_phone,
        "base_longitude": _nothing,
        "base_latitude": _nothing,
    },
    Rider: {"name": mask_name, "phone": mask_phone},
    Absence: {"reason": _empty},
    Refusal: {"reason": _empty},
}
"""What of a row tells who or where a person is. Tables of places alone have nothing to hide."""


def masked_fields(row: SQLModel) -> dict[str, Any]:
    """The fields of a row with the personal ones hidden; unknown ones are None or empty."""
    return masked_values(type(row), row.model_dump())


def masked_values(model: type[SQLModel], values: Mapping[str, Any]) -> dict[str, Any]:
    """The same of a row's values by field."""
    masks = _MASKS.get(model, {})
    return {name: masks[name](value) if name in masks else value for name, value in values.items()}


def is_personal(table: type[SQLModel]) -> bool:
    """Whether rows of a table tell who or where a person is."""
    return table in _MASKS


def emptied_columns(table: type[SQLModel]) -> frozenset[str]:
    """The columns that are None in a masked row whatever they hold."""
    return frozenset(name for name, mask in _MASKS.get(table, {}).items() if mask is _nothing)
