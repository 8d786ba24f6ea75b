"""Lists of the registry: by cursor, inside the area, personal data only for those who need them."""

from __future__ import annotations

import pytest

from eldercare.registry.masking import mask_address, mask_name, mask_phone
from tests.api.conftest import Client
from tests.registry.rows import COMMUNITY, OTHER_COMMUNITY, OTHER_TOWN, TOWN


def ids(reader: Client, path: str, by: str = "zhou") -> list[str]:
    return [item.get("id", item.get("code")) for item in reader.get(path, by=by).json()["items"]]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/communities", [COMMUNITY, OTHER_COMMUNITY]),
        ("/elders", ["E1", "E2", "E3", "E4", "E5", "E6"]),
        ("/caregivers", ["C1", "C2"]),
        ("/care-centres", ["H1"]),
        ("/meal-sites", ["M1"]),
        ("/institutions", ["I1"]),
    ],
)
def test_lists_and_their_areas(reader: Client, path: str, expected: list[str]) -> None:
    assert ids(reader, path) == expected
    in_towns = [ids(reader, f"{path}?town={town}") for town in (TOWN, OTHER_TOWN)]
    assert in_towns[0] + in_towns[1] == expected
    assert ids(reader, path, by="townzhou") == in_towns[0]


def test_a_community_narrows_further(reader: Client) -> None:
    assert ids(reader, f"/elders?community={OTHER_COMMUNITY}") == ["E6"]
    refused = reader.get(f"/elders?community={OTHER_COMMUNITY}", by="townzhou")
    assert (refused.status_code, refused.json()["code"]) == (403, "out_of_scope")


@pytest.mark.parametrize("limit", [1, 2, 4, 5, 6, 7])
def test_pages_join_to_the_list(reader: Client, limit: int) -> None:
    found: list[str] = []
    cursor: str | None = ""
    pages = 0
    while cursor is not None:
        path = f"/elders?limit={limit}" + (f"&after={cursor}" if cursor else "")
        page = reader.get(path, by="zhou").json()
        assert 1 <= len(page["items"]) <= limit
        found += [item["id"] for item in page["items"]]
        cursor = page["next"]
        pages += 1
    assert found == ["E1", "E2", "E3", "E4", "E5", "E6"]
    assert pages == -(-6 // limit)


def test_a_viewer_sees_no_personal_data(reader: Client) -> None:
    answer = reader.get("/elders?limit=1", by="viewer")
    (elder,) = answer.json()["items"]
    assert elder["masked"] is True
    assert (elder["name"], elder["phone"]) == ("周**", "138****2345")
    assert elder["address"] == "飞龙新苑***"
    assert (elder["birth_on"], elder["longitude"], elder["care_note"]) == (None, None, "")
    (caregiver,) = reader.get("/caregivers?limit=1", by="viewer").json()["items"]
    assert (caregiver["name"], caregiver["phone"]) == ("陈**", "139****5678")
    assert caregiver["base_longitude"] is None


def test_a_coordinator_sees_whom_to_call(reader: Client) -> None:
    (elder,) = reader.get("/elders?limit=1", by="zhou").json()["items"]
    assert elder["masked"] is False
    assert (elder["name"], elder["phone"]) == ("周桂兰", "13800012345")
    assert elder["birth_on"] == "1938-03-05"


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("飞龙新苑12幢乙单元302", "飞龙新苑***"),
        ("三井街道一号", "三井街道***"),
        ("河海路１２号", "河海路***"),
        ("没有门牌", "没有门牌***"),
        ("", ""),
    ],
)
def test_addresses_keep_the_road(address: str, masked: str) -> None:
    assert mask_address(address) == masked


def test_short_names_and_numbers_are_hidden_too() -> None:
    assert (mask_name("李"), mask_name("欧阳修"), mask_name("")) == ("李", "欧**", "")
    assert (mask_phone("85100000"), mask_phone("")) == ("********", "")
