"""A person in her visit."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hub.services.filing_plans import Receipt
from tests.pages import CheckedClient
from tests.web.controller.pages import send


@pytest.fixture
def enter(client: CheckedClient) -> Callable[..., CheckedClient]:
    """Opens a request with its reference and secret code, as its person does."""

    def entered(receipt: Receipt) -> CheckedClient:
        answer = send(client, "/suivre", reference=receipt.reference, secret=receipt.secret)
        assert answer.status_code == 302, answer.text
        return client

    return entered
