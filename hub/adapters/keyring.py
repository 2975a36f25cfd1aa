"""The hub's keys, held in memory: AES-256-GCM, HMAC-SHA256, HKDF (RFC 5869) and age boxes."""

import hashlib
import hmac
import os
import re
import unicodedata
from collections.abc import Callable, Mapping

import pyrage
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hub.domain.references import SECRET_BYTES, grouped, to_base32
from hub.port_errors import SealBroken

KEY_BYTES = 32
_NONCE_BYTES = 12
_DATA_KEY = b"data_key"
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})
_BETWEEN_WORDS = re.compile(r"[\s'\-\u2010-\u2015\u2018\u2019\u02bc]+")


Wrapping = tuple[Mapping[int, bytes], int]
"""The keys that wrap data keys, by id, and the id of the one that wraps new ones."""


def never_changed() -> Wrapping | None:
    """The keys that the environment gave last as long as the process."""
    return None


class Keyring:
    """The hub's keys, given by the configuration.

    `keys` are the 32-byte keys that wrap data keys, by id (0-255); `current` is the id that wraps
    new ones, the others only unwrap. `pepper` derives secrets, `index_key` makes blind indexes.
    `changed` gives the wrapping keys anew when their file has changed: it is asked before a key is
    wrapped, and when one is met that this process does not know, so that a rotation needs no
    restart.
    """

    def __init__(
        self,
        keys: Mapping[int, bytes],
        current: int,
        pepper: bytes,
        index_key: bytes,
        *,
        changed: Callable[[], Wrapping | None] = never_changed,
    ) -> None:
        if any(len(key) != KEY_BYTES for key in (pepper, index_key)):
            raise ValueError(f"each key of the hub has {KEY_BYTES} bytes")
        self._wrapping = _wrappers_of(keys, current)
        self._changed = changed
        self._pepper = pepper
        self._hash_key = _mac(pepper, b"hash_secret")
        self._index_key = index_key

    def new_data_key(self) -> tuple[bytes, bytes]:
        """Make a 32-byte data key; gives it plain, and wrapped (key id, nonce, ciphertext)."""
        plain = os.urandom(KEY_BYTES)
        return plain, self._wrap(plain)

    def unwrap(self, wrapped: bytes) -> bytes:
        """The plain data key; raises SealBroken when it is altered or its wrapping key is gone."""
        if not wrapped:
            raise SealBroken(reason="unknown_key")
        if wrapped[0] not in self._wrapping[0]:
            self._follow_file()
        wrapper = self._wrapping[0].get(wrapped[0])
        if wrapper is None:
            raise SealBroken(reason="unknown_key")
        return _opened(wrapper, wrapped[1:], _DATA_KEY)

    def rewrap(self, wrapped: bytes) -> bytes:
        """The same data key under the current wrapping key, for a rotation."""
        return self._wrap(self.unwrap(wrapped))

    def seal(self, key: bytes, text: bytes, *, table: str, column: str, row: str) -> bytes:
        """Seal the text of one cell under a data key: nonce, then ciphertext (28 bytes more)."""
        return _sealed(AESGCM(key), text, _cell(table, column, row))

    def open(self, key: bytes, sealed: bytes, *, table: str, column: str, row: str) -> bytes:
        """The text of one cell; raises SealBroken when it was altered or sealed for another."""
        return _opened(AESGCM(key), sealed, _cell(table, column, row))

    def blind_index(self, text: str, purpose: str) -> bytes:
        """A 32-byte keyed hash by which a folded text (case, accents, hyphens) can be found."""
        return _mac(self._index_key, purpose.encode() + b"\0" + _folded(text).encode())

    def exact_digest(self, text: str, purpose: str) -> bytes:
        """A keyed digest of a text to the letter: idempotency keys, bodies, links."""
        return _mac(self._index_key, f"{purpose}\0exact\0{text}".encode())

    def hash_secret(self, reference: str, secret: str) -> bytes:
        """What the database keeps of a secret: fast is enough for 120 bits (ASVS 6.5.2)."""
        return _mac(self._hash_key, reference.encode() + b"\0" + secret.encode())

    def derive_secret(self, idempotency_key: str, reference: str) -> str:
        """The secret of a filing: 120 bits as 24 characters, the same for the same two texts."""
        digest = _mac(self._pepper, idempotency_key.encode() + b"\0" + reference.encode())
        return grouped(to_base32(digest[:SECRET_BYTES]))

    def secret_matches(self, stored: bytes, reference: str, secret: str) -> bool:
        """Whether a secret is the one whose hash is stored, in constant time."""
        return hmac.compare_digest(stored, self.hash_secret(reference, secret))

    def new_box(self) -> tuple[str, str]:
        """A new X25519 pair as age writes it: public (`age1…`) and private halves."""
        identity = pyrage.x25519.Identity.generate()
        return str(identity.to_public()), str(identity)

    def wrap_private(self, private: str, secret: str, reference: str) -> bytes:
        """Seal a box's private half under the person's secret alone; the hub cannot open it."""
        wrapper = _derived(secret.encode(), reference.encode(), b"box of a rights request")
        return _sealed(wrapper, private.encode(), reference.encode())

    def unwrap_private(self, wrapped: bytes, secret: str, reference: str) -> str:
        """The private half of a box; raises SealBroken for a wrong secret."""
        wrapper = _derived(secret.encode(), reference.encode(), b"box of a rights request")
        return _opened(wrapper, wrapped, reference.encode()).decode()

    def seal_for_visit(self, private: str, visit_token: bytes) -> bytes:
        """Seal a box's private half for one visit, under the 32-byte token of its cookie."""
        return _sealed(_of_visit(visit_token), private.encode(), b"visit")

    def open_for_visit(self, sealed: bytes, visit_token: bytes) -> str:
        """The private half during a visit; raises SealBroken for another token."""
        return _opened(_of_visit(visit_token), sealed, b"visit").decode()

    @property
    def current_key_id(self) -> int:
        """The id of the key that wraps new data keys."""
        self._follow_file()
        return self._wrapping[1]

    def _wrap(self, plain: bytes) -> bytes:
        self._follow_file()
        wrappers, current = self._wrapping
        return bytes([current]) + _sealed(wrappers[current], plain, _DATA_KEY)

    def _follow_file(self) -> None:
        found = self._changed()
        if found is not None:
            self._wrapping = _wrappers_of(*found)


