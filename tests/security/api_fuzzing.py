"""Schemathesis on the API of a running hub: what its description allows, and what it does not."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

from tests.journeys.cases import file_request, find_processing
from tests.journeys.directories import VALMONT_SIREN, VALMONT_TITLE
from tests.journeys.hubs import JourneyHub
from tests.security.outcome import Outcome

EXAMPLES = 12
LONGEST_S = 900
SCOPES = ("file", "answer", "audit")
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "ignored_auth",
    "unsupported_method",
)
REFUSING = ("400", "401", "403", "404", "405", "406", "409", "413", "414", "415", "422", "429")
CASES = re.compile(r"([\d,]+) generated")


def fuzz_api(tools: Path, hub: JourneyHub, seed: int, reports: Path) -> Outcome:
    """Try each operation with a token of each scope in turn; a seed tries the same again."""
    outcome = Outcome("schemathesis")
    filed = file_request(hub, "access", find_processing(hub, VALMONT_TITLE))
    for scope in SCOPES:
        report = reports / f"schemathesis-{scope}.txt"
        code = _run(tools, hub, _settings(reports, filed), scope, seed, report)
        said = report.read_text(encoding="utf-8")
        cases = CASES.search(said)
        counted = int(cases[1].replace(",", "")) if cases else 0
        outcome.counts[f"calls of the API with a token to {scope}"] = counted
        if code != 0 or not counted:
            outcome.findings.append(f"with a token to {scope}, seed {seed}: see {report}")
    return outcome


def _settings(folder: Path, filed: Any) -> Path:
    """What is true of the hub: ids that name something, and how an address too long is refused."""
    file = folder / "schemathesis.toml"
    file.write_text(
        "[parameters]\n"
        f'"path.referral_id" = {json.dumps(filed["referrals"][0]["id"])}\n'
        f'"path.reference" = {json.dumps(filed["reference"])}\n'
        "[checks.negative_data_rejection]\n"
        f"expected-statuses = {json.dumps(REFUSING)}\n",
        encoding="utf-8",
    )
    return file


def _run(tools: Path, hub: JourneyHub, settings: Path, scope: str, seed: int, report: Path) -> int:
    """One run, whose report is kept."""
    command = [
        str(tools / "schemathesis"), "--no-color", "--config-file", str(settings),
        "run", f"{hub.address}/api/v1/openapi.json",
        "--header", f"Authorization: Bearer {hub.token(VALMONT_SIREN, scope)}",
        "--seed", str(seed), "--max-examples", str(EXAMPLES), "--checks", ",".join(CHECKS),
        "--continue-on-failure", "--request-timeout", "20", "--suppress-health-check", "all",
    ]  # fmt: skip
    with report.open("wb") as told:
        done = subprocess.run(
            command, cwd=report.parent, stdout=told, stderr=subprocess.STDOUT, timeout=LONGEST_S
        )
    return done.returncode
