"""What the sending of an anonymous form costs when very many are sent: a proof of work, or a wait.

Nothing while the door is calm. Under pressure a browser looks for a number whose hash begins with
so many zero bits (after Back's hashcash); without scripts, one waits instead. Never a riddle, which
some people cannot solve.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST_NONCE = 12
LASTS = timedelta(hours=2)
"""How long a page left open can still be sent."""


@dataclass(frozen=True)
class Price:
    """From how many sendings a minute, by everybody: how many zero bits, or how long to wait."""

    from_a_minute: int
    bits: int
    wait: timedelta


FREE = Price(0, 0, timedelta(0))
PRICES = (
    FREE,
    Price(120, 15, timedelta(seconds=20)),
    Price(600, 17, timedelta(seconds=40)),
    Price(3000, 19, timedelta(seconds=60)),
)
"""The reviewed table. 15 bits are 33,000 hashes: a tenth of a second, or two on an old phone."""


def price_at(sent_a_minute: int) -> Price:
    """What one sending costs under this pressure."""
    return max(
        (one for one in PRICES if sent_a_minute >= one.from_a_minute),
        key=lambda one: one.from_a_minute,
    )


@dataclass(frozen=True)
class Challenge:
    """What a page was given when it was shown; `text` binds it to one filing and one instant."""

    text: str
    bits: int
    issued_at: datetime


def is_solved(challenge: Challenge, nonce: str) -> bool:
    """Whether SHA-256 of "text:nonce" begins with the zero bits asked for."""
    if not (nonce.isascii() and nonce.isdigit() and len(nonce) <= LONGEST_NONCE):
        return False
    digest = hashlib.sha256(f"{challenge.text}:{nonce}".encode()).digest()
    return int.from_bytes(digest, "big") >> (256 - challenge.bits) == 0


def seconds_to_wait(challenge: Challenge, nonce: str, price: Price, now: datetime) -> int:
    """How long before this sending is taken, at this price; 0: at once.

    A proof of what was asked when the page was shown is enough: the price does not rise under
    whoever is filling in her form.
    """
    if not price.bits or (challenge.bits and is_solved(challenge, nonce)):
        return 0
    left = price.wait - (now - challenge.issued_at)
    return max(0, -(-left // timedelta(seconds=1)))
