"""老人 and 人员: looked up by a word, a page at a time, masked for those who only read figures."""

from __future__ import annotations

import httpx
from playwright.sync_api import Page, expect

from tests.browser.console import sample
from tests.browser.console.conftest import page, sign_in
from tests.browser.console.test_look import APART
from tests.registry.rows import OTHER_TOWN


def test_elders_are_found_by_name(desk: Page, console: str) -> None:
    desk.goto(f"{console}/elders")
    rows = desk.locator("tbody tr")
    expect(rows).to_have_count(100)
    desk.get_by_label("姓名、拼音、编号、身份证号").fill("E0003")
    desk.keyboard.press("Enter")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text(sample.name(3))
    desk.get_by_label("姓名、拼音、编号、身份证号").fill("没有此人")
    desk.keyboard.press("Enter")
    expect(desk.locator(".state")).to_contain_text("没有找到")


def test_elders_come_in_pages(desk: Page, console: str) -> None:
    desk.goto(f"{console}/elders?town={sample.OTHER_TOWN}")
    first = desk.locator("tbody tr td").first.inner_text()
    desk.get_by_role("link", name="后 100 人").click()
    desk.wait_for_url("**after=*")
    assert desk.locator("tbody tr td").first.inner_text() > first
    desk.get_by_role("link", name="回到开头").click()
    desk.wait_for_url(lambda url: "after" not in url)
    expect(desk.locator("tbody tr td").first).to_have_text(first)


def test_workers_with_their_qualifications(desk: Page, console: str) -> None:
    desk.goto(f"{console}/people")
    expect(desk.locator("tbody tr")).to_have_count(len(list(sample.caregivers())))
    expect(desk.locator("tbody tr").nth(1)).to_contain_text("护士")


def test_an_account_sees_the_workers_of_its_own_area_only(web: httpx.Client) -> None:
    town = page(web, "townzhou", f"/people?town={OTHER_TOWN}")
    assert "陈美芳" in town
    assert "刘芳" not in town
    for words in ("", "?q=C2", f"?town={OTHER_TOWN}"):
        text = page(web, "roadzhou", f"/people{words}")
        assert "没有可查看的护理员" in text
        assert "刘芳" not in text
        assert "陈美芳" not in text


def test_a_viewer_sees_no_names(desktop: Page, console: str) -> None:
    sign_in(desktop, console, "viewer", sample.OTHER_PASSWORD)
    desktop.goto(f"{console}/elders")
    row = desktop.locator("tbody tr").first
    expect(row).to_contain_text(f"{sample.name(0)[0]}*")
    assert sample.name(0) not in desktop.locator("tbody").inner_text()
    assert "139" not in row.inner_text().replace("139****", "")
    expect(desktop.locator(".foot")).to_contain_text("个人信息已隐去")


def test_an_elder_is_opened_by_keyboard_and_changed(desk: Page, console: str) -> None:
    desk.goto(f"{console}/elders")
    desk.locator("table.people").wait_for()
    desk.keyboard.press("/")
    desk.keyboard.type(sample.name(3))
    desk.keyboard.press("Enter")
    desk.wait_for_url("**q=*")
    desk.locator("table.people").wait_for()
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    desk.locator(".elder-head").wait_for()
    assert desk.evaluate(APART, [".elder-head > *", ".part", ".top > .line > *"]) == []
    desk.get_by_role("link", name="状态").click()
    stay = desk.locator("#act-hospital")
    stay.get_by_role("button", name="预览影响").click()
    expect(stay.locator(".effect")).to_contain_text("尚未保存")
    assert desk.evaluate(APART, [".part", "[open] .fields > *", ".effect > *"]) == []
    stay.get_by_role("link", name="放弃").click()
    expect(desk.locator(".effect")).to_have_count(0)
