"""Rows of requests brought from elsewhere: what each must say, and why one is refused.

A row stands alone: its faults never touch its neighbours. No personal value goes into a fault,
so that reports may be kept and sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from hub.domain.directory import fold
from hub.domain.representation import Capacity, Representation
from hub.domain.rights import Right
from hub.domain.sightings import SeenKind


class Column(StrEnum):
    """What a row may say, in the order in which a page asks for it (values are stored)."""

    KEY = "key"
    RECEIVED_ON = "received_on"
    RIGHT = "right"
    GIVEN_NAMES = "given_names"
    FAMILY_NAME = "family_name"
    FULL_NAME = "full_name"
    BIRTH_DATE = "birth_date"
    EMAIL = "email"
    POSTAL_ADDRESS = "postal_address"
    PHONE = "phone"
    CHANNEL = "channel"
    PROCESSING = "processing"
    STATEMENT = "statement"
    CAPACITY = "capacity"
    REPRESENTATIVE = "representative"
    MANDATE_ENDS_ON = "mandate_ends_on"
    SEEN = "seen"
    SEEN_ON = "seen_on"
    SEEN_BY = "seen_by"


ALIASES: Mapping[Column, tuple[str, ...]] = {
    Column.KEY: (
        "key", "id", "n°", "numéro", "référence", "number", "dossier", "message-id",
    ),
    Column.RECEIVED_ON: (
        "received_on", "reçu le", "date de réception", "date", "received", "date reçue",
        "date de la demande", "date d'arrivée", "arrivée",
    ),
    Column.RIGHT: ("right", "droit", "type", "type de demande", "demande", "objet", "nature"),
    Column.GIVEN_NAMES: ("given_names", "prénom", "prénoms", "first name"),
    Column.FAMILY_NAME: ("family_name", "nom", "nom de famille", "surname", "last name", "name"),
    Column.FULL_NAME: ("full_name", "nom et prénom", "demandeur", "personne", "expéditeur", "from"),
    Column.BIRTH_DATE: ("birth_date", "date de naissance", "né le", "né(e) le", "born on"),
    Column.EMAIL: ("email", "e-mail", "courriel", "adresse e-mail", "mail", "adresse électronique"),
    Column.POSTAL_ADDRESS: ("postal_address", "adresse", "adresse postale", "address"),
    Column.PHONE: ("phone", "téléphone", "tel"),
    Column.CHANNEL: ("channel", "canal", "voie", "mode", "reçu par", "moyen"),
    Column.PROCESSING: ("processing", "base", "traitement", "base de données", "projet", "étude"),
    Column.STATEMENT: ("statement", "texte", "message", "contenu", "commentaire", "body", "détail"),
    Column.CAPACITY: ("capacity", "qualité", "agit en qualité de", "en qualité de"),
    Column.REPRESENTATIVE: ("representative", "représentant", "mandataire", "représenté par"),
    Column.MANDATE_ENDS_ON: ("mandate_ends_on", "fin du mandat", "mandat jusqu'au"),
    Column.SEEN: ("seen", "pièce vue", "document vu", "justificatif vu"),
    Column.SEEN_ON: ("seen_on", "vu le", "vue le"),
    Column.SEEN_BY: ("seen_by", "vu par", "vue par"),
}  # fmt: skip
"""Headers that are recognised, compared without case, accents or punctuation."""

RIGHT_WORDS: Mapping[Right, tuple[str, ...]] = {
    Right.ACCESS: ("acces", "copie", "article 15", "art 15"),
    Right.RECTIFICATION: ("rectif", "correction", "article 16", "art 16"),
    Right.ERASURE: ("erasure", "effac", "suppression", "oubli", "article 17", "art 17", "delet"),
    Right.RESTRICTION: ("restriction", "limitation", "article 18", "art 18"),
    Right.PORTABILITY: ("portab", "article 20", "art 20"),
    Right.OBJECTION: ("objection", "opposition", "article 21", "art 21"),
    Right.CONSENT_WITHDRAWAL: ("consent", "retrait"),
}
"""What a few words that name a right hold, without case nor accents; the first right wins."""
CHANNEL_WORDS: Mapping[str, tuple[str, ...]] = {
    "post": ("post", "courrier", "lettre", "recommande", "letter"),
    "email": ("mail", "courriel", "messagerie"),
    "phone": ("phone", "appel", "tel"),
    "counter": ("counter", "guichet", "accueil", "visite", "sur place"),
    "web": ("web", "site", "en ligne", "form"),
}


CAPACITY_WORDS: Mapping[Capacity, tuple[str, ...]] = {
    Capacity.PARENT: ("parent", "pere", "mere"),
    Capacity.GUARDIAN: ("guardian", "tuteur", "tutrice", "tutelle", "habilitation"),
    Capacity.CURATOR: ("curator", "curateur", "curatrice", "curatelle"),
    Capacity.HEIR: ("heir", "heritier", "ayant droit"),
    Capacity.ASSOCIATION: ("association",),
    Capacity.AGENT: ("agent", "mandat", "avocat"),
}
SEEN_WORDS: Mapping[SeenKind, tuple[str, ...]] = {
    SeenKind.LASTING_MANDATE: ("protection future", "lasting"),
    SeenKind.MANDATE: ("mandat", "procuration"),
    SeenKind.FAMILY_BOOKLET: ("livret", "family"),
    SeenKind.JUDGMENT: ("jugement", "judgment", "ordonnance"),
    SeenKind.DEED_OF_HEIRSHIP: ("notoriete", "heirship"),
    SeenKind.IDENTITY_DOCUMENT: ("identite", "identity", "passeport", "cni"),
}


class FaultCode(StrEnum):
    """Why a row is refused; hub/web/controller/backlog_words.py holds the sentence of each."""

    ARRIVED_BEFORE_GDPR = "arrived_before_gdpr"
    ARRIVES_IN_FUTURE = "arrives_in_future"
    CAPACITY_UNKNOWN = "capacity_unknown"
    CHANNEL_UNKNOWN = "channel_unknown"
    DATE_UNREADABLE = "date_unreadable"
    EMAIL_NOT_VALID = "email_not_valid"
    KEY_TWICE = "key_twice"
    KEY_USED_OTHERWISE = "key_used_otherwise"
    MISSING = "missing"
    NO_PROCESSING = "no_processing"
    PROCESSING_UNKNOWN = "processing_unknown"
    RIGHT_UNKNOWN = "right_unknown"
    SEEN_UNKNOWN = "seen_unknown"
    TOO_LONG = "too_long"


@dataclass(frozen=True)
class Fault:
    """Why a row is refused, and in which of our columns."""

    code: FaultCode
    column: Column | None = None


@dataclass(frozen=True)
class BacklogRow:
    """One request of a backlog, understood. `key` is its owner's number, or empty."""

    line: int
    key: str
    received_on: date
    right: Right
    channel: str
    given_names: str
    family_name: str
    birth_date: date | None = None
    email: str = ""
    postal_address: str = ""
    phone: str = ""
    processing: str = ""
    statement: str = ""
    representative: Representation | None = None
    seen_kind: SeenKind | None = None
    seen_on: date | None = None
    seen_by: str = ""


