"""The API against its own OpenAPI document: every answer to made-up requests is documented."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from pydantic import SecretStr
from schemathesis.python.asgi import shutdown_lifespans
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from api.app import create_app
from api.ledgers import LEDGERS
from eldercare.database import make_engine, transaction, upgrade
from eldercare.settings import Settings
from tests.accounts.people import KEY
from tests.api.conftest import Client, api_of, put_people
from tests.api.data import NOW, published_day

EXAMPLES = 6
FEW_EXAMPLES = 2
OFFICE, WORKER = "admin", "chen"
"""Between them they may do everything."""

NOT_ASKED = [
    ignored_auth,  # the roles' tests ask every route without a token
    # A made-up cursor or tag has the right form and is refused all the same.
    positive_data_acceptance,
]

# The tests are made from the document when pytest collects them, before any database is there.
APP = create_app(
    Settings(database_url="sqlite://", secret_key=SecretStr(KEY)),
    clock=lambda: NOW,
    with_console=False,
)
schema = schemathesis.openapi.from_dict(api_of(APP).openapi())
schema.app = APP

# One loop makes the routes of every ledger, so those of three stand for all: elders in earnest, a
# ledger with parts and one without an end a little. `test_writes` writes to each of them.
IN_EARNEST, A_LITTLE = {"/elders"}, {"/care-plans", "/shifts"}
PATHS = {entry.path for entry in LEDGERS}
USE_CASES = ["elders", "plans", "matching", "duplicates"]
"""Tags of routes that are thin and made alike; a few questions each."""


def below(paths: set[str]) -> str:
    """What the paths of these ledgers match."""
    return rf"^({'|'.join(sorted(paths))})(/\{{key\}})?$"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The application on SQLite; tests of the routes themselves run on PostgreSQL too."""
    url = f"sqlite:///{tmp_path_factory.mktemp('openapi') / 'api.db'}"
    upgrade(url)
    engine = make_engine(url)
    with transaction(engine) as session:
        published_day(session)
        put_people(session)
    APP.state.edge.engine = engine
    yield Client(APP)
    shutdown_lifespans()


@schema.exclude(path_regex=below(PATHS - IN_EARNEST)).exclude(tag=USE_CASES).parametrize()
@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow])
def test_answers_are_as_documented(case: schemathesis.Case[Any], client: Client) -> None:
    ask(case, client)


@schema.include(path_regex=below(A_LITTLE)).parametrize()
@settings(
    max_examples=FEW_EXAMPLES,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
def test_routes_made_alike_answer_alike(case: schemathesis.Case[Any], client: Client) -> None:
    ask(case, client)


@schema.include(tag=USE_CASES).parametrize()
@settings(
    max_examples=FEW_EXAMPLES,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
def test_use_cases_answer_as_documented(case: schemathesis.Case[Any], client: Client) -> None:
    ask(case, client)


def ask(case: schemathesis.Case[Any], client: Client) -> None:
    name = WORKER if case.path.startswith("/me/") else OFFICE
    headers = {"Authorization": f"Bearer {client.token(name)}"}
    case.call_and_validate(headers=headers, excluded_checks=NOT_ASKED)
