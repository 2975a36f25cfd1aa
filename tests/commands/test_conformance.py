"""A controller's developer learns whether an endpoint would work with us, and what to mend."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hub.commands.conformance import conformance
from hub.domain.webhooks import secret_from
from tests.receiver import program, running

KEY = secret_from(b"k" * 32)
OTHER = secret_from(b"o" * 32)


def tried(url: str, *options: str, key: str = KEY) -> Result:
    return CliRunner().invoke(conformance, [url, "--secret-file", "-", *options], input=key)


def failed(text: str, *keys: str) -> list[str]:
    """Which checks a receiver fails."""
    with running(text, *(keys or (KEY,))) as receiver:
        result = tried(receiver.url, "--json")
    report = json.loads(result.stdout)
    assert result.exit_code == (0 if report["passed"] else 1)
    return [check["name"] for check in report["checks"] if not check["is_passed"]]


def changed(before: str, after: str) -> str:
    """The receiver of the document, with one fault."""
    assert before in program()
    return program().replace(before, after)


def test_the_receiver_of_the_document_passes_every_check() -> None:
    with running(program(), KEY, OTHER) as receiver:
        result = tried(receiver.url)
        assert not receiver.lines
    assert result.exit_code == 0, result.output
    assert "11 checks passed" in result.output
    assert "NOT" not in result.output


def test_another_key_is_said_before_all_else() -> None:
    with running(program(), OTHER) as receiver:
        result = tried(receiver.url)
    assert result.exit_code == 1
    assert "give the endpoint the key that this command uses" in result.output
    assert result.output.count("\n") == 2


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (
            "if not is_from_the_hub(self.headers, body):",
            "if False:",
            [
                "refuses a wrong signature",
                "refuses a call without signature",
                "refuses an altered body",
                "refuses a call of ten minutes ago",
                "refuses a call of ten minutes ahead",
            ],
        ),
        (
            "abs(time.time() - int(sent_at)) > TOLERANCE_S",
            "int(sent_at) - time.time() > TOLERANCE_S",
            ["refuses a call of ten minutes ago"],
        ),
        (
            '.split(" ")',
            "[:1] and [headers['webhook-signature']]",
            ["accepts one good signature among two"],
        ),
        (
            '        if call["type"] == "referral.received":',
            (
                '        if call["type"] == "endpoint.later":\n'
                "            return self.answer(400, {})\n"
                '        if call["type"] == "referral.received":'
            ),
            ["accepts a kind of call that it does not know"],
        ),
        (
            "        call = json.loads(body)",
            (
                "        call = json.loads(body)\n"
                "        seen = self.server.__dict__.setdefault('seen', set())\n"
                "        if self.headers['webhook-id'] in seen:\n"
                "            return self.answer(409, {'error': 'seen'})\n"
                "        seen.add(self.headers['webhook-id'])"
            ),
            ["answers a repeated call as the first time"],
        ),
        (
            '"Content-Type", "application/json"',
            '"Content-Type", "text/html"',
            ["answers the challenge"],
        ),
        (
            'self.answer(200, {"received": self.headers["webhook-id"]})',
            'self.answer(307, {"received": self.headers["webhook-id"]})',
            [
                "accepts a rightly signed call",
                "answers a repeated call as the first time",
                "accepts one good signature among two",
                "accepts a kind of call that it does not know",
                "answers 4 calls at once within 2 s",
            ],
        ),
    ],
)
def test_each_planted_fault_is_found_and_no_other(
    before: str, after: str, found: list[str]
) -> None:
    assert failed(changed(before, after)) == found


def test_an_answer_that_takes_long_is_said_with_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.commands.conformance.SLOW_MS", -1)
    with running(program(), KEY) as receiver:
        result = tried(receiver.url)
    assert "answer at once, and work afterwards" in result.output


@pytest.mark.parametrize(
    ("url", "key", "said"),
    [
        ("https://10.0.0.1/", KEY, "would not call this address (not_a_name)"),
        ("http://hooks.example.fr/", KEY, "would not call this address (not_https)"),
        ("http://localhost:1/", "", "One to try with: whsec_"),
        ("http://localhost:1/", "secret", "One to try with: whsec_"),
    ],
)
def test_a_wrong_use_of_the_command_is_told_apart_from_a_wrong_endpoint(
    url: str, key: str, said: str
) -> None:
    result = tried(url, key=key)
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())


def test_an_endpoint_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    result = tried("http://localhost:1/")
    assert result.exit_code == 1
    assert "nothing listens there" in result.output
