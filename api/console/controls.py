"""The few controls pages are made of: our markup inside NiceGUI elements."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Literal
from urllib.parse import urlencode

from markupsafe import Markup, escape
from nicegui import ui
from nicegui.element import Element
from nicegui.events import ValueChangeEventArguments

from api.console.markup import icon, join

Handler = Callable[..., Any]
Tone = Literal["positive", "negative", "warning", "info"]


def html(content: str | Markup, name: str = "div", classes: str = "", props: str = "") -> ui.html:
    """A fragment; plain text is escaped, markup of `markup.tag` stands as it is."""
    element = ui.html(str(escape(content)), sanitize=False, tag=name)
    if classes:
        element.classes(classes)
    if props:
        element.props(props)
    return element


def fill(element: ui.html, content: str | Markup) -> None:
    """Replace a fragment."""
    element.content = str(escape(content))


def button(
    label: str,
    on_click: Handler | None = None,
    *,
    symbol: str = "",
    kind: str = "",
    hint: str = "",
    props: str = "",
) -> Element:
    """A button in our look; `kind` adds classes (`pri`, `bad`, `ghost`, `small`, `icon`)."""
    element = ui.element("button").classes(f"btn {kind}").props("type=button")
    if props:
        element.props(props)
    if hint:
        element.props["title"] = hint
        element.props["aria-label"] = hint
    if on_click is not None:
        element.on("click", on_click, args=[])
    with element:
        parts = join(icon(symbol) if symbol else None, label)
        html(parts, "span", "inside")
    return element


def picker(label: str | Markup, symbol: str) -> tuple[Element, ui.menu]:
    """A field that opens a menu; fill the menu with what can be picked."""
    field = ui.element("button").classes("field").props("type=button aria-haspopup=true")
    with field:
        html(join(icon(symbol), label, icon("down")), "span", "inside")
        menu = ui.menu().classes("menu")
    return field, menu


def date_picker(label: str, value: date, address: Callable[[str], str]) -> None:
    """A field with a calendar; picking a day leads to `address(day)`."""

    def go(event: ValueChangeEventArguments[str]) -> None:
        if event.value and event.value != value.isoformat():
            ui.navigate.to(address(event.value))

    _, menu = picker(label, "today")
    with menu:
        ui.date(value.isoformat(), on_change=go).props("minimal first-day-of-week=1")


def query(values: Mapping[str, str | None], path: str = "") -> str:
    """An address with those parameters that have a value."""
    kept = {key: value for key, value in values.items() if value}
    return f"{path}?{urlencode(kept)}" if kept else path


def tell(sentence: str, *, kind: Tone = "info") -> None:
    """A short message at the bottom; `kind` is info, positive, warning or negative."""
    ui.notify(sentence, type=kind, position="bottom", close_button="关闭")
