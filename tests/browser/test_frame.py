"""The browser itself: Chinese text has glyphs, and a page that breaks a rule fails its test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import _page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


def test_desktop_and_phone_have_their_sizes(desktop: Page, phone: Page) -> None:
    assert desktop.evaluate("[innerWidth, innerHeight]") == [1440, 900]
    phone.set_content("<meta name=viewport content='width=device-width'><p>今日路线</p>")
    assert phone.evaluate("[innerWidth, navigator.maxTouchPoints > 0]") == [390, True]


def test_chinese_characters_have_different_glyphs(desktop: Page) -> None:
    # Without a font every character is drawn as the same box.
    draw = """text => {
        const canvas = document.createElement('canvas');
        const pen = canvas.getContext('2d');
        pen.font = '32px sans-serif';
        pen.fillText(text, 0, 40);
        return canvas.toDataURL();
    }"""
    characters = "新北区老年𠮷"
    drawings = {desktop.evaluate(draw, character) for character in characters}
    assert len(drawings) == len(characters)


def test_script_error_fails_the_page(browser: Browser) -> None:
    with pytest.raises(AssertionError, match="script error"), _page(browser) as page:
        page.set_content("<script>nothing.here()</script>")


def test_request_to_the_outside_fails_the_page(browser: Browser) -> None:
    with pytest.raises(AssertionError, match="request to the outside"), _page(browser) as page:
        page.set_content("<img src='http://example.org/a.png'>")
