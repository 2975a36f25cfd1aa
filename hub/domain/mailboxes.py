"""Mailboxes that may be published: those of a function, not those of a named person."""

import re

_SHAPE = re.compile(r"[^@\s<>\"(),:;\\]{1,64}@(?:[\w-]+\.)+[\w-]{2,}")
_RESERVED = ("example", "invalid", "localhost", "test")
_SECOND_LEVEL = ("com", "net", "org")
_ANYWHERE = ("dpo", "dpd", "rgpd", "gdpr", "privacy", "donnees", "vieprivee", "rightsrequest")
_WORDS = {
    "accueil", "administration", "adm", "cil", "cnil", "com", "communication", "conformite",
    "contact", "coord", "coordination", "data", "delegue", "direction", "donnee", "droits", "eds",
    "hello", "info", "informatique", "information", "infos", "juridique", "legal", "mairie",
    "office", "personaldata", "poststelle", "protection", "protectiondata", "qualite",
    "recherche", "research", "rssi", "secretariat", "service", "services", "siege", "ssi",
    "support",
}  # fmt: skip


def is_email(text: str) -> bool:
    """Whether text has the shape of one e-mail address (at most 254 characters, RFC 5321)."""
    return len(text) <= 254 and _SHAPE.fullmatch(text) is not None


def is_reserved_domain(domain: str) -> bool:
    """Whether a domain exists in documents and tests alone (RFC 2606 §2-3)."""
    labels = domain.casefold().rstrip(".").split(".")
    return labels[-1] in _RESERVED or labels[-2:] in [["example", end] for end in _SECOND_LEVEL]


def is_function_mailbox(address: str) -> bool:
    """Whether a mailbox names a function (dpo@, protection-donnees@) rather than a person."""
    local = address.partition("@")[0].casefold()
    joined = re.sub(r"[^a-z]", "", local)
    if any(word in joined for word in _ANYWHERE):
        return True
    return any(word in _WORDS for word in re.split(r"[^a-z]+", local))
