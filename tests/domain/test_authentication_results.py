"""The verdict of the trusted relay on a mail's origin (RFC 8601)."""

import pytest

from hub.domain.authentication_results import Verdict, authentication_of

RELAY, SENDER = "mx.hub.example", "dpo@chu.example"


@pytest.mark.parametrize(
    ("header", "verdict"),
    [
        ("mx.hub.example; dmarc=pass header.from=chu.example", Verdict.AUTHENTIC),
        ("mx.hub.example; spf=pass smtp.mailfrom=x.example; dmarc=fail", Verdict.FAILED),
        ("mx.hub.example; dkim=pass header.d=chu.example", Verdict.AUTHENTIC),
        ("mx.hub.example; dkim=pass header.d=elsewhere.example", Verdict.NOT_CHECKED),
        ("mx.hub.example; dkim=pass header.d=example", Verdict.NOT_CHECKED),
        ("mx.hub.example; spf=pass smtp.mailfrom=bounce@mail.chu.example", Verdict.AUTHENTIC),
        ("mx.hub.example; spf=fail smtp.mailfrom=chu.example; dkim=none", Verdict.FAILED),
        ("mx.hub.example (v; dmarc=pass) 1; none", Verdict.NOT_CHECKED),
        ('"MX.hub.example" ; DMARC = Pass (p=none (dis=none))', Verdict.AUTHENTIC),
        ("mx.hub.example", Verdict.NOT_CHECKED),
    ],
)
def test_the_relay_s_words_give_the_verdict(header: str, verdict: Verdict) -> None:
    assert authentication_of([header], RELAY, SENDER).verdict is verdict


def test_only_the_topmost_header_of_the_trusted_relay_counts() -> None:
    forged = "mx.hub.example; dmarc=pass"
    others = ["mx.elsewhere.example; dmarc=pass", "mx.hub.example; dmarc=fail", forged]

    found = authentication_of(others, RELAY, SENDER)

    assert (found.verdict, found.dmarc) == (Verdict.FAILED, "fail")
    assert authentication_of(others, None, SENDER).verdict is Verdict.NOT_CHECKED
    assert authentication_of(others[:1], RELAY, SENDER).verdict is Verdict.NOT_CHECKED
