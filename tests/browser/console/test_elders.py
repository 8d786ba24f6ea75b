"""One elder's page: read, changed by forms that show first, refused where it is stale."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import httpx
import pytest

from eldercare.registry.assessment import ITEM_MAXIMA
from eldercare.registry.coordinates import CoordinateSystem, from_wgs84
from eldercare.registry.people import Sex
from tests.accounts.people import PASSWORD
from tests.browser.console.conftest import page, token_of
from tests.browser.console.elder_file import ENTRIES_OF_E5
from tests.registry.id_numbers import made_up_number

PATH = "/elders/E20"


def shown(text: str) -> str:
    """The page's markup as NiceGUI sends it, readable again."""
    return unescape(text).replace("\\", "")


def drawn(web: httpx.Client, tab: str = "overview", key: str = "E20") -> dict[str, str]:
    """What every form of the page carries."""
    text = shown(web.get(f"/elders/{key}?tab={tab}").text)
    version = re.search(r'name="version" value="([0-9a-f]{64})"', text)
    entry = re.search(r'name="entry" value="(\d+)"', text)
    assert version, text[:3000]
    assert entry
    return {"form_token": token_of(text), "version": version[1], "entry": entry[1]}


def tried(web: httpx.Client, act: str, given: dict[str, str], key: str = "E20") -> str:
    """The page after a form was sent."""
    return shown(web.post(f"/elders/{key}/acts/{act}", data=given).text)


def stored(web: httpx.Client, act: str, text: str, key: str = "E20") -> str:
    """The page after what it shows was confirmed."""
    draft = re.search(r'name="draft" value="([^"]+)"', text)
    assert draft, text[:3000]
    given = {"form_token": token_of(text), "draft": draft[1]}
    return shown(web.post(f"/elders/{key}/acts/{act}/store", data=given).text)


def test_what_the_page_tells(web: httpx.Client) -> None:
    text = shown(page(web, "zhou", PATH))
    for words in (
        "徐秀英",
        "81 岁",
        "低保",
        "应于 2021-03-02 复评",
        "估计位置",
        "徐明",
        "使用资料",
    ):
        assert words in text, words
    for words in ("可享", "15.0 h", "建议", "很可能", "E21"):
        assert words in text, words
    items = shown(web.get(f"{PATH}?tab=assessments").text)
    assert "穿/脱上衣" in items
    assert "确诊认知障碍" in items
    assert "每周" not in shown(web.get(f"{PATH}?tab=plan").text)
    plan = shown(web.get(f"{PATH}?tab=plan&item=T20").text)
    assert "周一、周三、周五" in plan
    assert "更改 助浴" in plan


def test_a_stay_is_shown_then_stored_and_called_off(web: httpx.Client) -> None:
    page(web, "zhou", PATH)
    stay = drawn(web, "status") | {"from_on": "2020-09-21", "until_on": "2020-09-28"}
    text = tried(web, "hospital", stay)
    assert "停止上门 3 次、助餐 5 次" in text
    assert "9月21日 周一" in text
    assert "9月28日 周一" not in text.partition("预览")[2].partition("以上查看")[0]
    assert "将住院暂停" not in text  # nothing is stored yet
    text = stored(web, "hospital", text)
    assert "已保存" in text
    assert "将住院暂停 2020-09-21" in text
    log = shown(web.get(f"{PATH}?tab=history").text)
    assert "安排住院暂停" in log
    text = tried(web, "back", drawn(web, "status") | {"until_on": "2020-09-18"})
    assert "恢复或新增上门 3 次、助餐 5 次" in text
    assert "住院暂停已取消" in stored(web, "back", text)


def test_a_stale_form_says_who_changed_what_and_keeps_what_was_typed(web: httpx.Client) -> None:
    page(web, "zhou", PATH)
    was = {"was_phone": "13700000020", "was_building": "", "was_care_note": ""}
    same = {"phone": "13700000020", "building": "", "care_note": ""}
    assert "没有改动" in tried(web, "details", drawn(web) | was | same)
    first = tried(web, "details", drawn(web) | was | same | {"care_note": "先打电话"})
    page(web, "townzhou", PATH)
    theirs = drawn(web) | was | same | {"phone": "13700000055"}
    assert "已保存" in stored(web, "details", tried(web, "details", theirs))
    page(web, "zhou", PATH)
    refused = stored(web, "details", first)
    assert "有人改了这位老人的资料" in refused
    assert "townzhou" in refused
    assert "13700000020" in refused.partition("有人改了")[2]
    assert "13700000055" in refused.partition("有人改了")[2]
    assert 'value="先打电话"' in refused
    assert 'name="phone" value="13700000055"' in refused  # not touched: as the other left it
    again = drawn(web) | {"was_phone": "13700000055", "phone": "13700000020"}
    assert "已保存" in stored(web, "details", tried(web, "details", again))


