"""What a password must be (CNIL, délibération 2022-100: an entropy of 80 bits without more)."""

from enum import StrEnum

from hub.domain.guessed_passwords import is_guessed_first

LONG = 14
SHORTEST = 12
LONGEST = 128
PHRASE_WORDS = 7


class PasswordFault(StrEnum):
    """Why a password is refused."""

    HOLDS_NAME = "holds_name"
    TOO_COMMON = "too_common"
    TOO_LONG = "too_long"
    TOO_SIMPLE = "too_simple"


def password_faults(password: str, *, email: str = "", name: str = "") -> list[PasswordFault]:
    """What is wrong with a password; an empty list when it may be used.

    Accepted: 12 characters of the four classes, 14 with capitals, small letters and digits, or a
    phrase of 7 words; at most 128 characters; never with the member's own name or address in it,
    nor made of what everybody tries first. Nothing makes her change it from time to time.
    """
    faults = []
    if len(password) > LONGEST:
        faults.append(PasswordFault.TOO_LONG)
    if not _is_strong(password):
        faults.append(PasswordFault.TOO_SIMPLE)
    elif is_guessed_first(password):
        faults.append(PasswordFault.TOO_COMMON)
    own_words = (*name.lower().split(), email.lower().partition("@")[0])
    if any(len(word) > 3 and word in password.lower() for word in own_words):
        faults.append(PasswordFault.HOLDS_NAME)
    return faults


def _is_strong(password: str) -> bool:
    letters_and_digits = (
        any(character.isupper() for character in password),
        any(character.islower() for character in password),
        any(character.isdigit() for character in password),
    )
    has_sign = any(not character.isalnum() for character in password)
    if len({word.lower() for word in password.split() if len(word) > 1}) >= PHRASE_WORDS:
        return True
    if not all(letters_and_digits):
        return False
    return len(password) >= LONG or (len(password) >= SHORTEST and has_sign)
