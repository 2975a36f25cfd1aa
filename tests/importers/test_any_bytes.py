"""Whatever the bytes, an importer gives records or one clear refusal, never another error."""

import logging
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.directory_records import DirectoryRecords, NotThatFormat
from hub.importers.cnil_dpo import read_cnil_dpo
from hub.importers.hdh_projects import read_hdh_projects
from hub.importers.healthdcat import read_healthdcat
from hub.importers.organisations import read_organisations

Reader = Callable[[bytes], DirectoryRecords]
TURTLE = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
<urn:x> a dcat:Dataset ; dct:title "T"@fr, 12, true ; dct:temporal [ dcat:startDate "20x" ] ;
  dcat:contactPoint <urn:c> ; dct:publisher [ foaf:name "É" ; foaf:mbox <mailto:a@b.example> ] .
"""
JSON_LD = """{"@context": {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"},
 "@id": "urn:x", "@type": "dcat:Dataset", "dct:title": "T", "dct:publisher": {"dct:title": "A"}}"""
XML = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:dct="http://purl.org/dc/terms/">
 <dcat:Dataset rdf:about="urn:x"><dct:title>T</dct:title></dcat:Dataset></rdf:RDF>"""
CSV = "ID;Nom;SIREN;FINESS;ROR;Site\n1;Été;999003007;10000024;x;http://[\n"


@pytest.fixture(autouse=True)
def _quiet() -> None:
    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)


def spoilt(text: str) -> st.SearchStrategy[bytes]:
    """A good file cut somewhere, with a few bytes changed."""
    content = text.encode()

    def spoil(end: int, changes: dict[int, int]) -> bytes:
        kept = bytearray(content[:end])
        for place, value in changes.items():
            if place < len(kept):
                kept[place] = value
        return bytes(kept)

    places = st.integers(0, len(content))
    changes = st.dictionaries(places, st.integers(0, 255), max_size=4)
    return st.builds(spoil, places | st.just(len(content)), changes)


def check(read: Reader, content: bytes) -> None:
    try:
        records = read(content)
    except NotThatFormat:
        return
    assert isinstance(records, DirectoryRecords)
    assert all(one.controllers and one.title for one in records.processings)


@settings(max_examples=60, deadline=None)
@given(st.one_of(map(spoilt, (TURTLE, JSON_LD, XML))))
def test_a_spoilt_catalogue(content: bytes) -> None:
    check(read_healthdcat, content)


@settings(max_examples=60, deadline=None)
@given(st.one_of(spoilt(CSV), st.binary(max_size=200)))
def test_a_spoilt_list(content: bytes) -> None:
    for read in (read_organisations, read_cnil_dpo, read_hdh_projects):
        check(read, content)
