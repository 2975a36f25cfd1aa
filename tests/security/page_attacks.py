"""Wapiti on the pages of a running hub: as a stranger, and as a member who signed in."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.journeys.hubs import JourneyHub
from tests.security.outcome import Outcome
from tests.security.visitors import Exchanged, Visitor

MINUTES = 3
MODULES = (
    "crlf,csp,cookieflags,exec,file,http_headers,methods,permanentxss,redirect,sql,ssrf,xss,xxe"
)
LEFT_ALONE = ("/connexion/deconnexion", "/demonstration/", "/suivre/quitter", "/demander/terminer")
NOT_OVER_HTTP = {"HTTP Strict Transport Security (HSTS)", "Secure Flag cookie"}
"""What a hub answers over https alone: tests/web/test_hardening.py holds it there."""


def attack_pages(tools: Path, hub: JourneyHub, member: str, folder: Path) -> Outcome:
    """Crawl and attack within a bounded time; what is found is named by its kind and its page."""
    outcome = Outcome("wapiti")
    signed_in = Visitor(hub.address, Exchanged()).sign_in(member)
    cookies = folder / "cookies.json"
    kept = {cookie.name: cookie.value for cookie in signed_in.session.cookies}
    cookies.write_text(json.dumps({"localhost": {"/": kept}}), encoding="utf-8")
    for who, options in (("a stranger", ()), ("a member", ("--cookie", str(cookies)))):
        report = _attack(tools, hub, folder, options)
        outcome.counts[f"pages crawled by {who}"] = int(report["infos"]["crawled_pages_nbr"])
        outcome.findings += [
            f"{kind}, as {who}: {one['method']} {one['path']} {one['parameter'] or ''}"
            for group in ("vulnerabilities", "anomalies")
            for kind, ones in report[group].items()
            if kind not in NOT_OVER_HTTP
            for one in ones
        ]
    return outcome


def _attack(
    tools: Path, hub: JourneyHub, folder: Path, options: tuple[str, ...]
) -> dict[str, dict[str, object]]:
    target = folder / "wapiti.json"
    target.unlink(missing_ok=True)
    command = [
        str(tools / "wapiti"), "--url", f"{hub.address}/", "--scope", "folder",
        "--module", MODULES, "--level", "1", "--flush-session",
        "--store-session", str(folder / "wapiti"), "--store-config", str(folder / "wapiti"),
        "--max-scan-time", str(MINUTES * 60), "--max-attack-time", "25", "--tasks", "2",
        "--max-links-per-page", "40", "--depth", "6", "--verbose", "0",
        "--format", "json", "--output", str(target), "--no-bugreport", *options,
    ]  # fmt: skip
    for path in LEFT_ALONE:
        command += ["--exclude", f"{hub.address}{path}*"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=MINUTES * 60 + 600)
    assert target.exists(), done.stdout[-2000:] + done.stderr[-2000:]
    return dict(json.loads(target.read_text(encoding="utf-8")))
