"""The trace that ties the lines of the logs about one filing, from receipt to deliveries."""

from uuid import UUID

from hub.ports import Keyring

LENGTH = 16


def trace_of(keyring: Keyring, rights_request_id: UUID) -> str:
    """The same for all that is logged of one filing.

    Keyed: who has the logs alone cannot say whose case it is.
    """
    return keyring.blind_index(str(rights_request_id), "trace").hex()[:LENGTH]
