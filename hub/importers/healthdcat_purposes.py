"""Purposes and legal bases of a HealthDCAT-AP dataset; an assumption is never silent."""

import re

from rdflib import Graph, Literal
from rdflib.term import Node

from hub.domain.directory import fold
from hub.domain.directory_records import (
    Finding,
    FindingCode,
    OrganisationRecord,
    PurposeRecord,
    Severity,
)
from hub.domain.legal_bases import Context, LegalBasis
from hub.importers import healthdcat_terms as terms
from hub.importers.cleaning import plain_text

_ARTICLE = re.compile(r"A?6[-.(]?1[).-]*\(?([a-f])\)?", re.I)
_WAREHOUSE = ("eds", "entrepot de donnees de sante", "health data warehouse")
NO_PURPOSE_TITLE = "Finalité non précisée par le responsable"
NO_PURPOSE_TITLE_EN = "Purpose not stated by the controller"


def purposes_of(
    graph: Graph, dataset: Node, controller: OrganisationRecord, findings: list[Finding]
) -> tuple[PurposeRecord, ...]:
    """The purposes of a dataset, each with a legal basis: its own, the dataset's, or an assumed.

    Without any, a public body is taken to act for its public task and another organisation for
    its legitimate interests (to be verified by the controller); both are findings. Neither takes
    away the right to object.
    """
    context = _context(graph, dataset, controller, findings)
    shared = _bases(graph, dataset)
    default: LegalBasis | None = None
    found: list[PurposeRecord] = []
    for node in terms.nodes(graph, dataset, terms.PURPOSE):
        title, english = _words(graph, node)
        own = _bases(graph, node) or shared
        if not own and default is None:
            default = _assumed(controller, findings)
        basis = _only(own, findings) if own else default
        if title and basis:
            found.append(PurposeRecord(title, basis, context, english))
    if found:
        return tuple(dict.fromkeys(found))
    findings.append(Finding(FindingCode.NO_PURPOSE, Severity.WARNING))
    basis = _only(shared, findings) if shared else default or _assumed(controller, findings)
    return (PurposeRecord(NO_PURPOSE_TITLE, basis, context, NO_PURPOSE_TITLE_EN),)


def _bases(graph: Graph, subject: Node) -> list[LegalBasis]:
    if isinstance(subject, Literal):
        return []
    found = []
    for node in terms.nodes(graph, subject, terms.LEGAL_BASIS):
        texts = [str(node), *map(str, terms.texts(graph, node, terms.LABEL))]
        matched = next((one for text in texts if (one := _ARTICLE.search(text))), None)
        if matched:
            found.append(LegalBasis(f"6-1-{matched[1].lower()}"))
    return sorted(set(found))


def _only(bases: list[LegalBasis], findings: list[Finding]) -> LegalBasis:
    finding = Finding(
        FindingCode.SEVERAL_LEGAL_BASES, Severity.WARNING, values=tuple(map(str, bases))
    )
    if len(bases) > 1 and finding not in findings:
        findings.append(finding)
    return bases[0]


def _assumed(controller: OrganisationRecord, findings: list[Finding]) -> LegalBasis:
    public = controller.kind.is_public
    code = FindingCode.LEGAL_BASIS_ASSUMED_PUBLIC if public else FindingCode.LEGAL_BASIS_TO_VERIFY
    findings.append(Finding(code, Severity.WARNING, values=(controller.name,)))
    return LegalBasis.PUBLIC_TASK if public else LegalBasis.LEGITIMATE_INTERESTS


def _words(graph: Graph, node: Node) -> tuple[str, str | None]:
    if isinstance(node, Literal):
        return plain_text(str(node), 500), None
    literals = list(terms.texts(graph, node, terms.LABEL))
    if not literals:
        name = terms.last_segment(node) if terms.is_address(node) else ""
        return plain_text(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name), 500), None
    title = plain_text(terms.in_french_first(literals) or "", 500)
    english = plain_text(terms.in_language(literals, "en") or "", 500)
    return title, english if english and english != title else None


def _context(
    graph: Graph, dataset: Node, controller: OrganisationRecord, findings: list[Finding]
) -> Context:
    """A hospital's warehouse when the file says so; nothing that would take a right away."""
    agents = terms.nodes(graph, dataset, terms.PUBLISHER + terms.CUSTODIAN)
    notes = [note for agent in agents for note in terms.texts(graph, agent, terms.NOTE)]
    said = [
        *terms.nodes(graph, dataset, terms.KEYWORD),
        *terms.texts(graph, dataset, terms.TITLE),
        *notes,
    ]
    words = " ".join(f" {fold(str(text))} " for text in said)
    if controller.kind.is_public and any(f" {cue} " in words for cue in _WAREHOUSE):
        findings.append(
            Finding(FindingCode.CONTEXT_ASSUMED, values=(Context.HEALTH_WAREHOUSE.value,))
        )
        return Context.HEALTH_WAREHOUSE
    return Context.NONE
