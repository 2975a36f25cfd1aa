"""Decides what an import would change, without changing anything."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from hub.domain.directory import OrganisationKind, fold
from hub.domain.directory_records import (
    DirectoryRecords,
    Finding,
    FindingCode,
    OrganisationRecord,
    ProcessingRecord,
    Severity,
)
from hub.models.columns import new_id
from hub.models.directory import Organisation, Processing
from hub.services.directory_changes import (
    ContactStep,
    FieldChange,
    ImportPlan,
    OrganisationStep,
    ProcessingStep,
    Verdict,
)
from hub.services.directory_known import KnownDirectory, read_known_directory

_ORGANISATION_FIELDS = (
    "name", "acronym", "kind", "siren", "finess", "ror", "website", "postal_address", "phone",
    "service_name",
)  # fmt: skip
RECIPIENTS = "recipients"
_PROCESSING_FIELDS = (
    "kind", "title", "title_en", "summary", "summary_en", "sources_text", "data_from_on",
    "data_to_on", "population", "website", "cues", "overrides",
)  # fmt: skip


def plan_import(session: Session, records: DirectoryRecords) -> ImportPlan:
    """What importing these records would create, update and leave, and why.

    Rows are found again by (source, key) and organisations by SIREN, else by name. What a person
    has verified is never planned to change: a finding says so instead.
    """
    known = read_known_directory(session, records)
    findings = list(records.findings)
    organisations = _plan_organisations(known, records, findings)
    for record in records.processings:
        known.processing_ids.setdefault(record.key, new_id())
        known.by_title.setdefault(fold(record.title), known.processing_ids[record.key])
    processings = [_plan_processing(known, record, findings) for record in records.processings]
    return ImportPlan(records.source, tuple(organisations), tuple(processings), tuple(findings))


def _plan_organisations(
    known: KnownDirectory, records: DirectoryRecords, findings: list[Finding]
) -> list[OrganisationStep]:
    steps: dict[UUID, OrganisationStep] = {}
    unknown: Counter[str] = Counter()
    for record in records.organisations:
        found, by_name = known.find(record)
        if found is None and records.only_known:
            unknown["organisations"] += 1
            continue
        organisation_id = found or new_id()
        known.by_key.setdefault(record.key, organisation_id)
        if organisation_id in steps:
            continue
        current = known.organisations.get(organisation_id)
        if current is None:
            known.remember(organisation_id, record)
            steps[organisation_id] = _created(organisation_id, record)
            continue
        if by_name and current.source is not known.source:
            findings.append(Finding(FindingCode.MATCHED_BY_NAME, record=record.name))
        steps[organisation_id] = _compared(known, current, record, findings)
    if unknown:
        count = str(unknown["organisations"])
        findings.append(Finding(FindingCode.ORGANISATIONS_UNKNOWN, values=(count,)))
    return list(steps.values())


def _created(organisation_id: UUID, record: OrganisationRecord) -> OrganisationStep:
    values = {name: getattr(record, name) for name in _ORGANISATION_FIELDS}
    contacts = tuple(ContactStep(contact) for contact in record.contacts)
    return OrganisationStep(
        organisation_id, record, Verdict.CREATED, values=values, contacts=contacts
    )


def _compared(
    known: KnownDirectory,
    current: Organisation,
    record: OrganisationRecord,
    findings: list[Finding],
) -> OrganisationStep:
    """The step for an organisation already known: its own source updates, others fill blanks."""
    is_own = current.source is known.source and current.source_key == record.key
    values = {
        name: new
        for name in _ORGANISATION_FIELDS
        if (new := getattr(record, name)) not in (None, OrganisationKind.UNKNOWN)
        and new != (old := getattr(current, name))
        and (is_own or old in (None, "", OrganisationKind.UNKNOWN))
    }
    if current.verified_at and values:
        findings.append(_kept(record.name, tuple(values)))
        values = {}
    contacts = _plan_contacts(known, current, record, findings)
    changes = [_change(name, getattr(current, name), new) for name, new in values.items()]
    changes += [_contact_change(current, step) for step in contacts]
    return OrganisationStep(
        current.id,
        record,
        Verdict.UPDATED if changes else Verdict.UNCHANGED,
        tuple(changes),
        values,
        contacts,
    )


def _plan_contacts(
    known: KnownDirectory,
    current: Organisation,
    record: OrganisationRecord,
    findings: list[Finding],
) -> tuple[ContactStep, ...]:
    held = {(one.channel, (one.address or "").casefold()) for one in current.contact_points}
    said = {(one.channel, one.address.casefold()) for one in record.contacts}
    stale = [
        one
        for one in current.contact_points
        if one.source is known.source
        and one.verified_at is None
        and (one.channel, (one.address or "").casefold()) not in said
    ]
    verified = {
        (one.role, one.channel) for one in current.contact_points if one.verified_at is not None
    }
    steps: list[ContactStep] = []
    for contact in record.contacts:
        if (contact.channel, contact.address.casefold()) in held:
            continue
        if (contact.role, contact.channel) in verified:
            findings.append(_kept(record.name, ("contact_point",)))
            continue
        old = next(
            (s for s in stale if (s.role, s.channel) == (contact.role, contact.channel)), None
        )
        if old:
            stale.remove(old)
        steps.append(ContactStep(contact, old.id if old else None))
    return tuple(steps)


def _contact_change(current: Organisation, step: ContactStep) -> FieldChange:
    before = next(
        (one.address for one in current.contact_points if one.id == step.contact_point_id), None
    )
    return _change(f"contact_point.{step.record.role}", before, step.record.address)


def _kept(name: str, fields: tuple[str, ...]) -> Finding:
    return Finding(FindingCode.KEPT_VERIFIED, Severity.WARNING, name, values=fields)


def _plan_processing(
    known: KnownDirectory, record: ProcessingRecord, findings: list[Finding]
) -> ProcessingStep:
    organisation_ids = tuple(known.by_key[one.organisation_key] for one in record.controllers)
    recipient_ids = tuple(known.by_key.get(one.organisation_key or "") for one in record.recipients)
    reused_ids = _reused_ids(known, record, findings)
    digest = _digest(record, organisation_ids, reused_ids)
    current = known.processings.get(record.key)
    values = {name: getattr(record, name) for name in _PROCESSING_FIELDS}
    values |= {
        "source_digest": digest,
        "search_text": _search_text(known, record, organisation_ids),
    }
    changes: tuple[FieldChange, ...] = ()
    if current is None:
        verdict = Verdict.CREATED
    elif current.source_digest == digest:
        verdict = Verdict.UNCHANGED
    else:
        changes = _processing_changes(known, current, record, organisation_ids, reused_ids)
        verdict = Verdict.UPDATED if changes else Verdict.UNCHANGED
        if current.verified_at and changes:
            findings.append(_kept(record.title, tuple(change.field for change in changes)))
            changes, verdict = (), Verdict.UNCHANGED
    is_said = known.processing_ids[record.key] in known.recipients_said
    if is_said and any(one.field == RECIPIENTS for one in changes):
        findings.append(_kept(record.title, (RECIPIENTS,)))
        changes = tuple(one for one in changes if one.field != RECIPIENTS)
        verdict = Verdict.UPDATED if changes else Verdict.UNCHANGED
    return ProcessingStep(
        known.processing_ids[record.key],
        record,
        verdict,
        changes,
        values,
        organisation_ids,
        recipient_ids,
        reused_ids,
        keeps_recipients=is_said,
    )


def _reused_ids(
    known: KnownDirectory, record: ProcessingRecord, findings: list[Finding]
) -> tuple[UUID, ...]:
    found: list[UUID] = []
    for reuse in record.reuses:
        reused = known.reused(reuse)
        if reused is None:
            findings.append(
                Finding(
                    FindingCode.REUSED_UNKNOWN,
                    record=record.title,
                    values=(reuse.title or reuse.key or "",),
                )
            )
        elif reused != known.processing_ids[record.key]:
            found.append(reused)
    return tuple(dict.fromkeys(found))


def _digest(record: ProcessingRecord, *ids: tuple[UUID, ...]) -> str:
    parts = [asdict(record), [sorted(one.hex for one in group) for group in ids]]
    text = json.dumps(parts, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _search_text(
    known: KnownDirectory, record: ProcessingRecord, organisation_ids: tuple[UUID, ...]
) -> str:
    names = [known.names[one] for one in organisation_ids]
    acronyms = [known.acronyms[one] for one in organisation_ids]
    cues = [word for value in record.cues.values() if isinstance(value, list) for word in value]
    texts = (
        record.title, record.title_en, record.summary, record.summary_en, record.sources_text,
        record.population, *names, *acronyms, *map(str, cues),
        *(one.title for one in record.purposes), *(one.title_en for one in record.purposes),
    )  # fmt: skip
    return fold(" ".join(text for text in texts if text))


def _change(field: str, before: object, after: object) -> FieldChange:
    return FieldChange(field, _shown(before), _shown(after))


def _shown(value: object) -> str:
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return "" if value is None else str(value)


def _processing_changes(
    known: KnownDirectory,
    current: Processing,
    record: ProcessingRecord,
    organisation_ids: tuple[UUID, ...],
    reused_ids: tuple[UUID, ...],
) -> tuple[FieldChange, ...]:
    pairs: dict[str, tuple[Any, Any]] = {
        name: (getattr(current, name), getattr(record, name)) for name in _PROCESSING_FIELDS
    }
    pairs["controllers"] = (
        [_part(one.organisation.name, one) for one in current.controllerships],
        [
            _part(known.names[organisation_id], part)
            for organisation_id, part in zip(organisation_ids, record.controllers, strict=True)
        ],
    )
    pairs["purposes"] = tuple(
        [f"{one.title} ({one.legal_basis}, {one.context})" for one in side]
        for side in (current.purposes, record.purposes)
    )  # type: ignore[assignment]
    pairs[RECIPIENTS] = tuple(
        sorted(f"{one.name} ({one.kind})" for one in side)
        for side in (current.recipients, record.recipients)
    )  # type: ignore[assignment]
    pairs["identifiers"] = tuple(
        [f"{one.identifier}{'*' if one.is_required else ''}" for one in side]
        for side in (current.identifiers_asked, record.identifiers)
    )  # type: ignore[assignment]
    pairs["reuses"] = (
        sorted(str(one.reused_id) for one in current.reused),
        sorted(map(str, reused_ids)),
    )
    return tuple(
        _change(name, before, after)
        for name, (before, after) in pairs.items()
        if _shown(before) != _shown(after)
    )


def _part(name: str, part: Any) -> str:
    duties = ("is_contact", "resolves_identity", "answers")
    return f"{name} ({', '.join(duty for duty in duties if getattr(part, duty))})"
