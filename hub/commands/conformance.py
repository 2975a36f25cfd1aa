"""`rights-hub conformance`: would this endpoint work with us? Needs no state, secret or database.

It calls a controller's endpoint as the hub does, rightly and wrongly, and says what to mend.
"""

import json
import secrets
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import IO

import click

from hub.adapters.outward.http import OutwardHttp
from hub.domain.webhooks import (
    SECRET_BYTES,
    TOLERANCE,
    CallKind,
    SignedCall,
    Verdict,
    key_from,
    secret_from,
    signature,
    signed_call,
    verdict_on,
)
from hub.port_errors import CallFailed
from hub.ports import OutwardAnswer, OutwardCaller

SLOW_MS = 2000
AT_ONCE = 4
STALE = 2 * TOLERANCE


@dataclass(frozen=True)
class Check:
    """One thing that the hub relies on, and whether the endpoint does it."""

    name: str
    is_passed: bool
    advice: str = ""


@dataclass(frozen=True)
class Tried:
    """What came back from one call: an answer, or the code of why there is none."""

    answer: OutwardAnswer | None
    failure: str = ""
    expects: tuple[str, str] = ("", "")

    @property
    def verdict(self) -> str:
        """As the hub would judge it."""
        if self.answer is None:
            return self.failure
        said = self.answer
        return verdict_on(said.status, said.media_type, said.body, self.expects).value

    @property
    def is_done(self) -> bool:
        """Whether the hub would count the call as received."""
        return self.verdict == Verdict.DONE

    @property
    def is_refused(self) -> bool:
        """Whether the endpoint refused the call as it should: a status from 400 to 499."""
        return self.answer is not None and 400 <= self.answer.status < 500

    @property
    def told(self) -> str:
        """What came back, in a few words."""
        return f"status {self.answer.status}" if self.answer else self.failure


class Examiner:
    """Calls one endpoint in every way that matters, with the key that it was given."""

    def __init__(self, outward: OutwardCaller, url: str, secret: str) -> None:
        self._outward = outward
        self._url = url
        self._secret = secret

    def checks(self) -> Iterator[Check]:
        """Every check, in order; without the handshake the others would say nothing."""
        handshake = self._handshake()
        yield handshake
        if not handshake.is_passed:
            return
        for check in (
            self._accepts,
            self._repeats,
            self._rotates,
            self._knows_no_other_kind,
            self._refuses_wrong_signature,
            self._refuses_no_signature,
            self._refuses_altered_body,
            self._refuses_stale,
            self._refuses_early,
            self._is_quick,
        ):
            yield check()

    def _handshake(self) -> Check:
        challenge = secrets.token_hex(20)
        tried = self._try(self._call(CallKind.CHALLENGE, {"challenge": challenge}))
        advice = _ADVICE.get(tried.verdict, "")
        if tried.verdict == Verdict.REFUSED:
            advice = "give the endpoint the key that this command uses"
        return _check("answers the challenge", tried, tried.is_done, advice)

    def _accepts(self) -> Check:
        tried = self._try(self._call(CallKind.TEST))
        return _check("accepts a rightly signed call", tried, tried.is_done)

    def _repeats(self) -> Check:
        call_id = _new_id()
        tries = [self._try(self._call(CallKind.TEST, call_id=call_id)) for _ in range(2)]
        advice = (
            "the same webhook-id may come again: answer as the first time, and do nothing twice"
        )
        is_same = all(one.is_done for one in tries)
        return _check("answers a repeated call as the first time", tries[-1], is_same, advice)

    def _rotates(self) -> Check:
        secrets_given = (secret_from(secrets.token_bytes(SECRET_BYTES)), self._secret)
        tried = self._try(self._call(CallKind.TEST, keys=secrets_given))
        advice = "the header may hold several signatures apart by a space: one good one is enough"
        return _check("accepts one good signature among two", tried, tried.is_done, advice)

    def _knows_no_other_kind(self) -> Check:
        call = self._call(CallKind.TEST)
        body = call.body.replace(CallKind.TEST.encode(), b"endpoint.later")
        fields = dict(call.headers)
        timestamp = int(fields["webhook-timestamp"])
        fields["webhook-signature"] = signature(fields["webhook-id"], timestamp, body, self._secret)
        tried = self._try(SignedCall(fields, body, call.expects))
        advice = "answer a kind that you do not know as received: new kinds will come"
        return _check("accepts a kind of call that it does not know", tried, tried.is_done, advice)

    def _refuses_wrong_signature(self) -> Check:
        other = secret_from(secrets.token_bytes(SECRET_BYTES))
        tried = self._try(self._call(CallKind.TEST, keys=(other,)))
        return _refusal("refuses a wrong signature", tried, "anybody could call you in our name")

    def _refuses_no_signature(self) -> Check:
        call = self._call(CallKind.TEST)
        fields = {name: text for name, text in call.headers.items() if name != "webhook-signature"}
        tried = self._try(SignedCall(fields, call.body, call.expects))
        return _refusal("refuses a call without signature", tried, "check it before all else")

    def _refuses_altered_body(self) -> Check:
        call = self._call(CallKind.TEST)
        altered = SignedCall(call.headers, call.body + b" ", call.expects)
        advice = "check the signature on the bytes as they came, before reading the JSON"
        return _refusal("refuses an altered body", self._try(altered), advice)

    def _refuses_stale(self) -> Check:
        tried = self._try(self._call(CallKind.TEST, at=datetime.now(UTC) - STALE))
        advice = "refuse a webhook-timestamp more than five minutes old: it may be a copy"
        return _refusal("refuses a call of ten minutes ago", tried, advice)

    def _refuses_early(self) -> Check:
        tried = self._try(self._call(CallKind.TEST, at=datetime.now(UTC) + STALE))
        advice = "refuse a webhook-timestamp more than five minutes ahead"
        return _refusal("refuses a call of ten minutes ahead", tried, advice)

    def _is_quick(self) -> Check:
        calls = [self._call(CallKind.TEST) for _ in range(AT_ONCE)]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            tries = list(pool.map(self._try, calls))
        slowest = max((one.answer.took_ms for one in tries if one.answer), default=0)
        is_quick = all(one.is_done for one in tries) and slowest <= SLOW_MS
        advice = f"the slowest took {slowest} ms: answer at once, and work afterwards"
        worst = next((one for one in tries if not one.is_done), tries[0])
        return _check(f"answers {AT_ONCE} calls at once within 2 s", worst, is_quick, advice)

    def _call(
        self,
        kind: CallKind,
        data: Mapping[str, str] | None = None,
        *,
        call_id: str = "",
        at: datetime | None = None,
        keys: tuple[str, ...] = (),
    ) -> SignedCall:
        made_at = at or datetime.now(UTC)
        return signed_call(kind, call_id or _new_id(), made_at, data or {}, keys or [self._secret])

    def _try(self, call: SignedCall) -> Tried:
        try:
            answer = self._outward.post(self._url, call.headers, call.body)
        except CallFailed as failure:
            return Tried(None, str(failure.facts["reason"]))
        return Tried(answer, expects=call.expects)


