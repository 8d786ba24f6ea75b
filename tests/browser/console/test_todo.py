"""待办: what a coordinator finds there, what the forms do, and who may send them."""

from __future__ import annotations

import re

import httpx

from tests.browser.console.conftest import page, token_of


def tab(web: httpx.Client, name: str) -> str:
    return web.get(f"/todo?tab={name}").text


def test_a_position_is_taken_over_and_placed(web: httpx.Client) -> None:
    text = page(web, "zhou", "/todo")
    assert "没有坐标，暂用社区中心" in text
    token = {"form_token": token_of(text)}
    assert "已由您处理" in web.post("/todo/positions/2", data=token | {"what": "take"}).text
    degrees = {"what": "place", "longitude": "119,9", "latitude": "31.8", "system": "gcj02"}
    refused = web.post("/todo/positions/2", data=token | degrees).text
    assert "经度和纬度要填数字" in refused
    far = degrees | {"longitude": "19.9"}
    assert "坐标不在江苏境内" in web.post("/todo/positions/2", data=token | far).text
    right = degrees | {"longitude": "119.955", "latitude": "31.82"}
    assert "已定位" in web.post("/todo/positions/2", data=token | right).text
    assert "已经处理过了" in web.post("/todo/positions/2", data=token | {"what": "take"}).text
    assert "没有这项待办" in web.post("/todo/positions/99", data=token | {"what": "take"}).text


def test_a_town_sees_and_mends_its_own_only(web: httpx.Client) -> None:
    text = page(web, "townzhou", "/todo")
    assert "别镇人" not in text
    pairs = page(web, "townzhou", "/todo?tab=duplicates")
    assert "E12" in pairs
    assert pairs.count("别镇人") == 1  # E6, of the other town, is masked
    token = token_of(pairs)
    given = {"form_token": token, "what": "confirm"}
    assert "不在当前账号负责的区域内" in web.post("/todo/positions/3", data=given).text
    page(web, "zhou", "/todo")
    assert "页面已过期" in web.post("/todo/positions/3", data=given).text
    assert "没有权限" in page(web, "viewer", "/todo")
    assert "别镇人" not in page(web, "roadzhou", "/todo")
    web.cookies.clear()
    assert "/login" in str(web.post("/todo/positions/3", data=given).url)


def test_a_pair_is_compared_and_merged(web: httpx.Client) -> None:
    text = page(web, "zhou", "/todo?tab=duplicates")
    assert re.search("同名、同一天出生、电话相同、地址相似", text)
    assert "飞龙新苑12幢乙单元302室" in text
    given = {"form_token": token_of(text), "what": "merge", "keep": "E1", "drop": "E10"}
    assert "已合并，保留 E1" in web.post("/todo/duplicates", data=given).text
    assert "E10" not in tab(web, "duplicates")
    assert "其中一位已经合并过了" in web.post("/todo/duplicates", data=given).text


def test_what_runs_out(web: httpx.Client) -> None:
    page(web, "zhou", "/todo")
    assert "2020-09-25" in tab(web, "reassessments")
    certificates = tab(web, "certificates")
    assert "陈美芳" in certificates
    assert "3 天" in certificates
    assert "时长" in tab(web, "hours")
