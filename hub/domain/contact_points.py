"""How contact points are kept true: what puts one in doubt, and how often each is asked."""

from datetime import timedelta
from enum import StrEnum

ASK_EVERY = timedelta(days=180)
CHECK_EVERY = timedelta(days=30)


class Doubt(StrEnum):
    """Why an address waits for somebody to look at it."""

    LETTER_RETURNED = "letter_returned"
    NO_MAIL_SERVER = "no_mail_server"
    SAID_WRONG = "said_wrong"
    UNKNOWN = "unknown"


class Reachability(StrEnum):
    """What the network says of the domain of an address."""

    NOT_KNOWN = "not_known"
    """No answer, or one that may change by itself: asked again next month."""
    NO = "no"
    YES = "yes"
