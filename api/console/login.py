"""Signing in and out: a plain form that works before any script has been loaded."""

from __future__ import annotations

from functools import cache
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from markupsafe import Markup

from api.console.markup import icon, join, sprite, stylesheets, tag
from api.console.place import Place, here
from api.console.theme import THEME_SCRIPT
from api.console.visitor import OFFICE, forget, remember, visitor_of
from api.console.words import ROLE_NAMES
from eldercare.accounts.demo import DemoAccount, open_demo_accounts
from eldercare.accounts.users import authenticate
from eldercare.errors import NotAuthenticated

router = APIRouter(include_in_schema=False)
WORDS = {
    "wrong_credentials": "用户名或密码不正确。",
    "too_many_attempts": "尝试次数过多，请 15 分钟后再试。",
}
NOT_OFFICE = "此账号用于手机页，不能进入管理台。"


@router.get("/login")
def login_page(request: Request, next: str = "/") -> Response:  # noqa: A002 - the name in the address
    """The form; whoever is signed in goes straight on."""
    place = here()
    if visitor_of(request, place) is not None:
        return RedirectResponse(_inside(next), status_code=303)
    return _page(place, next)


@router.post("/login")
def login(
    request: Request,
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002 - the name in the form
) -> Response:
    """Check name and password; a wrong one comes back to the form with one sentence."""
    place = here()
    try:
        with place.reading() as session:
            user = authenticate(
                session, name.strip(), password, now=place.now(), throttle=place.throttle
            )
    except NotAuthenticated as refused:
        return _page(place, next, problem=WORDS.get(refused.code, refused.message), name=name)
    if user.role not in OFFICE:
        return _page(place, next, problem=NOT_OFFICE, name=name)
    remember(request.session, user)
    return RedirectResponse(_inside(next), status_code=303)


@router.post("/logout")
def logout(request: Request) -> Response:
    """Forget the session."""
    forget(request.session)
    return RedirectResponse("/login", status_code=303)


def _inside(address: str) -> str:
    """Only addresses of this console: a link must not send a signed-in person elsewhere."""
    inside = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if inside else "/"


def _page(place: Place, following: str, *, problem: str = "", name: str = "") -> HTMLResponse:
    head = join(
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", "登录 · 新北区居家养老排程"),
        THEME_SCRIPT,
        stylesheets("tokens.css", "shell.css", "login.css"),
    )
    body = tag(
        "main",
        tag(
            "section",
            tag("div", "颐", class_="logo"),
            tag("h1", "新北区居家养老排程"),
            tag("p", "登录后安排上门服务、助餐和查看覆盖情况。", class_="t2"),
            tag("p", icon("bad"), problem, class_="problem", role="alert") if problem else None,
            tag("a", "打开手机页", href="/phone", class_="btn") if problem == NOT_OFFICE else None,
            _form(following, name),
            _demo_hint(place),
            class_="login card",
        ),
    )
    document = tag("html", tag("head", head), tag("body", sprite(), body), lang="zh-CN")
    return HTMLResponse(Markup("<!doctype html>") + document, status_code=401 if problem else 200)


def _form(following: str, name: str) -> Markup:
    return tag(
        "form",
        tag("input", type="hidden", name="next", value=_inside(following)),
        tag(
            "label",
            "用户名",
            tag(
                "input",
                name="name",
                value=name,
                autocomplete="username",
                autocapitalize="none",
                required=True,
                autofocus=not name,
            ),
        ),
        tag(
            "label",
            "密码",
            tag(
                "input",
                name="password",
                type="password",
                autocomplete="current-password",
                required=True,
                autofocus=bool(name),
            ),
        ),
        tag("button", "登录", class_="btn pri", type="submit"),
        method="post",
        action="/login",
    )


def _demo_hint(place: Place) -> Markup | None:
    accounts = _open_demo_accounts(place)
    if not accounts:
        return None
    rows = [
        tag(
            "tr",
            tag("td", ROLE_NAMES[one.role]),
            tag("td", tag("code", one.name)),
            tag("td", tag("code", one.password)),
        )
        for one in accounts
    ]
    return tag(
        "div",
        tag("p", icon("info"), "演示数据库，人员均为虚构。可用账号：", class_="line t2"),
        tag("table", tag("tbody", rows)),
        class_="demo s12",
    )


@cache
def _open_demo_accounts(place: Place) -> tuple[DemoAccount, ...]:
    """The demonstration's office accounts that are open here.

    Kept for the process: checking their passwords is slow on purpose.
    """
    with place.reading() as session:
        return tuple(one for one in open_demo_accounts(session) if one.role in OFFICE)
