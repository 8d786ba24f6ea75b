"""Personal data as those may see it who do not work with the person."""

from __future__ import annotations

import re

MASK = "*"


def mask_name(name: str) -> str:
    """The first character, the rest hidden: 周桂兰 → 周**."""
    return name[:1] + MASK * (len(name) - 1)


def mask_phone(phone: str) -> str:
    """The first three and last four digits of eleven: 138****5678; anything shorter is hidden."""
    if len(phone) < 11:
        return MASK * len(phone)
    return phone[:3] + MASK * (len(phone) - 7) + phone[-4:]


def mask_address(address: str) -> str:
    """The road or estate without any number that follows: 飞龙新苑12幢302 → 飞龙新苑***."""
    if not address:
        return ""
    place = re.split(r"[0-9０-９一二三四五六七八九十]+(?=[号幢栋室单弄])|[0-9０-９]", address)[0]
    return place + MASK * 3
