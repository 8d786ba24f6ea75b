"""Reads what waits to be mended in the visitor's area, one kind of it at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlmodel import Session

from api.console.visitor import Visitor
from eldercare.accounts.permissions import in_scope
from eldercare.care.over_entitlement import EntitlementWarning, over_entitlement
from eldercare.registry.assessing import reassessments_due
from eldercare.registry.assessment import Reassessment
from eldercare.registry.duplicates.finding import Suspicion, find_duplicates
from eldercare.registry.homes import PositionTask
from eldercare.registry.lookup import elders_by_id, town_names
from eldercare.registry.people import Elder
from eldercare.registry.places import Community
from eldercare.registry.position_tasks import TaskCount, count_open_tasks, open_tasks
from eldercare.registry.qualifications import ExpiringQualification, expiring_qualifications
from eldercare.registry.queries import communities_of
from eldercare.rostering.dates import newest_roster_on
from eldercare.settings import DISTRICT_CODE

TABS = {
    "positions": "位置待核",
    "duplicates": "可能重复",
    "reassessments": "到期评估",
    "certificates": "证书到期",
    "hours": "时长将满",
}
SHOWN = 50
PAIRS = 20
WITHIN_DAYS = 30


@dataclass(frozen=True)
class Todo:
    """One tab: the rows of a page, how many there are in all, and the elders they speak of.

    `start` rows stand before those of this page.
    """

    tab: str
    on: date
    towns: Mapping[str, str]
    start: int = 0
    total: int = 0
    counts: Sequence[TaskCount] = ()
    positions: Sequence[PositionTask] = ()
    pairs: Sequence[Suspicion] = ()
    reassessments: Sequence[Reassessment] = ()
    certificates: Sequence[ExpiringQualification] = ()
    hours: Sequence[EntitlementWarning] = ()
    elders: Mapping[str, Elder] = field(default_factory=dict)
    communities: Mapping[str, Community] = field(default_factory=dict)


def read_todo(visitor: Visitor, tab: str, asked: date | None, page: int = 0) -> Todo:
    """A page from 0 of a tab's rows on a date; without one today, or the last roster's."""
    with visitor.place.reading() as session:
        newest, today = newest_roster_on(session), visitor.place.today()
        on = asked or (min(today, newest) if newest else today)
        area = visitor.user.area_code or DISTRICT_CODE
        towns = {
            code: name for code, name in town_names(session).items() if in_scope(visitor.user, code)
        }
        communities = {one.code: one for one in communities_of(session, area)}
        reader = _READERS[tab]
        start = page * (PAIRS if tab == "duplicates" else SHOWN)
        return reader(session, Todo(tab, on, towns, start, communities=communities), area)


def _positions(session: Session, empty: Todo, area: str) -> Todo:
    town = area if area in empty.towns else None
    community = area if town is None and area != DISTRICT_CODE else None
    counts = [
        one
        for one in count_open_tasks(session, community_code=community)
        if community is not None or one.town_code in empty.towns
    ]
    tasks = open_tasks(session, town_code=town, community_code=community, limit=empty.start + SHOWN)
    tasks = tasks[empty.start :]
    return _with_elders(
        session,
        empty,
        (one.elder_id for one in tasks),
        total=sum(one.tasks for one in counts),
        counts=counts,
        positions=tasks,
    )


def _duplicates(session: Session, empty: Todo, area: str) -> Todo:
    found = find_duplicates(session, on=empty.on, area_code=area).suspicions
    shown = found[empty.start :][:PAIRS]
    ids = [elder_id for one in shown for elder_id in (one.first_id, one.second_id)]
    return _with_elders(session, empty, ids, total=len(found), pairs=shown)


def _reassessments(session: Session, empty: Todo, _area: str) -> Todo:
    due = reassessments_due(session, empty.on, WITHIN_DAYS)
    elders = elders_by_id(session, (one.elder_id for one in due))
    inside = [one for one in due if elders[one.elder_id].community_code in empty.communities]
    shown = inside[empty.start :][:SHOWN]
    ids = (one.elder_id for one in shown)
    return _with_elders(session, empty, ids, total=len(inside), reassessments=shown)


def _certificates(session: Session, empty: Todo, _area: str) -> Todo:
    found = [
        one
        for one in expiring_qualifications(session, empty.on, WITHIN_DAYS)
        if one.caregiver.town_code in empty.towns
    ]
    shown = found[empty.start :][:SHOWN]
    return _with_elders(session, empty, (), total=len(found), certificates=shown)


def _hours(session: Session, empty: Todo, area: str) -> Todo:
    found = over_entitlement(session, empty.on, area_code=area)
    shown = found[empty.start :][:SHOWN]
    ids = (one.hours.elder_id for one in shown)
    return _with_elders(session, empty, ids, total=len(found), hours=shown)


_READERS = {
    "positions": _positions,
    "duplicates": _duplicates,
    "reassessments": _reassessments,
    "certificates": _certificates,
    "hours": _hours,
}


def _with_elders(session: Session, empty: Todo, ids: Iterable[str], **rows: object) -> Todo:
    elders = elders_by_id(session, ids)
    missing = {one.community_code for one in elders.values()} - set(empty.communities)
    beyond = {code: session.get(Community, code) for code in missing}
    communities = dict(empty.communities) | {code: one for code, one in beyond.items() if one}
    values = {"tab": empty.tab, "on": empty.on, "towns": empty.towns, "start": empty.start}
    return Todo(**values | rows | {"elders": elders, "communities": communities})  # type: ignore[arg-type]  # the readers name their own fields
