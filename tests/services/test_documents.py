"""Receiving a file: what is refused keeps nothing, and what a reader should know is kept."""

from __future__ import annotations

from io import BytesIO

import pytest

from hub.adapters.clamd import MemoryAntivirus
from hub.port_errors import FileInfected, ScannerUnavailable, StorageFull
from hub.ports import Caution, Scan
from hub.services.documents import discard_files, receive_file, release_files
from tests.papers_that_act import active_pdf

BOX = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"


def receive(ports, content: bytes, name: str = "a.txt", sealed_to: str | bytes = BOX):
    return receive_file(ports, name, BytesIO(content), sealed_to=sealed_to, limit=10_000_000)


@pytest.fixture
def antivirus(ports_with):
    """An antivirus, and the outside that has it."""
    known = MemoryAntivirus(b"EICAR")
    return known, ports_with(antivirus=known)


def test_a_harmful_file_is_refused_and_nothing_of_it_is_kept(antivirus):
    _, ports = antivirus
    with pytest.raises(FileInfected):
        receive(ports, b"EICAR")
    assert not ports.files.sealed


def test_while_the_antivirus_is_silent_nothing_is_taken_and_once_it_answers_all_is(antivirus):
    known, ports = antivirus
    known.answers = False
    with pytest.raises(ScannerUnavailable):
        receive(ports, b"Bonjour")
    assert not ports.files.sealed
    known.answers = True
    assert receive(ports, b"Bonjour").cautions == ()


def test_a_file_too_large_for_the_antivirus_says_so_to_its_reader(ports_with, monkeypatch):
    known = MemoryAntivirus(b"EICAR")
    monkeypatch.setattr(known, "scan", lambda stream: Scan.TOO_LARGE)
    assert receive(ports_with(antivirus=known), b"Bonjour").cautions == (Caution.NOT_SCANNED,)


def test_a_paper_that_acts_gets_a_copy_only_where_the_person_reads_it(ports):
    to_person = receive(ports, active_pdf(), "a.pdf")
    assert to_person.cleaned
    from_person = receive(ports, active_pdf(), "a.pdf", sealed_to=b"0" * 32)
    assert from_person.cautions == to_person.cautions == (Caution.JAVASCRIPT,)
    assert from_person.cleaned is None
    discard_files(ports, [to_person, from_person])
    assert not ports.files.sealed


def test_files_of_an_act_that_failed_are_let_go_even_where_the_store_is_away(ports):
    kept = receive(ports, b"Bonjour")
    ports.files.answers = False
    assert not release_files(ports, [kept.stored.key]), "left over, and said in the log"
    discard_files(ports, [kept])
    ports.files.answers = True
    assert release_files(ports, [kept.stored.key])
    assert not ports.files.sealed


def test_a_copy_that_finds_no_room_takes_its_original_with_it(ports, monkeypatch):
    put, stored = ports.files.put, []

    def full_the_second_time(stream, *, sealed_to):
        if stored:
            raise StorageFull
        stored.append(put(stream, sealed_to=sealed_to))
        return stored[-1]

    monkeypatch.setattr(ports.files, "put", full_the_second_time)
    with pytest.raises(StorageFull):
        receive(ports, active_pdf(), "a.pdf")
    assert not ports.files.sealed
