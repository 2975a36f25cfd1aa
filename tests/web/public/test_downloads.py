"""Saving a file: once for each press, in this visit alone, and safely where the file acts."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from pikepdf import Pdf
from sqlalchemy import select

from hub.domain.audit_log import EventKind
from hub.models.answer import CleanedCopy, Document, DownloadTicket
from hub.models.audit_event import AuditEvent
from hub.port_errors import SealBroken
from tests.papers_that_act import active_pdf
from tests.retained import PDF, answered
from tests.web.controller.pages import send
from workers.jobs.upkeep import sweep

MINE = "/suivre/ma-demande"


@pytest.fixture
def press(enter, unit, ports, session):
    """Presses "Save" on the one file of an answer; gives the address of the download."""

    def pressed(case, **sent: str) -> str:
        document_id = session.scalar(select(Document.id))
        given = send(enter(case.receipt), f"/suivre/fichier/{document_id}", at=MINE, **sent)
        assert given.status_code == 303
        return str(given.location)

    return pressed


def openings(session) -> int:
    session.rollback()
    wanted = select(AuditEvent).where(AuditEvent.kind == EventKind.DOCUMENT_OPENED)
    return len(session.scalars(wanted).all())


def test_a_download_is_good_once(press, unit, ports, client, session):
    address = press(answered(unit, ports))
    assert client.get(address).data == PDF
    again = client.get(address)
    assert again.location == MINE
    assert "appuyez de nouveau" in client.get(MINE).text
    assert openings(session) == 1


def test_a_download_is_good_for_a_minute(press, unit, ports, client, clock, session):
    address = press(answered(unit, ports))
    clock.advance(seconds=61)
    assert client.get(address).location == MINE
    assert openings(session) == 0


def test_a_download_is_good_in_the_visit_that_asked_for_it_alone(
    press, enter, unit, ports, clock, session
):
    case = answered(unit, ports)
    address = press(case)
    clock.advance(seconds=5)
    assert enter(case.receipt).get(address).location == MINE, "another visit of the same person"
    assert openings(session) == 0


def test_a_file_that_the_store_cannot_give_now_is_asked_for_again_later(
    press, unit, ports, client, session
):
    case = answered(unit, ports)
    ports.files.answers = False
    assert client.get(press(case)).location == MINE
    assert "réessayez dans quelques minutes" in client.get(MINE).text.replace("\u00a0", " ")
    assert openings(session) == 0
    ports.files.answers = True
    assert client.get(press(case)).data == PDF


def test_the_database_holds_no_ticket_that_opens_and_unused_ones_are_swept(
    press, unit, ports, clock, session
):
    address = press(answered(unit, ports))
    session.rollback()
    row = session.scalar(select(DownloadTicket))
    ticket = address.rsplit("/", 1)[1].encode()
    assert ticket not in row.token_hash + row.holder_hash
    clock.advance(minutes=2)
    sweep()
    session.rollback()
    assert session.scalar(select(DownloadTicket)) is None


def test_a_paper_that_acts_is_told_and_a_safe_copy_is_offered_beside_the_original(
    press, unit, ports, client, session
):
    case = answered(unit, ports, content=active_pdf())
    copy = client.get(press(case, copy="cleaned"))
    assert b"/JavaScript" not in copy.data
    assert len(Pdf.open(BytesIO(copy.data)).pages) == 1
    assert "copie" in copy.headers["Content-Disposition"]
    page = client.get(re.search(r"/suivre/reponse/[0-9a-f-]{36}", client.get(MINE).text)[0]).text
    for words in ("Prudence", "un petit programme (JavaScript)", "Enregistrer une copie sûre"):
        assert words in page
    original = client.get(press(case))
    assert original.data == active_pdf()


def test_no_key_of_the_hub_opens_the_safe_copy(unit, ports, session):
    answered(unit, ports, content=active_pdf())
    copy = session.scalar(select(CleanedCopy))
    with pytest.raises(SealBroken):
        b"".join(ports.files.read(copy.storage_key, opened_with=b"\1" * 32))


def test_a_file_without_copy_has_none_to_ask_for(press, unit, ports, client):
    assert client.get(press(answered(unit, ports), copy="cleaned")).status_code == 404
