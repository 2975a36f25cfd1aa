"""HealthDCAT-AP and DCAT-AP catalogues to records of the directory."""

from dataclasses import replace
from datetime import date

from rdflib import Graph, Literal
from rdflib.namespace import DCAT, RDF
from rdflib.term import BNode, Node

from hub.domain.directory import Identifier, OrganisationKind, ProcessingKind, Source, fold
from hub.domain.directory_records import (
    ControllerRecord,
    DirectoryRecords,
    Finding,
    FindingCode,
    IdentifierRecord,
    NotThatFormat,
    OrganisationRecord,
    ProcessingRecord,
    Severity,
    WrongFormat,
)
from hub.importers import healthdcat_terms as terms
from hub.importers.cleaning import plain_text, read_day, web_address
from hub.importers.healthdcat_agents import agent_name, controller_of, short_hash
from hub.importers.healthdcat_purposes import purposes_of
from hub.importers.rdf_reading import GraphRead, read_graph


def read_healthdcat(content: bytes) -> DirectoryRecords:
    """The datasets of a catalogue in Turtle, RDF/XML or JSON-LD, each with its findings.

    A dataset without title or without controller is refused whole. Raises NotThatFormat when the
    bytes are no such graph, or describe neither dataset nor catalogue.
    """
    read = read_graph(content)
    graph = read.graph
    datasets = sorted(set(graph.subjects(RDF.type, DCAT.Dataset)), key=str)
    catalogues = set(graph.subjects(RDF.type, DCAT.Catalog))
    if not datasets and not catalogues:
        raise NotThatFormat(WrongFormat.NO_DATASET)
    findings = _about_the_file(read, datasets)
    organisations: dict[str, OrganisationRecord] = {}
    processings: dict[str, ProcessingRecord] = {}
    for dataset in datasets:
        found: list[Finding] = []
        whole = _dataset(graph, dataset, found)
        if whole and whole[0].key in processings:
            found.append(Finding(FindingCode.DUPLICATE_KEY, Severity.REFUSED))
        elif whole:
            processings[whole[0].key] = whole[0]
            for controller in whole[1]:
                organisations[controller.key] = _merged(organisations, controller)
        findings.extend(_placed(read, dataset, one) for one in found)
    return DirectoryRecords(
        Source.HEALTHDCAT,
        tuple(organisations.values()),
        tuple(processings.values()),
        tuple(findings),
    )


def _about_the_file(read: GraphRead, datasets: list[Node]) -> list[Finding]:
    found = []
    if read.text.guessed:
        found.append(Finding(FindingCode.ENCODING_GUESSED, values=(read.text.encoding,)))
    described = set(datasets)
    for named in sorted(set(read.graph.objects(None, DCAT.dataset)), key=str):
        if named not in described:
            line = read.lines.get(str(named))
            found.append(
                Finding(
                    FindingCode.DATASET_NOT_DESCRIBED,
                    Severity.WARNING,
                    node=_node(named),
                    line=line,
                )
            )
    if not datasets:
        found.append(Finding(FindingCode.NOTHING_FOUND, Severity.WARNING))
    return found


def _node(node: Node) -> str:
    return f"_:{node}" if isinstance(node, BNode) else str(node)


def _placed(read: GraphRead, dataset: Node, finding: Finding) -> Finding:
    """A finding with the dataset it is about: its title, its node and, when found, its line."""
    title = terms.in_french_first(list(terms.texts(read.graph, dataset, terms.TITLE)))
    line = read.lines.get(str(dataset))
    if line is None and title:
        line = read.lines.get(title)
    name = plain_text(title, 200) if title else None
    return replace(finding, record=name, node=finding.node or _node(dataset), line=line)


def _dataset(
    graph: Graph, dataset: Node, findings: list[Finding]
) -> tuple[ProcessingRecord, list[OrganisationRecord]] | None:
    titles = list(terms.texts(graph, dataset, terms.TITLE))
    title = _text(terms.in_french_first(titles), 500, findings)
    if not title:
        findings.append(Finding(FindingCode.TITLE_MISSING, Severity.REFUSED))
    controllers = _controllers(graph, dataset, findings)
    if not controllers:
        findings.append(Finding(FindingCode.CONTROLLER_MISSING, Severity.REFUSED))
    if not title or not controllers:
        return None
    if not any(controller.contacts for controller in controllers):
        findings.append(
            Finding(FindingCode.NO_CONTACT, Severity.WARNING, values=(controllers[0].name,))
        )
    return _processing(graph, dataset, (title, titles), controllers, findings), controllers


def _processing(
    graph: Graph,
    dataset: Node,
    named: tuple[str, list[Literal]],
    controllers: list[OrganisationRecord],
    findings: list[Finding],
) -> ProcessingRecord:
    title, titles = named
    summaries = list(terms.texts(graph, dataset, terms.DESCRIPTION))
    starts, ends = _period(graph, dataset, findings)
    return ProcessingRecord(
        key=_key(graph, dataset, title, controllers[0]),
        kind=ProcessingKind.DATABASE,
        title=title,
        title_en=_english(titles, title, 500),
        summary=_text(terms.in_french_first(summaries), 5000, findings),
        summary_en=_english(summaries, None, 5000),
        controllers=tuple(
            ControllerRecord(one.key, is_contact=place == 0)
            for place, one in enumerate(controllers)
        ),
        purposes=purposes_of(graph, dataset, controllers[0], findings),
        sources_text=_labels(graph, dataset, terms.PROVENANCE + terms.SOURCE),
        data_from_on=starts,
        data_to_on=ends,
        population=_population(graph, dataset),
        website=_website(graph, dataset),
        identifiers=_identifiers(controllers),
        cues=_cues(graph, dataset, controllers),
    )


