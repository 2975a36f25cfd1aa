"""One contract for the file stores: sealed, whole or not at all, and forgotten when deleted."""

import hashlib
import io
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.adapters.files.disk import DiskFileStore
from hub.adapters.files.memory import MemoryFileStore
from hub.adapters.files.sealing import seal_stream
from hub.adapters.keyring import Keyring
from hub.bootstrap import s3_store
from hub.port_errors import FileMissing, SealBroken, StorageFull
from hub.ports import FileStore
from tests.s3_server import S3Server, s3_server

LETTER = b"Glycemie : 5,4 mmol/l. " * 20_000
KEYRING = Keyring({1: b"\1" * 32}, 1, b"\2" * 32, b"\3" * 32)


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with s3_server(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture(params=["disk", "memory", "s3"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    if request.param == "s3":
        return s3_store(request.getfixturevalue("bucket").bucket)
    return DiskFileStore(tmp_path / "files") if request.param == "disk" else MemoryFileStore()


@pytest.fixture(params=["box", "data key"])
def keys(request: pytest.FixtureRequest) -> tuple[str | bytes, str | bytes]:
    """What a file is sealed to, and what opens it."""
    if request.param == "box":
        return KEYRING.new_box()
    data_key = KEYRING.new_data_key()[0]
    return data_key, data_key


@pytest.fixture
def other_keys(keys: tuple[str | bytes, str | bytes]) -> tuple[str | bytes, str | bytes]:
    if isinstance(keys[0], str):
        return KEYRING.new_box()
    return (os.urandom(32),) * 2


def test_a_file_comes_back_as_it_was_given(files: FileStore, keys: tuple) -> None:
    stored = files.put(io.BytesIO(LETTER), sealed_to=keys[0])
    assert stored.size == len(LETTER)
    assert stored.sha256 == hashlib.sha256(LETTER).hexdigest()
    assert b"".join(files.read(stored.key, opened_with=keys[1])) == LETTER


def test_an_empty_file_comes_back_empty(files: FileStore, keys: tuple) -> None:
    stored = files.put(io.BytesIO(b""), sealed_to=keys[0])
    assert stored.size == 0
    assert b"".join(files.read(stored.key, opened_with=keys[1])) == b""


def test_another_key_opens_nothing_and_says_so_before_the_first_byte(
    files: FileStore, keys: tuple, other_keys: tuple
) -> None:
    stored = files.put(io.BytesIO(LETTER), sealed_to=keys[0])
    with pytest.raises(SealBroken):
        files.read(stored.key, opened_with=other_keys[1])


def test_a_reader_may_stop_in_the_middle(files: FileStore, keys: tuple) -> None:
    stored = files.put(io.BytesIO(LETTER), sealed_to=keys[0])
    reading = files.read(stored.key, opened_with=keys[1])
    assert LETTER.startswith(next(reading))
    reading.close()
    assert list(reading) == []


def test_a_deleted_file_is_gone_and_may_be_deleted_again(files: FileStore, keys: tuple) -> None:
    stored = files.put(io.BytesIO(LETTER), sealed_to=keys[0])
    files.delete(stored.key)
    files.delete(stored.key)
    with pytest.raises(FileMissing):
        files.read(stored.key, opened_with=keys[1])


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "0" * 32, "A" * 32, "0" * 31 + "/"])
def test_a_key_that_names_no_file_finds_none(files: FileStore, key: str) -> None:
    with pytest.raises(FileMissing):
        files.read(key, opened_with=os.urandom(32))


def test_a_store_that_can_take_and_give_is_well(files: FileStore) -> None:
    assert files.is_well()


def test_a_full_store_says_so() -> None:
    with pytest.raises(StorageFull):
        MemoryFileStore(room=1000).put(io.BytesIO(LETTER), sealed_to=os.urandom(32))


def test_a_full_disk_says_so_and_keeps_nothing(tmp_path: Path) -> None:
    store = DiskFileStore(tmp_path, reserve_bytes=2**62)
    with pytest.raises(StorageFull):
        store.put(io.BytesIO(LETTER), sealed_to=os.urandom(32))
    assert list(tmp_path.rglob("*")) == []


def test_a_full_disk_is_not_well_nor_is_a_folder_that_is_gone(tmp_path: Path) -> None:
    assert not DiskFileStore(tmp_path, reserve_bytes=2**62).is_well()
    store = DiskFileStore(tmp_path / "files")
    (tmp_path / "files").rmdir()
    assert not store.is_well()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_disk_that_fills_while_writing_says_so(keys: tuple) -> None:
    with (
        Path("/dev/full").open("wb", buffering=0) as full,
        pytest.raises(StorageFull),
    ):
        seal_stream(io.BytesIO(LETTER), full, keys[0])


class Interrupted(io.BytesIO):
    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() > 100_000:
            raise ConnectionResetError
        return super().read(size)


def test_an_upload_cut_in_the_middle_leaves_nothing_on_disk(tmp_path: Path, keys: tuple) -> None:
    with pytest.raises(ConnectionResetError):
        DiskFileStore(tmp_path).put(Interrupted(LETTER), sealed_to=keys[0])
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_nothing_lies_in_clear_on_the_disk_and_nobody_else_may_look(
    tmp_path: Path, keys: tuple
) -> None:
    root = tmp_path / "files"
    stored = DiskFileStore(root).put(io.BytesIO(LETTER), sealed_to=keys[0])
    path = root / stored.key[:2] / stored.key
    assert b"Glycemie" not in path.read_bytes()
    assert [stat.S_IMODE(p.stat().st_mode) for p in (root, path.parent, path)] == [
        0o700,
        0o700,
        0o600,
    ]


@pytest.mark.parametrize("damage", ["flipped", "cut", "cut at a chunk"])
def test_a_file_altered_on_disk_never_reads_as_whole(
    tmp_path: Path, keys: tuple, damage: str
) -> None:
    store = DiskFileStore(tmp_path)
    stored = store.put(io.BytesIO(LETTER), sealed_to=keys[0])
    path = tmp_path / stored.key[:2] / stored.key
    sealed = bytearray(path.read_bytes())
    if damage == "flipped":
        sealed[-1000] ^= 1
    else:
        del sealed[-100 if damage == "cut" else -len(LETTER) % 65536 - 65552 :]
    path.write_bytes(sealed)
    with pytest.raises(SealBroken):
        b"".join(store.read(stored.key, opened_with=keys[1]))
