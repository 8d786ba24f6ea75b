"""What every command shares: the database, the two consoles, and the choice of JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import Engine, make_url

from eldercare.clock import clock as hh_mm
from eldercare.database import make_engine, require_current, upgrade
from eldercare.errors import InvalidInput
from eldercare.settings import TIME_ZONE, Settings

Report = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class App:
    """The command's surroundings; the clock is read here and nowhere below."""

    settings: Settings
    as_json: bool
    out: Console
    err: Console

    @property
    def url(self) -> str:
        """URL of the database in use."""
        return self.settings.database_url

    def engine(self) -> Engine:
        """The database, refused where it is empty, older or newer than the program."""
        engine = make_engine(self.url)
        require_current(engine)
        return engine

    def upgraded_engine(self) -> Engine:
        """The database brought to the newest migration; the default's folder is made if missing."""
        database = make_url(self.url).database
        if database and Path(database).parent == self.settings.data_folder:
            self.settings.data_folder.mkdir(parents=True, exist_ok=True)
        upgrade(self.url)
        return make_engine(self.url)

    def now(self) -> datetime:
        """The instant the command was given."""
        return datetime.now(UTC)

    def today(self) -> date:
        """Today in the district."""
        return datetime.now(TIME_ZONE).date()

    def emit(self, document: Mapping[str, Any]) -> None:
        """One JSON document on standard output."""
        self.out.print_json(json.dumps(document, ensure_ascii=False, default=str), highlight=False)

    @contextmanager
    def progress(self, title: str) -> Iterator[Report]:
        """A progress bar on standard error; the report takes (what, done, of)."""
        columns = (
            TextColumn("[bold]{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[what]}", style="dim"),
        )
        with Progress(*columns, console=self.err, transient=True) as bar:
            task = bar.add_task(title, total=None, what="")

            def report(what: str, done: int, of: int) -> None:
                bar.update(task, completed=done, total=of, what=what)

            yield report


def app_of(context: typer.Context) -> App:
    """The surroundings the callback made."""
    found = context.find_object(App)
    if found is None:
        raise AssertionError("the callback runs before every command")
    return found


def parse_date(text: str) -> date:
    """A date as YYYY-MM-DD or YYYYMMDD."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(f"date {text!r} is not understood: write it as 2020-09-17") from error


Day = Annotated[str, typer.Argument(metavar="DATE", help="Date as 2020-09-17.")]
Towns = Annotated[
    list[str] | None, typer.Option("--town", help="Only this town (official code); repeatable.")
]
Scenario = Annotated[
    str, typer.Option("--scenario", metavar="NAME", help="This scenario, not the draft.")
]


def clock(minutes: int | None) -> str:
    """Minutes after midnight as HH:MM."""
    return "" if minutes is None else hh_mm(minutes)
