"""What the forms about contacts, agreements, priority groups and the position do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from api.console.elder_words import CONSENTS, GROUP
from api.console.elder_writing import Act, Writing, wrong
from eldercare.errors import Conflict, NotFound
from eldercare.exchange.values import ValueProblem, parse_phone
from eldercare.registry.consents import give_consent, withdraw_consent
from eldercare.registry.coordinates import CoordinateSystem, Degrees, metres_between
from eldercare.registry.kin import ConsentKind
from eldercare.registry.ledger import key_text
from eldercare.registry.ledgers import ELDER_CONTACTS, ELDER_GROUPS
from eldercare.registry.people import PriorityGroup
from eldercare.registry.positions import place_at_community, place_elder
from eldercare.registry.writing import change_row, create_row, end_row


class Given(StrEnum):
    """Where a position comes from."""

    DEGREES = "degrees"
    COMMUNITY = "community"


class Answer(StrEnum):
    """Yes or no, as a form says it."""

    YES = "yes"
    NO = "no"


class What(StrEnum):
    """What becomes of a row."""

    CHANGE = "change"
    REMOVE = "remove"


def _new_contact(one: Writing) -> str:
    fields = _contact_fields(one) | {"elder_id": one.key}
    create_row(one.session, ELDER_CONTACTS, fields, user=one.user, now=one.now, on=one.on)
    return f"联系人{fields['name']}（{fields['relation']}）已登记，第 {fields['rank']} 个联系。"


def _contact(one: Writing) -> str:
    key = one.text("item_id")
    found = next((row for row in one.file.contacts if str(row.id) == key), None)
    if found is None:
        raise NotFound(f"elder {one.key} has no contact {key}", code="no_contact")
    name, user, now, on = found.name, one.user, one.now, one.on
    if one.chosen("what", What) is What.REMOVE:
        end_row(one.session, ELDER_CONTACTS, key, ended_on=on, seen=None, user=user, now=now, on=on)
        return f"联系人{name}已删除。"
    changes = {k: v for k, v in _contact_fields(one, found.phone).items() if v != getattr(found, k)}
    if not changes:
        raise Conflict("nothing in the form is different", code="no_change")
    change_row(one.session, ELDER_CONTACTS, key, changes, seen=None, user=user, now=now, on=on)
    return f"联系人{name}已更改。"


def _contact_fields(one: Writing, phone: str = "") -> dict[str, Any]:
    return {
        "name": one.filled("name"),
        "relation": one.filled("relation"),
        "phone": _phone(one, phone),
        "rank": one.number("rank"),
        "is_emergency": one.chosen("is_emergency", Answer) is Answer.YES,
    }


def _phone(one: Writing, stored: str) -> str:
    text = one.filled("phone")
    if text == stored:  # however it came in: a form that changes the rank does not refuse it
        return text
    try:
        return parse_phone(text)
    except ValueProblem as problem:
        raise wrong("phone", problem.reason, problem.code) from None


def _give(one: Writing) -> str:
    kind, on, signed = one.chosen("kind", ConsentKind), one.day("from_on"), one.filled("given_by")
    give_consent(one.session, one.key, kind, on, signed, now=one.now, by=one.user.name)
    return f"{on} 起同意{CONSENTS[kind]}，{signed}签署。"


def _withdraw(one: Writing) -> str:
    kind, on = one.chosen("kind", ConsentKind), one.day("until_on")
    withdraw_consent(one.session, one.key, kind, on, now=one.now, by=one.user.name)
    return f"{on} 起不再同意{CONSENTS[kind]}；此前按同意做的仍然有效。"


def _join_group(one: Writing) -> str:
    group, first, last = _group(one), one.day("from_on"), one.day_or_none("until_on")
    fields = {"elder_id": one.key, "group": group, "from_on": first, "until_on": last}
    create_row(one.session, ELDER_GROUPS, fields, user=one.user, now=one.now, on=one.on)
    return f"{first} 起属于{GROUP[group][0]}{_until(last)}。"


def _group(one: Writing) -> PriorityGroup:
    group: PriorityGroup = one.chosen("group", PriorityGroup)
    return group


def _leave_group(one: Writing) -> str:
    key, last = one.text("member"), one.day_or_none("until_on")
    found = next((row for row in one.file.groups if key_text(row) == key), None)
    if found is None:
        raise wrong("member", "is none of the elder's groups", "unknown_word")
    if found.until_on == last:
        raise Conflict("the membership ends on that date already", code="no_change")
    change_row(
        one.session,
        ELDER_GROUPS,
        key,
        {"until_on": last},
        seen=None,
        user=one.user,
        now=one.now,
        on=one.on,
    )
    return f"{found.from_on} 起属于{GROUP[found.group][0]}{_until(last)}。"


def _until(last: date | None) -> str:
    return "，一直有效" if last is None else f"，到 {last} 为止（不含）"


def _place(one: Writing) -> str:
    now, by = one.now, one.user.name
    before = _degrees_of(one)
    if one.chosen("given", Given) is Given.COMMUNITY:
        place_at_community(one.session, one.key, now=now, by=by)
        return f"改用社区中心作为估计位置{_moved(before, _degrees_of(one))}，已列入待办核实。"
    x, y = one.degrees("longitude"), one.degrees("latitude")
    system = one.chosen("system", CoordinateSystem)
    doubt = place_elder(one.session, one.key, x, y, system, now=now, by=by)
    after = _degrees_of(one)
    assert after is not None
    told = f"位置改为 {after[0]:.5f}, {after[1]:.5f}{_moved(before, after)}。"
    return told if doubt is None else f"{told}离社区较远或不在区内，已列入待办核实。"


def _degrees_of(one: Writing) -> Degrees | None:
    elder = one.file.elder
    if elder.longitude is None or elder.latitude is None:
        return None
    return elder.longitude, elder.latitude


def _moved(before: Degrees | None, after: Degrees | None) -> str:
    if before is None or after is None:
        return ""
    metres = metres_between(before, after)
    far = f"{metres:.0f} 米" if metres < 1000 else f"{metres / 1000:.1f} 公里"
    return f"，距原位置 {far}"


KIN_ACTS: Mapping[str, Act] = {
    "new-contact": Act("overview", "新增联系人", _new_contact),
    "contact": Act("overview", "更改联系人", _contact),
    "consent": Act("overview", "登记同意书", _give),
    "withdraw": Act("overview", "撤回同意书", _withdraw),
    "group": Act("overview", "加入重点人群", _join_group),
    "leave-group": Act("overview", "更改人群终止日", _leave_group),
    "place": Act("overview", "更改位置", _place),
}
