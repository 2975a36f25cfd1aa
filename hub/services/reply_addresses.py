"""Makes and checks the addresses that mails come back to, under the hub's key."""

from uuid import UUID

from hub.domain.reply_addresses import (
    AddressKind,
    Digest,
    ReplyAddress,
    local_part,
    read_local_part,
)
from hub.ports import Keyring


def reply_address(keyring: Keyring, kind: AddressKind, row_id: UUID, domain: str) -> str:
    """The address for what comes back about one row."""
    return f"{local_part(kind, row_id, _digest(keyring))}@{domain}"


def genuine_address(keyring: Keyring, address: str) -> ReplyAddress | None:
    """What an address is for, if the hub made it; else None."""
    found = read_local_part(address.rpartition("@")[0] or address)
    return found if found and found.is_genuine(_digest(keyring)) else None


def _digest(keyring: Keyring) -> Digest:
    return lambda text: keyring.exact_digest(text, "reply_address")
