"""Public references and secrets that people can read aloud, type and mistype.

The alphabet is Crockford's base 32: no I, L, O nor U. A reference is 40 random bits and two check
characters; it names a rights request and opens nothing. A secret is 120 bits and opens it.
"""

import re

from hub.errors import HubError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
REFERENCE_BYTES = 5
SECRET_BYTES = 15
_BODY, _CHECK = 8, 2
_PRIME = 1021
"""The largest prime that two characters hold: one wrong character or any two swapped change it."""

_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015\u2212_.]+")
_ALIKE = str.maketrans("OIL", "011")
_LONGEST_SECRET_TYPED = 80


class ReferenceMistyped(HubError):
    """What was typed cannot be a reference: its length, a character or its check is wrong."""

    code = "reference_mistyped"


def to_base32(number: bytes) -> str:
    """Write bytes in Crockford's base 32, most significant first, with leading zeros kept."""
    value, length = int.from_bytes(number, "big"), -(-len(number) * 8 // 5)
    return "".join(ALPHABET[(value >> 5 * place) & 31] for place in reversed(range(length)))


def grouped(characters: str) -> str:
    """Cut characters into groups of four, for reading aloud."""
    return "-".join(characters[start : start + 4] for start in range(0, len(characters), 4))


def new_reference(random_bytes: bytes) -> str:
    """Make a reference, as DX7K-3M9Q-F2, from 5 random bytes.

    40 bits: among a million references two are alike about every second time, so the unique
    constraint stays the judge and the filing draws again. Raises ValueError for another length.
    """
    if len(random_bytes) != REFERENCE_BYTES:
        raise ValueError(f"a reference is made of {REFERENCE_BYTES} bytes")
    body = to_base32(random_bytes)
    return grouped(body + _check(body))


def normalise_reference(typed: str) -> str:
    """Read a typed reference leniently (case, spaces, dashes, O for 0, I or L for 1).

    Gives the form XXXX-XXXX-CC; raises ReferenceMistyped when it cannot be a reference.
    """
    characters = _read(typed[:_LONGEST_SECRET_TYPED])
    if len(characters) != _BODY + _CHECK or not set(characters) <= set(ALPHABET):
        raise ReferenceMistyped
    if _check(characters[:_BODY]) != characters[_BODY:]:
        raise ReferenceMistyped
    return grouped(characters)


def normalise_secret(typed: str) -> str:
    """Read a typed secret as leniently as a reference; never raises.

    What cannot be a secret gives a text that matches none, so that every wrong secret takes the
    same path (ASVS 6.3.8).
    """
    return grouped(_read(typed[:_LONGEST_SECRET_TYPED]))


def _read(typed: str) -> str:
    return _SEPARATORS.sub("", typed).upper().translate(_ALIKE)


def _check(body: str) -> str:
    value = 0
    for character in body:
        value = value * 32 + ALPHABET.index(character)
    check = -value * 32**_CHECK % _PRIME
    return ALPHABET[check >> 5] + ALPHABET[check & 31]


def new_number(random_bytes: bytes) -> str:
    """Make a referral's own number, as R-DX7K-3M9Q, from 5 random bytes.

    It says nothing of the reference: a controller must not learn that there are other referrals.
    """
    return f"R-{grouped(to_base32(random_bytes))}"


def normalise_number(typed: str) -> str:
    """Read a referral's number as leniently as a reference; never raises."""
    return f"R-{grouped(_read(typed[:_LONGEST_SECRET_TYPED])[1:])}"


def new_complaint_number(random_bytes: bytes) -> str:
    """Make the number of a complaint to the CNIL, as C-DX7K-3M9Q, from 5 random bytes."""
    return f"C-{grouped(to_base32(random_bytes))}"


def new_incident_number(random_bytes: bytes) -> str:
    """Make the number of an incident, as I-DX7K-3M9Q, from 5 random bytes."""
    return f"I-{grouped(to_base32(random_bytes))}"