def test_one_visit_and_all_later_ones_are_changed(web: httpx.Client) -> None:
    page(web, "zhou", PATH)
    was = {
        "item_id": "T20",
        "was_minutes": "60",
        "was_weekdays": "135",
        "was_window_start_minutes": "08:00",
        "was_window_end_minutes": "10:00",
    }
    kept = {"minutes": "60", "window_start_minutes": "08:00", "window_end_minutes": "10:00"}
    one = {"original_on": "2020-09-18", "scope": "this", "what": "change", "weekdays": "135"}
    given = drawn(web, "plan&item=T20") | was | kept | one
    assert "没有改动任何内容" in tried(web, "plan", given)
    text = tried(web, "plan", given | {"moved_to_on": "2020-09-19"})
    assert "一年内改动 1 次" in text
    assert "已更改" in stored(web, "plan", text)
    given = drawn(web, "plan&item=T20") | was | kept | one
    assert "只改一次时不能改星期" in tried(web, "plan", given | {"weekdays": "24"})
    later = given | {"original_on": "2020-09-21", "scope": "later", "minutes": "45"}
    text = tried(web, "plan", later)
    assert "45 分" in text
    assert "已更改" in stored(web, "plan", text)
    assert "T20~2" in shown(web.get(f"{PATH}?tab=plan").text)


def test_a_double_is_merged_and_taken_apart(web: httpx.Client) -> None:
    page(web, "zhou", PATH)
    text = tried(web, "merge", drawn(web) | {"drop": "E21"})
    assert "E21 并入本档案" in text
    assert "已保存" in stored(web, "merge", text)
    assert "打开 E20" in shown(web.get("/elders/E21").text)
    number = re.search(r'name="merge_id" value="(\d+)"', shown(web.get(PATH).text))
    assert number
    text = tried(web, "unmerge", drawn(web) | {"merge_id": number[1]})
    assert "已拆开" in stored(web, "unmerge", text)


def test_the_end_is_shown_stored_and_taken_back(web: httpx.Client) -> None:
    page(web, "zhou", "/elders/E3")
    given = drawn(web, "status", "E3") | {"on": "2020-09-30"}
    assert "日期在今天之后" in tried(web, "death", given, "E3")
    text = stored(web, "death", tried(web, "death", given | {"on": "2020-09-16"}, "E3"), "E3")
    assert "去世 2020-09-16" in text
    text = tried(web, "take-back", drawn(web, "status", "E3"), "E3")
    assert "已重新登记" in stored(web, "take-back", text, "E3")


def test_a_move_and_an_assessment(web: httpx.Client) -> None:
    page(web, "zhou", "/elders/E4")
    given = drawn(web, "status", "E4") | {"on": "2020-10-01", "community_code": "320411100201"}
    assert "没有填" in tried(web, "move", given, "E4")
    text = tried(web, "move", given | {"address": "河海路9号"}, "E4")
    assert "2020-10-01 搬到" in stored(web, "move", text, "E4")
    given = drawn(web, "assessments", "E4") | {"assessed_on": "2020-09-17", "B1.1": "4"}
    assert "评估项的得分不对" in tried(web, "assess", given, "E4")
    full = given | {code: str(most) for code, most in ITEM_MAXIMA.items()}
    text = tried(web, "assess", full | {"grounds": "dementia"}, "E4")
    assert "评估得分 90，能力等级 1 级" in text
    assert "1 级 轻度" in stored(web, "assess", text, "E4")


def test_who_may(web: httpx.Client) -> None:
    text = shown(page(web, "viewer", PATH))
    assert "徐秀英" not in text
    assert "徐**" in text
    assert "13700000020" not in text
    assert 'name="version"' not in text
    assert "不在当前账号负责的区域内" in shown(page(web, "townzhou", "/elders/E6"))
    given = {"form_token": token_of(page(web, "townzhou", PATH)), "version": "", "entry": "0"}
    refused = tried(web, "details", given | {"phone": "1"}, "E6")
    assert "不在当前账号负责的区域内" in refused
    web.cookies.clear()
    assert "/login" in str(web.post(f"{PATH}/acts/details", data=given).url)
    assert "没有这位老人" in shown(page(web, "zhou", "/elders/E999"))