def _text(text: str | None, limit: int, findings: list[Finding]) -> str:
    cleaned = plain_text(text or "", limit)
    if cleaned.endswith("…") and len(cleaned) >= limit - 20:
        findings.append(Finding(FindingCode.TEXT_CUT, values=(str(limit),)))
    return cleaned


def _english(literals: list[Literal], french: str | None, limit: int) -> str | None:
    text = plain_text(terms.in_language(literals, "en") or "", limit)
    return text if text and text != french else None


def _key(graph: Graph, dataset: Node, title: str, controller: OrganisationRecord) -> str:
    if terms.is_address(dataset):
        return str(dataset)[:500]
    identifier = next(iter(terms.nodes(graph, dataset, terms.IDENTIFIER)), None)
    return str(identifier)[:500] if identifier else short_hash(fold(title), controller.key)


def _controllers(graph: Graph, dataset: Node, findings: list[Finding]) -> list[OrganisationRecord]:
    publishers = terms.nodes(graph, dataset, terms.PUBLISHER)
    holders = terms.nodes(graph, dataset, terms.CUSTODIAN)
    found: dict[str, OrganisationRecord] = {}
    for agent in holders or publishers:
        record = controller_of(graph, dataset, agent, findings)
        if record:
            found.setdefault(record.key, record)
    if holders and found and publishers:
        held = {one.name for one in found.values()} | {""}
        names = {agent_name(graph, agent) for agent in publishers} - held
        if names:
            findings.append(
                Finding(
                    FindingCode.HOLDER_IS_NOT_PUBLISHER,
                    values=(next(iter(found.values())).name, ", ".join(sorted(names))),
                )
            )
    return list(found.values())


def _merged(known: dict[str, OrganisationRecord], record: OrganisationRecord) -> OrganisationRecord:
    """One organisation seen in several datasets keeps all its published addresses."""
    before = known.get(record.key)
    if before is None:
        return record
    contacts = dict.fromkeys((*before.contacts, *record.contacts))
    return replace(before, contacts=tuple(contacts))


def _period(
    graph: Graph, dataset: Node, findings: list[Finding]
) -> tuple[date | None, date | None]:
    starts: list[date] = []
    ends: list[date] = []
    for period in terms.nodes(graph, dataset, terms.PERIOD):
        for properties, days in ((terms.PERIOD_START, starts), (terms.PERIOD_END, ends)):
            for node in terms.nodes(graph, period, properties):
                day = read_day(str(node), ends=days is ends)
                if day:
                    days.append(day)
                else:
                    findings.append(
                        Finding(
                            FindingCode.DATE_NOT_UNDERSTOOD,
                            Severity.WARNING,
                            node=_node(period),
                            values=(str(node)[:100],),
                        )
                    )
    return min(starts, default=None), max(ends, default=None)


def _labels(graph: Graph, subject: Node, properties: tuple[Node, ...]) -> str | None:
    found = []
    for node in terms.nodes(graph, subject, properties):  # type: ignore[arg-type]
        label = node if isinstance(node, Literal) else None
        text = label or terms.in_french_first(list(terms.texts(graph, node, terms.LABEL)))
        if text:
            found.append(plain_text(str(text), 2000))
    return "\n".join(dict.fromkeys(found))[:4000] or None


def _population(graph: Graph, dataset: Node) -> str | None:
    literals = list(terms.texts(graph, dataset, terms.POPULATION))
    return plain_text(terms.in_french_first(literals) or "", 2000) or _labels(
        graph, dataset, terms.SPATIAL
    )


def _website(graph: Graph, dataset: Node) -> str | None:
    pages = terms.nodes(graph, dataset, terms.LANDING)
    return next((page for node in pages if (page := web_address(str(node)))), None)


def _identifiers(controllers: list[OrganisationRecord]) -> tuple[IdentifierRecord, ...]:
    """A catalogue never says what its holder asks; only what is harmless and useful is asked."""
    asked = [IdentifierRecord(Identifier.BIRTH_NAME)]
    if any(one.kind is OrganisationKind.PUBLIC_HOSPITAL for one in controllers):
        asked += [
            IdentifierRecord(Identifier.PATIENT_NUMBER),
            IdentifierRecord(Identifier.SITE_AND_YEARS),
        ]
    return tuple(asked)


def _cues(graph: Graph, dataset: Node, controllers: list[OrganisationRecord]) -> dict[str, object]:
    words = [fold(str(node)) for node in terms.nodes(graph, dataset, terms.KEYWORD)]
    cues: dict[str, object] = {"illnesses": [word for word in words if len(word) > 3][:30]}
    hospitals = [
        fold(one.name) for one in controllers if one.kind is OrganisationKind.PUBLIC_HOSPITAL
    ]
    return cues | ({"hospitals": hospitals} if hospitals else {})
