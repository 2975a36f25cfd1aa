"""The directory of projects of the Health Data Hub (XLSX) to records of projects."""

import re
from datetime import date, datetime
from typing import Any

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
    PurposeRecord,
    ReuseRecord,
    Severity,
    WrongFormat,
)
from hub.domain.legal_bases import Context, LegalBasis
from hub.importers.cleaning import plain_text, read_day
from hub.importers.organisation_kinds import kind_from_status_and_name
from hub.importers.reading import Row, check_size, named_columns
from hub.importers.workbooks import opened_workbook

HEADER_ROWS = 15
COLUMNS = {
    "key": ("Référence", "reference", "n° projet"),
    "title": ("title", "titre", "titre du projet", "titre de l'étude"),
    "sources": ("Source de données utilisées", "sources de données utilisées"),
    "snds": ("Composante(s) de la base principale du SNDS mobilisée(s)",),
    "catalogue": ("Base(s) du catalogue du HDH mobilisée(s)",),
    "others": ("Autre(s) source(s) de donnée(s) mobilisée(s)",),
    "topics": ("Domaines médicaux investigués",),
    "purpose": ("Finalité de l'étude",),
    "objectives": ("Objectifs poursuivis",),
    "controller_1": ("Responsable de traitement 1", "responsable de traitement"),
    "controller_2": ("Responsable de traitement 2",),
    "controller_3": ("Responsable de traitement 3",),
    "kind_1": ("Type responsable treatment 1", "Type responsable traitement 1"),
    "kind_2": ("Type responsable treatment 2", "Type responsable traitement 2"),
    "kind_3": ("Type responsable treatment 3", "Type responsable traitement 3"),
    "provider": ("Description Entité mettant à disposition",),
    "starts_on": ("Date de début",),
}  # fmt: skip
_NONE = {"non", "aucune", "aucun", "neant", "sans objet", "so", "na", "non concerne"}


def read_hdh_projects(content: bytes) -> DirectoryRecords:
    """Projects with their one to three controllers and the databases they reuse.

    A project without title or controller is refused whole. Raises NotThatFormat when the bytes
    are no such workbook.
    """
    rows = _rows(content)
    findings: list[Finding] = []
    organisations: dict[str, OrganisationRecord] = {}
    projects: dict[str, ProcessingRecord] = {}
    for row in rows:
        found: list[Finding] = []
        project = _project(row, organisations, found)
        if project and project.key in projects:
            found.append(
                Finding(
                    FindingCode.DUPLICATE_KEY, Severity.REFUSED, project.title, line=row.line,
                    values=(project.key,),
                )
            )  # fmt: skip
        elif project:
            projects[project.key] = project
        findings.extend(found)
    if not projects:
        findings.append(Finding(FindingCode.NOTHING_FOUND, Severity.WARNING))
    return DirectoryRecords(
        Source.HDH_PROJECTS,
        tuple(organisations.values()),
        tuple(projects.values()),
        tuple(findings),
    )


def _rows(content: bytes) -> list[Row]:
    check_size(content)
    with opened_workbook(content) as book:
        for sheet in book.worksheets:
            rows = _sheet_rows(sheet)
            if rows is not None:
                return rows
    wanted = ", ".join(COLUMNS[name][0] for name in ("title", "controller_1"))
    raise NotThatFormat(WrongFormat.COLUMNS_MISSING, wanted)


def _sheet_rows(sheet: Any) -> list[Row] | None:
    places: dict[int, str] = {}
    rows: list[Row] = []
    for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        texts = [_text(cell) for cell in cells]
        if not places:
            named = named_columns(texts, COLUMNS)
            places = named if {"title", "controller_1"} <= set(named.values()) else {}
            if not places and number >= HEADER_ROWS:
                return None
        elif any(texts):
            rows.append(Row(number, {places[i]: texts[i] for i in places if i < len(texts)}))
    return rows if places else None


