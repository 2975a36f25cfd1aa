"""The verdict of the trusted relay on a mail's origin (RFC 8601)."""

import pytest

from hub.domain.authentication_results import (
    LONGEST_HEADER,
    NOT_CHECKED,
    Verdict,
    authentication_of,
)

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


def found_in(results: str, sender: str = SENDER) -> Verdict:
    return authentication_of([f"{RELAY}; {results}"], RELAY, sender).verdict


@pytest.mark.parametrize(
    ("results", "verdict"),
    [
        ("dkim=pass header.d=mail.chu.example", Verdict.AUTHENTIC),
        ("dkim=pass header.d=evilchu.example", Verdict.NOT_CHECKED),
        ("dkim=pass header.i=@chu.example", Verdict.NOT_CHECKED),
        ("dkim=pass", Verdict.NOT_CHECKED),
        ('dkim=pass header.d="CHU.example"', Verdict.AUTHENTIC),
        ("dkim=fail header.d=chu.example", Verdict.NOT_CHECKED),
        ("dkim/1=pass header.d=chu.example", Verdict.AUTHENTIC),
        ("iprev=pass header.d=chu.example", Verdict.NOT_CHECKED),
        ("spf=pass smtp.mailfrom=chu.example", Verdict.AUTHENTIC),
        ("spf=pass smtp.mailfrom=x.example", Verdict.NOT_CHECKED),
        ("spf=pass header.d=chu.example", Verdict.NOT_CHECKED),
        ("spf=pass smtp.mailfrom=bounce@chu.example", Verdict.AUTHENTIC),
        ("spf=softfail smtp.mailfrom=chu.example", Verdict.NOT_CHECKED),
        ("spf=hardfail smtp.mailfrom=chu.example", Verdict.FAILED),
        ("spf=fail smtp.mailfrom=x.example; dkim=pass header.d=x.example", Verdict.NOT_CHECKED),
        ("dkim=pass header.d=chu.example; dmarc=fail", Verdict.FAILED),
        ("dmarc=none; dkim=pass header.d=chu.example", Verdict.AUTHENTIC),
        ("dmarc=none", Verdict.NOT_CHECKED),
        ("?; dmarc=pass", Verdict.AUTHENTIC),
    ],
)
def test_without_dmarc_a_signature_or_a_path_counts_for_its_own_domain(
    results: str, verdict: Verdict
) -> None:
    assert found_in(results) is verdict


def test_a_sender_without_a_full_domain_is_vouched_for_by_nobody() -> None:
    for sender in ("dpo@example", "dpo", ""):
        assert found_in("dkim=pass header.d=chu.example", sender) is Verdict.NOT_CHECKED
        assert found_in("dkim=pass header.d=example", sender) is Verdict.NOT_CHECKED


def test_a_sender_within_the_domain_that_signed_is_vouched_for() -> None:
    assert found_in("dkim=pass header.d=chu.example", "dpo@mail.chu.example") is Verdict.AUTHENTIC
    assert found_in("dkim=pass header.d=u.example", SENDER) is Verdict.NOT_CHECKED


@pytest.mark.parametrize(
    ("written", "verdict"),
    [
        (f"{RELAY} 1", Verdict.AUTHENTIC),
        (f"Mx.Elsewhere.example {RELAY}", Verdict.NOT_CHECKED),
        (f"X{RELAY}", Verdict.NOT_CHECKED),
    ],
)
def test_a_relay_is_known_by_its_whole_name_written_first(written, verdict) -> None:
    assert authentication_of([f"{written}; dmarc=pass"], RELAY, SENDER).verdict is verdict


def test_what_the_relay_wrote_of_each_method_is_kept_a_success_before_all() -> None:
    header = f"{RELAY}; dkim=fail header.d=a.example; dkim=pass header.d=b.example; spf=none; spf=x"
    found = authentication_of([header], RELAY, SENDER)
    assert (found.spf, found.dkim, found.dmarc) == ("none", "pass", "")
    assert (NOT_CHECKED.spf, NOT_CHECKED.dkim, NOT_CHECKED.dmarc) == ("", "", "")


def test_no_name_of_a_relay_is_nobodys_word() -> None:
    for header in ("", "; dmarc=pass", "(x); dmarc=pass"):
        for relay in ("", "x"):
            assert authentication_of([header], relay, SENDER) == NOT_CHECKED


def test_comments_say_nothing_however_deep_they_are_one_in_another() -> None:
    for depth in (1, 2, 1_000):
        comment = "(" * depth + "; dmarc=pass ;" + ")" * depth
        assert found_in(f"none {comment}; spf=none") is Verdict.NOT_CHECKED
    assert found_in("spf=fail(x)smtp.mailfrom=chu.example") is Verdict.FAILED


def test_a_parenthesis_that_nothing_closes_or_opens_hides_nothing() -> None:
    for sign in ("(", ")"):
        assert found_in(f"spf=none {sign}; dmarc=fail (p=none)") is Verdict.FAILED


def test_a_header_is_read_for_eight_thousand_signs() -> None:
    end = "; dmarc=pass"
    for longer, verdict in ((0, Verdict.AUTHENTIC), (1, Verdict.NOT_CHECKED)):
        header = RELAY + " " * (LONGEST_HEADER - len(RELAY) - len(end) + longer) + end
        assert authentication_of([header], RELAY, SENDER).verdict is verdict
    assert LONGEST_HEADER == 8_000
