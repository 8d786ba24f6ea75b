"""HTML in Python: everything that is text is escaped, so that a name can never become markup."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from hashlib import sha256
from pathlib import Path

from markupsafe import Markup, escape

STATIC = Path(__file__).parent / "static"
STATIC_URL = "/console/static"

Child = Markup | str | int | None | Iterable["Child"]
Attribute = str | int | float | bool | None

_VOID = {"input", "br", "img", "link", "meta", "hr"}


def tag(name: str, /, *children: Child, **attributes: Attribute) -> Markup:
    """An element. `class_` is class, `data_x` data-x; True is bare, None and False are left out."""
    head = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Markup(f"<{name}{head}>")  # noqa: S704 - every attribute has been escaped
    return Markup(f"<{name}{head}>{join(*children)}</{name}>")  # noqa: S704 - children are escaped


def join(*children: Child) -> Markup:
    """Children one after the other; None is nothing."""
    parts = []
    for child in children:
        if child is None:
            continue
        if isinstance(child, str | int):
            parts.append(escape(child))
        else:
            parts.append(join(*child))
    return Markup("").join(parts)


def _attribute(key: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(value)}"'


def grid(names: Sequence[str], rows: Iterable[Markup], *, right: Collection[int] = ()) -> Markup:
    """A table of rows under their names; columns whose numbers are in `right` hold figures."""
    head = [tag("th", name, class_="r" if at in right else None) for at, name in enumerate(names)]
    return tag("table", tag("thead", tag("tr", head)), tag("tbody", list(rows)), class_="grid")


def icon(name: str, tone: str = "", *, size: int | None = None) -> Markup:
    """An icon of the page's sprite; decoration only, so that words always stand beside it."""
    style = f"font-size:{size}px" if size else None
    use = Markup("<use href='#i-{}'></use>").format(name)
    return tag("svg", use, class_=f"ic {tone}".strip(), style=style, aria_hidden="true")


def sprite() -> Markup:
    """Every icon once; goes into each page's body."""
    return Markup((STATIC / "icons.svg").read_text(encoding="utf-8"))  # noqa: S704 - our own file


def asset(name: str) -> str:
    """Address of a static file that changes with its content, so that browsers may keep it."""
    version = sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"{STATIC_URL}/{name}?v={version}"


def stylesheets(*names: str) -> Markup:
    """Links to style sheets."""
    return join(tag("link", rel="stylesheet", href=asset(name)) for name in names)
