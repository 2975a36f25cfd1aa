"""The directory of projects (XLSX): controllers, reused databases, assumptions said."""

import io
from datetime import date

from openpyxl import Workbook

from hub.domain.directory import OrganisationKind
from hub.domain.directory_records import FindingCode
from hub.domain.legal_bases import Context, LegalBasis
from hub.importers.hdh_projects import read_hdh_projects

HEADER = [
    "Référence", "title", "Source de données utilisées",
    "Composante(s) de la base principale du SNDS mobilisée(s)",
    "Base(s) du catalogue du HDH mobilisée(s)", "Autre(s) source(s) de donnée(s) mobilisée(s)",
    "statut calendrier", "Domaines médicaux investigués", "Finalité de l'étude",
    "Objectifs poursuivis", "Responsable de traitement 1", "Responsable de traitement 2",
    "Responsable de traitement 3", "Type responsable treatment 1", "Type responsable treatment 2",
    "Type responsable treatment 3", "Description Entité mettant à disposition", "Date de début",
    "Etape  : Complétude",
]  # fmt: skip


def workbook(*rows: dict[str, object], above: int = 0) -> bytes:
    book = Workbook()
    sheet = book.active
    for _line in range(above):
        sheet.append(["Répertoire public"])
    sheet.append(HEADER)
    for row in rows:
        sheet.append([row.get(name) for name in HEADER])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


PROJECT = {
    "Référence": 1234567,
    "title": "Étude Brume",
    "Composante(s) de la base principale du SNDS mobilisée(s)": "DCIR; PMSI",
    "Base(s) du catalogue du HDH mobilisée(s)": "Base A\nBase B",
    "Domaines médicaux investigués": "Cardiologie; Diabète",
    "Finalité de l'étude": "Recherche",
    "Objectifs poursuivis": "Mieux soigner",
    "Responsable de traitement 1": "Université de Brume",
    "Type responsable treatment 1": "Organisme public",
    "Responsable de traitement 2": "Brume Pharma",
    "Type responsable treatment 2": "Industriel",
    "Date de début": date(2022, 1, 1),
}


def test_a_project_is_read_with_its_controllers_and_databases() -> None:
    records = read_hdh_projects(workbook(PROJECT, above=3))
    (project,) = records.processings
    assert (project.key, project.title) == ("1234567", "Étude Brume")
    assert [one.is_contact for one in project.controllers] == [True, False]
    assert [one.kind for one in records.organisations] == [
        OrganisationKind.PUBLIC_BODY,
        OrganisationKind.COMPANY,
    ]
    assert [one.title for one in project.reuses] == ["SNDS", "Base A", "Base B"]
    assert project.purposes[0].context is Context.SNDS_PROJECT
    assert project.purposes[0].legal_basis is LegalBasis.PUBLIC_TASK
    assert [one.code for one in records.findings] == [FindingCode.LEGAL_BASIS_ASSUMED_PUBLIC]


def test_a_project_without_the_snds_is_health_research() -> None:
    row = PROJECT | {"Composante(s) de la base principale du SNDS mobilisée(s)": "Non"}
    (project,) = read_hdh_projects(workbook(row)).processings
    assert project.purposes[0].context is Context.HEALTH_RESEARCH


def test_projects_without_title_or_controller_are_refused_whole() -> None:
    records = read_hdh_projects(
        workbook(PROJECT | {"title": None}, PROJECT | {"Responsable de traitement 1": None,
                 "Responsable de traitement 2": None})
    )  # fmt: skip
    assert not records.processings
    assert {one.code for one in records.findings} == {
        FindingCode.TITLE_MISSING,
        FindingCode.CONTROLLER_MISSING,
        FindingCode.NOTHING_FOUND,
    }
