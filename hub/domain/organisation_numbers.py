"""Numbers that name an organisation: SIREN, FINESS and ROR, read as people write them."""

import re
from dataclasses import dataclass

_ROR = re.compile(r"(?:https?://)?(?:ror\.org/)?(0[a-hj-km-np-tv-z0-9]{6}[0-9]{2})/?", re.I | re.A)
_FINESS = re.compile(r"(?:\d{2}|2[AB])\d{7}", re.A)


@dataclass(frozen=True, slots=True)
class NumberRead:
    """A number as it was understood: None when it is not valid; `repaired` when mended."""

    value: str | None
    repaired: bool = False


def luhn_is_valid(digits: str) -> bool:
    """Whether digits pass the Luhn check (ISO/IEC 7812-1), as SIREN and FINESS do."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def read_siren(text: str) -> NumberRead:
    """The nine digits of a SIREN (or of the SIRET that begins with it), a lost zero given back.

    A spreadsheet drops leading zeros; they are restored only when the Luhn check then holds.
    """
    digits = re.sub(r"[\s.\u00a0-]", "", text.removesuffix(".0"))
    if not (digits.isascii() and digits.isdigit()):
        return NumberRead(None)
    if len(digits) in (13, 14) and luhn_is_valid(digits):
        siren = digits.zfill(14)[:9]
        return NumberRead(siren if luhn_is_valid(siren) else None, len(digits) == 13)
    if len(digits) == 9:
        return NumberRead(digits if luhn_is_valid(digits) else None)
    if 6 <= len(digits) < 9 and luhn_is_valid(digits):
        return NumberRead(digits.zfill(9), True)
    return NumberRead(None)


def read_finess(text: str) -> NumberRead:
    """The nine characters of a FINESS number, a lost leading zero given back.

    Corsican numbers (2A, 2B) are checked by their shape alone, the others by the Luhn check.
    """
    number = re.sub(r"[\s.\u00a0-]", "", text.removesuffix(".0")).upper()
    repaired = len(number) == 8 and number.isdigit()
    number = number.zfill(9) if repaired else number
    if not _FINESS.fullmatch(number):
        return NumberRead(None)
    if number.isdigit() and not luhn_is_valid(number):
        return NumberRead(None)
    return NumberRead(number, repaired)


def read_ror(text: str) -> NumberRead:
    """The canonical address of a ROR identifier (https://ror.org/0…), however it was written."""
    found = _ROR.fullmatch(text.strip())
    return NumberRead(f"https://ror.org/{found[1].lower()}" if found else None)