@pytest.mark.parametrize(
    ("address", "there", "missing"),
    [
        ("q=xxy", "E20", "E1<"),
        ("q=徐秀", "E20", "E2<"),
        ("group=dibao", "E20", "E1<"),
        ("level=-1", "E1", "E20"),
        ("community=320411100201&town=320411100000", "E6", "E20"),
        ("status=paused", "没有找到", "E20"),
    ],
)
def test_the_list_is_narrowed(web: httpx.Client, address: str, there: str, missing: str) -> None:
    text = shown(page(web, "zhou", f"/elders?{address}"))
    assert there in text
    assert missing not in text


def test_an_id_number_finds_its_holder_and_stands_in_no_address(web: httpx.Client) -> None:
    number = made_up_number(date(1939, 6, 1), Sex.FEMALE)
    signed = web.post("/api/v1/auth/token", data={"username": "zhou", "password": PASSWORD})
    bearer = {"Authorization": f"Bearer {signed.json()['access_token']}"}
    tag = web.get("/api/v1/elders/E20", headers=bearer).headers["ETag"]
    given = {"id_number": number}
    headers = bearer | {"If-Match": tag}
    web.put("/api/v1/elders/E20/id-number", json=given, headers=headers).raise_for_status()

    token = {"form_token": token_of(page(web, "zhou", "/elders"))}
    found = web.post("/elders/find", data=token | {"q": number})
    assert str(found.url).endswith(PATH)
    assert number not in found.text
    assert "320*************" in shown(found.text)
    other = "0" if number[-1] != "0" else "1"
    wrong = web.post("/elders/find", data=token | {"q": number[:-1] + other})
    assert "身份证号校验位不符" in shown(wrong.text)
    nobody = made_up_number(date(1939, 6, 1), Sex.FEMALE, serial=7)
    assert "没有人登记这个身份证号" in shown(
        web.post("/elders/find", data=token | {"q": nobody}).text
    )
    assert "徐秀英" in shown(web.post("/elders/find", data=token | {"q": "徐秀英"}).text)


def test_contacts_are_entered_changed_and_removed(web: httpx.Client) -> None:
    page(web, "zhou", PATH)
    drawn_from = drawn(web)
    son = {
        "name": "徐亮",
        "relation": "儿子",
        "rank": "1",
        "is_emergency": "no",
        "phone": "1390000",
    }
    assert "电话：手机号位数不对" in tried(web, "new-contact", drawn_from | son)
    son |= {"phone": "139 0000 0022"}
    assert "次序：这个次序已有人" in tried(web, "new-contact", drawn_from | son)
    assert "姓名：没有填" in tried(web, "new-contact", drawn_from | son | {"name": " "})
    text = tried(web, "new-contact", drawn_from | son | {"rank": "2"})
    assert "联系次序：徐明（女儿）、徐亮（儿子）" in text
    assert "已保存" in stored(web, "new-contact", text)
    stale = tried(web, "new-contact", drawn_from | son | {"name": "徐光", "rank": "3"})
    assert "有人改了这位老人的资料" in stale
    assert "新增联系人" in stale
    assert 'value="徐光"' in stale
    chosen = re.search(r'item=(\d+)#act-contact"[^>]*更改联系人徐亮', shown(web.get(PATH).text))
    assert chosen
    form = shown(web.get(f"{PATH}?item={chosen[1]}").text)
    assert 'name="was_phone" value="13900000022"' in form
    given = drawn(web) | son | {"item_id": chosen[1], "phone": "13900000022", "rank": "2"}
    assert "没有改动任何内容" in tried(web, "contact", given | {"what": "change"})
    assert "这个次序已有人" in tried(web, "contact", given | {"what": "change", "rank": "1"})
    text = tried(web, "contact", given | {"what": "change", "rank": "3", "is_emergency": "yes"})
    assert "联系人徐亮已更改" in text
    bad = given | {"what": "change", "phone": "abc"}
    assert "电话：不是电话号码" in tried(web, "contact", bad)
    gone = tried(web, "contact", given | {"what": "change", "item_id": "999"})
    assert "没有这位联系人" in gone
    assert "<dt>姓名</dt><dd>徐亮</dd>" in gone
    assert "<dt>紧急联系</dt><dd>否</dd>" in gone
    text = tried(web, "contact", given | {"what": "remove"})
    assert "联系次序：徐明（女儿）。" in text
    assert "徐亮已删除" in stored(web, "contact", text)
    assert "删除联系人" in shown(web.get(f"{PATH}?tab=history").text)


