"""覆盖: every figure with its counts, date and definition; the table, the map, the download."""

from __future__ import annotations

import csv
import io
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.console import sample


@pytest.fixture
def cover(desk: Page, console: str) -> Page:
    """The drawn page."""
    desk.goto(f"{console}/coverage?date={sample.ON}")
    desk.locator(".ind.sel").wait_for()
    desk.locator(".map-canvas[data-ready]").wait_for()
    return desk


def test_twelve_cards_with_counts_and_target(cover: Page) -> None:
    cards = cover.locator(".ind").all_inner_texts()
    assert len(cards) == 12
    for card in cards:
        assert re.search(r"[\d,]+/[\d,]+ [人个张家]|没有可计算的对象", card), card
        assert "目标" in card
    assert any("无法计算" in card for card in cards)  # the sample has no beds


def test_status_is_a_shape_and_a_word(cover: Page) -> None:
    for card in cover.locator(".ind").all():
        words = card.locator(".st").inner_text().strip()
        assert words in {"达标", "接近", "未达", "无法计算", "无目标值"}
        assert card.locator(".st use").get_attribute("href")


def test_choosing_an_indicator_changes_table_map_and_definition(cover: Page) -> None:
    cover.locator(".ind", has_text="家庭医生签约").click()
    expect(cover.locator(".definition")).to_contain_text("家庭医生")
    expect(cover.locator(".definition")).to_contain_text("分母")
    expect(cover.locator(".definition")).to_contain_text("2020年9月17日")
    expect(cover.locator(".table-card thead")).to_contain_text("家庭医生签约")
    expect(cover.locator(".ind.sel")).to_contain_text("家庭医生签约")
    assert "indicator=family_doctor" in cover.url


def test_towns_lead_to_communities_and_back(cover: Page) -> None:
    rows = cover.locator(".table-card tbody tr:not(.sum)")
    expect(rows).to_have_count(2)
    cover.get_by_role("link", name="三井街道").click()
    cover.wait_for_url("**town=320411002000*")
    expect(cover.locator(".table-card tbody tr:not(.sum)")).to_have_count(3)
    expect(cover.locator(".table-card")).to_contain_text("飞龙社区")
    cover.locator(".crumb a").click()
    cover.wait_for_url(lambda url: "town=" not in url)
    expect(cover.locator(".table-card tbody tr:not(.sum)")).to_have_count(2)


def test_the_sum_is_the_sum_of_the_towns(cover: Page) -> None:
    cells = cover.locator(".table-card tbody tr td:nth-child(3)").all_inner_texts()
    pairs = [tuple(int(part.replace(",", "")) for part in cell.split("/")) for cell in cells]
    *towns, total = pairs
    assert tuple(map(sum, zip(*towns, strict=True))) == total


def test_the_map_shades_what_can_be_computed(cover: Page) -> None:
    shades = cover.locator(".map path.shade")
    expect(shades).to_have_count(147)
    expect(cover.locator(".map path.shade:not(.none)")).to_have_count(4)
    expect(cover.locator(".map-legend")).to_contain_text("无法计算")


def test_the_download_says_the_same(cover: Page) -> None:
    with cover.expect_download() as waiting:
        cover.get_by_role("link", name="导出 CSV").click()
    text = waiting.value.path().read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    lines = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
    assert len(lines) == 12 * 3
    assert {line["截至"] for line in lines} == {str(sample.ON)}
    home = next(line for line in lines if line["指标代码"] == "home_service")
    card = cover.locator(".ind").first.inner_text().replace(",", "")
    assert f"{home['分子']}/{home['分母']}" in card
    beds = next(line for line in lines if line["指标代码"] == "nursing_beds")
    assert beds["数值"] == "无法计算"


def test_the_download_needs_a_session(desktop: Page, console: str) -> None:
    desktop.goto(f"{console}/coverage.csv?date={sample.ON}")
    assert "/login" in desktop.url
