"""Files in a bucket: in parts, whole or not at all; away with the server, and back with it."""

from __future__ import annotations

import io
import os
import socket
from collections.abc import Iterator

import pytest

from hub.adapters.files.s3 import BucketKey, S3FileStore, bucket_config
from hub.bootstrap import s3_store
from hub.port_errors import FileMissing, FilesUnavailable, SealBroken
from hub.storage_settings import Bucket
from tests.s3_server import S3Server, s3_server

MEGABYTE = 1024 * 1024
PART = 5 * MEGABYTE
"""The smallest that S3 takes, but for the last."""
KEY = b"\1" * 32


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with s3_server(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture
def server(running: S3Server) -> Iterator[S3Server]:
    """The server with an empty bucket."""
    yield running
    for path in running.folder.rglob("*"):
        if path.is_file():
            path.unlink()


def store_of(bucket: Bucket) -> S3FileStore:
    config = bucket_config(bucket.endpoint, bucket.name, bucket.region, path_style=True)
    return S3FileStore(config, BucketKey(bucket.key_id, bucket.secret), part_bytes=PART)


class Megabytes(io.RawIOBase):
    """A stream of so many megabytes, which does something once it is read so far."""

    def __init__(self, megabytes: int, at: int = -1, does=None) -> None:
        self._left = megabytes * MEGABYTE
        self._at, self._does = self._left - at * MEGABYTE, does

    def readable(self) -> bool:
        return True

    def readinto(self, into) -> int:
        if self._does is not None and self._left <= self._at:
            does, self._does = self._does, None
            does()
        count = min(len(into), self._left)
        into[:count] = b"m" * count
        self._left -= count
        return count


def test_a_large_file_goes_in_parts_and_comes_back_in_pieces(server: S3Server) -> None:
    store = store_of(server.bucket)
    stored = store.put(io.BufferedReader(Megabytes(12)), sealed_to=KEY)
    assert stored.size == 12 * MEGABYTE
    assert sum(map(len, store.read(stored.key, opened_with=KEY))) == 12 * MEGABYTE
    assert server.parts_left() == []


def test_nothing_lies_in_clear_in_the_bucket(server: S3Server) -> None:
    store_of(server.bucket).put(io.BytesIO(b"Glycemie : 5,4 mmol/l. " * 2000), sealed_to=KEY)
    ((path, content),) = server.objects().items()
    assert b"Glycemie" not in content
    assert path.split("/")[0] == path.split("/")[1][:2]


def test_a_file_cut_on_its_way_is_never_seen_and_its_parts_are_taken_back(
    server: S3Server,
) -> None:
    def cut() -> None:
        assert server.parts_left(), "some are there already"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        store_of(server.bucket).put(io.BufferedReader(Megabytes(24, 20, cut)), sealed_to=KEY)
    assert server.objects() == {}
    assert server.parts_left() == []


def test_a_sealed_file_cut_while_it_moves_is_never_seen(server: S3Server) -> None:
    def cut() -> None:
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        store_of(server.bucket).take("0" * 32, io.BufferedReader(Megabytes(24, 20, cut)))
    assert server.objects() == {}
    assert server.parts_left() == []


def test_a_bucket_that_goes_while_a_file_is_sent_says_so_and_the_hub_goes_on(
    server: S3Server,
) -> None:
    store = store_of(server.bucket)
    aside = server.root / "aside"
    leaving = Megabytes(24, 12, lambda: server.folder.rename(aside))
    with pytest.raises(FilesUnavailable):
        store.put(io.BufferedReader(leaving), sealed_to=KEY)
    aside.rename(server.folder)
    assert server.objects() == {}
    stored = store.put(io.BytesIO(b"once more"), sealed_to=KEY)
    assert b"".join(store.read(stored.key, opened_with=KEY)) == b"once more"


def test_a_server_that_is_down_is_said_and_is_well_again_when_it_is_back(
    server: S3Server,
) -> None:
    store = store_of(server.bucket)
    stored = store.put(io.BytesIO(b"the letter"), sealed_to=KEY)
    server.stop()
    try:
        assert not store.is_well()
        with pytest.raises(FilesUnavailable):
            store.read(stored.key, opened_with=KEY)
        with pytest.raises(FilesUnavailable):
            store.put(io.BytesIO(b"another"), sealed_to=KEY)
        with pytest.raises(FilesUnavailable):
            store.delete(stored.key)
    finally:
        server.start()
    assert store.is_well()
    assert b"".join(store.read(stored.key, opened_with=KEY)) == b"the letter"
    assert len(server.objects()) == 1


def test_a_server_that_goes_in_the_middle_of_a_file_is_not_a_broken_seal(
    server: S3Server,
) -> None:
    store = store_of(server.bucket)
    stored = store.put(io.BufferedReader(Megabytes(12)), sealed_to=KEY)
    reading = store.read(stored.key, opened_with=KEY)
    next(reading)
    server.stop()
    try:
        with pytest.raises(FilesUnavailable):
            b"".join(reading)
    finally:
        server.start()


def test_a_file_altered_in_the_bucket_never_reads_as_whole(server: S3Server) -> None:
    store = store_of(server.bucket)
    stored = store.put(io.BytesIO(os.urandom(200_000)), sealed_to=KEY)
    path = server.folder / stored.key[:2] / stored.key
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(SealBroken):
        b"".join(store.read(stored.key, opened_with=KEY))


def test_a_bucket_that_is_not_there_loses_no_file(server: S3Server) -> None:
    """Its server says of each file that there is none: that is not to be believed."""
    stored = store_of(server.bucket).put(io.BytesIO(b"the letter"), sealed_to=KEY)
    wrong = Bucket(server.bucket.endpoint, "another-bucket", "fr-par", "key", "words")
    store = store_of(wrong)
    assert not store.is_well()
    with pytest.raises(FilesUnavailable):
        store.read(stored.key, opened_with=KEY)
    with pytest.raises(FilesUnavailable):
        store.delete(stored.key)
    with pytest.raises(FileMissing):
        store_of(server.bucket).read("0" * 32, opened_with=KEY)


def test_the_variables_of_other_programs_change_nothing(
    server: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "another")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "another")
    assert s3_store(server.bucket).is_well()


def test_a_server_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.adapters.files.s3.PROBE_S", 0.3)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        store = store_of(Bucket(f"http://127.0.0.1:{port}", "hub-files", "r", "key", "words"))
        assert not store.is_well()


def test_a_bucket_is_named_in_the_path_or_in_the_host() -> None:
    where = ("https://s3.example", "hub-files", "fr")
    assert bucket_config(*where, path_style=True)["endpoint"] == "https://s3.example"
    in_host = bucket_config(*where, path_style=False)
    assert in_host["endpoint"] == "https://hub-files.s3.example"
    assert in_host["virtual_hosted_style_request"]
