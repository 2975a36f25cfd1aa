"""Domains that are nobody's, and are never asked nor written to (RFC 2606, 6761)."""

import pytest

from hub.domain.mailboxes import is_reserved_domain


@pytest.mark.parametrize(
    "domain",
    [
        *("a.example", "a.b.invalid", "localhost", "x.test", "TEST.", "hub.localhost"),
        *("example.com", "mail.example.net", "Example.ORG."),
    ],
)
def test_a_name_of_documents_or_of_tests_is_nobodys(domain: str) -> None:
    assert is_reserved_domain(domain)


@pytest.mark.parametrize(
    "domain",
    ["chu-rennes.fr", "example.fr", "myexample.com", "test.fr", "com", "example.a.com", "net.org"],
)
def test_any_other_name_may_be_somebodys(domain: str) -> None:
    assert not is_reserved_domain(domain)
