"""A list of organisations (CSV) to records: SIREN, FINESS and ROR, in any encoding."""

from collections.abc import Callable

from hub.domain.directory import Channel, ContactRole, Source
from hub.domain.directory_records import (
    ContactRecord,
    DirectoryRecords,
    Finding,
    FindingCode,
    OrganisationRecord,
    Severity,
)
from hub.domain.mailboxes import is_email, is_function_mailbox
from hub.domain.organisation_numbers import NumberRead, read_finess, read_ror, read_siren
from hub.importers.cleaning import plain_text, web_address
from hub.importers.organisation_kinds import kind_from_status_and_name
from hub.importers.reading import Row, read_table

COLUMNS = {
    "key": ("ID", "identifiant", "code", "identifier", "référence"),
    "name": (
        "nom", "name", "raison sociale", "dénomination", "organisation", "organisme",
        "établissement", "nom de l'organisme", "rslongue", "organization", "institution",
    ),
    "acronym": ("sigle", "acronyme", "acronym", "nom court"),
    "kind": ("statut", "type", "catégorie", "status", "kind", "category", "statut juridique"),
    "siren": ("siren", "n° siren", "numéro siren", "siret", "n siret", "numero siret"),
    "finess": ("finess", "n° finess", "numéro finess", "nofinesset", "finess juridique"),
    "ror": ("ror", "ror id", "identifiant ror"),
    "website": ("siteweb", "site web", "site internet", "site", "url", "website", "homepage"),
    "address": ("adresse", "adresse postale", "address", "postal address"),
    "postcode": ("code postal", "codepostal", "cp", "postcode", "zip"),
    "city": ("ville", "commune", "city", "libelle_routage"),
    "phone": ("téléphone", "tel", "phone", "telephone"),
    "email": ("e-mail dpo", "email dpo", "mail dpo", "courriel dpo", "email dpd", "dpo email"),
}  # fmt: skip

_Reader = Callable[[str], NumberRead]
_NUMBERS: dict[str, tuple[_Reader, FindingCode, FindingCode | None]] = {
    "siren": (read_siren, FindingCode.BAD_SIREN, FindingCode.SIREN_ZERO_RESTORED),
    "finess": (read_finess, FindingCode.BAD_FINESS, FindingCode.FINESS_ZERO_RESTORED),
    "ror": (read_ror, FindingCode.BAD_ROR, None),
}


def read_organisations(content: bytes) -> DirectoryRecords:
    """Organisations of a CSV file (`;`, `,`, tab or `|`; French or English headers).

    A name is required; numbers that do not hold are left out and reported, never guessed.
    Raises NotThatFormat when the file is no such table.
    """
    table = read_table(content, COLUMNS, {"name"})
    findings = list(table.findings)
    records: dict[str, OrganisationRecord] = {}
    for row in table.rows:
        record = _organisation(row, findings)
        if record is None:
            continue
        if record.key in records:
            findings.append(
                Finding(
                    FindingCode.DUPLICATE_KEY,
                    Severity.REFUSED,
                    record.name,
                    line=row.line,
                    values=(record.key,),
                )
            )
            continue
        records[record.key] = record
    if not records:
        findings.append(Finding(FindingCode.NOTHING_FOUND, Severity.WARNING))
    return DirectoryRecords(Source.ORGANISATIONS, tuple(records.values()), findings=tuple(findings))


def _organisation(row: Row, findings: list[Finding]) -> OrganisationRecord | None:
    name = plain_text(row.cell("name"), 300)
    if not name:
        findings.append(Finding(FindingCode.NAME_MISSING, Severity.REFUSED, line=row.line))
        return None
    numbers = {column: _number(row, column, name, findings) for column in _NUMBERS}
    website = web_address(row.cell("website"))
    if row.cell("website") and website is None:
        findings.append(_about(FindingCode.WEBSITE_NOT_VALID, row, name, row.cell("website")))
    return OrganisationRecord(
        key=_key(row, numbers, name),
        name=name,
        kind=kind_from_status_and_name(row.cell("kind"), name),
        acronym=plain_text(row.cell("acronym"), 60) or None,
        website=website,
        postal_address=_address(row),
        phone=plain_text(row.cell("phone"), 40) or None,
        contacts=_contacts(row, name, findings),
        **numbers,
    )


def _key(row: Row, numbers: dict[str, str | None], name: str) -> str:
    if row.cell("key"):
        return row.cell("key")[:500]
    held = next((f"{column}:{value}" for column, value in numbers.items() if value), None)
    return held or f"name:{name.casefold()}"


def _number(row: Row, column: str, name: str, findings: list[Finding]) -> str | None:
    text = row.cell(column)
    if not text:
        return None
    reader, bad, mended = _NUMBERS[column]
    read = reader(text)
    if read.value is None:
        findings.append(_about(bad, row, name, text))
    elif read.repaired and mended:
        findings.append(
            Finding(mended, Severity.INFO, name, line=row.line, values=(text, read.value))
        )
    return read.value


def _about(code: FindingCode, row: Row, name: str, text: str) -> Finding:
    return Finding(code, Severity.WARNING, name, line=row.line, values=(text[:200],))


def _address(row: Row) -> str | None:
    place = f"{row.cell('postcode')} {row.cell('city')}".strip()
    lines = [plain_text(line, 300) for line in (row.cell("address"), place) if line]
    return "\n".join(lines) or None


def _contacts(row: Row, name: str, findings: list[Finding]) -> tuple[ContactRecord, ...]:
    address = row.cell("email")
    if not address:
        return ()
    if not is_email(address):
        findings.append(_about(FindingCode.EMAIL_NOT_VALID, row, name, address))
        return ()
    if not is_function_mailbox(address):
        findings.append(
            Finding(FindingCode.PERSONAL_MAILBOX_HIDDEN, Severity.WARNING, name, line=row.line)
        )
        return ()
    return (ContactRecord(ContactRole.DPO, Channel.EMAIL, address),)
