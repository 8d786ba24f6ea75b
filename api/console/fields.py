"""Labelled fields of the console's dialogs; each tells when it was changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nicegui import ui
from nicegui.element import Element

from api.console.controls import html

Changed = Callable[[], Any]
SEARCH = "outlined dense options-dense use-input fill-input hide-selected input-debounce=0"


def _labelled(label: str) -> Element:
    html(label, "span", "t2 s12")
    return ui.element("div")


def choice(
    label: str, choices: dict[str, str], value: str | None, changed: Changed | None = None
) -> ui.select:
    """One of many, found by typing."""
    with _labelled(label):
        return ui.select(
            choices,
            value=value if value in choices else None,
            with_input=True,
            on_change=None if changed is None else lambda _: changed(),
        ).props(f'{SEARCH} aria-label="{label}"')


def time_field(label: str, value: str, changed: Changed | None = None) -> ui.input:
    """A time of day as HH:MM."""
    with _labelled(label):
        return ui.input(
            value=value, on_change=None if changed is None else lambda _: changed()
        ).props(
            f'outlined dense debounce=300 mask="##:##" placeholder="HH:MM" aria-label="{label}"'
        )


def number_field(label: str, value: int, low: int, high: int) -> ui.number:
    """A whole number between two bounds."""
    with _labelled(label):
        return ui.number(value=value, min=low, max=high, precision=0).props(
            f'outlined dense aria-label="{label}"'
        )


def words_field(label: str, changed: Changed) -> ui.input:
    """A sentence that somebody writes."""
    with _labelled(label):
        return ui.input(on_change=lambda _: changed()).props(
            f'outlined dense debounce=300 maxlength=200 aria-label="{label}"'
        )