def _wrappers_of(keys: Mapping[int, bytes], current: int) -> tuple[dict[int, AESGCM], int]:
    if current not in keys or not all(0 <= key_id <= 255 for key_id in keys):
        raise ValueError("the current key must be one of the keys, numbered 0 to 255")
    if any(len(key) != KEY_BYTES for key in keys.values()):
        raise ValueError(f"each key of the hub has {KEY_BYTES} bytes")
    return {key_id: AESGCM(key) for key_id, key in keys.items()}, current


def _mac(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, hashlib.sha256)


def _sealed(cipher: AESGCM, text: bytes, bound_to: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, text, bound_to)


def _opened(cipher: AESGCM, sealed: bytes, bound_to: bytes) -> bytes:
    try:
        return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound_to)
    except (InvalidTag, ValueError) as broken:
        raise SealBroken(reason="altered_or_moved") from broken


def _cell(table: str, column: str, row: str) -> bytes:
    return f"{table}.{column}:{row}".encode()


def _derived(secret: bytes, salt: bytes | None, purpose: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), length=KEY_BYTES, salt=salt, info=purpose).derive(secret))


def _of_visit(visit_token: bytes) -> AESGCM:
    if len(visit_token) < KEY_BYTES:
        raise ValueError(f"the token of a visit has {KEY_BYTES} bytes")
    return _derived(visit_token, None, b"box of a visit")


def _folded(text: str) -> str:
    """Text as people mean it: no case, accents, hyphens, apostrophes nor doubled spaces."""
    parts = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    plain = "".join(character for character in parts if not unicodedata.combining(character))
    return _BETWEEN_WORDS.sub(" ", plain).strip()
