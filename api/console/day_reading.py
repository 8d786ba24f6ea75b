"""Reads what the page of a day needs, in one go and away from the event loop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session

from api.console.day import Progress, drafted
from api.console.place import Place
from api.console.visitor import Visitor
from eldercare.accounts.permissions import in_scope
from eldercare.care.outcomes import orders_handed_over, service_records_on
from eldercare.registry.lookup import town_names
from eldercare.rostering.dates import newest_roster_on, rosters_on, town_plans
from eldercare.rostering.lifecycle import scenario_named
from eldercare.rostering.reading import view_of
from eldercare.rostering.summary import summarise
from eldercare.rostering.tables import Roster, RosterStatus
from eldercare.rostering.views import RosterView
from eldercare.settings import DISTRICT_CODE

WHOLE_DISTRICT_UP_TO = 120
"""So many caregivers are still readable in one timeline; larger rosters open with one town."""


Version = tuple[tuple[tuple[int | None, str], ...], datetime | None]
"""The rosters of a date with their status, and when the shown one was last planned."""


@dataclass(frozen=True)
class DayPage:
    """What was asked for and what there is."""

    on: date
    town: str | None
    """Code of the town shown; None is the whole district."""
    towns: Mapping[str, str]
    """Towns the visitor may see: code → name."""
    whole: bool
    """The visitor may see the whole district."""
    rosters: Sequence[Roster]
    version: Version
    roster: Roster | None
    view: RosterView | None
    progress: Progress
    scenario: str = ""
    """Name of the scenario that is shown and edited; empty: the draft or a version."""

    @property
    def is_today(self) -> bool:
        """The day is under way."""
        return self.progress.now_minutes is not None

    @property
    def town_name(self) -> str:
        """Name of what is shown."""
        return self.towns.get(self.town or "", "全区")


def read_day(
    visitor: Visitor,
    on: date | None,
    town: str | None,
    status: str | None,
    scenario: str | None = None,
) -> DayPage:
    """The roster of a date (None: today's, else the newest) and a town (None: what fits).

    Raises NotFound where the date has no such scenario.
    """
    place = visitor.place
    with place.reading() as session:
        day = on or _default_on(session, place.today())
        names = town_names(session)
        towns = {code: name for code, name in names.items() if in_scope(visitor.user, code)}
        whole = in_scope(visitor.user, DISTRICT_CODE)
        rosters = _rosters(session, day, scenario)
        roster = _chosen(rosters, status)
        shown = _town(session, roster, town, towns, whole=whole)
        view = None
        if roster is not None and (towns or whole):
            view = view_of(session, roster, towns=None if shown is None else [shown])
        progress = _progress(session, place, day)
        if view is not None:
            progress = replace(progress, drafted=_drafted(session, rosters, view, shown))
        version = _version(session, rosters)
    return DayPage(
        day, shown, towns, whole, rosters, version, roster, view, progress, scenario or ""
    )


def _rosters(session: Session, on: date, scenario: str | None) -> list[Roster]:
    """The date's rosters; a scenario that is asked for stands in the place of the draft."""
    found = list(rosters_on(session, on))
    return [scenario_named(session, on, scenario), *found] if scenario else found


@dataclass(frozen=True)
class News:
    """What has happened since a page was read."""

    progress: Progress
    is_replaced: bool
    """The roster on the page is no longer the one that a new page would show."""


def read_news(visitor: Visitor, day: DayPage) -> News:
    """Reports and versions of an open page's day; the roster itself is not read again."""
    with visitor.place.reading() as session:
        return News(
            replace(_progress(session, visitor.place, day.on), drafted=day.progress.drafted),
            is_replaced=_version(session, _rosters(session, day.on, day.scenario)) != day.version,
        )


def _drafted(
    session: Session, rosters: Sequence[Roster], view: RosterView, town: str | None
) -> frozenset[str]:
    """What a draft changes against the version that holds; nothing where there is none."""
    published = _chosen(rosters, "published")
    if view.status is not RosterStatus.DRAFT or published is None:
        return frozenset()
    return drafted(view, view_of(session, published, towns=None if town is None else [town]))


def _version(session: Session, rosters: Sequence[Roster]) -> Version:
    """Another one after planning again, publishing, or a new draft."""
    states = [(one.id, one.status.value) for one in rosters]
    plans = town_plans(session, rosters[0].id) if rosters and rosters[0].id else ()
    return tuple(states), max((plan.planned_at for plan in plans), default=None)


def _progress(session: Session, place: Place, on: date) -> Progress:
    return Progress(
        records=service_records_on(session, on),
        handed_over=frozenset(orders_handed_over(session, on)),
        now_minutes=place.minutes_of_day() if on == place.today() else None,
    )


def _default_on(session: Session, today: date) -> date:
    if rosters_on(session, today):
        return today
    return newest_roster_on(session) or today


def _chosen(rosters: Sequence[Roster], status: str | None) -> Roster | None:
    """The draft or the newest version; `published` asks for the newest version."""
    if status == "published":
        return next((one for one in rosters if one.status is not RosterStatus.DRAFT), None)
    return rosters[0] if rosters else None


def _town(
    session: Session,
    roster: Roster | None,
    asked: str | None,
    towns: Mapping[str, str],
    *,
    whole: bool,
) -> str | None:
    if asked in towns:
        return asked
    first = next(iter(towns), None)
    if not whole:
        return first
    if asked == DISTRICT_CODE or roster is None or roster.id is None:
        return None
    return None if summarise(session, roster.id).caregivers <= WHOLE_DISTRICT_UP_TO else first
