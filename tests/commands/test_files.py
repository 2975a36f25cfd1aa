"""`rights-hub files move`: every file changes its store, sealed as it is, and none is lost."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from config import Settings
from hub.adapters.files.two_places import move_file
from hub.bootstrap import files_of, places_of_files
from hub.cli import main
from hub.port_errors import FileMissing, SealBroken
from tests.s3_server import S3Server, in_bucket, s3_server

KEY = b"\1" * 32
Move = Callable[..., Result]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with s3_server(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture
def server(running: S3Server) -> Iterator[S3Server]:
    yield running
    for path in running.folder.rglob("*"):
        if path.is_file():
            path.unlink()


@pytest.fixture
def environ(server: S3Server, tmp_path: Path) -> dict[str, str]:
    """A hub whose new files go to the bucket."""
    return {"RIGHTS_HUB_HOME": str(tmp_path / "var"), **in_bucket(server.bucket)}


@pytest.fixture
def move(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Move:
    def moved(to: str, **more: str) -> Result:
        for name, text in (environ | more).items():
            monkeypatch.setenv(name, text)
        return CliRunner().invoke(main, ["files", "move", "--to", to])

    return moved


def settings_of(environ: dict[str, str], **more: str) -> Settings:
    return Settings.from_environment(environ | more)


def kept_on_disk(environ: dict[str, str], *contents: bytes) -> list[str]:
    """Files of a hub from before it had a bucket."""
    home = {"RIGHTS_HUB_HOME": environ["RIGHTS_HUB_HOME"]}
    store = files_of(settings_of(home))
    return [store.put(io.BytesIO(one), sealed_to=KEY).key for one in contents]


def test_files_move_to_the_bucket_and_back_and_are_read_all_the_way(
    move: Move, environ: dict[str, str], server: S3Server
) -> None:
    keys = kept_on_disk(environ, b"first", b"second")
    files = files_of(settings_of(environ))
    assert [b"".join(files.read(key, opened_with=KEY)) for key in keys] == [b"first", b"second"]
    assert server.objects() == {}
    done = move("s3")
    assert (done.exit_code, done.output.count("2 files moved")) == (0, 1)
    assert set(server.objects()) == {f"{key[:2]}/{key}" for key in keys}
    bucket, disk = places_of_files(settings_of(environ))
    assert list(disk.listed()) == []
    assert [b"".join(bucket.read(key, opened_with=KEY)) for key in keys] == [b"first", b"second"]
    assert "0 files moved" in move("s3").output
    assert move("disk", RIGHTS_HUB_FILES="disk").exit_code == 0
    assert server.objects() == {}
    assert sorted(disk.listed()) == sorted(keys)


def test_a_move_that_stops_goes_on_where_it_was(
    move: Move, environ: dict[str, str], server: S3Server
) -> None:
    keys = kept_on_disk(environ, b"first", b"second")
    server.stop()
    stopped = move("s3")
    server.start()
    assert stopped.exit_code == 1
    assert "run it again" in stopped.output
    assert move("s3").exit_code == 0
    assert len(server.objects()) == len(keys)


def test_a_copy_that_is_not_what_was_sent_deletes_nothing(
    environ: dict[str, str],
) -> None:
    (key,) = kept_on_disk(environ, b"the letter")
    bucket, disk = places_of_files(settings_of(environ))
    path = Path(environ["RIGHTS_HUB_HOME"]) / "files" / key[:2] / key

    class Altering:
        """The bucket, of which the disk changes as soon as the copy is made."""

        def __getattr__(self, name: str):
            return getattr(bucket, name)

        def take(self, taken: str, sealed) -> None:
            bucket.take(taken, sealed)
            path.write_bytes(path.read_bytes() + b"more")

    with pytest.raises(SealBroken):
        move_file(key, disk, Altering())
    assert disk.holds(key)


@pytest.mark.parametrize("when", ["take", "sealed"])
def test_a_file_deleted_while_it_moves_is_not_brought_back(
    environ: dict[str, str], when: str
) -> None:
    (key,) = kept_on_disk(environ, b"the letter")
    bucket, disk = places_of_files(settings_of(environ))

    class DeletedMeanwhile:
        """The bucket, of which the hub deletes the file once it is copied, or compared."""

        def __getattr__(self, name: str):
            def then_deleted(*given):
                done = getattr(bucket, name)(*given)
                disk.delete(key)
                return done

            return then_deleted if name == when else getattr(bucket, name)

    assert not move_file(key, disk, DeletedMeanwhile())
    with pytest.raises(FileMissing):
        files_of(settings_of(environ)).read(key, opened_with=KEY)


def test_a_file_is_deleted_wherever_it_is(
    move: Move, environ: dict[str, str], server: S3Server
) -> None:
    moved, kept = kept_on_disk(environ, b"first", b"second")
    files = files_of(settings_of(environ))
    files.delete(kept)
    move("s3")
    files.delete(moved)
    assert server.objects() == {}


def test_files_go_nowhere_that_new_ones_would_not_go(move: Move) -> None:
    refused = move("disk")
    assert refused.exit_code == 1
    assert "RIGHTS_HUB_FILES=disk" in refused.output


def test_a_hub_with_one_store_has_nothing_to_move(tmp_path: Path) -> None:
    run = CliRunner().invoke(
        main, ["files", "move", "--to", "disk"], env={"RIGHTS_HUB_HOME": str(tmp_path)}
    )
    assert run.exit_code == 1
    assert "No other store is named" in run.output
