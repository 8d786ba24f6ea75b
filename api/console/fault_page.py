"""The page in place of one that failed while it was built."""

from __future__ import annotations

from nicegui import app as pages
from nicegui import ui

from api.console.controls import html
from api.console.errors import sentence
from api.console.markup import sprite, stylesheets
from api.console.shell import STYLES, state
from api.console.theme import THEME_SCRIPT


def _show(error: Exception) -> None:
    ui.add_head_html(str(THEME_SCRIPT + stylesheets(*STYLES)))
    ui.add_body_html(str(sprite()))
    ui.colors(primary="#2450C8")
    more = "已发布的排班和手机端不受影响。"
    html(state("bad", sentence(error), more, bad=True, link=("/", "返回首页")), "main", "fault")


def register() -> None:
    """Let failed pages be shown this way."""
    pages.on_page_exception(_show)
