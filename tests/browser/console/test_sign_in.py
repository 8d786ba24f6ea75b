"""Signing in, and what each role sees."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.console import sample
from tests.browser.console.conftest import sign_in


def test_a_page_leads_to_the_form_and_back(desktop: Page, console: str) -> None:
    desktop.goto(f"{console}/coverage?date={sample.ON}")
    assert "/login?next=" in desktop.url
    desktop.get_by_label("用户名").fill(sample.WHO)
    desktop.get_by_label("密码").fill(sample.PASSWORD)
    desktop.get_by_role("button", name="登录").click()
    desktop.wait_for_url(f"**/coverage?date={sample.ON}*")


def test_a_wrong_password_is_one_sentence(desktop: Page, console: str) -> None:
    desktop.goto(f"{console}/login")
    desktop.get_by_label("用户名").fill(sample.WHO)
    desktop.get_by_label("密码").fill("not the password")
    desktop.get_by_role("button", name="登录").click()
    expect(desktop.get_by_role("alert")).to_have_text("用户名或密码不正确。")
    expect(desktop.get_by_label("用户名")).to_have_value(sample.WHO)
    assert "/login" in desktop.url


@pytest.mark.parametrize("elsewhere", ["//example.org", "https://example.org", "/\\example.org"])
def test_the_form_leads_nowhere_else(desktop: Page, console: str, elsewhere: str) -> None:
    desktop.goto(f"{console}/login?next={elsewhere}")
    expect(desktop.locator("[name=next]")).to_have_value("/")


def test_the_demonstrations_accounts_are_shown(desktop: Page, console: str) -> None:
    desktop.goto(f"{console}/login")
    expect(desktop.locator(".demo")).to_contain_text(sample.WHO)
    expect(desktop.locator(".demo")).to_contain_text(sample.PASSWORD)


def test_signing_out_closes_the_pages(desktop: Page, console: str) -> None:
    sign_in(desktop, console)
    desktop.get_by_role("button", name="账号").click()
    desktop.get_by_role("button", name="退出登录").click()
    desktop.wait_for_url("**/login")
    desktop.goto(f"{console}/today")
    assert "/login" in desktop.url


def test_a_viewer_sees_coverage_only(desktop: Page, console: str) -> None:
    sign_in(desktop, console, "viewer", sample.OTHER_PASSWORD)
    desktop.wait_for_url("**/coverage*")
    expect(desktop.locator(".rail a")).to_have_text(["覆盖", "老人", "人员"])
    desktop.goto(f"{console}/today")
    expect(desktop.locator(".state")).to_contain_text("没有权限")
    expect(desktop.locator(".tl")).to_have_count(0)


def test_a_towns_coordinator_sees_that_town_only(desktop: Page, console: str) -> None:
    sign_in(desktop, console, "longhutang", sample.OTHER_PASSWORD)
    desktop.goto(f"{console}/today?date={sample.ON}&town={sample.TOWN}")
    desktop.locator(".tl .r").first.wait_for()
    expect(desktop.locator(".top")).to_contain_text("龙虎塘街道")
    expect(desktop.locator(".shown")).to_contain_text("/ 22 人")
    names = desktop.locator(".tl .r").evaluate_all("rows => rows.map(row => row.dataset.row)")
    assert set(names) <= {one for _, town, one in sample.caregivers() if town == sample.OTHER_TOWN}


def test_workers_are_sent_to_the_phone_page(desktop: Page, console: str) -> None:
    desktop.goto(f"{console}/login")
    desktop.get_by_label("用户名").fill("caregiver")
    desktop.get_by_label("密码").fill(sample.OTHER_PASSWORD)
    desktop.get_by_role("button", name="登录").click()
    expect(desktop.get_by_role("alert")).to_contain_text("手机页")
    expect(desktop.get_by_role("link", name="打开手机页")).to_have_attribute("href", "/phone")
