"""The site serves once the database is ready, and not before."""

from __future__ import annotations

import os
from urllib.parse import urlencode

import pytest
from gunicorn.http import RequestParser

from config import Settings
from hub.commands.web import HubServer


def test_the_site_passes_its_gate_before_it_serves(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["rights-hub"])
    gate, opener = os.pipe()
    os.set_blocking(gate, False)
    with pytest.raises(BlockingIOError):
        HubServer(settings, "127.0.0.1:0", gate).load()
    os.close(opener)
    try:
        assert HubServer(settings, "127.0.0.1:0", gate).load()
    finally:
        os.close(gate)


def test_the_longest_query_that_the_api_describes_is_read(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["rights-hub"])
    longest = dict.fromkeys(("pauses", "extensions"), "2026-09-14T10:02;" * 200)
    longest = {name: text[:2000] for name, text in longest.items()}
    address = "/api/v1/deadline?" + urlencode(
        longest | {"received_at": "x" * 60, "track": "y" * 40}
    )
    line = f"GET {address} HTTP/1.1\r\n".encode()
    server = HubServer(settings, "127.0.0.1:0")
    parser = RequestParser(server.cfg, iter([line + b"Host: localhost\r\n\r\n"]), ("127.0.0.1", 1))
    assert len(next(parser).query) > 4094
