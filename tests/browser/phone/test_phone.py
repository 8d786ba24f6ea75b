"""A caregiver's morning: signing in, the day, no network, a new version, signing out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from eldercare.accounts.tokens import ACCESS_LIFETIME
from eldercare.database import transaction
from eldercare.rostering.lifecycle import publish
from tests.api.data import NOW, ON
from tests.browser.phone.conftest import Served, sign_in, signed_in


def test_the_day_of_a_caregiver(handset: Page) -> None:
    page = signed_in(handset)
    head = page.get_by_role("banner")
    expect(head).to_contain_text("陈美芳")
    expect(head).to_contain_text("9月17日 周四 · v2")
    expect(head).to_contain_text("共 3 户")
    card = page.get_by_role("region", name="下一户")
    for text in ("第 1 户", "10:40", "周桂兰", "82 岁", "助浴 · 60 分", "到 11:40", "骑车 9 分"):
        expect(card).to_contain_text(text)
    expect(card).to_contain_text("飞龙新苑12幢乙单元302")
    expect(card).to_contain_text("耳背，敲门重一点")
    call = card.get_by_role("link", name="打电话")
    assert call.get_attribute("href") == "tel:13800012345"
    rows = page.get_by_role("list", name="全天路线").get_by_role("listitem")
    expect(rows).to_have_text(
        [
            "10:40周桂兰助浴",
            "11:50李德明助浴时间已改",
            "12:35午休 到 13:05",
            "13:20蒋金凤助浴新增",
            "14:29回站",
            "14:30吴福根助浴不用去了",
        ]
    )


def test_a_later_stop_can_be_looked_at(handset: Page) -> None:
    page = signed_in(handset)
    page.get_by_role("button", name="蒋金凤").click()
    card = page.get_by_role("region", name="选中的一户")
    expect(card).to_contain_text("第 3 户")
    expect(card).to_contain_text("双人服务")
    expect(card).to_contain_text("没有登记电话")
    page.get_by_role("button", name="周桂兰").click()
    expect(page.get_by_role("region", name="下一户")).to_contain_text("第 1 户")


def test_the_next_stop_follows_the_time(handset: Page) -> None:
    page = signed_in(handset)
    page.clock.set_fixed_time(NOW + timedelta(hours=3))
    page.get_by_role("button", name="刷新").click()
    expect(page.get_by_role("region", name="下一户")).to_contain_text("李德明")
    page.clock.set_fixed_time(NOW + timedelta(hours=9))
    page.get_by_role("button", name="刷新").click()
    expect(page.get_by_text("今天的路线都已到时间")).to_be_visible()


def test_the_page_opens_without_a_network(handset: Page) -> None:
    page = signed_in(handset)
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_role("region", name="下一户")).to_contain_text("周桂兰")
    expect(page.get_by_role("status")).to_contain_text("没有网络，可继续用")
    expect(page.get_by_role("status")).to_contain_text("09:30 的路线")
    page.get_by_role("button", name="后一天").click()
    expect(page.get_by_text("这一天的路线还没存到手机")).to_be_visible()
    page.get_by_role("button", name="今天", exact=True).click()
    page.context.set_offline(False)
    expect(page.get_by_role("status")).to_be_hidden()
    expect(page.get_by_role("region", name="下一户")).to_contain_text("周桂兰")


def test_a_server_that_does_not_answer(handset: Page, served: Served) -> None:
    page = signed_in(handset)
    page.route("**/api/v1/**", lambda route: route.abort())
    page.get_by_role("button", name="刷新").click()
    expect(page.get_by_role("status")).to_contain_text("连不上服务器，可继续用")
    expect(page.get_by_role("region", name="下一户")).to_contain_text("周桂兰")
    page.unroute("**/api/v1/**")
    page.get_by_role("button", name="刷新").click()
    expect(page.get_by_role("status")).to_be_hidden()


def test_a_new_version_is_shown_with_its_changes(handset: Page, served: Served) -> None:
    page = signed_in(handset)
    with transaction(served.edge.engine) as session:
        publish(session, ON, by="zhou", now=NOW)
    page.get_by_role("button", name="刷新").click()
    expect(page.get_by_role("banner")).to_contain_text("v3")
    row = page.get_by_role("button", name="草稿人")
    expect(row).to_contain_text("新增")


def test_nothing_drafted_is_on_the_page(handset: Page) -> None:
    page = signed_in(handset)
    assert "草稿人" not in page.content()


def test_a_session_goes_on_after_the_access_token_has_run_out(
    handset: Page, served: Served
) -> None:
    page = signed_in(handset)
    served.edge.clock = lambda: NOW + ACCESS_LIFETIME * 2
    with page.expect_response("**/api/v1/auth/refresh") as renewed:
        page.get_by_role("button", name="刷新").click()
    assert renewed.value.status == 200
    expect(page.get_by_role("region", name="下一户")).to_contain_text("周桂兰")


def test_other_days(handset: Page, served: Served) -> None:
    page = signed_in(handset)
    page.get_by_role("button", name="前一天").click()
    expect(page.get_by_text("还没有发布路线")).to_be_visible()
    expect(page.get_by_role("banner")).to_contain_text("9月16日 周三")
    assert page.url.endswith("?date=2020-09-16")
    page.goto(f"{served.address}/phone?date=2020-09-17")
    expect(page.get_by_role("region", name="下一户")).to_contain_text("周桂兰")


def test_a_rider_sees_portions(handset: Page) -> None:
    page = signed_in(handset, "zhao")
    card = page.get_by_role("region", name="下一户")
    expect(card).to_contain_text("助餐 · 2 份")


@pytest.mark.parametrize("name", ["zhou", "viewer"])
def test_an_account_without_a_route_is_told_so(handset: Page, name: str) -> None:
    sign_in(handset, name)
    expect(handset.get_by_text("此账号没有自己的路线")).to_be_visible()


def test_a_wrong_password(handset: Page) -> None:
    sign_in(handset, password="not this one")
    expect(handset.get_by_role("alert")).to_have_text("用户名或密码不正确")
    expect(handset.get_by_label("用户名")).to_have_value("chen")


def test_signing_out_leaves_nothing_on_the_phone(handset: Page) -> None:
    page = signed_in(handset)
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("button", name="登录", exact=True)).to_be_visible()
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_role("button", name="登录", exact=True)).to_be_visible()
    kept = page.evaluate("async () => await (await import('/phone/store.js')).keys()")
    assert kept == []
    assert "周桂兰" not in page.content()


def test_an_answer_that_comes_after_signing_out_is_dropped(handset: Page) -> None:
    page = signed_in(handset)
    held_back: list[Route] = []

    def hold(route: Route) -> None:
        held_back.append(route)

    page.route("**/api/v1/me/route**", hold)
    with page.expect_request("**/api/v1/me/route**"):
        page.get_by_role("button", name="刷新").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("button", name="登录", exact=True)).to_be_visible()
    with page.expect_response("**/api/v1/me/route**"):
        held_back[0].continue_()
    page.wait_for_timeout(500)  # longer than storing takes
    assert page.evaluate("async () => await (await import('/phone/store.js')).keys()") == []


@pytest.mark.parametrize("width", [320, 390])
def test_fingers_and_small_screens(handset: Page, width: int) -> None:
    handset.set_viewport_size({"width": width, "height": 640})
    page = signed_in(handset)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    heights = page.evaluate(
        "[...document.querySelectorAll('button, a')].map(e => e.getBoundingClientRect().height)"
    )
    assert heights
    assert min(heights) >= 52
