"""HealthDCAT-AP catalogues: every namespace and syntax, nothing half taken, assumptions said."""

from datetime import date
from pathlib import Path

import pytest
from rdflib import Graph

from hub.domain.directory import OrganisationKind
from hub.domain.directory_records import FindingCode, Severity
from hub.domain.legal_bases import Context, LegalBasis
from hub.importers.healthdcat import read_healthdcat

PREFIXES = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix dpv: <https://w3id.org/dpv#> .
@prefix dqv: <http://www.w3.org/ns/dqv#> .
@prefix cv: <http://data.europa.eu/m8g/> .
@prefix geodcatap: <http://data.europa.eu/930/> .
@prefix gdpr: <https://w3id.org/dpv/legal/eu/gdpr#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
WHOLE = """
<https://exemple.example/jeu/1> a dcat:Dataset ;
  dct:title "Séjours"@fr, "Stays"@en ;
  dct:description "<p>Les <b>séjours</b> &amp; consultations</p>"@fr ;
  dct:temporal [ dcat:startDate "2015"^^xsd:gYear ; dcat:endDate "2020-06-30"^^xsd:date ] ;
  dcat:contactPoint [ a vcard:Kind ; vcard:hasEmail "eds@chu.example" ] ;
  dpv:hasLegalBasis gdpr:A6-1-e, gdpr:A9-2-j ;
  dpv:hasPurpose [ a dpv:Purpose ; dct:description "Recherche"@fr, "Research"@en ] ;
  dct:publisher [ a foaf:Agent ; foaf:name "CHU de Brume" ; foaf:mbox <mailto:dpo@chu.example> ;
    foaf:homepage <https://chu.example> ] .
"""
SHARED = Path(__file__).parents[3] / "shared" / "data" / "healthdcat"


def codes(records: object) -> set[FindingCode]:
    return {finding.code for finding in records.findings}  # type: ignore[attr-defined]


def test_a_dataset_is_read_whole() -> None:
    records = read_healthdcat((PREFIXES + WHOLE).encode())
    (processing,) = records.processings
    (organisation,) = records.organisations
    assert (processing.title, processing.title_en) == ("Séjours", "Stays")
    assert processing.summary == "Les séjours & consultations"
    assert (processing.data_from_on, processing.data_to_on) == (date(2015, 1, 1), date(2020, 6, 30))
    assert processing.purposes[0].legal_basis is LegalBasis.PUBLIC_TASK
    assert processing.purposes[0].title_en == "Research"
    assert organisation.kind is OrganisationKind.PUBLIC_HOSPITAL
    assert [one.address for one in organisation.contacts] == ["dpo@chu.example", "eds@chu.example"]
    assert not records.findings


@pytest.mark.parametrize("syntax", ["xml", "json-ld", "nt"])
def test_the_syntax_is_told_by_content(syntax: str) -> None:
    graph = Graph().parse(data=PREFIXES + WHOLE, format="turtle")
    records = read_healthdcat(graph.serialize(format=syntax).encode())
    assert [one.title for one in records.processings] == ["Séjours"]
    assert records.processings[0].key == "https://exemple.example/jeu/1"


@pytest.mark.parametrize(
    "namespace",
    [
        "http://healthdataportal.eu/ns/health#",
        "http://data.europa.eu/r5r/healthdcatap#",
        "https://healthdcat-ap.github.io/",
        "https://healthdcat-ap.eu/ns#",
    ],
)
def test_each_namespace_of_healthdcat_is_understood(namespace: str) -> None:
    text = f"""{PREFIXES}@prefix h: <{namespace}> .
    <urn:x> a dcat:Dataset ; dct:title "T" ; h:populationCoverage "Everyone" ; dct:publisher
      [ foaf:name "Institut" ; h:publisherType <http://a.example/publisher-type/govHealth> ] ."""
    records = read_healthdcat(text.encode())
    assert records.organisations[0].kind is OrganisationKind.PUBLIC_BODY
    assert records.processings[0].population == "Everyone"


def test_a_legal_basis_is_read_from_the_misspelt_property_too() -> None:
    text = (
        PREFIXES
        + """<urn:x> a dcat:Dataset ; dct:title "T" ; dqv:hasLegalBasis gdpr:A6-1-a ;
      dpv:hasPurpose "Étude" ; dct:publisher [ foaf:name "Labo" ] ."""
    )
    records = read_healthdcat(text.encode())
    assert records.processings[0].purposes[0].legal_basis is LegalBasis.CONSENT
    assert FindingCode.LEGAL_BASIS_TO_VERIFY not in codes(records)


