"""Publishers, custodians and contact points of a HealthDCAT-AP catalogue, as organisations."""

import hashlib
from dataclasses import replace
from urllib.parse import unquote

from rdflib import Graph, Literal
from rdflib.namespace import RDF
from rdflib.term import Node

from hub.domain.directory import Channel, ContactRole, OrganisationKind, fold
from hub.domain.directory_records import (
    ContactRecord,
    Finding,
    FindingCode,
    OrganisationRecord,
    Severity,
)
from hub.domain.mailboxes import is_email
from hub.domain.organisation_numbers import read_ror, read_siren
from hub.importers import healthdcat_terms as terms
from hub.importers.cleaning import plain_text, web_address
from hub.importers.organisation_kinds import kind_from_code, kind_from_words


def agent_name(graph: Graph, agent: Node) -> str:
    """The name of an agent, French first; a bare literal is its own name; else empty."""
    if isinstance(agent, Literal):
        return plain_text(str(agent), 300)
    return plain_text(terms.in_french_first(list(terms.texts(graph, agent, terms.NAME))) or "", 300)


def contact_points(graph: Graph, subject: Node) -> list[Node]:
    """The contact points of a dataset or of an agent."""
    return terms.nodes(graph, subject, terms.CONTACT)


def controller_of(
    graph: Graph, dataset: Node, agent: Node, findings: list[Finding]
) -> OrganisationRecord | None:
    """The organisation behind a publisher or custodian, with how to reach it; None without name.

    A nameless agent is named by an organisation's contact point or health data access body when
    they share an e-mail address: that is said as a finding.
    """
    name = agent_name(graph, agent)
    if not name:
        name = _name_of_a_twin(graph, dataset, agent)
        if not name:
            return None
        findings.append(
            Finding(FindingCode.CONTROLLER_NAME_FROM_CONTACT, Severity.WARNING, values=(name,))
        )
    return _described(
        OrganisationRecord(key=_agent_key(agent, name), name=name), graph, dataset, agent, findings
    )


def _described(
    record: OrganisationRecord, graph: Graph, dataset: Node, agent: Node, findings: list[Finding]
) -> OrganisationRecord:
    ways = [agent, *contact_points(graph, agent), *contact_points(graph, dataset)]
    return replace(
        record,
        kind=_kind(graph, agent, record.name),
        siren=_number(graph, agent),
        ror=_ror(graph, agent),
        website=_website(graph, agent),
        phone=_phone(graph, ways),
        contacts=_contacts(graph, ways, findings),
    )


def _agent_key(agent: Node, name: str) -> str:
    return str(agent)[:500] if terms.is_address(agent) else f"name:{fold(name)}"[:500]


def _emails(graph: Graph, subject: Node) -> list[str]:
    found = []
    for node in terms.nodes(graph, subject, terms.EMAIL):
        address = unquote(str(node).strip())
        if address.casefold().startswith("mailto:"):
            address = address[7:].partition("?")[0]
        found.append(address.strip())
    return list(dict.fromkeys(found))


def _name_of_a_twin(graph: Graph, dataset: Node, agent: Node) -> str:
    mine = set(_emails(graph, agent))
    bodies = [
        point
        for point in contact_points(graph, dataset)
        if any((point, RDF.type, kind) in graph for kind in terms.VCARD_ORGANISATIONS)
    ]
    for twin in bodies + terms.nodes(graph, dataset, terms.HDAB):
        if mine & set(_emails(graph, twin)) and agent_name(graph, twin):
            return agent_name(graph, twin)
    return ""


def _kind(graph: Graph, agent: Node, name: str) -> OrganisationKind:
    for node in terms.nodes(graph, agent, terms.KIND):
        kind = kind_from_code(terms.last_segment(node))
        if kind is not OrganisationKind.UNKNOWN:
            return kind
    return kind_from_words(name)


def _number(graph: Graph, agent: Node) -> str | None:
    for node in terms.nodes(graph, agent, terms.IDENTIFIER):
        read = read_siren(terms.last_segment(node))
        if read.value and not read.repaired:
            return read.value
    return None


def _ror(graph: Graph, agent: Node) -> str | None:
    candidates = [agent, *terms.nodes(graph, agent, terms.IDENTIFIER)]
    return next((ror for node in candidates if (ror := read_ror(str(node)).value)), None)


def _website(graph: Graph, agent: Node) -> str | None:
    pages = terms.nodes(graph, agent, terms.PAGE)
    return next((page for node in pages if (page := web_address(str(node)))), None)


def _phone(graph: Graph, ways: list[Node]) -> str | None:
    for way in ways:
        for node in terms.nodes(graph, way, terms.PHONE):
            number = plain_text(str(node).removeprefix("tel:"), 40)
            if any(figure.isdigit() for figure in number):
                return number
    return None


def _contacts(graph: Graph, ways: list[Node], findings: list[Finding]) -> tuple[ContactRecord, ...]:
    found: dict[str, ContactRecord] = {}
    for way in ways:
        for address in _emails(graph, way):
            if is_email(address):
                found.setdefault(
                    address.casefold(),
                    ContactRecord(ContactRole.GENERAL, Channel.EMAIL, address),
                )
            else:
                findings.append(
                    Finding(FindingCode.EMAIL_NOT_VALID, Severity.WARNING, values=(address[:200],))
                )
    return tuple(found.values())


def short_hash(*parts: str) -> str:
    """A stable key for what has no address of its own."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
