"""How many minutes of home visits a month an elder may have, by table or by the plan itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlmodel import Session, col

from eldercare.care.months import meets, month_of
from eldercare.care.tables import CarePlan, Entitlement
from eldercare.registry.queries import in_batches
from eldercare.registry.tables import Assessment, ElderGroup, PriorityGroup

LEVEL_WITHOUT_ASSESSMENT = 0


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days, up to before `until_on` (None: no end), on which an elder has a group or a level."""

    what: PriorityGroup | int
    from_on: date
    until_on: date | None


def entitled_minutes(
    session: Session, elder_ids: Iterable[str], month: date
) -> dict[str, int | None]:
    """Elder id → minutes of home visits in the month of a date; None: nothing says a limit.

    What a plan in force in the month says itself goes before the table. Of the table the most
    generous row counts that fits on any day of the month (docs/decisions/entitlement.md).
    """
    start_on, end_on = month_of(month)
    ids = sorted(set(elder_ids))
    rows = _rows(session, start_on, end_on)
    groups = _groups(session, ids, start_on, end_on)
    levels = _levels(session, ids, end_on)
    said = _said_by_plans(session, ids, start_on, end_on)
    return {
        elder_id: said[elder_id]
        if elder_id in said
        else most_generous(
            rows,
            groups.get(elder_id, ()),
            levels.get(elder_id, (Stretch(LEVEL_WITHOUT_ASSESSMENT, date.min, None),)),
            (start_on, end_on),
        )
        for elder_id in ids
    }


def most_generous(
    rows: Sequence[Entitlement],
    groups: Sequence[Stretch],
    levels: Sequence[Stretch],
    days: tuple[date, date],
) -> int | None:
    """The largest minutes of a row that fits on a day from the first up to before the last."""
    given = [row.minutes_per_month for row in rows if _fits(row, groups, levels, days)]
    return max(given, default=None)


def _fits(
    row: Entitlement,
    groups: Sequence[Stretch],
    levels: Sequence[Stretch],
    days: tuple[date, date],
) -> bool:
    """Whether on one day the row is in force and its group and level are the elder's."""
    always = (Stretch(0, date.min, None),)
    own_groups = always if row.group is None else [one for one in groups if one.what is row.group]
    own_levels = (
        always if row.care_level is None else [one for one in levels if one.what == row.care_level]
    )
    return any(
        _share_a_day((row.from_on, row.until_on), days, group, level)
        for group in own_groups
        for level in own_levels
    )


def _share_a_day(
    row: tuple[date, date | None], days: tuple[date, date], group: Stretch, level: Stretch
) -> bool:
    first = max(row[0], days[0], group.from_on, level.from_on)
    ends = (row[1], days[1], group.until_on, level.until_on)
    return first < min(end for end in ends if end is not None)


def _rows(session: Session, start_on: date, end_on: date) -> list[Entitlement]:
    return [
        row
        for row in session.scalars(select(Entitlement).order_by(col(Entitlement.id)))
        if meets(row.from_on, row.until_on, start_on, end_on)
    ]


def _groups(
    session: Session, ids: Sequence[str], start_on: date, end_on: date
) -> dict[str, list[Stretch]]:
    found: defaultdict[str, list[Stretch]] = defaultdict(list)
    for batch in in_batches(ids):
        statement = select(ElderGroup).where(
            col(ElderGroup.elder_id).in_(batch),
            col(ElderGroup.from_on) < end_on,
            or_(col(ElderGroup.until_on).is_(None), col(ElderGroup.until_on) > start_on),
        )
        for row in session.scalars(statement):
            found[row.elder_id].append(Stretch(row.group, row.from_on, row.until_on))
    return found


def _levels(session: Session, ids: Sequence[str], end_on: date) -> dict[str, list[Stretch]]:
    """Each elder's levels one after the other, the time before the first assessment included."""
    dated: defaultdict[str, list[tuple[date, int]]] = defaultdict(list)
    for batch in in_batches(ids):
        statement = select(
            col(Assessment.elder_id), col(Assessment.assessed_on), col(Assessment.level)
        ).where(col(Assessment.elder_id).in_(batch), col(Assessment.assessed_on) < end_on)
        for elder_id, assessed_on, level in session.execute(statement):
            dated[elder_id].append((assessed_on, level))
    return {elder_id: list(_stretches(sorted(rows))) for elder_id, rows in dated.items()}


def _stretches(dated: Sequence[tuple[date, int]]) -> Iterator[Stretch]:
    yield Stretch(LEVEL_WITHOUT_ASSESSMENT, date.min, dated[0][0])
    ends = [*(assessed_on for assessed_on, _ in dated[1:]), None]
    for (assessed_on, level), end in zip(dated, ends, strict=True):
        yield Stretch(level, assessed_on, end)


def _said_by_plans(
    session: Session, ids: Sequence[str], start_on: date, end_on: date
) -> dict[str, int]:
    """What plans in force in the month say themselves; of several the one that began last."""
    found: dict[str, tuple[date, str, int]] = {}
    for batch in in_batches(ids):
        statement = select(CarePlan).where(
            col(CarePlan.elder_id).in_(batch),
            col(CarePlan.entitled_minutes_per_month).is_not(None),
            col(CarePlan.from_on) < end_on,
            or_(col(CarePlan.until_on).is_(None), col(CarePlan.until_on) > start_on),
        )
        for plan in session.scalars(statement):
            own = (plan.from_on, plan.id, plan.entitled_minutes_per_month or 0)
            found[plan.elder_id] = max(own, found.get(plan.elder_id, own))
    return {elder_id: minutes for elder_id, (_, _, minutes) in found.items()}
