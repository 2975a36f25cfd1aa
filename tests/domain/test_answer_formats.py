"""Formats of an answer: what a person reads is not always what a machine reads."""

import pytest

from hub.domain.answer_formats import NotMachineReadable, check_answer_format
from hub.domain.rights import Right


def test_access_may_be_given_in_pdf_and_portability_may_not_gdpr_20_1() -> None:
    check_answer_format(Right.ACCESS, ["pdf"])
    with pytest.raises(NotMachineReadable) as refused:
        check_answer_format(Right.PORTABILITY, [".PDF", "docx"])
    assert refused.value.facts["formats"] == ["docx", "pdf"]


def test_a_letter_in_pdf_may_go_with_the_data_of_a_portability() -> None:
    check_answer_format(Right.PORTABILITY, ["pdf", ".csv"])


def test_an_answer_without_files_is_left_alone() -> None:
    check_answer_format(Right.PORTABILITY, [])


FORMATS = "csv json jsonl ndjson ods tsv ttl xlsx xml"


@pytest.mark.parametrize("extension", FORMATS.split())
def test_each_machine_readable_format_serves_a_portability(extension: str) -> None:
    check_answer_format(Right.PORTABILITY, [f".{extension.upper()}"])


def test_a_form_that_owes_the_file_is_refused_without_one_gdpr_20_1() -> None:
    with pytest.raises(NotMachineReadable) as refused:
        check_answer_format(Right.PORTABILITY, [], owes_file=True)
    assert refused.value.facts == {"field": "files", "formats": []}
    check_answer_format(Right.PORTABILITY, ["csv"], owes_file=True)
    check_answer_format(Right.ACCESS, [], owes_file=True)
