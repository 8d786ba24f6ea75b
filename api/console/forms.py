"""Plain forms of the console: each carries a token of its visitor, so no other site can send it."""

from __future__ import annotations

import hmac
from hashlib import sha256

from fastapi import Request
from markupsafe import Markup

from api.console.errors import sentence
from api.console.markup import Attribute, Child, icon, tag
from api.console.place import here
from api.console.visitor import OFFICE, Visitor, visitor_of
from eldercare.accounts.keys import signing_key
from eldercare.errors import EldercareError, NotAuthenticated, NotPermitted
from eldercare.exchange.words import mend_of, reason_of, worded_cell

FIELD = "form_token"
SAID = "console_said"


def form_token(visitor: Visitor) -> str:
    """What the visitor's forms carry; another password makes it another one."""
    user = visitor.user
    said = f"console form\0{user.name}\0{user.token_version}".encode()
    return hmac.new(signing_key(visitor.place.settings).encode(), said, sha256).hexdigest()


def form(visitor: Visitor, action: str, *children: Child, **attributes: Attribute) -> Markup:
    """A form that is sent by POST with the visitor's token."""
    token = tag("input", type="hidden", name=FIELD, value=form_token(visitor))
    return tag("form", token, *children, method="post", action=action, **attributes)


def sender_of(request: Request, token: str) -> Visitor:
    """Who sent a form of ours; NotAuthenticated, and NotPermitted where the token is not theirs."""
    visitor = visitor_of(request, here())
    if visitor is None or visitor.user.role not in OFFICE:
        raise NotAuthenticated("nobody is signed in: sign in and open the page again")
    if not hmac.compare_digest(token.encode(), form_token(visitor).encode()):
        raise NotPermitted(
            "the form does not belong to this session: open the page again and repeat",
            code="form_expired",
        )
    return visitor


def say(request: Request, words: str, *, is_refusal: bool = False) -> None:
    """Keep one sentence for the next page of this visitor."""
    request.session[SAID] = [words[:600], is_refusal]


def said(request: Request) -> Markup | None:
    """The sentence that was kept, once."""
    kept = request.session.pop(SAID, None)
    if not kept:
        return None
    words, is_refusal = kept
    mark = icon("bad", "bad") if is_refusal else icon("ok", "ok")
    return tag(
        "div", mark, words, class_="card line said", role="alert" if is_refusal else "status"
    )


def refused_values(error: EldercareError) -> str:
    """Why something was not stored: value by value where they have words, else as a page says."""
    told = [
        f"{reason_of(field.code, field.reason)}，{mend_of(field.code, field.reason)}。"
        for field in error.fields
        if worded_cell(field.code)
    ]
    return "".join(told) or sentence(error)
