"""Whoever copies the database, the files and every key of a hub still opens no file of an answer.

The thief tries all that lies there as a secret code, as what a code is derived from, as the cookie
of a visit that is going on, and as a key of the file itself. The journal holds nothing more: its
lines are rows of the same tables.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BytesIO
from typing import Any

import pyrage
from sqlalchemy import select

from hub.domain.outcomes import Outcome
from hub.domain.references import grouped, to_base32
from hub.extensions import db
from hub.models.answer import Document
from hub.models.key_holders import HOLDERS
from hub.models.rights_request import RightsRequest, Visit
from hub.port_errors import SealBroken
from hub.services.answering import AnswerDraft, ItemAnswer, answer
from hub.services.documents import receive_file
from hub.services.visits import open_visit
from tests.factories import Case, open_case

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
SECRET_BYTES = 15
TOKEN_BYTES = 32


def answered_with_a_file(unit: Any, ports: Any, session: Any) -> Case:
    """A case whose answer has a file, while its person is looking at it."""
    case = open_case(unit, ports)
    row = session.get(RightsRequest, case.receipt.rights_request_id)
    stored = receive_file(ports, "dossier.pdf", BytesIO(PDF), sealed_to=row.box_public, limit=10**6)
    given = (ItemAnswer(case.processing_id, Outcome.GRANTED),)
    with unit(case.agent) as work:
        answer(work, case.referral_id, AnswerDraft("Voici vos données.", given, (stored,)))
    with unit(case.person) as work:
        assert isinstance(open_visit(work, case.receipt.reference, case.receipt.secret), bytes)
    session.rollback()
    return case


def all_that_lies_there(session: Any, ports: Any, settings: Any) -> set[bytes]:
    """Each value of each table, the keys that the hub holds, and what those keys open."""
    found: set[bytes] = set()
    for table in db.metadata.sorted_tables:
        for row in session.execute(select(table)):
            found |= {value if isinstance(value, bytes) else str(value).encode() for value in row}
    for holder in HOLDERS:
        for wrapped in session.scalars(select(holder.column)):
            found.add(ports.keyring.unwrap(wrapped))
    keys = (*settings.hub_keys.values(), settings.pepper, settings.index_key)
    return found | set(keys) | {settings.secret_key.encode()}


def as_secrets(value: bytes, reference: str, keyring: Any) -> Iterator[str]:
    """A value as a code: as it reads, in its letters, and as what a code would be derived from."""
    yield value.hex()
    yield base64.b64encode(value).decode()
    yield grouped(to_base32(value[:SECRET_BYTES].ljust(SECRET_BYTES, b"\0")))
    for text in {value.decode("latin-1"), value.decode("utf-8", "replace"), value.hex()}:
        yield text
        for scope in ("web", "api", "batch", ""):
            yield keyring.derive_secret(f"{scope}:{text}", reference)
            yield keyring.derive_secret(text, reference)


def opens(attempt: Callable[..., Any], *given: Any) -> bool:
    """Whether a try of the thief succeeds."""
    with suppress(SealBroken, pyrage.IdentityError):
        attempt(*given)
        return True
    return False


def test_a_copy_of_database_disk_and_keys_opens_no_file_of_an_answer(
    unit, ports, session, settings
):
    case = answered_with_a_file(unit, ports, session)
    row = session.get(RightsRequest, case.receipt.rights_request_id)
    visit, document = session.scalars(select(Visit)).one(), session.scalars(select(Document)).one()
    keyring, files = ports.keyring, ports.files
    loot = all_that_lies_there(session, ports, settings)
    assert len(loot) > 150
    found = []
    for value in loot:
        for secret in set(as_secrets(value, row.reference, keyring)):
            if opens(keyring.unwrap_private, row.box_private_wrapped, secret, row.reference):
                found.append(("secret", secret))
        if len(value) == TOKEN_BYTES and opens(keyring.open_for_visit, visit.box_sealed, value):
            found.append(("visit", value))
        for key in (value, value.decode("latin-1")):
            if opens(lambda key: b"".join(files.read(document.storage_key, opened_with=key)), key):
                found.append(("file", value))
    assert not found
    private = keyring.unwrap_private(row.box_private_wrapped, case.receipt.secret, row.reference)
    assert b"".join(files.read(document.storage_key, opened_with=private)) == PDF, "her code opens"
