"""Where elders live on the map: positions given, stood in for, questioned and confirmed.

A position that is missing or looks wrong never stops a row: it opens a task that somebody closes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from eldercare.accounts.audit import record
from eldercare.clock import local_date
from eldercare.errors import Conflict
from eldercare.registry import admit
from eldercare.registry.as_of import is_registered
from eldercare.registry.coordinates import CoordinateSystem, Degrees, metres_between, to_wgs84
from eldercare.registry.homes import Home, PositionOutcome, PositionReason, PositionTask
from eldercare.registry.outline import lies_in_district
from eldercare.registry.people import Elder
from eldercare.registry.places import Community
from eldercare.registry.position_tasks import close_tasks
from eldercare.registry.queries import get_elder

RADII_TO_QUESTION = 3
"""Half the way to the nearest neighbour is a community's typical radius; homes three times as far
out are rare, and most often carry another community's code."""
LEAST_METRES_TO_QUESTION = 2000.0
"""In dense towns neighbours are closer than the error of an estimated community point."""


class Reach:
    """The points of all communities, and how far from each a home is believed."""

    def __init__(self, session: Session) -> None:
        columns = (Community.code, Community.longitude, Community.latitude)
        rows = session.execute(select(*map(col, columns))).all()
        self.points: dict[str, Degrees] = {code: (x, y) for code, x, y in rows}
        self._metres: dict[str, float] = {}

    def metres(self, code: str) -> float:
        """The distance from the community's point up to which no home is questioned."""
        if code not in self._metres:
            here = self.points[code]
            others = (point for other, point in self.points.items() if other != code)
            nearest = min((metres_between(here, point) for point in others), default=0.0)
            self._metres[code] = max(LEAST_METRES_TO_QUESTION, RADII_TO_QUESTION * nearest / 2)
        return self._metres[code]

    def doubt(self, home: Home | Elder) -> PositionReason | None:
        """What is to be asked about the position of a home, the gravest first."""
        if home.longitude is None or home.latitude is None:
            return PositionReason.MISSING
        place, point = (home.longitude, home.latitude), self.points[home.community_code]
        if not lies_in_district(*place):
            return PositionReason.OUTSIDE_DISTRICT
        if metres_between(place, point) > self.metres(home.community_code):
            return PositionReason.FAR_FROM_COMMUNITY
        if home.position_is_estimated and place == point:
            return PositionReason.ESTIMATED
        return None


def place_elder(
    session: Session,
    elder_id: str,
    longitude: float,
    latitude: float,
    system: CoordinateSystem,
    *,
    now: datetime,
    by: str,
) -> PositionTask | None:
    """Give an elder a position; the task it opens where the position is doubtful, else None.

    Degrees in any system are stored as WGS-84. Open tasks of the elder close. Raises NotFound, and
    InvalidInput for what is no position of the province.
    """
    x, y = to_wgs84(longitude, latitude, system)
    fields = {"longitude": x, "latitude": y, "position_is_estimated": False}
    return _place(session, get_elder(session, elder_id), fields, system, now, by)


def place_at_community(
    session: Session, elder_id: str, *, now: datetime, by: str
) -> PositionTask | None:
    """Give up an elder's position for the point of the community, marked estimated.

    The task it opens asks for the home; None where somebody confirmed the very point. Raises
    NotFound, and Conflict where the elder stands there already.
    """
    elder = get_elder(session, elder_id)
    fields = _point(*Reach(session).points[elder.community_code])
    if fields == _position_of(elder):
        raise Conflict(
            f"elder {elder_id} stands on the point of the community already", code="no_change"
        )
    return _place(session, elder, fields, CoordinateSystem.WGS_84, now, by)


def _place(
    session: Session,
    elder: Elder,
    fields: dict[str, Any],
    system: CoordinateSystem,
    now: datetime,
    by: str,
) -> PositionTask | None:
    today, before = local_date(now), _position_of(elder)
    admit.change(session, elder, fields, on=today)
    close_tasks(session, elder.id, PositionOutcome.PLACED, today)
    task = question(session, elder, today)
    after = _position_of(elder) | {"system": system.value}
    record(
        session,
        at=now,
        user_name=by,
        action="elder.place",
        subject=f"elder/{elder.id}",
        before=before,
        after=after,
    )
    return task


def stand_in(session: Session, home: Home) -> dict[str, Any]:
    """The point of the home's community, marked estimated, where the home has no position."""
    if home.longitude is not None or home.latitude is not None:
        return {}
    community = session.get(Community, home.community_code)
    if community is None:  # the gate tells it with the rest of what is wrong
        return {}
    return _point(community.longitude, community.latitude)


def question(session: Session, elder: Elder, today: date) -> PositionTask | None:
    """Open a task where the elder's position is doubtful and was not confirmed as it is.

    An elder without one gets the community's point.
    """
    reach = Reach(session)
    reason = reach.doubt(elder)
    if reason is None:
        return None
    known = _known(session, [elder.id])
    return _open(session, elder, reason, known[elder.id], reach, today)


def review_positions(
    session: Session, on: date, *, now: datetime, by: str
) -> dict[PositionReason, int]:
    """Look at everybody registered on a date and open what tasks are missing; how many by reason.

    Positions that somebody confirmed are not questioned again while they stay the same.
    """
    reach = Reach(session)
    known = _known(session, None)
    opened: defaultdict[PositionReason, int] = defaultdict(int)
    statement = select(Elder).where(is_registered(on)).execution_options(yield_per=2000)
    doubtful = [(one, reason) for one in session.scalars(statement) if (reason := reach.doubt(one))]
    for elder, reason in sorted(doubtful, key=lambda pair: pair[0].id):
        if _open(session, elder, reason, known[elder.id], reach, on):
            opened[reason] += 1
    if opened:
        record(
            session,
            at=now,
            user_name=by,
            action="elder.review_positions",
            subject="elders",
            after={reason.value: count for reason, count in opened.items()},
        )
    return dict(opened)


def _known(
    session: Session, elder_ids: Iterable[str] | None
) -> defaultdict[str, list[PositionTask]]:
    """Tasks by elder that keep a question from being asked again: open, or confirmed."""
    asked = col(PositionTask.closed_on).is_(None) | (
        col(PositionTask.how) == PositionOutcome.CONFIRMED
    )
    statement = select(PositionTask).where(asked)
    if elder_ids is not None:
        statement = statement.where(col(PositionTask.elder_id).in_(list(elder_ids)))
    found: defaultdict[str, list[PositionTask]] = defaultdict(list)
    for task in session.scalars(statement):
        found[task.elder_id].append(task)
    return found


def _open(
    session: Session,
    elder: Elder,
    reason: PositionReason,
    known: Iterable[PositionTask],
    reach: Reach,
    today: date,
) -> PositionTask | None:
    if reason is PositionReason.MISSING:
        point = _point(*reach.points[elder.community_code])
        admit.change(session, elder, point, on=today)
    place = (elder.longitude, elder.latitude)
    if any(one.closed_on is None or (one.longitude, one.latitude) == place for one in known):
        return None
    task = PositionTask(
        elder_id=elder.id, reason=reason, longitude=place[0], latitude=place[1], opened_on=today
    )
    admit.add(session, task, on=today)
    return task


def _point(longitude: float, latitude: float) -> dict[str, Any]:
    return {"longitude": longitude, "latitude": latitude, "position_is_estimated": True}


def _position_of(elder: Elder) -> dict[str, Any]:
    return {
        "longitude": elder.longitude,
        "latitude": elder.latitude,
        "position_is_estimated": elder.position_is_estimated,
    }