@dataclass(frozen=True)
class Sheet:
    """A table as it lies in the file: its headers, and each line with its number (from 1)."""

    headers: tuple[str, ...]
    lines: tuple[tuple[int, tuple[str, ...]], ...]


@dataclass(frozen=True)
class ReadLine:
    """A line of the file with its number: understood, or refused for these faults."""

    line: int
    row: BacklogRow | None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Fallbacks:
    """What holds for rows that do not say it: the right, the channel, and the databases."""

    right: Right | None = None
    channel: str = "post"
    processings: tuple[str, ...] = field(default=())


def right_in(text: str) -> Right | None:
    """The right that a few words name, or None; "droit d'accès" and "access" are one."""
    said = fold(text)
    return next(
        (right for right, words in RIGHT_WORDS.items() if any(word in said for word in words)), None
    )


def channel_in(text: str) -> str | None:
    """The channel that a few words name, or None."""
    said = fold(text)
    return next(
        (name for name, words in CHANNEL_WORDS.items() if any(word in said for word in words)), None
    )


def capacity_in(text: str) -> Capacity | None:
    """The capacity in which somebody acts that a few words name, or None."""
    said = fold(text)
    return next(
        (one for one, words in CAPACITY_WORDS.items() if any(word in said for word in words)), None
    )


def seen_in(text: str) -> SeenKind | None:
    """The paper looked at that a few words name, or None."""
    said = fold(text)
    return next(
        (one for one, words in SEEN_WORDS.items() if any(word in said for word in words)), None
    )


def recognised(headers: Mapping[int, str]) -> dict[Column, int]:
    """Which place of a header likely holds which of our columns."""
    known = {fold(alias): column for column, aliases in ALIASES.items() for alias in aliases}
    found: dict[Column, int] = {}
    for place, title in headers.items():
        column = known.get(fold(title))
        if column and column not in found:
            found[column] = place
    return found
