"""Addresses that a mail may come back to: unguessable, true by a keyed digest, saying nothing.

One for each referral (the controller's answer), each organisation (its mails about several cases)
and each delivery (what a mail server sends back of it). The local part is a letter, then the id
and 80 bits of its digest in Crockford's base 32; officers retype it, so it is read leniently.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from hub.domain.references import ALPHABET, to_base32

TAG_BYTES = 10
_ID_BYTES = 16
_CHARACTERS = -(-(_ID_BYTES + TAG_BYTES) * 8 // 5)
_ALIKE = str.maketrans("OIL", "011")

Digest = Callable[[str], bytes]
"""A keyed digest of a text; only the hub can make it."""


class AddressKind(StrEnum):
    """What comes back to an address; the value begins its local part."""

    DELIVERY = "b"
    ORGANISATION = "o"
    REFERRAL = "r"


@dataclass(frozen=True)
class ReplyAddress:
    """What an address says of itself, before its digest is checked."""

    kind: AddressKind
    id: UUID
    tag: bytes

    def is_genuine(self, digest: Digest) -> bool:
        """Whether the hub made this address (in constant time)."""
        return hmac.compare_digest(self.tag, _tag(self.kind, self.id, digest))


def local_part(kind: AddressKind, row_id: UUID, digest: Digest) -> str:
    """The local part for one row: 44 characters, within the 64 of RFC 5321 §4.5.3.1.1."""
    number = to_base32(row_id.bytes + _tag(kind, row_id, digest))
    return f"{kind.value}.{number.lower()}"


def read_local_part(text: str) -> ReplyAddress | None:
    """Read a local part (case, O for 0, I or L for 1 do not matter); None: it is none of ours."""
    letter, _, typed = text.strip().partition(".")
    number = typed.upper().translate(_ALIKE)
    if letter.lower() not in set(AddressKind) or len(number) != _CHARACTERS:
        return None
    if not set(number) <= set(ALPHABET):
        return None
    value = 0
    for character in number:
        value = value * 32 + ALPHABET.index(character)
    if value.bit_length() > (_ID_BYTES + TAG_BYTES) * 8:
        return None
    content = value.to_bytes(_ID_BYTES + TAG_BYTES, "big")
    return ReplyAddress(
        AddressKind(letter.lower()), UUID(bytes=content[:_ID_BYTES]), content[_ID_BYTES:]
    )


def _tag(kind: AddressKind, row_id: UUID, digest: Digest) -> bytes:
    return digest(f"{kind.value}.{row_id.hex}")[:TAG_BYTES]
