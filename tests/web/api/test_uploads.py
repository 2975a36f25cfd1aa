"""A program sends a large file of its answer in parts, and goes on after a broken connection."""

from __future__ import annotations

import os

import pytest
from sqlalchemy import select

from hub.domain.actors import SYSTEM
from hub.models.answer import Document
from hub.models.member import TokenScope
from hub.models.upload import Upload
from hub.services import uploads
from hub.services.tokens import create_token
from tests.factories import add_organisation, open_case

PART = 1000
TABLE = b"Glycemie;5,4 mmol/l\n" * 125


@pytest.fixture
def case(app, unit, ports, monkeypatch):
    """A case that waits for its answer; parts of a thousand bytes."""
    monkeypatch.setattr(uploads, "PART_BYTES", PART)
    monkeypatch.setattr("hub.web.api.uploads.PART_BYTES", PART)
    return open_case(unit, ports)


@pytest.fixture
def program(client, unit, case):
    """Calls the API about the files of this case, with the token of one file."""
    with unit(SYSTEM) as work:
        bearer = create_token(work, case.organisation_id, [TokenScope.ANSWER], "program")
    head = {"Authorization": f"Bearer {bearer}", "Upload-Token": os.urandom(32).hex()}

    def call(method: str, path: str = "", **sent):
        address = f"/api/v1/referrals/{case.referral_id}{path}"
        headers = head | sent.pop("headers", {})
        return client.open(address, method=method, headers=headers, **sent)

    return call


def announced(program) -> str:
    said = program("POST", "/uploads", json={"name": "bilan.csv", "size": len(TABLE)})
    assert said.status_code == 201, said.json
    assert (said.json["parts"], said.json["part_bytes"]) == (3, PART)
    return f"/uploads/{said.json['id']}"


def put(program, path: str, number: int):
    content = TABLE[number * PART : (number + 1) * PART]
    return program(
        "PUT", f"{path}/parts/{number}", data=content, content_type="application/octet-stream"
    )


def test_a_file_in_parts_goes_with_the_answer(program, session):
    path = announced(program)
    assert put(program, path, 1).status_code == 204
    assert program("GET", path).json["received"] == [1]
    assert announced(program) == path, "the same token finds the same file"
    for number in (0, 2):
        put(program, path, number)
    assert program("POST", f"{path}/finish").json["state"] == "ready"
    answer = {"outcome": "granted", "text": "Voici.", "uploads": [path.rsplit("/", 1)[1]]}
    said = program("POST", "/answer", json=answer)
    assert said.status_code == 200, said.json
    session.rollback()
    assert session.scalar(select(Document.size)) == len(TABLE)
    assert session.scalar(select(Upload)) is None


def test_what_is_missing_is_named(program):
    path = announced(program)
    put(program, path, 0)
    said = program("POST", f"{path}/finish")
    assert (said.status_code, said.json["code"]) == (409, "parts_missing")
    assert said.json["parts"] == "[1, 2]"


def test_an_answer_takes_no_file_that_is_not_whole_nor_of_another_case(program, unit, ports):
    path = announced(program)
    answer = {"outcome": "granted", "text": "Voici.", "uploads": [path.rsplit("/", 1)[1]]}
    said = program("POST", "/answer", json=answer)
    assert (said.status_code, said.json["field"]) == (422, "files")


@pytest.mark.parametrize("token", ["", "ab", "z" * 64])
def test_a_token_of_another_form_is_refused(program, token):
    said = program(
        "POST", "/uploads", json={"name": "a.csv", "size": 9}, headers={"Upload-Token": token}
    )
    assert said.status_code == 422


def test_a_file_is_given_up(program, session, ports):
    path = announced(program)
    put(program, path, 0)
    assert program("DELETE", path).status_code == 204
    assert program("GET", path).status_code == 404
    assert not ports.files.sealed


def test_another_organisation_does_not_see_it(program, unit):
    path = announced(program)
    with unit(SYSTEM) as work:
        other = add_organisation(work, "Autre")
        bearer = create_token(work, other, [TokenScope.ANSWER], "other")
    head = {"Authorization": f"Bearer {bearer}"}
    assert program("GET", path, headers=head).status_code == 404
    assert (
        program("POST", "/uploads", json={"name": "a.csv", "size": 9}, headers=head).status_code
        == 404
    )


def test_the_token_is_described_to_who_writes_a_program(client):
    spec = client.get("/api/v1/openapi.json").json
    path = spec["paths"]["/api/v1/referrals/{referral_id}/uploads/{upload_id}/parts/{number}"]
    names = {(one["in"], one["name"]) for one in path["put"]["parameters"]}
    assert ("header", "upload-token") in names