def _text(cell: object) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def _project(
    row: Row, organisations: dict[str, OrganisationRecord], findings: list[Finding]
) -> ProcessingRecord | None:
    title = plain_text(row.cell("title"), 500)
    controllers = _controllers(row)
    if not title:
        findings.append(Finding(FindingCode.TITLE_MISSING, Severity.REFUSED, line=row.line))
    if not controllers:
        findings.append(
            Finding(FindingCode.CONTROLLER_MISSING, Severity.REFUSED, title or None, line=row.line)
        )
    if not title or not controllers:
        return None
    for one in controllers:
        organisations.setdefault(one.key, one)
    starts = read_day(row.cell("starts_on"))
    if row.cell("starts_on") and starts is None:
        findings.append(
            Finding(
                FindingCode.DATE_NOT_UNDERSTOOD, Severity.WARNING, title, line=row.line,
                values=(row.cell("starts_on")[:60],),
            )
        )  # fmt: skip
    topics = _listed(row.cell("topics"))
    return ProcessingRecord(
        key=row.cell("key")[:500] or f"title:{fold(title)}"[:500],
        kind=ProcessingKind.PROJECT,
        title=title,
        summary=plain_text(row.cell("objectives") or row.cell("purpose"), 5000),
        controllers=tuple(
            ControllerRecord(one.key, is_contact=place == 0)
            for place, one in enumerate(controllers)
        ),
        purposes=(_purpose(row, title, controllers[0], findings),),
        sources_text=_sources(row),
        identifiers=(IdentifierRecord(Identifier.BIRTH_NAME),),
        reuses=_reuses(row),
        cues={"illnesses": [fold(topic) for topic in topics]},
    )


def _controllers(row: Row) -> list[OrganisationRecord]:
    found: dict[str, OrganisationRecord] = {}
    for place in ("1", "2", "3"):
        name = plain_text(row.cell(f"controller_{place}"), 300)
        if not name or fold(name) in _NONE:
            continue
        kind = kind_from_status_and_name(row.cell(f"kind_{place}"), name)
        key = f"name:{fold(name)}"[:500]
        found.setdefault(key, OrganisationRecord(key=key, name=name, kind=kind))
    return list(found.values())


def _purpose(
    row: Row, title: str, controller: OrganisationRecord, findings: list[Finding]
) -> PurposeRecord:
    """The one purpose of a project; its legal basis is an assumption and is said to be."""
    public = controller.kind is not OrganisationKind.UNKNOWN and controller.kind.is_public
    code = FindingCode.LEGAL_BASIS_ASSUMED_PUBLIC if public else FindingCode.LEGAL_BASIS_TO_VERIFY
    findings.append(
        Finding(code, Severity.WARNING, title, line=row.line, values=(controller.name,))
    )
    return PurposeRecord(
        title=plain_text(row.cell("purpose"), 500) or title,
        legal_basis=LegalBasis.PUBLIC_TASK if public else LegalBasis.LEGITIMATE_INTERESTS,
        context=Context.SNDS_PROJECT if _uses_snds(row) else Context.HEALTH_RESEARCH,
    )


def _uses_snds(row: Row) -> bool:
    return bool(_listed(row.cell("snds")))


def _listed(text: str) -> list[str]:
    parts = (part.strip(" -•*\u00a0") for part in re.split(r"[;|\n]|,\s+(?=[A-ZÉÈ])", text))
    return [part for part in parts if part and fold(part) not in _NONE]


def _reuses(row: Row) -> tuple[ReuseRecord, ...]:
    named = (ReuseRecord(title=plain_text(name, 500)) for name in _listed(row.cell("catalogue")))
    snds = (ReuseRecord(title="SNDS", context=Context.SNDS_MAIN),) if _uses_snds(row) else ()
    return (*snds, *dict.fromkeys(named))


def _sources(row: Row) -> str | None:
    parts = (row.cell(column) for column in ("sources", "snds", "catalogue", "others", "provider"))
    texts = (plain_text(part, 1500) for part in parts if part and fold(part) not in _NONE)
    return "\n".join(dict.fromkeys(texts)) or None
