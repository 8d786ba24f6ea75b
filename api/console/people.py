"""人员: who works, to be looked up; changes come by import."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from markupsafe import Markup
from nicegui import ui

from api.console.controls import html, picker, query
from api.console.markup import grid, icon, join, tag
from api.console.shell import Frame, console_page, open_frame, state
from api.console.visitor import Visitor
from api.console.words import long_date, parse_date
from eldercare.accounts.permissions import Action, in_scope, may
from eldercare.registry.lookup import town_names
from eldercare.registry.masking import masked_fields
from eldercare.registry.search import FoundCaregiver, find_caregivers
from eldercare.registry.tables import Sex, TravelMode
from eldercare.rostering.dates import newest_roster_on
from eldercare.settings import DISTRICT_CODE

SEXES = {Sex.FEMALE: "女", Sex.MALE: "男"}
MODES = {
    TravelMode.WALK: "步行",
    TravelMode.BICYCLE: "自行车",
    TravelMode.E_BIKE: "电动自行车",
    TravelMode.CAR: "汽车",
}
STYLES = ("people.css",)


class Search:
    """What was asked for in the address, inside what the visitor may see."""

    def __init__(self, visitor: Visitor, request: Request) -> None:
        asked = request.query_params
        self.words = asked.get("q", "").strip()[:40]
        self.personal = may(visitor.user, Action.READ_PERSONAL)
        with visitor.place.reading() as session:
            self.towns = {
                code: name
                for code, name in town_names(session).items()
                if in_scope(visitor.user, code)
            }
            newest = newest_roster_on(session)
        today = visitor.place.today()
        self.on: date = parse_date(asked.get("date")) or (min(today, newest) if newest else today)
        self.whole = in_scope(visitor.user, DISTRICT_CODE)
        wanted = asked.get("town")
        self.town = wanted if wanted in self.towns else None
        if not self.whole and self.towns:
            self.town = next(iter(self.towns))
        self.nowhere = not self.towns

    def address(self, path: str, **changes: str | None) -> str:
        """The page with something changed; a new question starts at its beginning."""
        values: dict[str, str | None] = {"q": self.words, "town": self.town}
        return query(values | changes, path)


@console_page("/people", title="人员", action=Action.READ_REGISTRY, styles=STYLES)
async def people(visitor: Visitor, request: Request) -> None:
    """Caregivers employed, with their qualifications and when these end."""
    search = await run_in_threadpool(Search, visitor, request)
    found = await run_in_threadpool(_caregivers, visitor, search)
    frame = open_frame(visitor, "/people", "人员")
    _top(frame, search, "/people", "姓名、编号、电话")
    head = ("编号", "姓名", "性别", "镇（街道）", "电话", "出行", "资质", "入职")
    _table(frame, head, [_caregiver_row(one, search) for one in found], search, "/people")


def _caregivers(visitor: Visitor, search: Search) -> list[FoundCaregiver]:
    if search.nowhere:  # without a town the search would find the whole district
        return []
    with visitor.place.reading() as session:
        return find_caregivers(
            session,
            search.on,
            words=search.words,
            town_code=search.town,
            personal=search.personal,
        )


def _caregiver_row(found: FoundCaregiver, search: Search) -> Markup:
    one = found.caregiver
    shown: dict[str, Any] = one.model_dump() if search.personal else masked_fields(one)
    held = []
    for qualification in found.qualifications:
        over = qualification.expires_on is not None and qualification.expires_on <= search.on
        words = qualification.name + (f"（{qualification.expires_on} 到期）" if over else "")
        held.append(tag("span", icon("bad") if over else None, words, class_=f"tag {'bad' * over}"))
    return tag(
        "tr",
        tag("td", one.id, class_="t3"),
        tag("td", tag("b", shown["name"])),
        tag("td", SEXES[one.sex]),
        tag("td", found.town_name),
        tag("td", shown["phone"] or "—"),
        tag("td", MODES[one.travel_mode]),
        tag("td", tag("span", held, class_="tags")),
        tag("td", one.hired_on.isoformat(), class_="t2"),
    )


def _top(frame: Frame, search: Search, path: str, hint: str) -> None:
    with frame.top:
        if search.whole:
            name = search.towns.get(search.town or "", "全区")
            _, menu = picker(name, "pin")
            with menu:
                choices = [(None, "全区"), *search.towns.items()]
                html(
                    join(
                        tag(
                            "a",
                            label,
                            href=search.address(path, town=code),
                            class_="on" if code == search.town else "",
                        )
                        for code, label in choices
                    )
                )
        else:
            html(next(iter(search.towns.values()), "没有可查看的镇（街道）"), "span", "pill neu")
        html(f"截至 {long_date(search.on)}", "span", "pill neu")
        html("", "span", "grow")
        field = tag(
            "input", type="search", name="q", value=search.words, placeholder=hint, aria_label=hint
        )
        town = tag("input", type="hidden", name="town", value=search.town or "")
        html(join(icon("search"), field, town), "form", "find wide", f"method=get action={path}")


def _table(
    frame: Frame,
    head: tuple[str, ...],
    body: list[Markup],
    search: Search,
    path: str,
) -> None:
    with frame.main:
        if not body:
            if search.nowhere:
                told = "护理员归镇（街道）管理，当前账号只负责一个社区（村）。"
                html(state("lock", "没有可查看的护理员。", told))
                return
            link = (search.address(path, q=None), "清除搜索") if search.words else None
            html(state("search", "没有找到。", "换一个词，或换一个镇（街道）。", link=link))
            return
        table = grid(head, body)
        with ui.element("div").classes("register"):
            html(table, "div", "card table-scroll")
            html(_foot(len(body), search), "div", "line foot")


def _foot(shown: int, search: Search) -> Markup:
    counted = tag("span", f"本页 {shown} 人", class_="t2 s12")
    if search.personal:
        return counted
    return join(counted, tag("span", "个人信息已隐去", class_="tag"))
