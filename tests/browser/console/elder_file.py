"""A full file for one elder of the small registry: groups, assessment with items, contact, plan."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlmodel import Session

from eldercare.accounts.audit import record
from eldercare.care.tables import Entitlement
from eldercare.registry.assessment import ITEM_MAXIMA, derive_level
from eldercare.registry.people import LevelGround
from eldercare.registry.tables import (
    Assessment,
    Consent,
    ConsentKind,
    ElderContact,
    ElderGroup,
    PriorityGroup,
)
from tests.care.rows import care_plan, plan_item, subscription
from tests.registry.rows import LONG_AGO, put
from tests.registry.rows import elder as elder_row

ENTRIES_OF_E5 = 62
SCORES = {code: most // 2 for code, most in ITEM_MAXIMA.items()}


def full_file(session: Session) -> None:
    """E20 and her double E21; a bath on Mondays, Wednesdays and Fridays, a meal on workdays."""
    grounds = [LevelGround.DEMENTIA]
    score = sum(SCORES.values())
    her = {"name": "徐秀英", "birth_on": date(1939, 6, 1), "phone": "13700000020"}
    put(
        session,
        elder_row("E20", address="通江花园8幢甲单元501室", position_is_estimated=True, **her),
        elder_row("E21", address="通江花园8幢501", **her),
        ElderGroup(elder_id="E20", group=PriorityGroup.DIBAO, from_on=LONG_AGO),
        Assessment(
            elder_id="E20",
            assessed_on=date(2020, 3, 2),
            score=score,
            level=derive_level(score, grounds),
            item_scores=SCORES,
            grounds=grounds,
        ),
        ElderContact(
            elder_id="E20", name="徐明", relation="女儿", phone="13900000021", is_emergency=True
        ),
        Consent(elder_id="E20", kind=ConsentKind.DATA_USE, from_on=LONG_AGO, given_by="本人"),
        Entitlement(minutes_per_month=900, from_on=LONG_AGO, source="测试"),
        Entitlement(
            group=PriorityGroup.WUBAO, minutes_per_month=1800, from_on=LONG_AGO, source="测试"
        ),
        care_plan("P20", "E20"),
        plan_item("T20", "P20", weekdays="135", preferred_caregiver_id="C1"),
        subscription("S20", "E20", "M1", weekdays="12345"),
    )
    for number in range(ENTRIES_OF_E5):
        told = {"care_note": f"第{number}条"}
        at = datetime(2020, 9, 1, tzinfo=UTC)
        record(
            session,
            at=at,
            user_name="li",
            action="elder.change",
            subject="elder/E5",
            before={"care_note": ""},
            after=told,
        )
