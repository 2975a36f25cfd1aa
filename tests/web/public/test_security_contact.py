"""Whoever found a flaw finds whom to tell, where programs look for it (RFC 9116)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

ADDRESS = "/.well-known/security.txt"


def fields_of(client) -> list[tuple[str, str]]:
    """The fields of the file, read as RFC 9116 §4 says."""
    answer = client.get(ADDRESS)
    assert answer.status_code == 200
    assert answer.content_type == "text/plain; charset=utf-8"
    lines = [line for line in answer.text.splitlines() if line and not line.startswith("#")]
    return [tuple(line.split(": ", 1)) for line in lines]


@pytest.fixture
def set_to(app):
    """Changes settings of the running hub."""

    def change(**changes):
        app.extensions["settings"] = replace(app.extensions["settings"], **changes)

    return change


def test_it_says_whom_to_tell_in_which_languages_and_until_when(client, clock):
    fields = fields_of(client)
    found = dict(fields)
    assert len(found) == len(fields), "a field stands twice"
    assert found["Contact"] == "mailto:aide@hub.example"
    assert found["Preferred-Languages"] == "fr, en"
    expires = datetime.strptime(found["Expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert timedelta(days=30) < expires - clock.now() < timedelta(days=365)


def test_it_names_its_own_address_only_where_that_is_over_https(client, set_to):
    assert "Canonical" not in dict(fields_of(client))
    set_to(public_url="https://hub.example")
    assert dict(fields_of(client))["Canonical"] == f"https://hub.example{ADDRESS}"


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ("securite@hub.example", "mailto:securite@hub.example"),
        ("https://hub.example/faille", "https://hub.example/faille"),
    ],
)
def test_a_hub_names_who_is_told_of_a_flaw(client, set_to, chosen, told):
    set_to(security_contact=chosen)
    assert dict(fields_of(client))["Contact"] == told
