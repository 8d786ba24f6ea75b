"""Twenty thousand elders, and some of them entered twice by another clerk."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from eldercare.registry.people import LivingArrangement, Sex
from tests.registry.rows import COMMUNITY, LONG_AGO, OTHER_COMMUNITY

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡"
GIVEN = "秀英桂兰玉珍凤芳梅素琴淑华明建国志强德福永生金荣根宝文海林春和平光祖兴庆云龙清泉"
ESTATES = ("飞龙新苑", "锦绣家园", "香樟花苑", "玉兰雅苑", "前塘", "后塘", "东庄", "西庄", "大圩")
HOMOPHONES = str.maketrans("张芳珍", "章方贞")
FIRST_BIRTH = date(1930, 1, 1)
BIRTHDAYS = 30 * 365


def synthetic_elders(count: int, planted: int, seed: int) -> tuple[list[dict[str, Any]], set[Any]]:
    """Rows of `elder`, and the pairs of ids that are one person."""
    chance = random.Random(seed)
    rows = [_elder(chance, number) for number in range(count)]
    pairs = set()
    for number, row in enumerate(chance.sample(rows, planted)):
        twin = _entered_again(chance, row, f"t{number:05d}", number % 3)
        rows.append(twin)
        pairs.add((row["id"], twin["id"]))
    return rows, pairs


def _elder(chance: random.Random, number: int) -> dict[str, Any]:
    given = "".join(chance.choice(GIVEN) for _ in range(chance.choice((1, 2, 2, 2))))
    estate = chance.choice(ESTATES)
    block, staircase = chance.randint(1, 40), chance.randint(1, 4)
    door = chance.randint(1, 6) * 100 + chance.randint(1, 2)
    return {
        "id": f"e{number:05d}",
        "name": chance.choice(SURNAMES) + given,
        "sex": chance.choice(list(Sex)),
        "birth_on": FIRST_BIRTH + timedelta(days=chance.randrange(BIRTHDAYS)),
        "community_code": chance.choice((COMMUNITY, OTHER_COMMUNITY)),
        "address": f"{estate}{block}幢{staircase}单元{door}室",
        "building": "",
        "phone": f"000{chance.randrange(10**8):08d}",
        "position_is_estimated": False,
        "living_arrangement": LivingArrangement.FAMILY,
        "language": "mandarin",
        "registered_on": LONG_AGO,
        "care_note": "",
    }


def _entered_again(
    chance: random.Random, row: dict[str, Any], twin_id: str, how: int
) -> dict[str, Any]:
    """0: the address in other words; 1: a name by its sound, no phone; 2: moved, the same phone."""
    twin = row | {"id": twin_id, "phone": ""}
    if how == 0:
        spelt = row["address"].replace("幢", "号楼").replace("室", "")
        twin["address"] = f"常州市新北区{spelt}"
    elif how == 1:
        row["name"] = f"张{row['name'][1:-1]}芳"
        twin["name"] = row["name"].translate(HOMOPHONES)
    else:
        twin |= {"address": f"河沿{chance.randint(1, 99)}号", "phone": row["phone"]}
    return twin
