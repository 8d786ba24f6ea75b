"""The look: nothing overlaps in real windows, light and dark, on paper and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.console import sample
from tests.browser.console.conftest import open_day, sign_in

WINDOWS = [(1440, 900), (1366, 640), (1920, 1000)]
APART = """selectors => {
    const boxes = selectors.flatMap(one => [...document.querySelectorAll(one)])
        .map(element => [element, element.getBoundingClientRect()])
        .filter(([, box]) => box.width && box.height);
    const bad = [];
    for (const [i, [a, one]] of boxes.entries()) {
        const outside = one.left < -1 || one.right > innerWidth + 1;
        if (outside) bad.push(`${a.className} leaves the window`);
        for (const [b, other] of boxes.slice(i + 1)) {
            if (a.contains(b) || b.contains(a)) continue;
            const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
            const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
            if (wide > 1 && high > 1) bad.push(`${a.className} covers ${b.className}`);
        }
    }
    return bad;
}"""
CUT = """selectors => selectors.flatMap(one => [...document.querySelectorAll(one)])
    .filter(element => element.scrollWidth > element.clientWidth + 1)
    .map(element => `${element.className}: ${element.textContent}`)"""
CONTRAST = """selector => {
    const channel = value => (value /= 255) <= .03928
        ? value / 12.92 : ((value + .055) / 1.055) ** 2.4;
    const light = text => {
        const [r, g, b] = text.match(/[\\d.]+/g).map(Number).map(channel);
        return .2126 * r + .7152 * g + .0722 * b; };
    const ground = element => { for (; element; element = element.parentElement) {
        const colour = getComputedStyle(element).backgroundColor;
        if (!/, 0\\)$|transparent/.test(colour)) return colour; } return 'rgb(255,255,255)'; };
    return [...document.querySelectorAll(selector)].map(element => {
        const pair = [light(getComputedStyle(element).color), light(ground(element))];
        return (Math.max(...pair) + .05) / (Math.min(...pair) + .05); });
}"""


@pytest.mark.parametrize(("width", "height"), WINDOWS)
def test_nothing_overlaps_in_the_day(desk: Page, console: str, width: int, height: int) -> None:
    desk.set_viewport_size({"width": width, "height": height})
    open_day(desk, console, f"&town={sample.TOWN}")
    parts = [".rail", ".top > .line > *", ".top > .av", ".kpi > *", ".tl", ".map", ".panel"]
    assert desk.evaluate(APART, parts) == []
    assert desk.evaluate(APART, [".tl-tools > *"]) == []
    assert desk.evaluate(CUT, [".kpi > *", ".tl-tools"]) == []
    assert desk.evaluate("document.documentElement.scrollHeight <= innerHeight + 1")


@pytest.mark.parametrize(("width", "height"), WINDOWS)
def test_bars_of_a_row_do_not_cover_each_other(
    desk: Page, console: str, width: int, height: int
) -> None:
    desk.set_viewport_size({"width": width, "height": height})
    open_day(desk, console)
    assert desk.evaluate(APART, ['.r[data-row="C003"] .b']) == []
    assert desk.evaluate(APART, [".lane .u"]) == []


@pytest.mark.parametrize(("width", "height"), WINDOWS)
def test_nothing_overlaps_in_coverage(desk: Page, console: str, width: int, height: int) -> None:
    desk.set_viewport_size({"width": width, "height": height})
    desk.goto(f"{console}/coverage?date={sample.ON}")
    desk.locator(".ind.sel").wait_for()
    parts = [".rail", ".top > .line > *", ".ind", ".table-card", ".map-card", ".definition"]
    assert desk.evaluate(APART, parts) == []
    assert desk.evaluate(CUT, [".ind .l", ".ind .v"]) == []


def test_dark_is_chosen_and_kept(desktop: Page, console: str) -> None:
    sign_in(desktop, console)
    open_day(desktop, console)
    day = desktop
    ground = "getComputedStyle(document.body).backgroundColor"
    assert day.evaluate(ground) == "rgb(243, 244, 247)"
    day.get_by_role("button", name="深浅").click()
    assert day.evaluate(ground) == "rgb(12, 15, 20)"
    assert day.evaluate("document.body.classList.contains('body--dark')")
    day.reload()
    day.locator(".tl .r").first.wait_for()
    assert day.evaluate("document.documentElement.dataset.theme") == "dark"
    assert day.evaluate(ground) == "rgb(12, 15, 20)"


def test_dark_follows_the_system(desk: Page, console: str) -> None:
    desk.emulate_media(color_scheme="dark")
    open_day(desk, console)
    assert desk.evaluate("document.documentElement.dataset.theme") == "dark"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_can_be_read(desk: Page, console: str, theme: str) -> None:
    desk.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    open_day(desk, console)
    desk.locator(".lane .u").first.click()
    desk.locator(".why").wait_for()
    for selector in (
        ".kpi .l",
        ".kpi .v",
        ".axis .hour",
        ".tl .nm",
        ".tl .sk",
        ".b.done .n",
        ".b.done .s",
        ".b.late .s",
        ".u .s",
        ".panel dt",
        ".why b",
        ".pill",
        ".rail a",
    ):
        ratios = desk.evaluate(CONTRAST, selector)
        assert ratios, selector
        assert min(ratios) >= 4.5, (selector, min(ratios))


def test_paper_has_no_rail_and_no_panel(day: Page) -> None:
    day.emulate_media(media="print")
    for hidden in (".rail", ".side", ".find"):
        assert not day.locator(hidden).first.is_visible()
    expect(day.locator(".tl .r").first).to_be_visible()
    expect(day.locator(".tl .r")).to_have_count(len(list(sample.caregivers())))
    expect(day.locator(".top")).to_contain_text("2020年9月17日")
    day.emulate_media(media="screen")
    expect(day.locator(".tl .r")).not_to_have_count(len(list(sample.caregivers())))


def test_a_phone_can_read_the_day(phone: Page, console: str) -> None:
    sign_in(phone, console)
    open_day(phone, console)
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")
    rail = phone.locator(".rail").bounding_box()
    assert rail
    assert rail["y"] > 700
    expect(phone.locator(".tl .r").first).to_be_visible()
    phone.locator(".panel").scroll_into_view_if_needed()
    expect(phone.locator(".panel")).to_contain_text("没排上")
    targets = phone.locator(".rail a").evaluate_all("all => all.map(one => one.offsetHeight)")
    assert min(targets) >= 52


def test_chinese_is_drawn_with_glyphs(day: Page) -> None:
    widths = day.evaluate("""() => {
        const pen = document.createElement('canvas').getContext('2d');
        pen.font = getComputedStyle(document.body).font;
        const draw = text => { pen.clearRect(0, 0, 80, 40); pen.fillText(text, 4, 24);
            return pen.getImageData(0, 0, 80, 40).data.join(); };
        return new Set([...'老人护理送餐'].map(draw)).size;
    }""")
    assert widths == 6
