"""Reads what the page of one elder needs, in one go and away from the event loop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlmodel import Session, col

from api.console.elder_desk import Draft, desk
from api.console.elder_list import shown_on
from api.console.visitor import Visitor
from eldercare.accounts.keys import signing_key
from eldercare.accounts.permissions import Action, may, require
from eldercare.accounts.tables import AuditEntry
from eldercare.care.elder_file import ElderFile, read_file
from eldercare.care.elder_history import history_of, last_entry
from eldercare.care.hours import MonthHours, hours_of_elder
from eldercare.care.matching.advice import Advice, advise_elders
from eldercare.care.matching.storing import MatchExplanation, explain_matches
from eldercare.care.tables import ServiceType
from eldercare.care.upcoming import Due, due_between
from eldercare.registry.duplicates.finding import Suspicion, warn_for
from eldercare.registry.id_vault import IdVault
from eldercare.registry.identity import shown_id_number
from eldercare.registry.lookup import caregiver_names, elders_by_id
from eldercare.registry.people import Elder
from eldercare.registry.places import Community
from eldercare.registry.queries import communities_of
from eldercare.registry.same_person import ElderMerge
from eldercare.registry.tables import CareCentre, Institution, MealSite
from eldercare.rostering.dates import newest_roster_on
from eldercare.settings import DISTRICT_CODE

SOON = timedelta(days=35)
ENTRIES = 60


@dataclass(frozen=True)
class ElderPage:
    """The file of an elder on a date, and what its tabs show beside it.

    `personal` and `may_write`: what the visitor may. `due` begins today. `entries` are older than
    the entry `before` (None: the newest); what is older still begins behind `older`.
    """

    tab: str
    on: date
    today: date
    file: ElderFile
    personal: bool
    may_write: bool
    entry: int
    communities: Mapping[str, Community]
    id_number: str | None = None
    draft: Draft | None = None
    draft_name: str = ""
    hours: MonthHours | None = None
    advice: Advice | None = None
    matches: Sequence[MatchExplanation] = ()
    duplicates: Sequence[Suspicion] = ()
    merges: Sequence[ElderMerge] = ()
    others: Mapping[str, Elder] = field(default_factory=dict)
    due: Sequence[Due] = ()
    places: Mapping[str, str] = field(default_factory=dict)
    services: Mapping[str, str] = field(default_factory=dict)
    caregivers: Mapping[str, str] = field(default_factory=dict)
    entries: Sequence[AuditEntry] = ()
    before: int | None = None
    older: int | None = None
    movable_to: Mapping[str, str] = field(default_factory=dict)

    @property
    def elder(self) -> Elder:
        """The elder's row."""
        return self.file.elder

    def community(self, code: str) -> str:
        """Name of a community."""
        found = self.communities.get(code)
        return found.name if found else code

    def place(self, place_id: str) -> str:
        """Name of a centre, a meal site or an institution."""
        return self.places.get(place_id, place_id)


def read_elder(
    visitor: Visitor,
    elder_id: str,
    tab: str,
    asked: str | None,
    draft_name: str,
    before: int | None = None,
) -> ElderPage:
    """The page of an elder; raises NotFound, NotPermitted outside the visitor's area."""
    draft = desk.find(draft_name, visitor.user.name, elder_id)
    with visitor.place.reading() as session:
        file = read_file(session, elder_id)
        area = file.elder.community_code
        require(visitor.user, Action.READ_REGISTRY, area_code=area)
        personal = may(visitor.user, Action.READ_PERSONAL, area_code=area)
        may_write = may(visitor.user, Action.WRITE_REGISTRY, area_code=area)
        on = shown_on(visitor, asked, newest_roster_on(session))
        today = visitor.place.today()
        values: dict[str, object] = {
            "tab": tab,
            "on": on,
            "today": today,
            "file": file,
            "personal": personal,
            "may_write": may_write,
            "entry": last_entry(session),
            "communities": {one.code: one for one in communities_of(session, DISTRICT_CODE)},
            "draft": draft,
            "draft_name": draft_name if draft else "",
            "merges": _merges(session, elder_id),
            "places": _places(session),
        }
        if personal and tab == "history":
            values |= _history(session, file, before)
        elif personal:
            values |= _READERS[tab](session, visitor, file, on)
    return ElderPage(**values)  # type: ignore[arg-type]  # the readers name the page's own fields


def _overview(session: Session, visitor: Visitor, file: ElderFile, on: date) -> dict[str, object]:
    elder = file.elder
    duplicates = warn_for(session, elder) if elder.ended_on is None else ()
    vault = IdVault(signing_key(visitor.place.settings))
    return {
        "id_number": shown_id_number(vault, elder),
        "hours": hours_of_elder(session, elder.id, on),
        "advice": advise_elders(session, [elder.id], on)[elder.id],
        "matches": explain_matches(session, elder.id, on),
        "duplicates": duplicates,
        "others": elders_by_id(session, (one.second_id for one in duplicates)),
    }


def _plan(session: Session, visitor: Visitor, file: ElderFile, on: date) -> dict[str, object]:
    today = visitor.place.today()
    return {
        "hours": hours_of_elder(session, file.elder.id, on),
        "due": due_between(session, file.elder.id, today, today + SOON),
        "services": dict(
            session.execute(select(col(ServiceType.code), col(ServiceType.name))).all()
        ),
        "caregivers": caregiver_names(session),
    }


def _status(session: Session, visitor: Visitor, _file: ElderFile, _on: date) -> dict[str, object]:
    own = visitor.user.area_code or DISTRICT_CODE
    return {"movable_to": {one.code: one.name for one in communities_of(session, own)}}


def _assessments(
    _session: Session, _visitor: Visitor, _file: ElderFile, _on: date
) -> dict[str, object]:
    return {}


def _history(session: Session, file: ElderFile, before: int | None) -> dict[str, object]:
    found = history_of(session, file, before=before, limit=ENTRIES + 1)
    shown = found[:ENTRIES]
    older = shown[-1].id if len(found) > ENTRIES else None
    return {"entries": shown, "before": before, "older": older}


_READERS = {
    "overview": _overview,
    "plan": _plan,
    "status": _status,
    "assessments": _assessments,
}


def _merges(session: Session, elder_id: str) -> list[ElderMerge]:
    """Merges that stand, of which the elder is either side."""
    either = or_(col(ElderMerge.keep_id) == elder_id, col(ElderMerge.drop_id) == elder_id)
    standing = select(ElderMerge).where(either, col(ElderMerge.undone_at).is_(None))
    return list(session.scalars(standing.order_by(col(ElderMerge.id).desc())))


def _places(session: Session) -> dict[str, str]:
    """Names of centres, meal sites and institutions by their ids."""
    found: dict[str, str] = {}
    for table in (CareCentre, MealSite, Institution):
        pairs = select(col(table.id), col(table.name))
        found |= dict(session.execute(pairs).all())
    return found
