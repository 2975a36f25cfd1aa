"""Lists of organisations: any encoding and separator, numbers mended only when they then hold."""

from pathlib import Path

import pytest

from hub.domain.directory import OrganisationKind
from hub.domain.directory_records import FindingCode, Severity
from hub.importers.organisations import read_organisations

REAL = Path(__file__).parents[3] / "shared" / "data" / "fresh"


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
def test_any_separator_and_encoding_is_read(separator: str, encoding: str) -> None:
    lines = [
        ["ID", "Nom", "N° SIREN", "Ville"],
        ["1", "Hôpital Élisée-Trévé", "999003007", "Liévin"],
        ["2", "Fondation de l'Été à Noël", "999004005", "Nîmes"],
    ]
    text = "\r\n".join(separator.join(line) for line in lines)
    records = read_organisations(text.encode(encoding))
    assert [one.name for one in records.organisations] == [
        "Hôpital Élisée-Trévé",
        "Fondation de l'Été à Noël",
    ]
    assert records.organisations[0].siren == "999003007"


def test_english_headers_are_understood() -> None:
    records = read_organisations(b"name,siren,website,type\nAcme,999003007,acme.example,Company\n")
    (acme,) = records.organisations
    assert (acme.website, acme.kind) == ("https://acme.example", OrganisationKind.COMPANY)


def test_a_zero_lost_by_a_spreadsheet_is_given_back_and_said() -> None:
    records = read_organisations(b"nom;siren;finess\nA;56501711;10000024\n")
    (one,) = records.organisations
    assert (one.siren, one.finess) == ("056501711", "010000024")
    assert {finding.code for finding in records.findings} == {
        FindingCode.SIREN_ZERO_RESTORED,
        FindingCode.FINESS_ZERO_RESTORED,
    }


def test_a_number_that_does_not_hold_is_left_out_and_said_with_its_line() -> None:
    records = read_organisations(b"nom;siren;ror\nA;123456789;https://ror.org/nope\n")
    (one,) = records.organisations
    assert (one.siren, one.ror) == (None, None)
    assert [(f.code, f.line) for f in records.findings] == [
        (FindingCode.BAD_SIREN, 2),
        (FindingCode.BAD_ROR, 2),
    ]


def test_lines_without_a_name_or_twice_there_are_refused_alone() -> None:
    records = read_organisations(b"id;nom\n1;A\n2;\n1;A again\n3;B\n")
    assert [one.name for one in records.organisations] == ["A", "B"]
    refused = [one.line for one in records.findings if one.severity is Severity.REFUSED]
    assert refused == [3, 4]


def test_a_ror_is_written_in_its_one_form() -> None:
    records = read_organisations(b"nom;ror\nA;ror.org/03T4KTV29\n")
    assert records.organisations[0].ror == "https://ror.org/03t4ktv29"


def test_a_cell_with_a_line_break_does_not_shift_the_lines_that_follow() -> None:
    records = read_organisations(b'nom;adresse;siren\n"A";"1 rue\nX";\nB;;111\n')
    assert [one.name for one in records.organisations] == ["A", "B"]
    assert records.findings[0].line == 4


def test_a_public_body_abroad_owes_nothing_to_french_administrative_law() -> None:
    records = read_organisations(b"nom;statut\nInstitut;Public (Europe)\nCHU de B;Public\n")
    kinds = [one.kind for one in records.organisations]
    assert kinds == [OrganisationKind.UNKNOWN, OrganisationKind.PUBLIC_HOSPITAL]


@pytest.mark.skipif(not REAL.exists(), reason="the real list is not on this machine")
def test_a_real_list_is_read_to_the_last_line() -> None:
    (path,) = REAL.glob("*.csv")
    records = read_organisations(path.read_bytes())
    assert len(records.organisations) == 626
    assert sum(1 for one in records.organisations if one.siren) == 467
    assert any("ASSOCIATION FRANÇOIS AUPETIT" in one.name for one in records.organisations)
