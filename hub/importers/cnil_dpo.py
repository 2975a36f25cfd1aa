"""The CNIL's open register of designated DPOs (CSV, 26 columns) to contact points by SIREN."""

from datetime import date

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
from hub.domain.organisation_numbers import read_siren
from hub.importers.cleaning import plain_text, read_day
from hub.importers.organisation_kinds import kind_from_words
from hub.importers.reading import Row, read_table

COLUMNS = {
    "siren": ("SIREN organisme désignant", "SIREN"),
    "name": ("Nom organisme désignant",),
    "address": ("Adresse postale organisme désignant",),
    "postcode": ("Code postal organisme désignant",),
    "city": ("Ville organisme désignant",),
    "designated_on": ("Date de la désignation",),
    "dpo_name": ("Nom organisme désigné",),
    "email": ("Moyen contact DPO email",),
    "phone": ("Moyen contact DPO téléphone",),
    "dpo_address": ("Moyen contact DPO adresse postale",),
    "dpo_postcode": ("Moyen contact DPO code postal",),
    "dpo_city": ("Moyen contact DPO ville",),
}
_LONG_AGO = date(1900, 1, 1)


def read_cnil_dpo(content: bytes) -> DirectoryRecords:
    """The latest designation of each SIREN, as a DPO contact point of that organisation.

    Function mailboxes are kept; those that look like a person's are hidden and reported. The
    register holds over 100 000 bodies: its records complete organisations already known.
    Raises NotThatFormat when the file is no such register.
    """
    table = read_table(content, COLUMNS, {"siren", "name", "designated_on"})
    findings = list(table.findings)
    latest: dict[str, tuple[date, Row]] = {}
    for row in table.rows:
        siren = _siren(row, findings)
        if siren is None:
            continue
        day = _designated_on(row, findings)
        known = latest.get(siren)
        if known:
            findings.append(_superseded(min((known, (day, row)), key=lambda one: one[0])[1], siren))
        if known is None or day >= known[0]:
            latest[siren] = (day, row)
    records = (_organisation(siren, row, findings) for siren, (_day, row) in latest.items())
    organisations = tuple(record for record in records if record)
    if not organisations:
        findings.append(Finding(FindingCode.NOTHING_FOUND, Severity.WARNING))
    return DirectoryRecords(
        Source.CNIL_DPO, organisations, findings=tuple(findings), only_known=True
    )


def _siren(row: Row, findings: list[Finding]) -> str | None:
    text = row.cell("siren")
    read = read_siren(text)
    name = plain_text(row.cell("name"), 300)
    if read.value is None:
        findings.append(
            Finding(
                FindingCode.BAD_SIREN, Severity.REFUSED, name, line=row.line, values=(text[:40],)
            )
        )
    elif read.repaired:
        findings.append(
            Finding(
                FindingCode.SIREN_ZERO_RESTORED, record=name, line=row.line,
                values=(text, read.value),
            )
        )  # fmt: skip
    return read.value


def _designated_on(row: Row, findings: list[Finding]) -> date:
    text = row.cell("designated_on")
    day = read_day(text)
    if day is None and text:
        findings.append(
            Finding(
                FindingCode.DATE_NOT_UNDERSTOOD, Severity.WARNING, row.cell("name"),
                line=row.line, values=(text[:40],),
            )
        )  # fmt: skip
    return day or _LONG_AGO


def _superseded(row: Row, siren: str) -> Finding:
    return Finding(
        FindingCode.OLDER_DESIGNATION, record=row.cell("name"), line=row.line, values=(siren,)
    )


def _organisation(siren: str, row: Row, findings: list[Finding]) -> OrganisationRecord | None:
    name = plain_text(row.cell("name"), 300)
    if not name:
        findings.append(Finding(FindingCode.NAME_MISSING, Severity.REFUSED, line=row.line))
        return None
    return OrganisationRecord(
        key=siren,
        name=name,
        siren=siren,
        kind=kind_from_words(name),
        postal_address=_place(row, "address", "postcode", "city"),
        contacts=_contacts(row, name, findings),
    )


def _place(row: Row, street: str, postcode: str, city: str) -> str | None:
    """A postal address; a postcode of four figures gets back the zero a spreadsheet took."""
    code = row.cell(postcode)
    code = code.zfill(5) if code.isdigit() and len(code) == 4 else code
    lines = (row.cell(street), f"{code} {row.cell(city)}".strip())
    return "\n".join(plain_text(line, 300) for line in lines if line) or None


def _contacts(row: Row, name: str, findings: list[Finding]) -> tuple[ContactRecord, ...]:
    found: list[ContactRecord] = []
    email = row.cell("email")
    if email and not is_email(email):
        findings.append(
            Finding(
                FindingCode.EMAIL_NOT_VALID, Severity.WARNING, name, line=row.line,
                values=(email[:100],),
            )
        )  # fmt: skip
    elif email and is_function_mailbox(email):
        found.append(ContactRecord(ContactRole.DPO, Channel.EMAIL, email))
    elif email:
        findings.append(
            Finding(FindingCode.PERSONAL_MAILBOX_HIDDEN, Severity.WARNING, name, line=row.line)
        )
    post = _place(row, "dpo_address", "dpo_postcode", "dpo_city") if row.cell("dpo_address") else ""
    if post:
        found.append(ContactRecord(ContactRole.DPO, Channel.POST, post[:500]))
    if not found:
        findings.append(
            Finding(FindingCode.NO_CONTACT, Severity.WARNING, name, line=row.line, values=(name,))
        )
    return tuple(found)
