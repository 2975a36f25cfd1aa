"""Calls are signed as the standard says, and only an explicit answer counts as done."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest

from hub.domain.webhooks import (
    KEYS_OVERLAP,
    PULL_WITHIN,
    SECRET_BYTES,
    TOLERANCE,
    CallKind,
    Upkeep,
    Verdict,
    key_from,
    secret_from,
    signature,
    signed_call,
    upkeep_of,
    verdict_on,
    wait_asked,
)

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
AT = datetime(2026, 9, 14, 8, 2, tzinfo=UTC)
JSON = "application/json"
EXPECTED = ("received", "a")


def test_a_signature_is_the_one_that_the_standard_publishes() -> None:
    made = signature("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}', SECRET)
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_call_says_what_and_when_and_is_signed_once_for_each_key() -> None:
    other = secret_from(b"k" * 32)
    call = signed_call(CallKind.TEST, "a", AT, {}, [SECRET, other])
    assert json.loads(call.body) == {
        "type": "endpoint.test",
        "timestamp": "2026-09-14T08:02:00Z",
        "data": {},
    }
    stamp = int(AT.timestamp())
    assert call.headers["Content-Type"] == JSON
    assert call.expects == ("received", "a")
    assert call.headers["webhook-id"] == "a"
    assert call.headers["webhook-timestamp"] == str(stamp)
    assert call.headers["webhook-signature"].split(" ") == [
        signature("a", stamp, call.body, SECRET),
        signature("a", stamp, call.body, other),
    ]


@pytest.mark.parametrize(
    "text",
    [
        *("", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_", "whsec_!!", "whsec_" + "QUJD" * 2),
        "whsec_!" + "QUJD" * 10,
        secret_from(b"k" * 23),
        secret_from(b"k" * 65),
    ],
)
def test_what_is_no_secret_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        key_from(text)


def test_a_key_survives_being_written_down() -> None:
    for length in (24, 32, 64):
        assert key_from(secret_from(b"k" * length)) == b"k" * length
    assert base64.b64decode(SECRET.removeprefix("whsec_")) == key_from(SECRET)


@pytest.mark.parametrize(
    ("status", "media_type", "body", "verdict"),
    [
        (200, JSON, b'{"received": "a"}', Verdict.DONE),
        (202, "application/problem+json", b'{"received": "a", "error": null}', Verdict.DONE),
        (299, JSON, b'{"received": "a"}', Verdict.DONE),
        (199, JSON, b'{"received": "a"}', Verdict.REFUSED),
        (204, "", b"", Verdict.EMPTY),
        (200, JSON, b" \n", Verdict.EMPTY),
        (200, "text/html", b"<p>received</p>", Verdict.WRONG_TYPE),
        (200, "", b'{"received": "a"}', Verdict.WRONG_TYPE),
        (200, JSON, b"ok", Verdict.NOT_JSON),
        (200, JSON, b"[" * 100_000, Verdict.NOT_JSON),
        (200, JSON, b'{"received": "a"', Verdict.NOT_JSON),
        (200, JSON, b'"a"', Verdict.NO_RECEIPT),
        (200, JSON, b'{"ok": true}', Verdict.NO_RECEIPT),
        (200, JSON, b'{"received": true}', Verdict.OTHER_ID),
        (200, JSON, b'{"received": "b"}', Verdict.OTHER_ID),
        (200, JSON, b'{"received": "a", "error": "database down"}', Verdict.SAYS_ERROR),
        (200, JSON, b'{"received": "a", "errors": [{"code": 1}]}', Verdict.SAYS_ERROR),
        (300, JSON, b'{"received": "a"}', Verdict.REDIRECTED),
        (301, JSON, b'{"received": "a"}', Verdict.REDIRECTED),
        (399, "", b"", Verdict.REDIRECTED),
        (400, JSON, b'{"received": "a"}', Verdict.REFUSED),
        (401, "", b"", Verdict.REFUSED),
        (407, "", b"", Verdict.REFUSED),
        (408, "", b"", Verdict.TRY_LATER),
        (410, "", b"", Verdict.GONE),
        (424, "", b"", Verdict.REFUSED),
        (425, "", b"", Verdict.TRY_LATER),
        (429, "", b"", Verdict.TRY_LATER),
        (499, "", b"", Verdict.REFUSED),
        (500, "", b"", Verdict.TRY_LATER),
        (503, JSON, b'{"received": "a"}', Verdict.TRY_LATER),
    ],
)
def test_only_an_answer_that_names_what_it_received_is_done(
    status: int, media_type: str, body: bytes, verdict: Verdict
) -> None:
    assert verdict_on(status, media_type, body, EXPECTED) is verdict


def test_a_challenge_asks_for_itself_back() -> None:
    call = signed_call(CallKind.CHALLENGE, "a", AT, {"challenge": "xyz"}, [SECRET])
    assert call.expects == ("challenge", "xyz")


def test_the_promises_to_receivers_are_the_ones_that_were_reviewed() -> None:
    assert SECRET_BYTES == 32
    assert timedelta(minutes=5) == TOLERANCE
    assert timedelta(days=7) == KEYS_OVERLAP == PULL_WITHIN


def test_a_challenge_must_come_back_as_it_was() -> None:
    expected = ("challenge", "xyz")
    assert verdict_on(200, JSON, b'{"challenge": "xyz"}', expected) is Verdict.DONE
    assert verdict_on(200, JSON, b'{"challenge": "zyx"}', expected) is Verdict.WRONG_CHALLENGE
    assert verdict_on(200, JSON, b'{"received": "xyz"}', expected) is Verdict.NO_RECEIPT


HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("says", "wait"),
    [
        ("0", timedelta(0)),
        (" 120 ", timedelta(minutes=2)),
        ("43200", 12 * HOUR),
        ("43201", 12 * HOUR),
        ("9" * 40, 12 * HOUR),
        ("Mon, 14 Sep 2026 09:02:00 GMT", HOUR),
        ("Mon, 14 Sep 2026 09:02:00 -0000", HOUR),
        ("Monday, 14-Sep-26 09:02:00 GMT", HOUR),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 12 * HOUR),
        ("Mon, 14 Sep 2026 08:02:00 GMT", None),
        ("Mon, 14 Sep 2020 08:02:00 GMT", None),
        ("-5", None),
        ("1.5", None),
        ("²", None),
        ("soon", None),
        ("Mon, 99 Sep 2026 09:02:00 GMT", None),
        ("1" * 61, None),
        ("", None),
        (None, None),
    ],
)
def test_a_wait_is_asked_in_seconds_or_by_a_date_for_twelve_hours_at_most(says, wait):
    asked = wait_asked(says, AT)
    assert asked == (None if wait is None else AT + wait)


@pytest.mark.parametrize(
    ("heard", "failing", "called", "owed"),
    [
        (29 * DAY, None, None, Upkeep.NOTHING),
        (30 * DAY, None, None, Upkeep.ASK),
        (DAY, 20 * HOUR, 20 * HOUR, Upkeep.ASK),
        (DAY, 20 * HOUR, 19 * HOUR, Upkeep.NOTHING),
        (40 * DAY, 7 * DAY, 7 * DAY, Upkeep.ASK),
        (40 * DAY, 7 * DAY - HOUR, DAY, Upkeep.ASK),
        (40 * DAY, 7 * DAY, DAY, Upkeep.REST),
        (40 * DAY, 7 * DAY, HOUR, Upkeep.REST),
    ],
)
def test_an_endpoint_is_asked_each_month_each_day_while_it_fails_and_rests_after_a_week(
    heard, failing, called, owed
):
    before = [AT - one if one is not None else None for one in (heard, failing, called)]
    assert upkeep_of(*before, AT) is owed


def test_a_wait_that_takes_more_than_sixty_signs_is_not_read() -> None:
    assert wait_asked("9".rjust(60, "0"), AT) == AT + timedelta(seconds=9)
    assert wait_asked("9".rjust(61, "0"), AT) is None
