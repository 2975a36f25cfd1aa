"""What will open an answer, announced before there is one."""

from collections.abc import Iterable

from hub.domain.answer_levels import level_announced
from hub.domain.directory import IdentityLevel
from hub.domain.rights import Right
from hub.web.law_words import identity_level_words
from hub.web.work import ports


def needs_words(right: Right, levels: Iterable[IdentityLevel]) -> str:
    """What the person will need to read a favourable answer.

    Empty where this hub asks for no proof: the secret code of the receipt is spoken of elsewhere.
    """
    if not ports().policies.proofs.asked:
        return ""
    return identity_level_words(level_announced(right, levels)).person


def needs_words_for_staff(right: Right, levels: Iterable[IdentityLevel]) -> str:
    """The same in a word, for those who answer; empty where the receipt is enough."""
    level = level_announced(right, levels)
    if not ports().policies.proofs.asked or level is IdentityLevel.L0:
        return ""
    return identity_level_words(level).staff