def test_a_group_shows_rank_and_hours_before_it_is_stored(web: httpx.Client) -> None:
    page(web, "zhou", PATH)
    given = drawn(web) | {"group": "wubao", "from_on": "2020-10-01", "until_on": "2020-09-01"}
    assert "终止日：结束早于开始" in tried(web, "group", given)
    assert "起始日：没有填" in tried(web, "group", given | {"from_on": "", "until_on": ""})
    text = tried(web, "group", given | {"until_on": ""})
    assert "2020-10-01 起排班优先级：重点关注对象 → 优先服务对象" in text
    assert "2020 年 10 月起每月可享：15.0 h → 30.0 h" in text
    assert "上门和助餐的日期不变" in text
    assert "已保存" in stored(web, "group", text)
    given = drawn(web) | {"member": "E20,wubao,2020-10-01", "until_on": "2020-11-01"}
    assert "人群：不在可选的词里" in tried(web, "leave-group", given | {"member": "E3,wubao,2020"})
    text = tried(web, "leave-group", given)
    assert "2020-11-01 起排班优先级：优先服务对象（五保·失独·困难失能） → 重点关注对象" in text
    assert "2020 年 11 月起每月可享：30.0 h → 15.0 h" in text
    assert "到 2020-11-01 为止" in stored(web, "leave-group", text)


def test_an_agreement_is_withdrawn_and_given_again(web: httpx.Client) -> None:
    page(web, "zhou", PATH)
    given = drawn(web) | {"kind": "data_use", "until_on": "2020-09-17"}
    text = tried(web, "withdraw", given)
    assert "2020-09-17 起不再同意使用资料" in text
    assert "上门和助餐的日期不变" in text
    assert "已保存" in stored(web, "withdraw", text)
    assert "没有可以撤回的同意书" in tried(web, "withdraw", given | drawn(web))
    again = drawn(web) | {"kind": "data_use", "from_on": "2020-09-18", "given_by": ""}
    assert "签署人：没有填" in tried(web, "consent", again)
    assert "起始日：日期在今天之后" in tried(web, "consent", again | {"given_by": "本人"})
    text = tried(web, "consent", again | {"given_by": "本人", "from_on": "2020-09-17"})
    assert "本人签署" in stored(web, "consent", text)


def test_a_position_of_any_map_or_the_communitys_point(web: httpx.Client) -> None:
    page(web, "zhou", PATH)
    given = {"given": "degrees", "system": "bd09", "longitude": "119,9", "latitude": "31.82"}
    assert "经度：不是数字" in tried(web, "place", drawn(web) | given)
    assert "纬度：没有填" in tried(
        web, "place", drawn(web) | given | {"latitude": "", "longitude": "1"}
    )
    assert "坐标不在江苏境内" in tried(web, "place", drawn(web) | given | {"longitude": "31.8"})
    there = from_wgs84(119.975, 31.835, CoordinateSystem.BD_09)
    right = given | {"longitude": f"{there[0]:.7f}", "latitude": f"{there[1]:.7f}"}
    text = tried(web, "place", drawn(web) | right)
    assert "位置改为 119.97500, 31.83500，距原位置" in text
    assert "已保存" in stored(web, "place", text)
    point = {"given": "community", "system": "bd09", "longitude": "", "latitude": ""}
    text = tried(web, "place", drawn(web) | point)
    assert "改用社区中心作为估计位置，距原位置" in text
    assert "已列入待办核实" in stored(web, "place", text)
    assert "估计位置" in shown(web.get(PATH).text)
    assert "没有改动任何内容" in tried(web, "place", drawn(web) | point)


def test_the_history_is_turned_back_page_by_page(web: httpx.Client) -> None:
    text = shown(page(web, "zhou", "/elders/E5?tab=history"))
    assert f"第{ENTRIES_OF_E5 - 1}条" in text
    assert "第0条" not in text
    older = re.search(r"before=(\d+)", text)
    assert older
    last = shown(web.get(f"/elders/E5?tab=history&before={older[1]}").text)
    assert "第0条" in last
    assert f"第{ENTRIES_OF_E5 - 1}条" not in last
    assert "回到最新" in last
    assert "更早的记录" not in last
    assert "没有更早的记录" in shown(web.get("/elders/E5?tab=history&before=1").text)
