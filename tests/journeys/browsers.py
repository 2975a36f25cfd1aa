"""A real Chromium and what people do in it; a missing one skips, or fails where it is required."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from hub.demo.accounts import PASSWORD, code_at, secret_of
from tests.journeys.hubs import JourneyHub

PHONE = ViewportSize(width=375, height=812)
DESK = ViewportSize(width=1280, height=900)
NARROW = ViewportSize(width=320, height=700)
ENLARGED = ViewportSize(width=640, height=450)
"""A window of 1280 by 900 whose reader zooms to 200 % (WCAG 2.2, 1.4.4)."""
PATIENCE_MS = 15_000
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
)  # fmt: skip
NO_CHROMIUM = "no Chromium: install Debian's chromium, or name one in CHROMIUM"


def chromium_path() -> str | None:
    """The Chromium to use: CHROMIUM, or the one of the system."""
    named = os.environ.get("CHROMIUM")
    found = (named, shutil.which("chromium"), shutil.which("chromium-browser"))
    return next((path for path in found if path and Path(path).exists()), None)


def skip_without_chromium() -> str:
    """The path of Chromium; skips the test, or fails it with RIGHTS_HUB_REQUIRE_BROWSER=1."""
    path = chromium_path()
    if path is None and os.environ.get("RIGHTS_HUB_REQUIRE_BROWSER") == "1":
        pytest.fail(NO_CHROMIUM)
    if path is None:
        pytest.skip(NO_CHROMIUM)
    return path


@contextmanager
def open_browser(path: str) -> Iterator[Browser]:
    """Chromium without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@contextmanager
def visitor(browser: Browser, size: ViewportSize, **more: Any) -> Iterator[Page]:
    """A page of somebody who comes for the first time; errors of the page fail the test."""
    context = browser.new_context(viewport=size, locale="fr-FR", **more)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.on("console", lambda said: faults.append(said.text) if _is_fault(said) else None)
    try:
        yield page
    except Exception as failure:
        failure.add_note(f"on {page.url}: {page.locator('main').inner_text()[:2000]}")
        raise
    finally:
        context.close()
    assert not faults, f"errors in the console: {faults}"


def _is_fault(said: Any) -> bool:
    """An error of ours; the status of an answer is checked elsewhere."""
    return said.type == "error" and "Failed to load resource" not in said.text


def sign_in(page: Page, hub: JourneyHub, email: str) -> None:
    """Sign in as a member of the demonstration, with password and second factor."""
    page.goto(f"{hub.address}/connexion")
    page.get_by_label("Adresse").fill(email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.locator("main form:has([name=password]) button[type=submit]").click()
    page.get_by_label("Code").fill(code_at(secret_of(email), datetime.now(UTC)))
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(lambda address: "/connexion" not in address)


def signed_in_context(browser: Browser, hub: JourneyHub, email: str) -> BrowserContext:
    """A context whose member is signed in."""
    context = browser.new_context(viewport=DESK, locale="fr-FR")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    sign_in(page, hub, email)
    page.close()
    return context
