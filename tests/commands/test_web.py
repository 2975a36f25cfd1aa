"""The site serves once the database is ready, and not before."""

from __future__ import annotations

import os

import pytest

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
