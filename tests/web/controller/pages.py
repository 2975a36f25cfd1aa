"""Fills in and sends the forms of a page, with its hidden token."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

from werkzeug.test import TestResponse

from tests.pages import CheckedClient

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def token_of(page: TestResponse) -> str:
    """The hidden token of a page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert found, "the page has no form"
    return found[1]


def send(client: CheckedClient, address: str, *, at: str | None = None, **fields: Any) -> Any:
    """Send a form to `address`, with the token of the page `at` (the same by default)."""
    token = token_of(client.get(at or address))
    names = {name.replace("__", "-"): value for name, value in fields.items()}
    return client.post(address, data={"csrf_token": token, **names})


def pdf(name: str = "copie.pdf", content: bytes = PDF) -> tuple[BytesIO, str]:
    """A file as a browser sends it."""
    return BytesIO(content), name
