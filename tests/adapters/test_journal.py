"""The intake journal on disk: sealed, whole lines only, readable with the recovery key alone."""

import os
import stat
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pyrage
import pytest

from hub.adapters.journal import FolderJournal
from hub.bootstrap import recovery_pair
from hub.port_errors import JournalUnavailable
from hub.ports import JournalLine, UnreadLine
from hub.state_folder import SecretsUnreadable

PUBLIC, PRIVATE = (lambda pair: (str(pair.to_public()), str(pair)))(
    pyrage.x25519.Identity.generate()
)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "journal"


@pytest.fixture
def journal(folder, clock):
    return FolderJournal(folder, PUBLIC, clock)


def line(content=b"Marie Curie"):
    return JournalLine(uuid4(), content)


def parts(folder):
    return sorted(folder.glob("*.journal"))


def test_what_is_written_is_read_again_in_its_order(journal):
    lines = [line(b"first"), line(b""), line(b"third" * 9000)]
    journal.write(lines[:2])
    journal.write(lines[2:])
    assert list(journal.read(PRIVATE)) == lines
    assert journal.ids() == {one.id for one in lines}


def test_nothing_lies_in_clear_and_nobody_else_may_read_the_file(journal, folder):
    journal.write([line(b"Marie Curie")])
    (part,) = parts(folder)
    assert b"Curie" not in part.read_bytes()
    assert stat.S_IMODE(part.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_whoever_writes_cannot_read_only_the_recovery_key_opens(journal):
    journal.write([line()])
    (part,) = parts(journal._folder)
    for other in (str(pyrage.x25519.Identity.generate()), "not a key"):
        assert list(journal.read(other)) == [UnreadLine(part.name, 1)]


def test_a_line_that_a_power_cut_tore_is_left_out_and_the_others_stay(journal, folder):
    whole = line()
    journal.write([whole, line()])
    (part,) = parts(folder)
    part.write_bytes(part.read_bytes()[:-7])
    assert list(journal.read(PRIVATE)) == [whole]
    assert journal.ids() == {whole.id}


def test_a_line_moved_to_another_request_is_refused(journal, folder):
    kept = line()
    journal.write([kept])
    (part,) = parts(folder)
    part.write_bytes(part.read_bytes().replace(kept.id.hex.encode(), uuid4().hex.encode()))
    assert list(journal.read(PRIVATE)) == [UnreadLine(part.name, 2)]


@pytest.mark.parametrize("harm", [b"\xff\xfe rubbish\n", b"\n", b"0 AAAA\n"])
def test_a_line_that_was_harmed_stops_neither_those_around_it_nor_the_next_part(
    journal, folder, clock, harm
):
    before, after, tomorrow = line(), line(), line()
    journal.write([before])
    with parts(folder)[0].open("ab") as part:
        part.write(harm)
    journal.write([after])
    clock.advance(days=1)
    journal.write([tomorrow])
    name = parts(folder)[0].name
    assert list(journal.read(PRIVATE)) == [before, UnreadLine(name, 3), after, tomorrow]
    assert journal.ids() == {before.id, after.id, tomorrow.id}


def test_a_part_sealed_to_a_former_key_stops_no_other(journal, folder, clock):
    former = FolderJournal(folder, str(pyrage.x25519.Identity.generate().to_public()), clock)
    former.write([line()])
    clock.advance(days=1)
    kept = line()
    journal.write([kept])
    assert list(journal.read(PRIVATE)) == [UnreadLine(parts(folder)[0].name, 1), kept]


def test_each_day_and_each_process_begins_a_part_of_its_own(journal, folder, clock):
    journal.write([line()])
    journal.write([line()])
    assert len(parts(folder)) == 1
    clock.advance(days=1)
    journal.write([line()])
    assert len(parts(folder)) == 2
    if (child := os.fork()) == 0:
        journal.write([line()])
        os._exit(0)
    os.waitpid(child, 0)
    assert len(parts(folder)) == 3
    assert len(list(journal.read(PRIVATE))) == 4


def test_a_part_goes_when_its_days_are_over(journal, folder, clock):
    journal.write([line()])
    clock.advance(days=35)
    assert journal.count_over(clock.now(), 35) == 0
    assert journal.delete_over(clock.now(), 35) == 0
    clock.advance(days=1)
    assert journal.count_over(clock.now(), 35) == 1
    assert journal.delete_over(clock.now(), 35) == 1
    assert not parts(folder)


def test_what_was_read_of_a_part_is_not_read_again_unless_its_size_or_date_changes(
    journal, folder, monkeypatch
):
    read = []
    whole = Path.open
    monkeypatch.setattr(
        Path, "open", lambda path, mode: read.append(path.name) or whole(path, mode)
    )
    first = line(b"of yesterday" * 900)
    journal.write([first])
    (part,) = parts(folder)
    assert (journal.ids(), journal.ids()) == ({first.id}, {first.id})
    assert read == [part.name]
    second = line()
    journal.write([second])
    assert journal.ids() == {first.id, second.id}
    assert read == [part.name] * 2
    changed = part.read_bytes().replace(second.id.hex.encode(), b"z" * 32)
    read.clear()
    part.write_bytes(changed)
    os.utime(part, ns=(1, 1))
    assert journal.ids() == {first.id}
    part.unlink()
    assert journal.ids() == set()


def test_a_part_that_grew_is_read_from_where_its_last_whole_line_ended(journal, folder):
    kept, torn = line(), line()
    journal.write([kept])
    (part,) = parts(folder)
    whole = part.read_bytes()
    with part.open("ab") as end:
        end.write(torn.id.hex.encode()[:20])
    assert journal.ids() == {kept.id}
    with part.open("ab") as end:
        end.write(torn.id.hex.encode()[20:] + b" AAAA\n")
    assert journal.ids() == {kept.id, torn.id}
    part.write_bytes(whole)
    assert journal.ids() == {kept.id}


def test_a_folder_that_cannot_be_written_is_said_and_heals(journal, folder):
    folder.rmdir()
    folder.write_text("in the way")
    assert not journal.is_writable()
    with pytest.raises(JournalUnavailable):
        journal.write([line()])
    folder.unlink()
    journal.write([line()])
    assert journal.is_writable()
    assert len(journal.ids()) == 1


def test_a_part_that_somebody_removed_takes_no_further_line_along(journal, folder):
    journal.write([line()])
    parts(folder)[0].unlink()
    kept = line()
    journal.write([kept])
    assert journal.ids() == {kept.id}


def test_after_a_failure_the_next_line_begins_another_part(journal, folder, monkeypatch):
    journal.write([line()])
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", _no_space)
        with pytest.raises(JournalUnavailable):
            journal.write([line()])
    journal.write([line()])
    assert len(parts(folder)) == 2


def test_who_waited_for_a_disk_that_failed_is_not_told_that_it_kept_the_line(journal, monkeypatch):
    journal.write([line()])
    part = journal._part
    end = part.append([line()])
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", _no_space)
        with pytest.raises(JournalUnavailable):
            journal.write([line()])
    with pytest.raises(OSError, match="error"):
        part.sync_to(end)


def test_a_line_torn_by_a_full_disk_is_followed_by_no_other_in_its_part(
    journal, folder, monkeypatch
):
    kept, lost, next_one = line(), line(), line()
    journal.write([kept])
    whole = os.write
    with monkeypatch.context() as broken:
        calls = iter([lambda fd, text: whole(fd, text[:20])])
        broken.setattr(os, "write", lambda fd, text: next(calls, _no_space_for)(fd, text))
        with pytest.raises(JournalUnavailable):
            journal.write([lost])
    journal.write([next_one])
    assert journal.ids() == {kept.id, next_one.id}
    assert set(journal.read(PRIVATE)) == {kept, next_one}


def _no_space_for(_descriptor, _text):
    raise OSError(28, "No space left on device")


def _no_space(_descriptor):
    raise OSError(28, "No space left on device")


def test_the_recovery_key_of_a_hub_is_made_once_and_is_its_owners_alone(tmp_path):
    first = recovery_pair(tmp_path)
    assert recovery_pair(tmp_path) == first
    assert stat.S_IMODE((tmp_path / "recovery.key").stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == [".lock", "recovery.key"]


def test_an_old_part_is_read_before_a_newer_one(journal, clock):
    first, second = line(b"1"), line(b"2")
    clock.instant += timedelta(days=1)
    journal.write([second])
    clock.instant -= timedelta(days=1)
    journal.write([first])
    assert list(journal.read(PRIVATE)) == [first, second]


def test_a_recovery_key_that_was_overwritten_is_named_and_not_replaced(tmp_path):
    (tmp_path / "recovery.key").write_text("not a key")
    with pytest.raises(SecretsUnreadable, match=r"recovery\.key cannot be read"):
        recovery_pair(tmp_path)
    assert (tmp_path / "recovery.key").read_text() == "not a key"
