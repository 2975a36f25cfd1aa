"""Fifty invented values of people, and every form under which one could turn up elsewhere."""

from __future__ import annotations

import hashlib
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from random import Random

CONSONANTS, VOWELS = "bdfgjklmnprtvz", "aeiou"
SYLLABLES = 6
FIRST_BIRTH, BIRTH_DAYS = date(1911, 1, 1), 3000
MONTHS = (
    ("janvier", "january"), ("février", "february"), ("mars", "march"), ("avril", "april"),
    ("mai", "may"), ("juin", "june"), ("juillet", "july"), ("août", "august"),
    ("septembre", "september"), ("octobre", "october"), ("novembre", "november"),
    ("décembre", "december"),
)  # fmt: skip
DIGESTS = ("sha256", "sha1", "md5", "sha512")


class Kind(StrEnum):
    """What is said of somebody."""

    BIRTH = "date of birth"
    EMAIL = "e-mail"
    NAME = "name"
    SECRET = "secret"
    TEXT = "free text"


HOW_MANY = {Kind.NAME: 14, Kind.EMAIL: 11, Kind.BIRTH: 7, Kind.TEXT: 18}


@dataclass(frozen=True)
class Canary:
    """One value as it is typed; `core` is the part of it that nothing else holds."""

    kind: Kind
    value: str
    core: str

    @property
    def plain_forms(self) -> frozenset[bytes]:
        """As it reads, in small letters: as typed, as a page or a file words it."""
        if self.kind is not Kind.BIRTH:
            return frozenset({self.core.lower().encode()})
        return frozenset(form.encode() for form in _dates(date.fromisoformat(self.value)))

    @property
    def exact_forms(self) -> frozenset[bytes]:
        """In another alphabet, or as a bare digest that whoever guesses can check."""
        found: set[bytes] = set()
        for text in {self.core, self.core.lower()}:
            found |= set(_in_base64(text.encode()))
            found |= {text.encode().hex().encode(), text.encode().hex().upper().encode()}
            found.add(text.encode("utf-16-le"))
        for text in {self.value, self.value.lower()}:
            found |= set(_digests(text.encode()))
        return frozenset(found)


class Flock:
    """Fifty canaries that a seed makes; each is given out once."""

    def __init__(self, seed: int) -> None:
        self._chance = Random(seed)
        made = {kind: [self._make(kind) for _ in range(count)] for kind, count in HOW_MANY.items()}
        self.all = [canary for group in made.values() for canary in group]
        self._left = made

    def take(self, kind: Kind) -> str:
        """One that was not given out yet."""
        return self._left[kind].pop().value

    @property
    def left(self) -> list[Canary]:
        """Those that no door was given."""
        return [canary for group in self._left.values() for canary in group]

    def _make(self, kind: Kind) -> Canary:
        if kind is Kind.BIRTH:
            born = FIRST_BIRTH + timedelta(days=self._chance.randrange(BIRTH_DAYS))
            return Canary(kind, born.isoformat(), born.isoformat())
        core = "".join(
            self._chance.choice(CONSONANTS) + self._chance.choice(VOWELS) for _ in range(SYLLABLES)
        )
        value = {
            Kind.NAME: core.capitalize(),
            Kind.EMAIL: f"{core}@personne.example",
            Kind.TEXT: f"Depuis mon hospitalisation à l’été, {core} me gêne toujours.",
        }[kind]
        return Canary(kind, value, core.capitalize() if kind is Kind.NAME else core)


def secret(value: str) -> Canary:
    """What opens something: a secret code, a token."""
    return Canary(Kind.SECRET, value, value)


def _dates(born: date) -> Iterator[str]:
    yield from (f"{born:%Y-%m-%d}", f"{born:%d/%m/%Y}", f"{born:%d-%m-%Y}", f"{born:%d.%m.%Y}")
    for month in MONTHS[born.month - 1]:
        for space in " \u00a0\u202f":
            yield f"{born.day}{space}{month} {born.year}"
            yield f"{month}{space}{born.day}, {born.year}"


def _in_base64(text: bytes) -> Iterator[bytes]:
    """The letters that stand for it wherever it begins among the bytes that are written."""
    for before in range(3):
        padded = b"\0" * before + text
        first, last = -(-before * 4 // 3), len(padded) * 4 // 3
        for encode in (b64encode, urlsafe_b64encode):
            yield encode(padded)[first:last]


def _digests(text: bytes) -> Iterator[bytes]:
    for name in DIGESTS:
        raw = hashlib.new(name, text).digest()
        yield from (raw, raw.hex().encode(), b64encode(raw).rstrip(b"="))
        yield urlsafe_b64encode(raw).rstrip(b"=")
