"""老人: found by a piece of the name, pinyin, id or ID number; narrowed, a page at a time."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from markupsafe import Markup
from nicegui import ui

from api.console.controls import html, picker, query
from api.console.elder_words import GROUP, LEVELS, LIVING, SEX, WHEREABOUTS, level_words
from api.console.forms import FIELD, form_token, refused_values, said, say, sender_of
from api.console.markup import asset, icon, join, tag
from api.console.shell import Frame, console_page, open_frame, state
from api.console.visitor import Visitor
from api.console.words import age_on, long_date, parse_date
from eldercare.accounts.keys import signing_key
from eldercare.accounts.permissions import Action, in_scope, may
from eldercare.care.elder_list import NEVER_ASSESSED, Narrowing, Whereabouts, elders_who
from eldercare.errors import EldercareError, NotAuthenticated
from eldercare.registry.id_vault import IdVault
from eldercare.registry.identity import find_by_id_number
from eldercare.registry.lookup import town_names
from eldercare.registry.masking import masked_fields
from eldercare.registry.people import PriorityGroup
from eldercare.registry.queries import communities_of
from eldercare.registry.search import FoundElder, find_elders
from eldercare.rostering.dates import newest_roster_on
from eldercare.settings import DISTRICT_CODE

router = APIRouter(include_in_schema=False)
PATH = "/elders"
PAGE = 100
HINT = "姓名、拼音、编号、身份证号"
_ID_NUMBER = re.compile(r"\s*[0-9]{17}[0-9Xx]\s*")
_HEAD = (
    "编号",
    "姓名",
    "性别",
    "年龄",
    "社区（村）",
    "住址",
    "电话",
    "居住",
    "能力等级",
    "坐标",
)
Token = Annotated[str, Form(alias=FIELD, max_length=100)]


class Asked:
    """What the address asks for, inside what the visitor may see."""

    def __init__(self, visitor: Visitor, request: Request) -> None:
        asked = request.query_params
        self.visitor = visitor
        self.words = asked.get("q", "").strip()[:40]
        self.after = asked.get("after")
        self.personal = may(visitor.user, Action.READ_PERSONAL)
        own = visitor.user.area_code or DISTRICT_CODE
        with visitor.place.reading() as session:
            names = town_names(session)
            self.on = shown_on(visitor, asked.get("date"), newest_roster_on(session))
            communities = communities_of(session, own)
            self.towns = {
                code: name for code, name in names.items() if in_scope(visitor.user, code)
            }
            wanted = asked.get("town", "")
            self.town = wanted if wanted in self.towns else ""
            if len(self.towns) == 1:
                self.town = next(iter(self.towns))
            self.communities = {
                one.code: one.name
                for one in communities
                if own != DISTRICT_CODE or one.town_code == self.town
            }
        community = asked.get("community", "")
        self.community = community if community in self.communities else ""
        self.area = self.community or self.town or own
        self.level = asked.get("level", "") if asked.get("level") in _LEVELS else ""
        self.group = asked.get("group", "") if asked.get("group") in set(PriorityGroup) else ""
        standing = asked.get("status", "")
        self.status = standing if standing in set(Whereabouts) else Whereabouts.REGISTERED.value

    def narrowing(self) -> Narrowing:
        """The filters."""
        return Narrowing(
            self.area,
            Whereabouts(self.status),
            int(self.level) if self.level else None,
            PriorityGroup(self.group) if self.group else None,
        )

    def address(self, **changes: str | None) -> str:
        """The page with something changed; a new question starts at its beginning."""
        status = "" if self.status == Whereabouts.REGISTERED else self.status
        values: dict[str, str | None] = {
            "q": self.words,
            "town": self.town,
            "community": self.community,
            "level": self.level,
            "group": self.group,
            "status": status,
        }
        return query(values | changes, PATH)


_LEVELS = {str(NEVER_ASSESSED): "未评估"} | {str(n): words for n, words in enumerate(LEVELS)}


def shown_on(visitor: Visitor, asked: str | None, newest: date | None) -> date:
    """The date of a page: as asked, else today; where the rosters are over, the newest one's."""
    today = visitor.place.today()
    return parse_date(asked) or (min(today, newest) if newest else today)


@console_page(PATH, title="老人", action=Action.READ_REGISTRY, styles=("people.css", "elder.css"))
async def elders(visitor: Visitor, request: Request) -> None:
    """Elders of the visitor's area, a page at a time."""
    asked = await run_in_threadpool(Asked, visitor, request)
    found = await run_in_threadpool(_found, asked)
    told = said(request)
    ui.add_head_html(str(tag("script", src=asset("elders.js"), defer=True)))
    frame = open_frame(visitor, PATH, "老人")
    _top(frame, asked)
    with frame.main, ui.element("div").classes("register elders"):
        html(join(_filters(asked), told), "div", "elder-filters")
        if found:
            html(_table(found[:PAGE], asked), "div", "card table-scroll")
        else:
            html(_nobody(asked), "div", "card")
        more = found[PAGE - 1].elder.id if len(found) > PAGE else None
        html(_foot(min(len(found), PAGE), asked, more), "div", "line foot")


