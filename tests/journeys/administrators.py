"""An administrator of the demonstration at her pages, without a browser: forms sent as they are."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import requests

from hub.demo.accounts import PASSWORD, code_at, secret_of
from tests.journeys.hubs import JourneyHub

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
ENDPOINT = "/equipe/logiciel"


class Administrator:
    """Signed in with both factors."""

    def __init__(self, hub: JourneyHub, email: str) -> None:
        self._address = hub.address
        self._session = requests.Session()
        self.send("/connexion", "/connexion", email=email, password=PASSWORD)
        code = code_at(secret_of(email), datetime.now(UTC))
        self.send("/connexion/code", "/connexion/code", code=code)

    def page(self, path: str) -> str:
        """A page as she sees it."""
        reply = self._session.get(self._address + path, timeout=30)
        assert reply.status_code == 200, reply.status_code
        return reply.text

    def send(self, path: str, form_on: str = ENDPOINT, **fields: str) -> str:
        """Send a form; gives the page that follows."""
        found = TOKEN.search(self.page(form_on))
        assert found, f"no form on {form_on}"
        data = {"csrf_token": found[1], **fields}
        reply = self._session.post(self._address + path, data=data, timeout=30)
        assert reply.status_code == 200, (path, reply.status_code)
        return reply.text
