"""The terms of HealthDCAT-AP, in every namespace that real catalogues use."""

from collections.abc import Iterator

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, PROV, RDFS, SKOS
from rdflib.term import Node

from hub.importers.rdf_reading import FILE_ROOT

HEALTH = (
    "http://healthdataportal.eu/ns/health#",
    "http://data.europa.eu/r5r/healthdcatap#",
    "https://healthdcat-ap.github.io/",
    "http://healthdcat-ap.github.io/",
    "https://healthdcat-ap.eu/ns#",
    "http://healthdcat-ap.eu/ns#",
)
_CV = "http://data.europa.eu/m8g/"
_VCARD = "http://www.w3.org/2006/vcard/ns#"
_DPV = ("https://w3id.org/dpv#", "http://www.w3.org/ns/dpv#", "http://www.w3.org/ns/dqv#")
_SCHEMA = ("http://schema.org/", "https://schema.org/")


def _named(spaces: tuple[str, ...], *names: str) -> tuple[URIRef, ...]:
    return tuple(URIRef(space + name) for space in spaces for name in names)


TITLE = (DCTERMS.title, RDFS.label, FOAF.name, *_named(_SCHEMA, "name"))
DESCRIPTION = (DCTERMS.description, RDFS.comment)
IDENTIFIER = (DCTERMS.identifier,)
KEYWORD = (DCAT.keyword,)
LANDING = (DCAT.landingPage, FOAF.page, FOAF.homepage)
PUBLISHER = (DCTERMS.publisher,)
CUSTODIAN = _named(("http://data.europa.eu/930/",), "custodian")
HDAB = _named(HEALTH, "hdab")
CONTACT = (DCAT.contactPoint, *_named((_CV,), "contactPoint"))
LEGAL_BASIS = _named(_DPV, "hasLegalBasis")
PURPOSE = _named(_DPV, "hasPurpose")
PERIOD = (DCTERMS.temporal,)
PERIOD_START = (
    DCAT.startDate, *_named(_SCHEMA, "startDate"), *_named((_VCARD,), "hasStartDate"),
    URIRef("http://www.w3.org/2006/time#hasBeginning"),
)  # fmt: skip
PERIOD_END = (
    DCAT.endDate, *_named(_SCHEMA, "endDate"), URIRef("http://www.w3.org/2006/time#hasEnd"),
)  # fmt: skip
SPATIAL = (DCTERMS.spatial,)
PROVENANCE = (DCTERMS.provenance,)
POPULATION = _named(HEALTH, "populationCoverage")
NAME = (
    FOAF.name, *_named((_VCARD,), "fn", "organization-name"), SKOS.prefLabel, DCTERMS.title,
    RDFS.label, *_named(_SCHEMA, "name"),
)  # fmt: skip
KIND = (*_named(HEALTH, "publisherType", "publishertype"), DCTERMS.type)
NOTE = (*_named(HEALTH, "publisherNote", "publishernote"), DCTERMS.description)
_FOAF = "http://xmlns.com/foaf/0.1/"
EMAIL = (
    *_named((_FOAF,), "mbox", "email"), *_named((_VCARD,), "hasEmail", "email"),
    *_named((_CV,), "email"),
)  # fmt: skip
PAGE = (
    *_named((_FOAF,), "homepage", "URL"),
    *_named((_VCARD,), "hasURL"),
    *_named((_CV,), "contactPage"),
)
PHONE = (FOAF.phone, *_named((_VCARD,), "hasTelephone"), *_named((_CV,), "telephone"))
SOURCE = (DCTERMS.source, PROV.wasDerivedFrom)
LABEL = (
    DCTERMS.description, SKOS.prefLabel, RDFS.label, DCTERMS.title, FOAF.name,
    *_named((_VCARD,), "fn"),
)  # fmt: skip
VCARD_ORGANISATIONS = _named((_VCARD,), "Organization", "Group")


def nodes(graph: Graph, subject: Node, properties: tuple[URIRef, ...]) -> list[Node]:
    """Every value of any of the properties, in a stable order, without doubles."""
    found = (node for one in properties for node in sorted(graph.objects(subject, one), key=str))
    return list(dict.fromkeys(found))


def texts(graph: Graph, subject: Node, properties: tuple[URIRef, ...]) -> Iterator[Literal]:
    """The literal values of the first property that has some."""
    for one in properties:
        found = [node for node in graph.objects(subject, one) if isinstance(node, Literal)]
        if found:
            yield from sorted(found, key=str)
            return


def in_language(literals: list[Literal], language: str) -> str | None:
    """The text in a language ("fr", or "fr-FR"), or None."""
    return next(
        (str(one) for one in literals if (one.language or "").split("-")[0].lower() == language),
        None,
    )


def in_french_first(literals: list[Literal]) -> str | None:
    """The text in French, else without a language, else in English, else any."""
    untagged = next((str(one) for one in literals if not one.language), None)
    return (
        in_language(literals, "fr")
        or untagged
        or in_language(literals, "en")
        or next((str(one) for one in literals), None)
    )


def last_segment(node: Node) -> str:
    """What follows the last # or / or : of an address."""
    return str(node).rstrip("/#").replace("#", "/").rsplit("/", 1)[-1].rsplit(":", 1)[-1]


def is_address(node: Node) -> bool:
    """Whether a node is an address of its own rather than a blank or a relative one."""
    return isinstance(node, URIRef) and not str(node).startswith(FILE_ROOT)
