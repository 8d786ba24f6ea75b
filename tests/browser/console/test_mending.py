"""今日 and 排程 mended by hand: pulled, exchanged, left out, brought back, taken back, compared."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.console import sample
from tests.browser.console.conftest import Consoles, open_day, sign_in


@pytest.fixture(scope="module")
def mended(consoles: Consoles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A console with a draft; every test mends other visits of it, or scenarios of its own."""
    with consoles.over_draft(tmp_path_factory.mktemp("mended")) as address:
        yield address


def last_bar(page: Page, worker: str) -> Locator:
    return page.locator(f'.r[data-row="{worker}"] .b').last


def store(page: Page, reason: str) -> None:
    """Store the edit of the open dialog; where it breaks a rule, somebody answers for it."""
    dialog = page.locator(".ask.edit")
    dialog.locator(".verdict").wait_for()
    why = dialog.get_by_label("放行理由")
    if why.is_visible():
        why.fill(reason)
    dialog.get_by_role("button", name="放入草稿").click()
    expect(dialog).to_be_hidden()
    page.locator(".panel h2").wait_for()


def pull(page: Page, bar: Locator, row: Locator, *, right: int) -> None:
    """Pull a bar with the mouse to another row, some pixels to the right."""
    here, there = bar.bounding_box(), row.bounding_box()
    assert here
    assert there
    x, y = here["x"] + 8, here["y"] + here["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right, there["y"] + there["height"] / 2, steps=4)
    expect(page.locator(".verdict-card")).to_be_visible()
    page.mouse.up()


def pick(page: Page, label: str, words: str) -> None:
    """Choose of many by typing."""
    page.get_by_label(label, exact=True).fill(words)
    page.locator(".q-menu .q-item").first.click()


def test_visits_are_pulled_exchanged_left_out_and_brought_back(desktop: Page, mended: str) -> None:
    sign_in(desktop, mended)
    open_day(desktop, mended, f"&town={sample.OTHER_TOWN}")
    bar = last_bar(desktop, "C034")
    name = str(bar.get_attribute("data-bar"))
    at = {who: f'.r[data-row="{who}"] .b[data-bar="{name}"]' for who in ("C034", "C036")}
    pull(desktop, bar, desktop.locator('.r[data-row="C036"]'), right=0)
    expect(desktop.locator(".ask.edit")).to_contain_text("谁会变动")
    store(desktop, "家属要求")
    expect(desktop.locator(at["C036"])).to_have_count(1)
    undo = desktop.get_by_role("button", name=re.compile("撤销：调整"))
    undo.click()
    expect(desktop.locator(at["C034"])).to_have_count(1)
    expect(undo).to_have_count(0)
    other = last_bar(desktop, "C035")
    label = str(other.get_attribute("aria-label")).partition("　")[0]
    desktop.locator(at["C034"]).click()
    desktop.get_by_role("button", name="对调…").click()
    pick(desktop, "和哪一次对调", label)
    store(desktop, "家属要求")
    expect(desktop.locator(at["C034"])).to_have_count(0)
    desktop.get_by_role("button", name=re.compile("撤销：对调")).click()
    expect(desktop.locator(at["C034"])).to_have_count(1)
    desktop.get_by_role("button", name="不安排…").click()
    desktop.get_by_label("不安排的理由").fill("女儿来接")
    store(desktop, "")
    expect(desktop.locator(".panel")).to_contain_text("理由：女儿来接")
    expect(desktop.locator(".lane .u")).to_have_count(1)
    desktop.get_by_role("button", name="恢复安排…").click()
    store(desktop, "")
    expect(desktop.locator(".panel")).to_contain_text("在限定时间内未找到可行位置")
    desktop.get_by_role("button", name="最小调整方案？").click()
    desktop.get_by_role("button", name="采用方案 A").click()
    fix = desktop.locator(".ask.edit")
    expect(fix).to_contain_text("代价变化")
    fix.get_by_role("button", name="采用到草稿").click()
    expect(desktop.get_by_role("button", name=re.compile("撤销：采用"))).to_be_visible()
    expect(desktop.locator(f'.tl .b[data-bar="{name}"]')).to_have_count(1)


def test_a_slot_is_found_for_an_elder_of_another_day_and_taken(desktop: Page, mended: str) -> None:
    sign_in(desktop, mended, "longhutang", sample.OTHER_PASSWORD)
    open_day(desktop, mended, f"&town={sample.OTHER_TOWN}")
    desktop.get_by_role("button", name="问可约时段").click()
    search = desktop.get_by_label("查找")
    elder = desktop.get_by_label("老人", exact=True)
    search.fill("E0003")  # of the town that this account does not work in
    expect(elder).to_have_value("")
    search.fill("E0402")
    expect(elder).to_have_value(re.compile("E0402"))
    pick(desktop, "服务", "助洁")
    offers = desktop.locator(".offers tbody tr")
    offers.first.wait_for()
    start = offers.first.locator("td b").inner_text()
    offers.first.get_by_role("button", name="采用").click()
    expect(desktop.locator(".panel")).to_contain_text(f"{start}–")
    expect(desktop.locator('.tl .b[data-bar^="v:NE0402"]')).to_have_count(1)
    expect(desktop.get_by_role("button", name=re.compile("撤销：新增"))).to_be_visible()
    # a scenario of this account's own
    desktop.goto(f"{mended}/plan?date={sample.ON}")
    desktop.get_by_role("button", name="新建方案…").click()
    desktop.get_by_label("名称").fill("午后")
    desktop.get_by_role("button", name="新建", exact=True).click()
    expect(desktop.locator(".top")).to_contain_text("正在编辑：方案「午后」")
    expect(desktop.get_by_role("button", name="作为草稿…")).to_have_count(0)  # the district's
    desktop.get_by_role("link", name="查看当日排班").click()
    expect(desktop.locator(".top .pill.draft")).to_contain_text("正在编辑：方案「午后」")
    bar = last_bar(desktop, "C038")
    name = str(bar.get_attribute("data-bar"))
    bar.click()
    desktop.get_by_role("button", name="不安排…").click()
    desktop.get_by_label("不安排的理由").fill("女儿来接")
    store(desktop, "")
    expect(desktop.locator(".top .pill.draft")).to_contain_text("正在编辑：方案「午后」")
    expect(desktop.locator(f'.tl .b[data-bar="{name}"]')).to_have_count(0)
    desktop.get_by_role("link", name="草稿 · 未发布").click()
    expect(desktop.locator(f'.tl .b[data-bar="{name}"]')).to_have_count(1)


def test_scenarios_are_made_compared_and_one_becomes_the_draft(desktop: Page, mended: str) -> None:
    sign_in(desktop, mended)
    desktop.goto(f"{mended}/plan?date={sample.ON}")
    for name, base in (("少打扰", "草稿"), ("从头", "空白")):
        desktop.get_by_role("button", name="新建方案…").click()
        desktop.get_by_label("名称").fill(name)
        pick(desktop, "内容来自", base)
        desktop.get_by_role("button", name="新建", exact=True).click()
        expect(desktop.locator(".scenes tr.sel")).to_contain_text(f"方案「{name}」 正在编辑")
    expect(desktop.locator(".result")).to_contain_text("这个方案还是空的")
    desktop.get_by_role("link", name="方案「少打扰」").click()
    desktop.get_by_role("button", name="比较…").click()
    compared = desktop.locator(".replan-people tbody").first
    row = compared.locator("tr", has_text="从头")
    expect(row).to_contain_text(re.compile(r"−|-\d+ 次"))
    expect(desktop.locator(".replan-people")).to_contain_text("方案「少打扰」：谁会变动")
    desktop.get_by_role("button", name="关闭").click()
    desktop.get_by_role("button", name="作为草稿…").click()
    desktop.get_by_label("现有草稿存为方案").fill("昨晚")
    desktop.get_by_role("button", name="作为草稿", exact=True).click()
    expect(desktop.locator(".scenes tr.sel")).to_contain_text("草稿 正在编辑")
    expect(desktop.locator(".scenes")).to_contain_text("方案「昨晚」")
    desktop.get_by_role("link", name="方案「从头」").click()
    desktop.get_by_role("button", name="删除…").click()
    desktop.get_by_role("button", name="删除", exact=True).click()
    expect(desktop.locator(".scenes")).not_to_contain_text("从头")
