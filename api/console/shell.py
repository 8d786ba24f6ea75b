"""The frame of every page, and the one way a page is registered: signed in and permitted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from markupsafe import Markup
from nicegui import ui
from nicegui.element import Element

from api.console.controls import html
from api.console.markup import icon, sprite, stylesheets, tag
from api.console.place import here
from api.console.theme import THEME_SCRIPT, chosen_dark
from api.console.visitor import OFFICE, Visitor, visitor_of
from api.console.words import ROLE_NAMES
from eldercare.accounts.permissions import Action, may

PRODUCT = "新北区居家养老排程"
STYLES = ("tokens.css", "shell.css", "quasar.css", "print.css")
FIRST_PAINT_SECONDS = 30.0
"""How long a page may take to be built; a whole district's coverage takes a few seconds."""


@dataclass(frozen=True)
class Entry:
    """A page in the rail."""

    path: str
    icon: str
    label: str
    action: Action


RAIL = (
    Entry("/today", "today", "今日", Action.READ_ROSTER),
    Entry("/plan", "plan", "排程", Action.PLAN),
    Entry("/coverage", "shield", "覆盖", Action.READ_COVERAGE),
    Entry("/todo", "warn", "待办", Action.WRITE_REGISTRY),
    Entry("/elders", "elder", "老人", Action.READ_REGISTRY),
    Entry("/people", "people", "人员", Action.READ_REGISTRY),
    Entry("/import", "upload", "导入", Action.IMPORT),
)


@dataclass(frozen=True)
class Frame:
    """The two places a page fills: the top bar and the area below it."""

    top: Element
    main: Element


Build = Callable[[Visitor, Request], Awaitable[None]]


def console_page(
    path: str, *, title: str, action: Action, styles: tuple[str, ...] = ()
) -> Callable[[Build], Build]:
    """Register an async page builder at a path; without a session it leads to the form."""

    def register(build: Build) -> Build:
        @ui.page(path, title=f"{title} · {PRODUCT}", response_timeout=FIRST_PAINT_SECONDS)
        async def page(request: Request) -> Response | None:
            visitor = visitor_of(request, here())
            if visitor is None or visitor.user.role not in OFFICE:
                address = request.url.path + (f"?{request.url.query}" if request.url.query else "")
                return RedirectResponse(f"/login?next={quote(address)}", status_code=303)
            _head(request, styles)
            if not may(visitor.user, action):
                frame = open_frame(visitor, path, title)
                with frame.main:
                    html(refusal(title))
                return None
            await build(visitor, request)
            return None

        return build

    return register


def _head(request: Request, styles: tuple[str, ...]) -> None:
    ui.add_head_html(str(THEME_SCRIPT + stylesheets(*STYLES, *styles)))
    ui.add_body_html(str(sprite()))
    ui.dark_mode(chosen_dark(request))
    ui.colors(
        primary="#2450C8",
        positive="#1A7A4C",
        warning="#8F5500",
        negative="#BC252B",
        info="#1D5BCB",
    )


def open_frame(visitor: Visitor, path: str, title: str) -> Frame:
    """Lay the grid: rail, top bar with its title and the visitor's menu, and the main area."""
    with ui.element("div").classes("app"):
        html(_rail(visitor, path), "nav", "rail")
        with ui.element("header").classes("top"):
            top = ui.element("div").classes("line grow")
            with top:
                html(tag("h1", title), "div")
                html("", "span", "sep")
            _visitor_menu(visitor)
        main = ui.element("main").classes("main")
    return Frame(top, main)


def _rail(visitor: Visitor, path: str) -> Markup:
    links = [
        tag(
            "a",
            icon(entry.icon),
            entry.label,
            href=entry.path,
            class_="on" if entry.path == path else None,
            aria_current="page" if entry.path == path else None,
        )
        for entry in RAIL
        if may(visitor.user, entry.action)
    ]
    theme = tag(
        "button", icon("moon"), "深浅", type="button", onclick="consoleTheme()", title="切换深浅色"
    )
    return (
        tag("div", "颐", class_="logo") + Markup("").join(links) + tag("div", class_="grow") + theme
    )


def _visitor_menu(visitor: Visitor) -> None:
    name = visitor.user.display_name or visitor.user.name
    with ui.element("button").classes("av").props(f'type=button aria-label="账号 {name}"'):
        html(name[:1], "span")
        with ui.menu().classes("menu"):
            html(
                tag("b", name) + tag("div", ROLE_NAMES[visitor.user.role], class_="t3 s12"),
                "div",
                "who",
            )
            html(
                tag("button", icon("exit"), "退出登录", type="submit"),
                "form",
                "",
                "method=post action=/logout",
            )


def refusal(title: str) -> Markup:
    """The page's words where the visitor may not see it."""
    return state("lock", f"没有权限查看“{title}”", "请联系管理员调整账号的角色或负责区域。")


def state(
    symbol: str,
    sentence: str,
    more: str = "",
    *,
    bad: bool = False,
    link: tuple[str, str] | None = None,
) -> Markup:
    """An empty, refused or failed area: one sentence, what still works, and one way on."""
    return tag(
        "div",
        icon(symbol),
        tag("b", sentence),
        tag("span", more, class_="t2") if more else None,
        tag("a", link[1], href=link[0], class_="btn") if link else None,
        class_="state bad" if bad else "state",
        role="alert" if bad else "status",
    )
