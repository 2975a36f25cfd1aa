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


def saved(client: CheckedClient, case_address: str, document_id: Any) -> TestResponse:
    """A file of a case, asked for by its button and handed over by its ticket."""
    asked = send(client, f"{case_address}/documents/{document_id}", at=case_address)
    return client.get(asked.location) if asked.status_code == 303 else asked


def pdf(name: str = "copie.pdf", content: bytes = PDF) -> tuple[BytesIO, str]:
    """A file as a browser sends it."""
    return BytesIO(content), name
