"""排程: a run from the page, the log of runs, and publishing what was seen."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from eldercare.database import make_engine, transaction
from eldercare.rostering.lifecycle import find_roster, publish
from eldercare.rostering.tables import RosterStatus, RosterVisit
from tests.browser.console import sample
from tests.browser.console.conftest import open_day, sign_in


def test_each_town_with_its_counts(desk: Page, console: str) -> None:
    desk.goto(f"{console}/plan?date={sample.ON}")
    table = desk.locator(".result table")
    expect(table.locator("tbody tr")).to_have_count(2)
    expect(table).to_contain_text("三井街道")
    planned = sample.visits(sample.TOWN)
    expect(table).to_contain_text(f"{planned}/{planned + sample.LEFT_OVER}")
    expect(desk.locator(".result-head")).to_contain_text("已发布 v1")
    expect(desk.locator(".jobs")).to_contain_text("还没有运行记录")


def test_publish_from_the_day(desktop: Page, draft_console: str) -> None:
    sign_in(desktop, draft_console)
    open_day(desktop, draft_console)
    expect(desktop.locator(".pill.draft")).to_contain_text("草稿 · 未发布")
    desktop.get_by_role("button", name="发布 v1…").click()
    dialog = desktop.locator(".ask")
    planned = sample.visits()
    expect(dialog).to_contain_text(f"52 人 · 上门 {planned}/{planned + sample.LEFT_OVER} 次")
    expect(dialog).to_contain_text("还有 9 次上门没有排上")
    dialog.get_by_role("button", name="取消").click()
    expect(dialog).to_be_hidden()
    expect(desktop.locator(".pill.draft")).to_be_visible()
    desktop.get_by_role("button", name="发布 v1…").click()
    desktop.get_by_role("button", name="发布，54 人可见").click()
    expect(desktop.locator(".pill.ok")).to_contain_text("已发布 v1")
    expect(desktop.get_by_role("button", name="发布 v1…")).to_have_count(0)


def test_a_draft_that_changed_meanwhile_is_not_published(
    desktop: Page, draft_console: str, tmp_path: Path
) -> None:
    sign_in(desktop, draft_console)
    desktop.goto(f"{draft_console}/plan?date={sample.ON}")
    desktop.get_by_role("button", name="发布…").click()
    desktop.locator(".ask").wait_for()
    engine = make_engine(f"sqlite:///{tmp_path / 'console.db'}")
    with transaction(engine) as session:
        draft = find_roster(session, sample.ON)
        assert draft is not None
        visit = session.get(RosterVisit, (draft.id, "VE0000"))
        assert visit is not None
        visit.minutes += 5
    desktop.get_by_role("button", name="发布，54 人可见").click()
    expect(desktop.locator(".q-notification")).to_contain_text("又改过")
    with transaction(engine) as session:
        draft = find_roster(session, sample.ON)
        assert draft is not None
        assert draft.status is RosterStatus.DRAFT
    engine.dispose()


def test_a_run_from_the_page_goes_into_a_draft(desktop: Page, draft_console: str) -> None:
    sign_in(desktop, draft_console)
    desktop.goto(f"{draft_console}/plan?date=2020-09-18")
    expect(desktop.locator(".result")).to_contain_text("这一天还没有排班")
    desktop.get_by_role("button", name="开始排程").click()
    expect(desktop.locator(".running")).to_contain_text("正在排 9月18日 周五")
    expect(desktop.get_by_role("button", name="开始排程")).to_be_disabled()
    expect(desktop.locator(".result-head")).to_contain_text("草稿", timeout=120_000)
    expect(desktop.locator(".result tbody tr")).to_have_count(2)
    expect(desktop.locator(".jobs")).to_contain_text("手动排程 · 9月18日 周五")
    expect(desktop.locator(".jobs .job").nth(1)).to_contain_text("完成")


def test_an_open_day_takes_in_what_is_reported_and_announces_a_new_version(
    desktop: Page, draft_console: str, tmp_path: Path
) -> None:
    sign_in(desktop, draft_console)
    open_day(desktop, draft_console)
    expect(desktop.locator(".kpi")).to_contain_text("已完成")
    expect(desktop.locator(".b.done")).to_have_count(0)
    desktop.locator('.r[data-row="C001"] .hd').click()
    engine = make_engine(f"sqlite:///{tmp_path / 'console.db'}")
    with transaction(engine) as session:
        sample.check_in(session)
        publish(session, sample.ON, by="another", now=sample.NOW)
    engine.dispose()
    desktop.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(desktop.locator(".b.done").first).to_be_visible()
    expect(desktop.locator(".r.sel")).to_have_attribute("data-row", "C001")
    expect(desktop.locator(".map i.stop.done").first).to_be_attached()
    expect(desktop.locator(".q-notification")).to_contain_text("已有新版本")


def test_a_towns_coordinator_does_not_publish_the_district(
    desktop: Page, draft_console: str
) -> None:
    sign_in(desktop, draft_console, "longhutang", sample.OTHER_PASSWORD)
    open_day(desktop, draft_console)
    expect(desktop.locator(".pill.draft")).to_be_visible()
    expect(desktop.get_by_role("button", name="发布")).to_have_count(0)
    desktop.goto(f"{draft_console}/plan?date={sample.ON}")
    expect(desktop.locator(".result tbody tr")).to_have_count(1)
    expect(desktop.get_by_role("button", name="发布")).to_have_count(0)


def test_a_sick_caregiver_is_replanned_compared_and_mended_by_hand(
    desktop: Page, draft_console: str, tmp_path: Path
) -> None:
    _publish(tmp_path)
    sign_in(desktop, draft_console)
    open_day(desktop, draft_console, f"&town={sample.OTHER_TOWN}")
    desktop.locator('.r[data-row="C030"] .hd').click()
    desktop.get_by_role("button", name="请病假，重排…").click()
    desktop.get_by_role("button", name="试算").click()
    answer = desktop.locator(".ask.replan")
    expect(answer.locator(".replan-head")).to_contain_text("请病假，重排剩余上门", timeout=60_000)
    expect(answer.locator(".replan-side")).to_contain_text("/ 上限 10 位")
    expect(answer.locator("tbody tr").first).to_contain_text("换人")
    expect(desktop.locator(".pill.draft")).to_have_count(1)  # the promise; nothing is stored yet
    answer.get_by_role("button", name="采用到草稿").click()
    expect(desktop.locator(".top .pill.draft")).to_contain_text("草稿", timeout=30_000)
    expect(desktop.locator(".b.drafted").first).to_be_visible()
    desktop.get_by_role("button", name="查看差异").click()
    expect(desktop.locator(".replan-head")).to_contain_text("草稿与已发布 v1 的差异")
    expect(desktop.locator(".replan-people tbody tr").first).to_contain_text("护理员")
    desktop.get_by_role("button", name="关闭").first.click()
    expect(desktop.locator(".ask.replan")).to_be_hidden()
    desktop.locator('.r[data-row="C034"] .b').last.click()
    desktop.get_by_role("button", name="为什么这样排？").click()
    expect(desktop.locator(".said-why")).to_contain_text("这次服务的成本")
    desktop.get_by_role("grid").focus()
    desktop.keyboard.press("m")
    desktop.get_by_label("开始时间").fill("11:05")
    trial = desktop.locator(".ask.edit")
    expect(trial).to_contain_text("早于可上门时段")
    store = trial.get_by_role("button", name="放入草稿")
    expect(store).to_be_disabled()
    trial.get_by_label("放行理由").fill("女儿要求")
    store.click()
    expect(desktop.locator(".panel")).to_contain_text("人工放行 · 女儿要求 · zhoumin")
    desktop.get_by_role("grid").focus()
    desktop.keyboard.press("l")
    expect(desktop.locator(".panel")).to_contain_text("护理员和时间已锁定")
    desktop.get_by_role("button", name="已致电").click()
    expect(desktop.locator(".panel")).to_contain_text("已致电老人")
    expect(desktop.locator(".b.sel use[href='#i-lockf']")).to_have_count(1)


def _publish(folder: Path) -> None:
    engine = make_engine(f"sqlite:///{folder / 'console.db'}")
    with transaction(engine) as session:
        publish(session, sample.ON, by="another", now=sample.NOW)
    engine.dispose()