@router.post(PATH + "/find")
def find(
    request: Request, token: Token = "", q: Annotated[str, Form(max_length=60)] = ""
) -> Response:
    """To whoever has the ID number; other words become a list.

    By a form, so that an ID number stands in no address and no log.
    """
    words = q.strip()
    try:
        visitor = sender_of(request, token)
        if not _ID_NUMBER.fullmatch(words) or not may(visitor.user, Action.READ_PERSONAL):
            return RedirectResponse(query({"q": words[:40]}, PATH), status_code=303)
        place = visitor.place
        with place.reading() as session:
            vault = IdVault(signing_key(place.settings))
            elder = find_by_id_number(session, vault, words, on=place.today())
    except NotAuthenticated:
        return RedirectResponse(f"/login?next={PATH}", status_code=303)
    except EldercareError as refused:
        say(request, f"没有查：{refused_values(refused)}", is_refusal=True)
        return RedirectResponse(PATH, status_code=303)
    if elder is None or not in_scope(visitor.user, elder.community_code):
        say(request, "本区域内没有人登记这个身份证号。", is_refusal=True)
        return RedirectResponse(PATH, status_code=303)
    return RedirectResponse(f"{PATH}/{elder.id}", status_code=303)


def _found(asked: Asked) -> list[FoundElder]:
    with asked.visitor.place.reading() as session:
        return find_elders(
            session,
            asked.on,
            words=asked.words,
            personal=asked.personal,
            after=asked.after,
            limit=PAGE + 1,
            where=elders_who(asked.narrowing(), asked.on),
        )


def _top(frame: Frame, asked: Asked) -> None:
    with frame.top:
        if len(asked.towns) > 1:
            everywhere = {"": "全区"} | asked.towns
            _, menu = picker(everywhere[asked.town], "pin")
            with menu:
                html(
                    join(
                        tag(
                            "a",
                            label,
                            href=asked.address(town=code, community=None),
                            class_="on" if code == asked.town else "",
                        )
                        for code, label in everywhere.items()
                    )
                )
        else:
            html(next(iter(asked.towns.values()), "本社区"), "span", "pill neu")
        html(f"截至 {long_date(asked.on)}", "span", "pill neu")
        html("", "span", "grow")
        field = tag(
            "input",
            type="search",
            name="q",
            value=asked.words,
            placeholder=HINT,
            aria_label=HINT,
            maxlength=60,
            autocomplete="off",
        )
        token = tag("input", type="hidden", name=FIELD, value=form_token(asked.visitor))
        html(
            join(icon("search"), field, token, tag("kbd", "/")),
            "form",
            "find wide",
            f"method=post action={PATH}/find",
        )


def _filters(asked: Asked) -> Markup:
    groups = {one.value: GROUP[one][0] for one in PriorityGroup}
    return tag(
        "form",
        tag("input", type="hidden", name="q", value=asked.words) if asked.words else None,
        tag("input", type="hidden", name="town", value=asked.town) if asked.town else None,
        _choice("community", "社区（村）", asked.community, asked.communities),
        _choice("level", "能力等级", asked.level, _LEVELS),
        _choice("group", "重点人群", asked.group, groups),
        _choice(
            "status", "", asked.status, {one.value: words for one, words in WHEREABOUTS.items()}
        ),
        tag("button", "筛选", type="submit", class_="btn small"),
        tag("a", "清除", href=PATH, class_="btn small ghost"),
        method="get",
        action=PATH,
        class_="line",
        data_filters=True,
    )


def _choice(name: str, label: str, chosen: str, choices: dict[str, str]) -> Markup | None:
    if not choices:
        return None
    options = [
        tag("option", words, value=value, selected=value == chosen)
        for value, words in (({"": f"{label}：全部"} if label else {}) | choices).items()
    ]
    return tag("select", options, name=name, aria_label=label or "状态")


def _table(found: list[FoundElder], asked: Asked) -> Markup:
    return tag(
        "table",
        tag("thead", tag("tr", [tag("th", name) for name in _HEAD])),
        tag("tbody", [_row(one, asked) for one in found]),
        class_="grid people",
    )


def _row(found: FoundElder, asked: Asked) -> Markup:
    elder = found.elder
    shown: dict[str, Any] = elder.model_dump() if asked.personal else masked_fields(elder)
    placed = tag("span", "已定位", class_="t3")
    if elder.longitude is None:
        placed = tag("span", icon("warn"), "没有坐标", class_="st warn")
    elif elder.position_is_estimated:
        placed = tag("span", icon("warn"), "估计", class_="st warn")
    return tag(
        "tr",
        tag("td", elder.id, class_="t3"),
        tag("td", tag("a", tag("b", shown["name"]), href=f"{PATH}/{elder.id}")),
        tag("td", SEX[elder.sex][0]),
        tag("td", f"{age_on(elder.birth_on, asked.on)}" if asked.personal else "—"),
        tag("td", found.community_name),
        tag("td", shown["address"], class_="cut"),
        tag("td", shown["phone"] or "—"),
        tag("td", LIVING[elder.living_arrangement][0]),
        tag("td", level_words(found.care_level)),
        tag("td", placed),
    )


def _nobody(asked: Asked) -> Markup:
    link = (asked.address(q=None), "清除搜索") if asked.words else None
    return state("search", "没有找到。", "换一个词，或放宽筛选条件。", link=link)


def _foot(shown: int, asked: Asked, more: str | None) -> Markup:
    keys = tag(
        "span",
        tag("kbd", "/"),
        " 搜索　",
        tag("kbd", "↑↓"),
        " 选人　",
        tag("kbd", "Enter"),
        " 打开",
        class_="t3 s12 keys",
    )
    counted = tag("span", f"本页 {shown} 人", class_="t2 s12")
    hidden = None if asked.personal else tag("span", "个人信息已隐去", class_="tag")
    first = following = None
    if asked.after:
        first = tag("a", "回到开头", href=asked.address(), class_="btn small")
    if more:
        following = tag(
            "a",
            f"后 {PAGE} 人",
            icon("right"),
            href=asked.address(after=more),
            class_="btn small",
        )
    return join(counted, hidden, keys, tag("span", class_="grow"), first, following)
