"""The search for canaries finds each one that is planted, however it is packed or written."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import sqlite3
import zipfile
import zlib
from base64 import b64encode, urlsafe_b64encode
from datetime import date
from email.message import EmailMessage
from urllib.parse import quote

import pytest

from tests.security.canaries import HOW_MANY, MONTHS, Canary, Flock, Kind, secret
from tests.security.searching import Place, files_under, in_clear, leaks_in

FLOCK = Flock(7)
NAME, EMAIL, BIRTH, TEXT = (
    next(one for one in FLOCK.all if one.kind is kind)
    for kind in (Kind.NAME, Kind.EMAIL, Kind.BIRTH, Kind.TEXT)
)
SECRET = secret("7QFK-2WXP-9HTB-4MNC")
ALL = [*FLOCK.all, SECRET]


def mail_with(text: str, to: str = "dpo@chu.example") -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "hub@hub.example", to, "À lire"
    message.set_content(f"Bonjour à tous,\n\n{text} é", cte="base64")
    return message.as_bytes()


def zipped(text: str) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("feuille.xml", text)
    return kept.getvalue()


def flask_cookie(text: str) -> bytes:
    packed = zlib.compress(json.dumps({"said": text}).encode())
    return b"session=." + urlsafe_b64encode(packed).rstrip(b"=") + b".c2ln.HMAC"


WAYS = {
    "a line of a log": lambda one: f'{{"event": "x", "who": "{one.value}"}}\n'.encode(),
    "in capitals": lambda one: one.value.upper().encode(),
    "in an address": lambda one: f"/dossiers?mots={quote(one.value)}".encode(),
    "a deflated job of the queue": lambda one: b"data" + zlib.compress(one.value.encode()) + b"x",
    "a compressed log": lambda one: gzip.compress(one.value.encode()),
    "a workbook": lambda one: zipped(one.value),
    "a workbook, compressed": lambda one: gzip.compress(zipped(one.value)),
    "base64": lambda one: b"key=" + b64encode(b"x" + one.value.encode()),
    "hexadecimal": lambda one: one.value.encode().hex().encode(),
    "utf-16": lambda one: one.value.encode("utf-16-le"),
    "a bare digest": lambda one: hashlib.sha256(one.value.encode()).hexdigest().encode(),
    "a bare digest in bytes": lambda one: b"\0" + hashlib.md5(one.value.encode()).digest(),  # noqa: S324
    "the body of a mail": lambda one: mail_with(one.value),
    "a signed cookie": lambda one: flask_cookie(one.value),
}


@pytest.mark.parametrize("canary", [NAME, EMAIL, BIRTH, TEXT, SECRET], ids=lambda one: one.kind)
@pytest.mark.parametrize("way", WAYS)
def test_a_value_that_is_planted_is_found(way: str, canary: Canary) -> None:
    found = leaks_in([Place("clean", b"\0" * 5), Place("x", WAYS[way](canary))], ALL)
    assert [(leak.place, leak.number) for leak in found] == [("x", ALL.index(canary))]


@pytest.mark.parametrize(
    "written",
    ["{0:%d/%m/%Y}", "{0:%d.%m.%Y}", "{0.day}\u00a0{1} {0.year}", "{2} {0.day}, {0.year}"],
)
def test_a_date_of_birth_is_found_as_pages_word_it(written: str) -> None:
    born = date.fromisoformat(BIRTH.value)
    said = written.format(born, *MONTHS[born.month - 1])
    assert leaks_in([Place("x", said.encode())], ALL)


def test_her_own_address_stands_on_what_is_sent_to_her_and_on_nothing_else() -> None:
    assert not leaks_in([Place("1.eml", mail_with("À lire.", EMAIL.value))], ALL)
    assert leaks_in([Place("1.eml", mail_with(NAME.value, EMAIL.value))], ALL)
    assert leaks_in([Place("1.eml", mail_with(EMAIL.value))], ALL)
    assert leaks_in([Place("relay.log", mail_with("À lire.", EMAIL.value))], ALL)


def test_a_value_in_a_table_in_a_file_is_found_and_its_place_is_told(tmp_path) -> None:
    with sqlite3.connect(tmp_path / "hub.sqlite3") as database:
        database.execute("CREATE TABLE person (name TEXT)")
        database.execute("INSERT INTO person VALUES (?)", [NAME.value])
    database.close()
    (leak,) = leaks_in(files_under(tmp_path, "state"), ALL)
    assert (leak.place, leak.kind) == ("state/hub.sqlite3", "name")


def test_what_holds_none_is_clean_and_a_seed_makes_fifty_that_differ() -> None:
    said = "Madame Dubois, née le 8 mars 1965, angele@personne.example " * 50
    assert not leaks_in([Place("x", said.encode()), Place("y", zlib.compress(said.encode()))], ALL)
    assert sum(HOW_MANY.values()) == len({one.core for one in FLOCK.all}) == 50
    assert [one.value for one in Flock(7).all] == [one.value for one in FLOCK.all]


def test_what_was_never_filed_proves_nothing_and_is_told() -> None:
    flock = Flock(7)
    name = flock.take(Kind.NAME)
    assert len(flock.left) == 49
    assert [one.value for one in in_clear(flock.all, f"family_name={name}".encode())] == [name]
