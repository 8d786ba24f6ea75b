"""The trail over HTTP: newest first, narrowed, by cursor."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from eldercare.accounts.audit import record
from eldercare.database import transaction
from tests.api.conftest import Client

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def audited(client: Client) -> Client:
    """Four entries, two just around a local midnight."""
    with transaction(client.app.state.edge.engine) as session:
        for day, hour, minute, user, subject in (
            (15, 12, 0, "zhou", "elder/E1"),
            (16, 0, 0, "townzhou", "elder/E1"),
            (16, 23, 59, "zhou", "elder/E2"),
            (17, 0, 0, "zhou", "elder/E1"),
        ):
            at = datetime(2020, 9, day, hour, minute, tzinfo=SHANGHAI)
            record(
                session,
                at=at,
                user_name=user,
                action="elder.change",
                subject=subject,
                before={"phone": ""},
                after={"phone": "1"},
            )
    return client


def test_the_trail_is_narrowed(audited: Client) -> None:
    for query, expected in (
        ("", [4, 3, 2, 1]),
        ("?subject=elder/E1", [4, 2, 1]),
        ("?user=zhou", [4, 3, 1]),
        ("?action=elder.change&user=townzhou", [2]),
        ("?action=elder.create", []),
        ("?from=2020-09-16&to=2020-09-16", [3, 2]),
        ("?from=2020-09-17", [4]),
        ("?to=2020-09-15", [1]),
    ):
        page = audited.get(f"/audit{query}", by="admin").json()
        assert [line["id"] for line in page["items"]] == expected, query
        assert page["next"] is None


def test_pages_join_and_wrong_questions_are_refused(audited: Client) -> None:
    first = audited.get("/audit?limit=3", by="admin").json()
    assert first["items"][0]["before"] == {"phone": ""}
    second = audited.get(f"/audit?limit=3&after={first['next']}", by="admin").json()
    assert [line["id"] for line in second["items"]] == [1]
    assert second["next"] is None
    for query, pointer in (("from=2020-09-17&to=2020-09-16", "/to"), ("after=RTE", "/after")):
        refused = audited.get(f"/audit?{query}", by="admin")
        assert refused.status_code == 422
        assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]
