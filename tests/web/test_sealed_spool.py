"""A file of a form waits sealed on the disk, and reads as it was sent."""

from __future__ import annotations

import os
import tempfile
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask, request
from hypothesis import given
from hypothesis import strategies as st

from hub.web.sealed_spool import SealingRequest, sealed_spool

SECRET = b"Glycemie : 5,4 mmol/l. "


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Path]:
    """The temporary files that are made, each under a second name that stays to be looked at."""
    made: list[Path] = []
    mkstemp = tempfile.mkstemp

    def watched() -> tuple[int, str]:
        descriptor, name = mkstemp(dir=tmp_path)
        made.append(tmp_path / f"{len(made)}.spool")
        made[-1].hardlink_to(name)
        return descriptor, name

    monkeypatch.setattr(tempfile, "mkstemp", watched)
    return made


def test_a_file_of_a_form_is_never_in_clear_on_the_disk(kept: list[Path]) -> None:
    content, seen = SECRET * 20_000, []
    app = Flask("form")
    app.request_class = SealingRequest

    @app.post("/")
    def form() -> str:
        sent = request.files["file"]
        seen.append(sent.stream.read())
        seen.append(kept[0].read_bytes())
        return sent.filename or ""

    app.test_client().post("/", data={"file": (BytesIO(content), "bilan.csv")})
    assert seen[0] == content
    assert len(seen[1]) == len(content)
    assert SECRET not in seen[1]


def test_two_files_share_no_key(kept: list[Path]) -> None:
    for _ in range(2):
        with sealed_spool() as spool:
            spool.write(SECRET)
    assert kept[0].read_bytes() != kept[1].read_bytes()


@given(st.binary(max_size=300), st.lists(st.tuples(st.integers(0, 320), st.integers(0, 64))))
def test_it_reads_from_any_place_as_a_plain_file_does(
    content: bytes, looks: list[tuple[int, int]]
) -> None:
    plain = BytesIO(content)
    with sealed_spool() as spool:
        for at in range(0, len(content), 7):
            spool.write(content[at : at + 7])
        for at, size in looks:
            assert spool.seek(at) == plain.seek(at)
            assert spool.read(size) == plain.read(size)
        assert spool.seek(0, os.SEEK_END) == len(content)


def test_an_archive_opens_from_it() -> None:
    with sealed_spool() as spool:
        with zipfile.ZipFile(spool, "w") as archive:
            archive.writestr("bilan.csv", SECRET)
        spool.seek(0)
        assert zipfile.ZipFile(spool).read("bilan.csv") == SECRET
