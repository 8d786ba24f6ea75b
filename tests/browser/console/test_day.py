"""今日: what is drawn is what the roster says, and it can be used by keyboard."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.console import sample
from tests.browser.console.conftest import open_day

OVERSCAN = 2 * 4
BARS = """() => [...document.querySelectorAll('.tl .r .b')].map(bar => ({
    id: bar.dataset.bar, start: +bar.dataset.start, end: +bar.dataset.end,
    left: parseFloat(bar.style.left), width: parseFloat(bar.style.width),
    label: bar.getAttribute('aria-label')}))"""
HOURS = """() => Object.fromEntries([...document.querySelectorAll('.axis .hour')].map(
    hour => [hour.textContent, parseFloat(hour.style.left)]))"""


def scale_of(page: Page) -> tuple[float, float]:
    """Pixels of midnight and per minute, read off two labels of the axis."""
    hours = page.evaluate(HOURS)
    per_minute = (hours["16:00"] - hours["08:00"]) / (8 * 60)
    return hours["08:00"] - 8 * 60 * per_minute, per_minute


def test_every_bar_stands_where_its_times_say(day: Page) -> None:
    midnight, per_minute = scale_of(day)
    bars = day.evaluate(BARS)
    assert len(bars) > 100
    for bar in bars:
        assert abs(bar["left"] - (midnight + bar["start"] * per_minute)) < 1
        assert abs(bar["width"] - (bar["end"] - bar["start"]) * per_minute) < 2


def test_bars_have_the_times_of_the_roster(day: Page) -> None:
    bars = {bar["id"]: bar for bar in day.evaluate(BARS)}
    first, second = bars["v:VE0000:0"], bars["v:VE0001:0"]
    assert (first["start"], first["end"]) == (461, 506)
    assert (second["start"], second["end"]) == (517, 547)
    assert first["label"].startswith(f"{sample.name(0)}　助浴，07:41–08:26　可上门 06:41–08:41")
    assert first["label"].endswith("已完成")


def test_figures_carry_what_they_are_made_of(day: Page) -> None:
    strip = day.locator(".kpi")
    planned, people = sample.visits(), len(list(sample.caregivers()))
    assert planned >= 500
    expect(strip).to_contain_text(f"{planned}/{planned + sample.LEFT_OVER}")
    expect(strip).to_contain_text(f"{people}/{people + 2}")  # of the groups the plan puts first
    for cell in strip.locator("> *").all():
        text = cell.inner_text()
        assert "%" not in text or re.search(r"\d/\d", text), text


def test_the_lane_shows_what_is_missing_the_musts_first(day: Page) -> None:
    cards = day.locator(".lane .u")
    expect(cards).to_have_count(sample.LEFT_OVER)
    marks = cards.locator("use").evaluate_all("all => all.map(use => use.getAttribute('href'))")
    assert marks == ["#i-must"] * 2 + ["#i-should"] * (sample.LEFT_OVER - 2)
    expect(day.locator(".lane .hd")).to_contain_text(f"未分配 {sample.LEFT_OVER}")


def test_a_missing_visit_says_why_and_what_to_do(day: Page) -> None:
    day.locator(".lane .u").first.click()
    panel = day.locator(".panel")
    expect(panel).to_contain_text("可上门时段内无人当班")
    expect(panel).to_contain_text("已证明排不下")
    expect(panel).to_contain_text("放宽可上门时段")
    expect(day.locator(".map i.must.on")).to_have_count(1)


def test_states_have_shape_and_word(day: Page) -> None:
    for state, shape, word in (
        ("done", "#i-check", "已完成"),
        ("run", "#i-run", "进行中"),
        ("late", "#i-warn", "将晚到"),
        ("plan", "#i-plano", "待执行"),
    ):
        bar = day.locator(f".b.{state}").first
        assert shape in (bar.locator("use").first.get_attribute("href") or "")
        assert word in (bar.get_attribute("aria-label") or "")


def test_the_now_line_stands_at_the_clock(day: Page) -> None:
    midnight, per_minute = scale_of(day)
    expect(day.locator(".axis .flag")).to_have_text("10:24")
    left = day.locator(".axis .flag").evaluate("flag => parseFloat(flag.style.left)")
    assert abs(left - (midnight + sample.NOW_MINUTES * per_minute)) < 1
    assert "10:00" not in day.evaluate(HOURS)


def test_another_day_has_no_now_line_and_says_that_it_is_empty(day: Page, console: str) -> None:
    day.goto(f"{console}/today?date=2020-09-18")
    expect(day.locator(".state")).to_contain_text("还没有排班")
    expect(day.get_by_role("link", name="去排程")).to_be_visible()


def test_the_keyboard_goes_everywhere(day: Page) -> None:
    grid = day.get_by_role("grid")
    grid.focus()
    day.keyboard.press("ArrowDown")
    day.keyboard.press("ArrowRight")
    expect(day.locator(".r.sel .b.sel")).to_have_attribute("data-bar", "v:VE0000:0")
    expect(grid).to_have_attribute("aria-activedescendant", "tl-v:VE0000:0")
    expect(day.locator(".panel h2")).to_contain_text(sample.name(0))
    day.keyboard.press("ArrowRight")
    expect(day.locator(".panel h2")).to_contain_text(sample.name(1))
    day.keyboard.press("Enter")
    expect(day.locator(".panel")).to_be_focused()
    grid.focus()
    day.keyboard.press("ArrowDown")
    expect(day.locator(".r.sel")).to_have_attribute("data-row", "C001")
    day.keyboard.press("u")
    expect(day.locator(".panel")).to_contain_text("为什么没排上")
    day.keyboard.press("Escape")
    expect(day.locator(".panel h2")).to_contain_text("没排上 9 项")
    expect(day.locator(".r.sel")).to_have_count(0)


def test_arrows_reach_the_last_row(day: Page) -> None:
    day.get_by_role("grid").focus()
    for _ in range(52):
        day.keyboard.press("ArrowDown")
    last = day.locator(".r.sel")
    expect(last).to_have_attribute("data-row", "C051")
    head, row = day.locator(".tl-head").bounding_box(), last.bounding_box()
    scroll = day.locator(".tl-scroll").bounding_box()
    assert head
    assert row
    assert scroll
    assert head["y"] + head["height"] <= row["y"] + 1
    assert row["y"] + row["height"] <= scroll["y"] + scroll["height"] + 1


def test_search_finds_elders_and_workers(day: Page) -> None:
    day.get_by_role("grid").focus()
    day.keyboard.press("/")
    expect(day.locator("[data-search]")).to_be_focused()
    day.keyboard.type(sample.name(0))
    expect(day.locator(".shown")).to_contain_text("/ 52 人")
    rows = day.locator(".tl .r")
    assert rows.count() < 10
    expect(day.locator(".b:not(.dim)").first).to_contain_text(sample.name(0))
    day.keyboard.press("Escape")
    expect(day.locator(".shown")).to_contain_text("显示 52 / 52 人")


def test_only_rows_in_view_are_in_the_document(day: Page) -> None:
    seen: set[str] = set()
    most = 0
    step = "y => document.querySelector('.tl-scroll').scrollTop = y"
    room = day.evaluate("document.querySelector('.tl-scroll').clientHeight")
    for y in range(0, 52 * 43, 86):
        day.evaluate(step, y)
        day.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
        keys = day.locator(".tl .r").evaluate_all("rows => rows.map(row => row.dataset.row)")
        seen.update(keys)
        most = max(most, len(keys))
    assert seen == {worker for _, _, worker in sample.caregivers()}
    assert most <= room / 43 + OVERSCAN + 2


def test_scrolling_paints_each_row_once(day: Page) -> None:
    painted = day.evaluate("""async () => {
        const scroll = document.querySelector('.tl-scroll');
        const body = document.querySelector('.tl-body');
        let added = 0;
        new MutationObserver(all => all.forEach(one => added += one.addedNodes.length))
            .observe(body, { childList: true });
        const before = body.querySelectorAll('.r').length;
        for (let y = 0; y <= scroll.scrollHeight; y += 20) {
            scroll.scrollTop = y;
            await new Promise(done => requestAnimationFrame(done));
        }
        await new Promise(done => setTimeout(done, 100));
        return added + before;
    }""")
    assert painted <= 52 + OVERSCAN


def test_zoom_keeps_the_middle_and_the_names(day: Page) -> None:
    _, before = scale_of(day)
    day.get_by_role("button", name="放大", exact=True).click()
    expect(day.locator(".zoomed")).to_have_text("150%")
    midnight, after = scale_of(day)
    assert abs(after / before - 1.5) < 0.01
    for bar in day.evaluate(BARS):
        assert abs(bar["left"] - (midnight + bar["start"] * after)) < 1
    day.evaluate("document.querySelector('.tl-scroll').scrollLeft = 400")
    scroll = day.locator(".tl-scroll").bounding_box()
    name = day.locator(".tl .r .hd").first.bounding_box()
    assert scroll
    assert name
    assert abs(name["x"] - scroll["x"]) < 2


def test_riders_have_trips(day: Page) -> None:
    day.get_by_role("tab", name="送餐员").click()
    expect(day.locator(".shown")).to_contain_text("显示 2 / 2 人")
    trip = day.locator(".b.trip").first
    expect(trip).to_contain_text("第 1 趟")
    expect(trip).to_contain_text("10 份 · 10 户")
    trip.click()
    expect(day.locator(".panel .item.stop")).to_have_count(10)


def test_the_map_and_the_timeline_share_the_selection(day: Page) -> None:
    day.locator('.r[data-row="C002"] .hd').click()
    stops = day.locator(".map i.stop")
    numbers = sorted(int(text) for text in stops.all_inner_texts())
    assert numbers == list(range(1, len(numbers) + 1))
    expect(day.locator(".panel .item.stop")).to_have_count(len(numbers))
    expect(day.locator(".map i.base")).to_have_count(1)
    day.locator(".map .leaflet-marker-icon", has=day.locator("i.stop")).last.dispatch_event("click")
    expect(day.locator(".r.sel .b.sel")).to_have_count(1)


def test_the_priority_figure_filters(day: Page) -> None:
    day.locator(".kpi button", has_text="五保").click()
    button = day.get_by_role("button", name="五保·失独·困难失能 ×")
    expect(button).to_be_visible()
    expect(day.locator(".r .b:not(.dim)").first).to_be_visible()
    shown = day.locator(".r .b:not(.dim)").evaluate_all("bars => bars.map(bar => bar.title)")
    assert shown
    assert all("优先服务对象" in title for title in shown)
    button.click()
    expect(button).to_have_count(0)


def test_one_town_only(desk: Page, console: str) -> None:
    open_day(desk, console, f"&town={sample.OTHER_TOWN}")
    expect(desk.locator(".shown")).to_contain_text("显示 22 / 22 人")
    expect(desk.locator(".lane")).to_contain_text("全部排上")