def test_a_missing_legal_basis_is_assumed_for_public_bodies_and_always_said() -> None:
    def read(name: str) -> object:
        text = f"""{PREFIXES}<urn:x> a dcat:Dataset ; dct:title "T" ; dpv:hasPurpose "P" ;
          dct:publisher [ foaf:name "{name}" ] ."""
        return read_healthdcat(text.encode())

    public, private = read("Université de Brume"), read("Brume Pharma SAS")
    assert public.processings[0].purposes[0].legal_basis is LegalBasis.PUBLIC_TASK  # type: ignore[attr-defined]
    assert FindingCode.LEGAL_BASIS_ASSUMED_PUBLIC in codes(public)
    basis = private.processings[0].purposes[0].legal_basis  # type: ignore[attr-defined]
    assert basis is LegalBasis.LEGITIMATE_INTERESTS
    assert FindingCode.LEGAL_BASIS_TO_VERIFY in codes(private)


def test_no_context_that_takes_a_right_away_is_ever_guessed() -> None:
    text = (
        PREFIXES
        + """<urn:x> a dcat:Dataset ; dct:title "Registre des cancers, SNDS" ;
      dct:publisher [ foaf:name "Agence publique" ] ."""
    )
    assert read_healthdcat(text.encode()).processings[0].purposes[0].context is Context.NONE


def test_a_dataset_without_title_or_controller_is_refused_whole() -> None:
    text = (
        PREFIXES
        + """
<urn:a> a dcat:Dataset ; dct:publisher [ foaf:name "A" ] .
<urn:b> a dcat:Dataset ; dct:title "Sans responsable" .
<urn:c> a dcat:Dataset ; dct:title "Entier" ; dct:publisher [ foaf:name "C" ] .
"""
    )
    records = read_healthdcat(text.encode())
    assert [one.key for one in records.processings] == ["urn:c"]
    assert [one.name for one in records.organisations] == ["C"]
    refused = [one for one in records.findings if one.severity is Severity.REFUSED]
    assert {one.code for one in refused} == {
        FindingCode.TITLE_MISSING,
        FindingCode.CONTROLLER_MISSING,
    }
    assert {one.node for one in refused} == {"urn:a", "urn:b"}


def test_a_finding_says_on_which_line() -> None:
    records = read_healthdcat((PREFIXES + '\n<urn:b> a dcat:Dataset ;\n dct:title "B" .').encode())
    (finding,) = records.findings
    expected = (PREFIXES + "\n").count("\n") + 1
    assert (finding.record, finding.line) == ("B", expected)


def test_a_holder_other_than_the_publisher_is_the_controller() -> None:
    text = (
        PREFIXES
        + """<urn:x> a dcat:Dataset ; dct:title "T" ;
      dct:publisher [ foaf:name "Plateforme" ] ; geodcatap:custodian [ foaf:name "Hôpital" ;
        cv:contactPoint [ cv:email "droits@hopital.example" ;
          cv:telephone "tel:+33199000000" ] ] ."""
    )
    records = read_healthdcat(text.encode())
    (holder,) = records.organisations
    assert holder.name == "Hôpital"
    assert holder.contacts[0].address == "droits@hopital.example"
    assert holder.phone == "+33199000000"
    assert FindingCode.HOLDER_IS_NOT_PUBLISHER in codes(records)


def test_a_blank_dataset_keeps_the_same_key_from_one_run_to_the_next() -> None:
    text = PREFIXES + '[] a dcat:Dataset ; dct:title "T" ; dct:publisher [ foaf:name "A" ] .'
    first, second = read_healthdcat(text.encode()), read_healthdcat(text.encode())
    assert first.processings[0].key == second.processings[0].key


def test_no_script_nor_odd_address_comes_in() -> None:
    text = (
        PREFIXES
        + """<urn:x> a dcat:Dataset ;
      dct:title "T <script>alert(1)</script>" ; dcat:landingPage <javascript:alert(1)> ;
      dcat:contactPoint [ vcard:hasEmail "pas une adresse" ] ;
      dct:publisher [ foaf:name "A" ; foaf:homepage <ftp://a.example> ] ."""
    )
    records = read_healthdcat(text.encode())
    assert "<" not in records.processings[0].title
    assert records.processings[0].website is None
    assert records.organisations[0].website is None
    assert FindingCode.EMAIL_NOT_VALID in codes(records)


def test_latin_letters_are_kept_whatever_the_encoding() -> None:
    records = read_healthdcat((PREFIXES + WHOLE).encode("cp1252"))
    assert records.processings[0].title == "Séjours"
    assert FindingCode.ENCODING_GUESSED in codes(records)


@pytest.mark.skipif(not SHARED.exists(), reason="real catalogues are not on this machine")
def test_real_catalogues_are_read() -> None:
    french = read_healthdcat((SHARED / "FR_APHP_exporter_fixture_HDH-conformant.ttl").read_bytes())
    assert len(french.processings) == 1
    assert french.processings[0].purposes[0].context is Context.HEALTH_WAREHOUSE
    german = read_healthdcat((SHARED / "DE_FDZ-Gesundheit.ttl").read_bytes())
    assert german.organisations[0].contacts[0].address == "poststelle@bfarm.de"
    assert FindingCode.CONTROLLER_NAME_FROM_CONTACT in codes(german)
    dutch = read_healthdcat((SHARED / "NL_healthri_example-dataset.ttl").read_bytes())
    assert len(dutch.processings) == 5
