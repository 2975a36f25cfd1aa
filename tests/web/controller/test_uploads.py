"""A large file goes out in parts: it survives broken lines, and nothing opens it on its way."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import func, select

from hub.adapters.clamd import MemoryAntivirus
from hub.models.answer import CleanedCopy, Document
from hub.models.rights_request import RightsRequest
from hub.models.upload import Upload, UploadPart, UploadState
from hub.port_errors import SealBroken, StorageFull
from hub.services import uploads
from tests.papers_that_act import active_pdf
from tests.web.controller.pages import PDF, send, token_of
from tests.web.controller.test_answers import GRANTED
from workers.jobs.upkeep import sweep

SECRET = b"Glycemie;5,4 mmol/l\n"
TABLE = SECRET * 150
PART = 1000


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch):
    """Parts of a thousand bytes, so that three thousand make a large file."""
    monkeypatch.setattr(uploads, "PART_BYTES", PART)
    monkeypatch.setattr("hub.web.controller.uploads.PART_BYTES", PART)


class Sender:
    """The script of the page."""

    def __init__(self, client, desk, token: bytes | None = None) -> None:
        self.client, self.url = client, f"{desk.url}/depots"
        page = client.get(f"{desk.url}/repondre")
        self.headers = {
            "X-CSRFToken": token_of(page),
            "Upload-Token": (token or os.urandom(32)).hex(),
        }
        self.id = ""

    def begin(self, name: str = "bilan.csv", size: int = len(TABLE)):
        said = self.client.post(self.url, data={"name": name, "size": size}, headers=self.headers)
        self.id = (said.json or {}).get("id", "")
        return said

    def part(self, number: int, content: bytes):
        address = f"{self.url}/{self.id}/{number}"
        kind = "application/octet-stream"
        return self.client.put(address, data=content, headers=self.headers, content_type=kind)

    def end(self):
        return self.client.post(f"{self.url}/{self.id}/fin", headers=self.headers)

    def whole(self, name: str = "bilan.csv", content: bytes = TABLE):
        self.begin(name, len(content))
        for number, at in enumerate(range(0, len(content), PART)):
            assert self.part(number, content[at : at + PART]).status_code == 200
        return self.end()


@pytest.fixture
def sender(agent, desk) -> Sender:
    return Sender(agent, desk)


def opened_by_person(session, ports, desk, key: str) -> bytes:
    request = session.scalar(select(RightsRequest))
    receipt = desk.case.receipt
    private = ports.keyring.unwrap_private(
        request.box_private_wrapped, receipt.secret, receipt.reference
    )
    return b"".join(ports.files.read(key, opened_with=private))


def test_a_file_sent_in_parts_leaves_with_the_answer_and_only_the_person_opens_it(
    agent, desk, sender, session, ports
):
    assert sender.whole().json["state"] == "ready"
    checked = send(agent, f"{desk.url}/repondre", step="check", **GRANTED)
    assert "Fichiers prêts à partir" in checked.text
    assert "bilan.csv" in checked.text
    send(agent, f"{desk.url}/repondre", step="send", waiting_file=sender.id, **GRANTED)
    session.rollback()
    document = session.scalar(select(Document))
    assert (document.size, document.media_type) == (len(TABLE), "text/csv")
    assert opened_by_person(session, ports, desk, document.storage_key) == TABLE
    assert session.scalar(select(Upload)) is None
    assert session.scalar(select(UploadPart)) is None
    assert len(ports.files.sealed) == 2, "the file and the letter: no part is left"


def test_what_is_unticked_does_not_leave(agent, desk, sender, session):
    sender.whole()
    fields = {"waiting_files_shown": "yes", "step": "send"} | GRANTED
    assert send(agent, f"{desk.url}/repondre", **fields).location == desk.url
    session.rollback()
    assert session.scalar(select(Document)) is None


def test_after_a_broken_connection_only_what_is_missing_is_sent_again(sender, session):
    sender.begin()
    sender.part(0, TABLE[:PART])
    sender.part(2, TABLE[2 * PART :])
    found = sender.begin()
    assert (found.json["received"], found.json["parts"]) == ([0, 2], 3)
    said = sender.end()
    assert (said.status_code, said.json["code"]) == (409, "parts_missing")
    sender.part(1, TABLE[PART : 2 * PART])
    assert sender.end().json["state"] == "ready"
    assert sender.end().json["state"] == "ready", "asked again, it does nothing"
    session.rollback()
    assert session.scalar(select(func.count(Upload.id))) == 1


def test_a_part_sent_twice_counts_once_and_the_last_is_kept(sender, session, ports):
    sender.begin(size=PART)
    sender.part(0, b"x" * PART)
    sender.part(0, TABLE[:PART])
    assert len(ports.files.sealed) == 1
    sender.end()
    session.rollback()
    assert session.scalar(select(Upload.sha256)) == hashlib.sha256(TABLE[:PART]).hexdigest()


@pytest.mark.parametrize(("number", "size"), [(0, PART - 1), (0, PART + 1), (2, 1), (3, PART)])
def test_a_part_of_another_size_or_out_of_place_is_refused_and_not_kept(
    sender, ports, number, size
):
    sender.begin(size=2 * PART + 500)
    assert sender.part(number, b"x" * size).status_code == 422
    assert not ports.files.sealed


def test_nothing_that_the_hub_has_opens_a_part_on_its_way(sender, session, ports, settings, unit):
    sender.begin()
    sender.part(0, TABLE[:PART])
    session.rollback()
    row, part = session.scalar(select(Upload)), session.scalar(select(UploadPart))
    assert SECRET not in b"".join(ports.files.sealed.values())
    assert b"bilan" not in row.title_sealed
    known = [*settings.hub_keys.values(), settings.pepper, settings.index_key, row.token_hash]
    for key in known:
        with pytest.raises(SealBroken):
            b"".join(ports.files.read(part.storage_key, opened_with=key))


def test_another_token_finds_nothing(agent, desk, sender):
    sender.begin()
    other = Sender(agent, desk)
    other.id = sender.id
    assert other.part(0, TABLE[:PART]).status_code == 404
    assert other.end().status_code == 404


def test_a_file_that_is_not_what_it_says_is_refused_once_whole_and_its_parts_are_gone(
    sender, session, ports
):
    said = sender.whole("copie.pdf", b"MZ" * PART)
    assert said.status_code == 422
    assert "copie.pdf" not in said.json["said"] or said.json["said"]
    session.rollback()
    assert session.scalar(select(Upload)) is None
    assert not ports.files.sealed


def test_a_kind_that_is_never_taken_is_refused_before_it_is_sent(sender, session):
    said = sender.begin("macro.exe", 10)
    assert said.status_code == 422
    assert "« macro.exe » est refusé" in said.json["said"].replace("\u00a0", " ")


def test_the_files_of_one_answer_have_a_limit_together(app, agent, desk, session):
    app.extensions["settings"] = replace(app.extensions["settings"], max_answer_bytes=5000)
    Sender(agent, desk).begin(size=3000)
    said = Sender(agent, desk).begin(size=2001)
    assert said.status_code == 422
    assert "dépasse" in said.json["said"]
    assert Sender(agent, desk).begin(size=2000).status_code == 200


def test_while_the_antivirus_is_silent_the_parts_wait(app, sender, session, ports_with):
    antivirus = MemoryAntivirus(b"EICAR")
    app.extensions["ports"] = ports_with(antivirus=antivirus)
    antivirus.answers = False
    assert sender.whole().status_code == 503
    session.rollback()
    assert session.scalar(select(Upload.state)) is UploadState.RECEIVING
    antivirus.answers = True
    assert sender.end().json["state"] == "ready"


def test_a_check_that_runs_is_waited_for_and_one_cut_short_begins_again(sender, unit, desk):
    sender.begin(size=PART)
    sender.part(0, TABLE[:PART])
    for ends_in, said in ((timedelta(minutes=15), "being_checked"), (timedelta(0), None)):
        with unit(desk.agent) as work:
            row = work.session.scalar(select(Upload))
            row.state, row.checking_until = UploadState.CHECKING, work.now + ends_in
        assert sender.end().json.get("code") == said


def test_a_full_store_says_so_and_the_file_goes_on_once_there_is_room(sender, ports, monkeypatch):
    sender.begin()

    def full(stream, *, sealed_to):
        raise StorageFull

    with monkeypatch.context() as patched:
        patched.setattr(ports.files, "put", full)
        assert sender.part(0, TABLE[:PART]).status_code == 503
    assert sender.part(0, TABLE[:PART]).status_code == 200


def test_what_nobody_goes_on_with_is_gone_after_a_day(sender, session, ports, clock):
    sender.begin()
    sender.part(0, TABLE[:PART])
    clock.advance(hours=23)
    sweep()
    assert ports.files.sealed
    clock.advance(hours=2)
    sweep()
    assert not ports.files.sealed
    session.rollback()
    assert session.scalar(select(Upload)) is None


def test_what_is_forgotten_waits_for_a_store_that_is_away(sender, session, ports, clock):
    sender.begin()
    sender.part(0, TABLE[:PART])
    clock.advance(hours=25)
    ports.files.answers = False
    sweep()
    session.rollback()
    assert session.scalar(select(Upload)) is not None, "its line alone names the part"
    ports.files.answers = True
    sweep()
    assert not ports.files.sealed


def test_a_file_is_given_up_at_once(sender, session, ports):
    sender.begin()
    sender.part(0, TABLE[:PART])
    sender.client.post(f"{sender.url}/{sender.id}/abandon", headers=sender.headers)
    assert not ports.files.sealed


def test_a_paper_that_acts_takes_its_safe_copy_along(agent, desk, sender, session, ports):
    sender.whole("copie.pdf", active_pdf())
    send(agent, f"{desk.url}/repondre", step="send", waiting_file=sender.id, **GRANTED)
    session.rollback()
    document = session.scalar(select(Document))
    assert document.cautions == "javascript"
    copy = session.scalar(select(CleanedCopy))
    assert opened_by_person(session, ports, desk, copy.storage_key).startswith(b"%PDF")


def test_a_file_and_parts_together_are_ten_at_most(agent, desk, sender, session):
    sender.whole()
    files = [(BytesIO(PDF), f"{n}.pdf") for n in range(10)]
    fields = GRANTED | {"step": "send", "waiting_file": sender.id, "files": files}
    said = send(agent, f"{desk.url}/repondre", **fields)
    assert said.status_code == 422
    assert session.scalar(select(Document)) is None
