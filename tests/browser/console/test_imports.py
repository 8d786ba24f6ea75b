"""导入: who may send a form, what the pages then say, and the way through them in a browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Page, expect

from api.console.import_desk import ImportDesk
from api.console.import_parts import progress
from tests.accounts.people import PASSWORD
from tests.browser.console.conftest import page, sign_in, token_of
from tests.exchange.traffic import ELDER, write_csv

NEW = ELDER | {"老年人编号": "E900"}
WRONG = NEW | {"老年人编号": "E901", "性别": "?", "出生日期": "1940-02-31"}


def send(web: httpx.Client, token: str, file: Path | None, **fields: Any) -> httpx.Response:
    files = {"file": (file.name, file.read_bytes(), "text/csv")} if file else None
    data = {"form_token": token, "kind": "elders"} | fields
    return web.post("/import", data=data, files=files)


def test_a_ledger_is_tried_brought_in_and_taken_back(web: httpx.Client, tmp_path: Path) -> None:
    token = token_of(page(web, "zhou", "/import"))
    tried = send(web, token, write_csv(tmp_path / "花名册.csv", [NEW, WRONG]))
    assert tried.status_code == 200
    assert "导入 1 行，跳过 1 行" in tried.text
    assert "没有这一天（该月只有 29 天）" in tried.text
    assert "尚未写入" in tried.text
    assert "导入后的覆盖变化" in tried.text
    seen = tried.url.params["seen"]
    back = web.get(f"/import/{seen}/rejected")
    assert "没有这一天" in back.content.decode("utf-8-sig")
    assert "filename" in back.headers["Content-Disposition"]
    stored = web.post(f"/import/{seen}/store", data={"form_token": token})
    found = re.search(r"已导入（第 (\d+) 批）", stored.text)
    assert found
    again = web.post(f"/import/{seen}/store", data={"form_token": token})
    assert "这个文件已经导入" in again.text
    undo = f"/import/batches/{found[1]}/undo"
    assert "删除 1 行，还原 0 行" in web.post(undo, data={"form_token": token}).text
    assert "已经撤销过了" in web.post(undo, data={"form_token": token}).text


def test_a_newcomer_who_may_be_known_is_pointed_out(web: httpx.Client, tmp_path: Path) -> None:
    token = token_of(page(web, "zhou", "/import"))
    known = {"姓名": "李德明", "地址": "河海花园3幢401室", "老年人编号": "E970"}
    born = {"出生日期": "1940-03-05"}
    text = send(web, token, write_csv(tmp_path / "a.csv", [NEW | known | born])).text
    assert "1 人可能已经登记，照常写入" in text
    assert "第 2 行 李德明：可能与另一位老人是同一人（另见：E2）" in text
    assert "没有读入的部分" not in text
    assert "导入 1 行" in text


def test_an_import_that_was_built_upon_stays(web: httpx.Client, tmp_path: Path) -> None:
    token = token_of(page(web, "zhou", "/import"))
    one = NEW | {"老年人编号": "E960"}
    batches = []
    for line in (one, one | {"地址": "某路2号"}):
        seen = send(web, token, write_csv(tmp_path / "a.csv", [line])).url.params["seen"]
        stored = web.post(f"/import/{seen}/store", data={"form_token": token}).text
        batches += re.findall(r"已导入（第 (\d+) 批）", stored)
    first, second = batches
    refused = web.post(f"/import/batches/{first}/undo", data={"form_token": token}).text
    assert "不能撤销" in refused
    assert "老人 E960 后来被改过" in refused
    for number in (second, first):
        undone = web.post(f"/import/batches/{number}/undo", data={"form_token": token}).text
        assert f"已撤销第 {number} 批" in undone


def test_a_form_of_another_site_is_refused(web: httpx.Client, tmp_path: Path) -> None:
    page(web, "zhou", "/import")
    forged = send(web, "0" * 64, write_csv(tmp_path / "a.csv", [NEW]))
    assert "页面已过期" in forged.text
    others = token_of(page(web, "admin", "/import"))
    page(web, "zhou", "/import")
    assert "页面已过期" in send(web, others, write_csv(tmp_path / "a.csv", [NEW])).text
    web.cookies.clear()
    assert "/login" in str(send(web, others, write_csv(tmp_path / "a.csv", [NEW])).url)


def test_what_somebody_tries_is_nobody_elses(web: httpx.Client, tmp_path: Path) -> None:
    token = token_of(page(web, "admin", "/import"))
    seen = send(web, token, write_csv(tmp_path / "a.csv", [NEW, WRONG])).url.params["seen"]
    token = token_of(page(web, "zhou", "/import"))
    assert "结果已不在" in web.get(f"/import?seen={seen}").text
    assert "1940-02-31" not in web.get(f"/import/{seen}/rejected").text
    stored = web.post(f"/import/{seen}/store", data={"form_token": token})
    assert "试运行的文件已不在" in stored.text


def test_a_file_that_is_no_ledger_is_refused_in_words(web: httpx.Client, tmp_path: Path) -> None:
    token = token_of(page(web, "zhou", "/import"))
    assert "文件是空的" in send(web, token, None).text
    (tmp_path / "b.csv").write_bytes(b"%PDF-1.7 no ledger")
    assert "不是 .csv 或 .xlsx 文件" in send(web, token, tmp_path / "b.csv").text
    short = {key: value for key, value in NEW.items() if key != "姓名"}
    missing = send(web, token, write_csv(tmp_path / "c.csv", [short])).text
    assert "缺少“姓名”列，请补上" in missing
    assert "没有这种台账" in send(web, token, tmp_path / "c.csv", kind="dogs").text


def test_who_sees_one_town_brings_nothing_in(web: httpx.Client, tmp_path: Path) -> None:
    assert "只有负责全区的账号可以导入" in page(web, "townzhou", "/import")
    assert "没有权限" in page(web, "viewer", "/import")


def test_how_far_a_file_is_tells_its_owner_only() -> None:
    desk = ImportDesk()
    with desk.following("zhou", "九月名册.csv") as told:
        told("read", 0, 1)
        assert "正在读取" in progress(desk.doing("zhou"))
        told("store", 48_000, 165_000)
        shown = progress(desk.doing("zhou"))
        assert "九月名册.csv" in shown
        assert "48,000 / 165,000 行" in shown
        assert desk.doing("admin") is None
    assert progress(desk.doing("zhou")) == ""


def test_templates_are_given_out(web: httpx.Client) -> None:
    page(web, "zhou", "/import")
    assert web.get("/import/template/elders.xlsx").content.startswith(b"PK")
    assert "老年人编号" in web.get("/import/template/elders.csv").text
    web.cookies.clear()
    assert "/login" in str(web.get("/import/template/elders.csv").url)


def test_the_way_through_the_page(desktop: Page, ledger_console: str, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "九月名册.csv", [NEW | {"老年人编号": "E950"}, WRONG])
    sign_in(desktop, ledger_console, "zhou", PASSWORD)
    desktop.goto(f"{ledger_console}/import")
    desktop.get_by_label("台账").select_option("elders")
    desktop.get_by_label("文件（CSV 或 XLSX）").set_input_files(file)
    desktop.get_by_role("button", name="试运行").click()
    expect(desktop.locator(".errors tbody tr")).to_have_count(2)
    expect(desktop.locator(".errors")).to_contain_text("不在可选的词里")
    with desktop.expect_download() as download:
        desktop.get_by_role("link", name="下载退回的行").click()
    assert download.value.suggested_filename == "九月名册_退回.csv"
    desktop.get_by_role("link", name="没有这一天 1").click()
    expect(desktop.locator(".errors tbody tr")).to_have_count(1)
    desktop.get_by_role("button", name="导入 1 行，跳过 1 行").click()
    row = desktop.locator(".past tbody tr").first
    expect(row).to_contain_text("九月名册.csv")
    row.get_by_text("撤销", exact=True).click()
    row.get_by_role("button", name="确定撤销").click()
    expect(desktop.locator(".notice")).to_contain_text("删除 1 行")
    expect(row).to_contain_text("已撤销")
