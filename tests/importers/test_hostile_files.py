"""A file that is not what it says it is: one clear reason, at once, and nothing fetched."""

import json
import socket
import time

import pytest

from hub.domain.directory_records import NotThatFormat, WrongFormat
from hub.importers import reading
from hub.importers.cnil_dpo import read_cnil_dpo
from hub.importers.hdh_projects import read_hdh_projects
from hub.importers.healthdcat import read_healthdcat
from hub.importers.organisations import read_organisations

RDF_HEAD = (
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:dct="http://purl.org/dc/terms/"'
)
BOMB = f"""<?xml version="1.0"?>
<!DOCTYPE r [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<rdf:RDF {RDF_HEAD}><dcat:Dataset><dct:title>&b;</dct:title></dcat:Dataset></rdf:RDF>"""
OUTSIDE = f"""<?xml version="1.0"?>
<!DOCTYPE r [<!ENTITY secret SYSTEM "file:///etc/hostname">]>
<rdf:RDF {RDF_HEAD}><dcat:Dataset><dct:title>&secret;</dct:title></dcat:Dataset></rdf:RDF>"""
DTD = f"""<!DOCTYPE rdf:RDF SYSTEM "http://127.0.0.1:9/x.dtd"><rdf:RDF {RDF_HEAD}/>"""


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any attempt to reach another machine fails the test."""

    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("an importer tried to reach the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", WrongFormat.EMPTY),
        (b" \n ", WrongFormat.EMPTY),
        (b"<!DOCTYPE html><html><body>Not found</body></html>", WrongFormat.WEB_PAGE),
        (b"\n<html lang='fr'>", WrongFormat.WEB_PAGE),
        (b"PK\x03\x04rest of a zip", WrongFormat.BINARY),
        (b"%PDF-1.7", WrongFormat.BINARY),
        (b"@prefix a: <urn:a> .\x00\x00", WrongFormat.BINARY),
        (b"@prefix dcat: <http://www.w3.org/ns/dcat#> .\n<urn:x> a dcat:Dat", WrongFormat.BROKEN),
        (b"<urn:x> a dcat:Dataset .", WrongFormat.BROKEN),
        (b"SIREN;Nom\n1;2", WrongFormat.BROKEN),
        (b'{"@id": "urn:x", ', WrongFormat.BROKEN),
        (b'{"a": 1}', WrongFormat.NO_DATASET),
        (b"<urn:x> a <urn:y> .", WrongFormat.NO_DATASET),
        (b"<?xml version='1.0'?><rdf:RDF", WrongFormat.BROKEN),
        (BOMB.encode(), WrongFormat.ENTITIES),
        (BOMB.encode("utf-16"), WrongFormat.ENTITIES),
        (OUTSIDE.encode(), WrongFormat.ENTITIES),
        (DTD.encode(), WrongFormat.ENTITIES),
        (b"[" * 100_000, WrongFormat.BROKEN),
        (b'{"a":' * 100_000, WrongFormat.BROKEN),
        (b"<urn:a> <urn:b> " + b"[ <urn:c> " * 20_000, WrongFormat.BROKEN),
    ],
)
def test_what_is_no_catalogue_is_refused_with_its_reason(
    content: bytes, problem: WrongFormat
) -> None:
    with pytest.raises(NotThatFormat) as refused:
        read_healthdcat(content)
    assert refused.value.problem is problem


@pytest.mark.parametrize(
    "context",
    [
        "http://127.0.0.1:9/context.jsonld",
        ["local.jsonld", {}],
        {"@import": "http://127.0.0.1:9/c"},
        "file:///etc/passwd",
    ],
)
@pytest.mark.parametrize("depth", [0, 2])
def test_a_context_that_is_elsewhere_is_never_fetched(context: object, depth: int) -> None:
    document: dict[str, object] = {"@context": context, "@id": "urn:x"}
    for _level in range(depth):
        document = {"@graph": [document]}
    with pytest.raises(NotThatFormat) as refused:
        read_healthdcat(json.dumps(document).encode())
    assert refused.value.problem is WrongFormat.REMOTE_CONTEXT


def test_a_context_of_a_term_may_not_be_elsewhere_either() -> None:
    document = {"@context": {"x": {"@id": "urn:x", "@context": "http://127.0.0.1:9/c"}}}
    with pytest.raises(NotThatFormat):
        read_healthdcat(json.dumps(document).encode())


def test_a_broken_file_says_on_which_line() -> None:
    with pytest.raises(NotThatFormat) as refused:
        read_healthdcat(b"@prefix a: <urn:a#> .\n\n<urn:x> a a:b ;;; oops\n")
    assert refused.value.line == 3


def test_a_huge_file_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "SIZE_LIMIT", 1000)
    for read in (read_healthdcat, read_organisations, read_cnil_dpo, read_hdh_projects):
        with pytest.raises(NotThatFormat) as refused:
            read(b"x" * 1001)
        assert refused.value.problem is WrongFormat.TOO_BIG


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", WrongFormat.EMPTY),
        (b"<html><body>404", WrongFormat.WEB_PAGE),
        (b"PK\x03\x04", WrongFormat.BINARY),
        (b"a;b;c\n1;2;3\n", WrongFormat.COLUMNS_MISSING),
        (b"just a sentence", WrongFormat.COLUMNS_MISSING),
        (b'nom;siren\n"' + b"x" * 200_000 + b'";1\n', WrongFormat.BROKEN),
    ],
)
def test_what_is_no_list_of_organisations_is_refused(content: bytes, problem: WrongFormat) -> None:
    with pytest.raises(NotThatFormat) as refused:
        read_organisations(content)
    assert refused.value.problem is problem


@pytest.mark.parametrize("content", [b"PK\x03\x04truncated", b"Titre;Responsable\n", b"<html>"])
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(NotThatFormat) as refused:
        read_hdh_projects(content)
    assert refused.value.problem is WrongFormat.BROKEN


def test_a_file_of_many_comments_costs_no_more_than_its_length() -> None:
    before = time.process_time()
    assert reading.read_text(b"<!--a-->" * 26 + b"x").text.endswith("x")
    assert time.process_time() - before < 2
    with pytest.raises(NotThatFormat) as refused:
        reading.read_text(b"<!--a-->\n" * 200 + b"<html>")
    assert refused.value.problem is WrongFormat.WEB_PAGE