_ADVICE = {
    Verdict.EMPTY.value: "the answer is empty: answer in JSON",
    Verdict.NOT_JSON.value: "the answer is not JSON",
    Verdict.NO_RECEIPT.value: "answer {“challenge”: …} to endpoint.challenge, else {“received”: …}",
    Verdict.OTHER_ID.value: "“received” must be the value of the header webhook-id",
    Verdict.REDIRECTED.value: "redirects are not followed: give the address where they lead",
    Verdict.SAYS_ERROR.value: "the answer holds an error: then it is not received",
    Verdict.WRONG_CHALLENGE.value: "send back data.challenge as it came",
    Verdict.WRONG_TYPE.value: "set Content-Type: application/json",
    "certificate_refused": "the certificate is out of date or of another name",
    "connection_refused": "nothing listens there, or it closed the connection",
    "name_unknown": "no server has this name",
    "not_http": "what came back is not HTTP",
    "not_public": "the name leads into a private network: the hub would refuse it",
    "too_long": "the answer is longer than 64 KiB",
    "too_slow": "no whole answer within 8 seconds: answer at once, and work afterwards",
}


def _check(name: str, tried: Tried, is_passed: bool, advice: str = "") -> Check:
    if is_passed:
        return Check(name, True)
    said = advice or _ADVICE.get(tried.verdict, "")
    return Check(name, False, f"{tried.told}; {said}" if said else tried.told)


def _refusal(name: str, tried: Tried, advice: str) -> Check:
    return _check(name, tried, tried.is_refused, f"answer 401: {advice}")


def _new_id() -> str:
    return secrets.token_hex(16)


def _read_secret(source: IO[str] | None) -> str:
    secret = source.read().strip() if source else ""
    try:
        key_from(secret)
    except ValueError as error:
        raise click.UsageError(
            "give the key of the endpoint in a file: --secret-file FILE (or - to type it). "
            "One to try with: " + secret_from(secrets.token_bytes(SECRET_BYTES))
        ) from error
    return secret


@click.command()
@click.argument("url")
@click.option(
    "--secret-file",
    type=click.File("r"),
    help="File that holds the endpoint's key (whsec_…); - reads the standard input.",
)
@click.option("--json", "is_json", is_flag=True, help="Print the checks as JSON.")
def conformance(url: str, secret_file: IO[str] | None, is_json: bool) -> None:
    """Call URL as the hub would, rightly and wrongly, and say what to mend.

    Nothing that is sent is about anybody. URL may be on this machine (http://localhost:8080/hook).
    Exit code: 0 when it would work with us, 1 when not, 2 when the command is used wrongly.
    """
    secret = _read_secret(secret_file)
    outward = OutwardHttp(allows_loopback=True)
    if refusal := outward.refusal_of(url):
        raise click.UsageError(f"the hub would not call this address ({refusal.value})")
    checks = []
    for check in Examiner(outward, url, secret).checks():
        checks.append(check)
        if not is_json:
            click.echo(_line(check))
    is_good = all(check.is_passed for check in checks)
    if is_json:
        click.echo(json.dumps({"url": url, "passed": is_good, "checks": _plain(checks)}, indent=2))
    else:
        click.echo(_verdict(checks, is_good))
    sys.exit(0 if is_good else 1)


def _line(check: Check) -> str:
    return f"ok    {check.name}" if check.is_passed else f"NOT   {check.name}: {check.advice}"


def _verdict(checks: list[Check], is_good: bool) -> str:
    if is_good:
        return f"{len(checks)} checks passed: this endpoint would work with the hub."
    failed = sum(not check.is_passed for check in checks)
    return f"{failed} to mend before the hub can rely on this endpoint; see docs/controllers.md."


def _plain(checks: list[Check]) -> list[dict[str, object]]:
    return [asdict(check) for check in checks]
