"""One source cannot flood the open doors, its neighbours notice nothing, and no address is kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from apiflask import APIFlask

from hub import application
from hub.domain.actors import SYSTEM
from hub.domain.limits import Bucket, Door
from hub.extensions import db
from hub.models.member import TokenScope
from hub.services.tokens import create_token
from hub.web import limits
from tests.conftest import NOW
from tests.factories import add_organisation, open_case
from tests.pages import CheckedClient
from tests.web.controller.pages import token_of

LOST = "/suivre/perdu"
FEW = Bucket(2, 3600, 9, 7200)
HERE, NEIGHBOUR, ELSEWHERE = "203.0.113.7", "203.0.113.99", "198.51.100.7"


@pytest.fixture(autouse=True)
def _one_hour() -> Iterator[None]:
    """The counters see one and the same hour, however slow the machine is."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two calls an hour at each door, so that the third is too many whatever the time it is."""
    monkeypatch.setattr(limits, "LIMITS", dict.fromkeys(Door, FEW))


@pytest.fixture
def counted(few: None, app: APIFlask) -> CheckedClient:
    """A browser of a hub that lets little through."""
    return app.test_client()  # type: ignore[return-value]


def ask(client: CheckedClient, address: str, at: str = LOST, **fields: str):
    """Send a form from a network."""
    form = {"reference": "DX7K-3M9Q-F2", "email": "a@b.example"} | fields
    form["csrf_token"] = token_of(client.get(at))
    return client.post(at, data=form, environ_base={"REMOTE_ADDR": address})


def test_too_many_forms_from_one_network_wait_and_the_others_do_not(counted: CheckedClient):
    assert [ask(counted, HERE).status_code for _ in range(2)] == [200, 200]
    refused = ask(counted, NEIGHBOUR)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 3600
    assert "Attendez" in refused.text
    assert "ce que vous avez écrit y est encore" in refused.text
    assert ask(counted, ELSEWHERE).status_code == 200
    assert counted.get(LOST, environ_base={"REMOTE_ADDR": HERE}).status_code == 200, "only sending"


def test_the_right_code_is_never_counted(counted: CheckedClient, unit, ports):
    receipt = open_case(unit, ports).receipt
    right = {"reference": receipt.reference, "secret": receipt.secret}
    wrong = right | {"secret": "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA"}
    assert {ask(counted, HERE, "/suivre", **right).status_code for _ in range(4)} == {302}
    found = [ask(counted, HERE, "/suivre", **wrong).status_code for _ in range(3)]
    assert found == [422, 422, 429]


def test_a_program_is_counted_by_its_token_and_never_by_its_address(few, app: APIFlask, unit):
    with unit(SYSTEM) as work:
        organisation_id = add_organisation(work)
        tokens = [create_token(work, organisation_id, [TokenScope.ANSWER], "") for _ in range(2)]
    client = app.test_client()

    def call(token: str, address: str) -> object:
        return client.get(
            "/api/v1/referrals",
            headers={"Authorization": f"Bearer {token}"},
            environ_base={"REMOTE_ADDR": address},
        )

    assert [call(tokens[0], one).status_code for one in (HERE, ELSEWHERE)] == [200, 200]
    refused = call(tokens[0], NEIGHBOUR)
    assert refused.status_code == 429
    assert refused.mimetype == "application/problem+json"
    assert refused.json["code"] == "too_many_calls"
    assert int(refused.headers["Retry-After"]) == refused.json["seconds"]
    assert call(tokens[1], HERE).status_code == 200
    assert client.get("/api/v1/rights?legal_basis=consent&context=other").status_code != 429


def test_no_address_is_kept_only_a_keyed_digest_of_the_day(counted, app, clock, monkeypatch):
    keys: list[str] = []
    with app.test_request_context(environ_base={"REMOTE_ADDR": HERE}):
        keys.append(limits.by_network())
        clock.advance(days=1)
        keys.append(limits.by_network())
    assert len(set(keys)) == 2
    assert not [key for key in keys if "203" in key and "113" in key]
    assert all(len(key) == 32 and int(key, 16) for key in keys)


def test_when_the_counters_are_away_the_form_goes_through_and_is_still_counted(
    few, settings, ports, monkeypatch, tmp_path
):
    away = f"redis+unix://{tmp_path}/nobody.sock"
    monkeypatch.setattr(application, "limit_store", lambda _: (away, {"socket_timeout": 1}))
    built = application.build(settings, ports)
    client = built.test_client()
    assert [ask(client, HERE).status_code for _ in range(3)] == [200, 200, 429]
    with built.app_context():
        db.engine.dispose()


def test_each_open_form_that_does_something_is_counted(app: APIFlask):
    free = {
        # A filing in progress stays in her browser; what ends something opens no door.
        *("filing.choose_right", "filing.suggest_bases", "filing.choose_bases"),
        *("filing.settle_limits", "filing_acting.capacity", "filing_acting.details"),
        *("filing_acting.myself", "filing_identity.keep_identity"),
        *("filing_identity.keep_statement", "filing_sending.finish"),
        *("identification.close", "identification.withdraw"),
        # 256 bits in the link: nobody guesses it.
        *("tracking_confirmation.link", "in_my_name.not_me", "lost_code.stop"),
        *("security.logout", "security.two_factor_setup", "security.two_factor_rescue"),
        "security.tf_select",
    }
    anyone = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in rule.methods and app.view_functions[rule.endpoint].access == "anyone"
    }
    assert anyone - free <= set(limits.DOORS), "say in hub/web/limits.py how it is counted"
