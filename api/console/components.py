"""Our own components: the timeline and the map, each one ES module fed with plain data."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nicegui
from nicegui.element import Element

LEAFLET = Path(nicegui.__file__).parent / "elements" / "leaflet" / "dist"


class Timeline(
    Element, component="timeline.js", dependencies=["timeline_bars.js", "timeline_drag.js"]
):
    """A day's timeline. Emits `select` {row, bar, origin}, `open`, `more`, `seen`,
    `act` {key, bar} and `drop` {bar, row, start}."""

    def __init__(self, day: Mapping[str, Any]) -> None:
        super().__init__()
        self._props["day"] = day

    def show(self, day: Mapping[str, Any]) -> None:
        """Draw the day as it is by now; what is chosen stays chosen."""
        self._props["day"] = day
        self.update()

    def choose(self, row: str | None, bar: str | None) -> None:
        """Select from the server, as from the panel's lists."""
        self.run_method("select", row, bar, "server")

    def filter(self, kind: str | None, label: str = "") -> None:
        """Show rows with bars of a kind (`priority` or a bar's state) only; None shows all."""
        self.run_method("setFilter", {"kind": kind, "label": label} if kind else None)


class DistrictMap(Element, component="district_map.js", esm={"nicegui-leaflet": str(LEAFLET)}):
    """The district with routes, or with communities shaded. Emits `area` {code, town}."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__()
        self.add_resource(LEAFLET)
        self._props["data"] = data

    def show(self, data: Mapping[str, Any]) -> None:
        """Draw something else."""
        self._props["data"] = data
        self.update()
