"""How contact points are kept true: what puts one in doubt, and how often each is asked."""

from datetime import timedelta
from enum import StrEnum

from hub.domain.outward_addresses import AddressRefusal

ASK_EVERY = timedelta(days=180)
CHECK_EVERY = timedelta(days=30)
CHECK_SILENT_EVERY = timedelta(hours=20)
"""Once a day, whatever the minute of the last check."""
SILENT_FOR = timedelta(days=14)
"""How long a page may answer nothing before it is in doubt: a site may be away for a while."""


class Doubt(StrEnum):
    """Why an address waits for somebody to look at it."""

    LETTER_RETURNED = "letter_returned"
    NO_ANSWER = "no_answer"
    NO_MAIL_SERVER = "no_mail_server"
    PAGE_GONE = "page_gone"
    SAID_WRONG = "said_wrong"
    UNKNOWN = "unknown"


class Reachability(StrEnum):
    """What the network says of an address: of the domain of a mailbox, of a page."""

    NOT_KNOWN = "not_known"
    """No answer, or one that may change by itself: asked again next month."""
    NO = "no"
    SILENT = "silent"
    """It is there and does not answer: in doubt if it goes on."""
    YES = "yes"


GONE = frozenset({404, 410})
AWAY = frozenset({408, 425, 429})
NEVER_THERE = frozenset(
    {
        "certificate_refused",
        "name_unknown",
        AddressRefusal.HAS_CREDENTIALS.value,
        AddressRefusal.NOT_A_NAME.value,
        AddressRefusal.NOT_A_URL.value,
        AddressRefusal.NOT_PUBLIC.value,
    }
)
"""Why a page was not reached that nobody will reach."""
SILENCES = frozenset({"connection_refused", "not_http", "tls_failed", "too_slow"})


def page_answered(status: int) -> Reachability:
    """What the status of a page says of its address: one that wants a password is there."""
    if status in GONE:
        return Reachability.NO
    return Reachability.SILENT if status in AWAY or status >= 500 else Reachability.YES


def page_not_reached(reason: str) -> Reachability:
    """What the reason of a call that failed says of its address.

    A page without TLS is never called, and may be read by people all the same; a network that is
    away tells nothing.
    """
    if reason in NEVER_THERE:
        return Reachability.NO
    return Reachability.SILENT if reason in SILENCES else Reachability.NOT_KNOWN
