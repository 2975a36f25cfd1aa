"""Somebody at the pages of a running hub without a browser; all that she sends and is given."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

import html5lib
import requests

from hub.demo.accounts import PASSWORD, code_at, secret_of

HTML = "{http://www.w3.org/1999/xhtml}"
PATIENCE_S = 30
LINK = re.compile(r'(?:href|src|action|formaction)="([^"]*)"')
REFRESH = re.compile(r'http-equiv="refresh" content="0; url=([^"]+)"')
OUTSIDE = ("mailto:", "tel:", "#")


@dataclass
class Exchanged:
    """What went to the hub and came back, for all visitors: the search looks through it."""

    sent: list[bytes] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    """Each address that was called, led to, or linked from a page."""
    headers: list[str] = field(default_factory=list)
    """Each header that was given, cookies among them."""
    shown: list[bytes] = field(default_factory=list)

    def note(self, reply: requests.Response) -> None:
        """Keep one exchange."""
        body = reply.request.body or b""
        self.sent.append(body.encode() if isinstance(body, str) else body)
        self.addresses.append(str(reply.request.url))
        self.addresses += [reply.headers[name] for name in ("Location",) if name in reply.headers]
        self.headers += [f"{name}: {value}" for name, value in reply.raw.headers.items()]
        if "html" in reply.headers.get("Content-Type", ""):
            self.shown.append(reply.content)
            links = LINK.findall(reply.text)
            self.addresses += [link for link in links if not link.startswith(OUTSIDE)]


@dataclass
class Page:
    """One page, and the forms that it holds."""

    address: str
    status: int
    text: str

    def form(self, action: str) -> tuple[str, dict[str, Any]]:
        """Where the form of this path goes, and what a browser would send of it untouched."""
        for form in html5lib.parse(self.text).iter(f"{HTML}form"):
            goes_to = urljoin(self.address, form.get("action") or self.address)
            if urlsplit(goes_to).path == action:
                return goes_to, dict(_filled(form))
        raise AssertionError(f"no form to {action} on {self.address} ({self.status})")


class Visitor:
    """A browser without scripts: keeps cookies, follows what it is led to."""

    def __init__(self, address: str, exchanged: Exchanged) -> None:
        self.address = address
        self.exchanged = exchanged
        self.session = requests.Session()
        self.session.trust_env = False
        self.page = Page(address, 0, "")

    def go(self, path: str) -> Page:
        """Open a page."""
        return self._keep(self.session.get(urljoin(self.address, path), timeout=PATIENCE_S))

    def send(self, action: str, files: Mapping[str, Any] | None = None, **fields: object) -> Page:
        """Fill in the form of this page that goes to `action`, and press its button."""
        goes_to, untouched = self.page.form(action)
        return self._keep(
            self.session.post(
                goes_to,
                data=untouched | fields,
                files=files,
                headers={"Referer": self.page.address},
                timeout=PATIENCE_S,
            )
        )

    def follow_refresh(self) -> Page:
        """Go where this page leads by itself after a moment."""
        leads = REFRESH.search(self.page.text)
        assert leads, f"{self.page.address} leads nowhere"
        return self.go(unescape(leads[1]))

    def sign_in(self, email: str) -> Visitor:
        """As a member of the demonstration, with both factors."""
        self.go("/connexion")
        self.send("/connexion", email=email, password=PASSWORD)
        self.send("/connexion/code", code=code_at(secret_of(email), datetime.now(UTC)))
        return self

    def _keep(self, reply: requests.Response) -> Page:
        for one in (*reply.history, reply):
            self.exchanged.note(one)
        self.page = Page(reply.url, reply.status_code, reply.text)
        return self.page


def _filled(form: Any) -> Iterator[tuple[str, Any]]:
    several: dict[str, list[str]] = {}
    for element in form.iter():
        name, kind = element.get("name"), element.get("type", "")
        if not name or kind in {"submit", "button", "file", "image"}:
            continue
        if element.tag == f"{HTML}textarea":
            several.setdefault(name, []).append(element.text or "")
        elif element.tag == f"{HTML}select":
            options = list(element.iter(f"{HTML}option"))
            chosen = [one for one in options if one.get("selected") is not None] or options[:1]
            several.setdefault(name, []).extend(one.get("value", "") for one in chosen)
        elif element.tag == f"{HTML}input":
            if kind in {"radio", "checkbox"} and element.get("checked") is None:
                continue
            several.setdefault(name, []).append(element.get("value", "on"))
    yield from several.items()
