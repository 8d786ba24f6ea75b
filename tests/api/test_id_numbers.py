"""Resident ID numbers over HTTP: masked, on top of what was read, revealed for a reason."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import col

from eldercare.accounts.tables import AuditEntry
from eldercare.database import reading
from tests.api.conftest import Client
from tests.registry.id_numbers import made_up_number

PATH = "/elders/E2/id-number"


def test_a_number_is_set_shown_masked_and_revealed(client: Client) -> None:
    number = made_up_number()
    assert client.get(PATH, by="zhou").json() == {"id_number": None}
    tag = client.get("/elders/E2", by="zhou").headers["ETag"]
    put = client.ask("PUT", PATH, by="zhou", json={"id_number": number}, headers={"If-Match": tag})
    assert put.status_code == 200, put.text
    masked = put.json()["id_number"]
    assert number not in put.text
    assert masked.startswith(number[:3])
    assert client.get(PATH, by="zhou").json() == {"id_number": masked}
    assert client.get("/elders/E2", by="zhou").headers["ETag"] == put.headers["ETag"] != tag

    stale = client.ask(
        "PUT", PATH, by="zhou", json={"id_number": number}, headers={"If-Match": tag}
    )
    assert (stale.status_code, stale.json()["code"]) == (412, "row_changed")
    blank = client.post(f"{PATH}/reveal", by="admin", json={"reason": " "})
    assert blank.status_code == 422
    shown = client.post(f"{PATH}/reveal", by="admin", json={"reason": "核对医保"})
    assert shown.json() == {"id_number": number}
    with reading(client.app.state.edge.engine) as session:
        entries = list(session.scalars(select(AuditEntry).order_by(col(AuditEntry.id))))
    assert [(one.user_name, one.action) for one in entries] == [
        ("zhou", "elder.set_id_number"),
        ("admin", "elder.reveal_id_number"),
    ]
    assert all(number not in str((one.before, one.after)) for one in entries)


def test_a_wrong_number_and_one_of_another_elder_are_refused(client: Client) -> None:
    def put(elder_id: str, number: str, by: str = "zhou") -> tuple[int, str]:
        answer = client.ask(
            "PUT",
            f"/elders/{elder_id}/id-number",
            by=by,
            json={"id_number": number},
            headers={"If-Match": "*"},
        )
        return answer.status_code, answer.json().get("code", "")

    number = made_up_number()
    assert put("E2", number) == (200, "")
    assert put("E3", number) == (409, "id_number_taken")
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    assert put("E3", wrong)[0] == 422
    assert put("E6", made_up_number(serial=2), by="townzhou") == (403, "out_of_scope")
    outside = client.get("/elders/E6/id-number", by="townzhou")
    assert (outside.status_code, outside.json()["code"]) == (403, "out_of_scope")
    nobody = client.post("/elders/E3/id-number/reveal", by="admin", json={"reason": "x"})
    assert (nobody.status_code, nobody.json()["code"]) == (404, "id_number_not_found")
