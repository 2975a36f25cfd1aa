"""The ways by which the hub reaches controllers, and how an operator tries each."""

from datetime import timedelta
from enum import StrEnum


class TriedWay(StrEnum):
    """A way to a controller, as operators look after it: the signed link is one of its own."""

    EMAIL = "email"
    LINK = "link"
    PORTAL = "portal"
    POST = "post"
    WEBHOOK = "webhook"


TYPED_BACK = frozenset({TriedWay.EMAIL, TriedWay.POST})
"""Ways whose trial brings a code, which the operator types back."""
TRIAL_LASTS = timedelta(days=14)
"""Long enough for a letter to come back from the printer and the post."""
MOST_TRIES = 6
CODE_DIGITS = 6
