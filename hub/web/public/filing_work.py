"""The challenge of the page that sends a filing, and whether its proof or its wait is enough."""

import hmac
from datetime import UTC, datetime

from hub.domain.proof_of_work import LASTS, Challenge, price_at, seconds_to_wait
from hub.web.limits import count_sending, sent_this_minute
from hub.web.work import ports

MARK = "."


def challenge_for(filing_key: str, before: str = "") -> str:
    """The challenge of one page: an instant, its price now, and a mark that nobody can make.

    Shown again, the page keeps the instant it was first shown at: the wait does not begin anew.
    """
    known = _read(filing_key, before)
    since = known.issued_at if known else ports().clock.now()
    issued, bits = int(since.timestamp()), price_at(sent_this_minute()).bits
    return MARK.join((str(issued), str(bits), _mark(filing_key, issued, bits)))


def bits_of(challenge: str) -> int:
    """How many zero bits a challenge asks for; 0 where it asks for nothing."""
    parts = challenge.split(MARK)
    return int(parts[1]) if len(parts) == 3 and parts[1].isdigit() else 0


def wait_of(filing_key: str, challenge: str, nonce: str) -> int:
    """How many seconds this sending must still wait; 0: it is taken, and counted."""
    price = price_at(sent_this_minute())
    now = ports().clock.now()
    known = _read(filing_key, challenge) or Challenge("", 0, now)
    wait = seconds_to_wait(known, nonce, price, now)
    if not wait:
        count_sending()
    return wait


def _read(filing_key: str, challenge: str) -> Challenge | None:
    """A challenge of ours for this filing, not too old; None for any other text."""
    issued, _, rest = challenge.partition(MARK)
    bits, _, mark = rest.partition(MARK)
    if not all(part.isascii() and part.isdigit() and len(part) <= 12 for part in (issued, bits)):
        return None
    expected = _mark(filing_key, int(issued), int(bits))
    if not hmac.compare_digest(expected.encode(), mark.encode()):
        return None
    issued_at = datetime.fromtimestamp(int(issued), UTC)
    if ports().clock.now() - issued_at > LASTS:
        return None
    return Challenge(challenge, int(bits), issued_at)


def _mark(filing_key: str, issued: int, bits: int) -> str:
    text = f"{filing_key}:{issued}:{bits}"
    return ports().keyring.exact_digest(text, "proof_of_work").hex()
