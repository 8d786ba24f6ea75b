"""Panels and lists of facts, as the pages of elders are made of them."""

from __future__ import annotations

from markupsafe import Markup

from api.console.markup import Child, join, tag


def card(title: str, *children: Child, note: str = "", classes: str = "") -> Markup:
    """A panel of the page."""
    told = tag("span", note, class_="t3 s12") if note else None
    return tag("section", tag("h3", title, told), *children, class_=f"card part {classes}".strip())


def facts(*pairs: tuple[str, Child]) -> Markup:
    """Names and values; what is empty is left out."""
    return tag(
        "dl",
        [join(tag("dt", name), tag("dd", value)) for name, value in pairs if value],
        class_="facts",
    )
