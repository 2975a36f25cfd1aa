"""When very many send at once, a proof or a short wait lets each person through."""

from __future__ import annotations

import re
from itertools import count as numbers

import pytest
import time_machine

from hub.domain.proof_of_work import Challenge, is_solved
from hub.models.rights_request import RightsRequest
from hub.web.limits import count_sending, sent_this_minute
from tests.conftest import NOW
from tests.web.members import post
from tests.web.public.test_filing import bases, choose, count, fill_in

__all__ = ["bases"]
CHECK, SEND = "/demander/verifier", "/demander/envoyer"


@pytest.fixture(autouse=True)
def _one_minute():
    """The counters see one and the same minute, however slow the machine is."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ready(client, bases):
    """A browser that has only to press the last button."""
    choose(client, bases["warehouse"])
    fill_in(client)
    return client


def press_hard(app, sendings=130):
    with app.test_request_context():
        for _ in range(sendings):
            count_sending()
        assert sent_this_minute() >= sendings


def value(page, name):
    return re.search(rf'name="{name}"[^>]*value="([^"]+)"', page.text)[1]


def send(client, page, **fields):
    shown = {"checked": value(page, "checked"), "challenge": value(page, "challenge")}
    return post(client, SEND, page, **(shown | fields))


def solved(page):
    text, bits = value(page, "challenge"), int(re.search(r'data-proof-bits="(\d+)"', page.text)[1])
    challenge = Challenge(text, bits, None)
    return next(str(one) for one in numbers() if is_solved(challenge, str(one)))


def test_nobody_sees_anything_while_it_is_calm(ready, app):
    page = ready.get(CHECK)
    assert "data-proof-bits" not in page.text
    assert "proof-of-work.js" not in page.text
    assert send(ready, page).status_code == 302
    with app.test_request_context():
        assert sent_this_minute() == 1


def test_a_request_leaves_while_the_store_of_files_is_away(ready, ports, session):
    ports.files.answers = False
    assert send(ready, ready.get(CHECK)).status_code == 302
    assert count(session, RightsRequest) == 1


def test_under_pressure_the_browser_proves_its_work_and_the_request_leaves(ready, app, session):
    press_hard(app)
    page = ready.get(CHECK)
    assert 'data-proof-bits="15"' in page.text
    assert send(ready, page, nonce=solved(page)).status_code == 302
    assert count(session, RightsRequest) == 1


def test_without_scripts_one_waits_twenty_seconds_loses_nothing_and_is_let_through(
    ready, app, session, clock
):
    press_hard(app)
    page = ready.get(CHECK)
    clock.advance(seconds=8)
    early = send(ready, page)
    assert early.status_code == 429
    assert early.headers["Retry-After"] == "12"
    assert "attendez 12 secondes" in early.text.replace("\u00a0", " ")
    assert count(session, RightsRequest) == 0
    clock.advance(seconds=12)
    assert send(ready, early).status_code == 302
    assert count(session, RightsRequest) == 1


@pytest.mark.parametrize(
    "challenge", ["", "1.0.aa", "x.y.z", "99999999999999.15.aa", "1.15", "٣.1.a"]
)
def test_a_challenge_of_ones_own_making_only_begins_a_wait(ready, app, session, clock, challenge):
    press_hard(app)
    refused = send(ready, ready.get(CHECK), challenge=challenge, nonce="1")
    assert refused.status_code == 429
    clock.advance(seconds=20)
    assert send(ready, refused).status_code == 302


def test_the_challenge_of_one_filing_serves_no_other(app, ready, bases):
    press_hard(app)
    page = ready.get(CHECK)
    proof = {"challenge": value(page, "challenge"), "nonce": solved(page)}
    other = app.test_client()
    choose(other, bases["warehouse"])
    fill_in(other)
    assert send(other, other.get(CHECK), **proof).status_code == 429
