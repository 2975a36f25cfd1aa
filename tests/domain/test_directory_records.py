"""What a file says of the directory, and what it is taken to say where it says nothing."""

from hub.domain.directory import Identifier, ProcessingKind, Source
from hub.domain.directory_records import (
    ControllerRecord,
    DirectoryRecords,
    IdentifierRecord,
    NotThatFormat,
    ProcessingRecord,
    PurposeRecord,
    WrongFormat,
)
from hub.domain.legal_bases import LegalBasis

PROCESSING = ProcessingRecord(
    key="k",
    kind=ProcessingKind.DATABASE,
    title="Entrepôt",
    controllers=(ControllerRecord("chu"),),
    purposes=(PurposeRecord("Recherche", LegalBasis.PUBLIC_TASK),),
)


def test_a_controller_without_arrangement_is_its_own_contact_and_answers_gdpr_26() -> None:
    (alone,) = PROCESSING.controllers
    assert alone.is_contact
    assert alone.resolves_identity
    assert alone.answers


def test_an_identifier_is_asked_for_and_not_required_unless_the_file_says_so() -> None:
    assert not IdentifierRecord(Identifier.PATIENT_NUMBER).is_required


def test_a_file_may_create_organisations_unless_it_only_completes_them() -> None:
    assert not DirectoryRecords(Source.HAND).only_known


def test_a_processing_without_summary_has_an_empty_one_and_may_be_kept_in_a_set() -> None:
    assert PROCESSING.summary == ""
    assert len({PROCESSING, PROCESSING}) == 1


def test_a_file_of_another_format_says_why_and_where() -> None:
    refused = NotThatFormat(WrongFormat.BROKEN, "unexpected end", 12)
    assert str(refused) == "broken: unexpected end (line 12)"
    assert (refused.problem, refused.detail, refused.line) == (
        WrongFormat.BROKEN,
        "unexpected end",
        12,
    )
    assert NotThatFormat(WrongFormat.EMPTY).detail == ""
