"""What an import would change: steps per record, with before and after, and the report of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from hub.domain.directory import Source
from hub.domain.directory_records import (
    ContactRecord,
    Finding,
    OrganisationRecord,
    ProcessingRecord,
    Severity,
)


class Verdict(StrEnum):
    """What happens to one record."""

    CREATED = "created"
    UNCHANGED = "unchanged"
    UPDATED = "updated"


class Subject(StrEnum):
    """What a record is about."""

    ORGANISATION = "organisation"
    PROCESSING = "processing"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field, as it was and as it will be (as texts; empty when absent)."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ContactStep:
    """A contact point to add, or (with `contact_point_id`) one whose address is replaced."""

    record: ContactRecord
    contact_point_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class OrganisationStep:
    """What happens to one organisation: `values` are the columns to write."""

    organisation_id: UUID
    record: OrganisationRecord
    verdict: Verdict
    changes: tuple[FieldChange, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    contacts: tuple[ContactStep, ...] = ()


@dataclass(frozen=True, slots=True)
class ProcessingStep:
    """What happens to one processing: columns, and its parts already resolved to ids.

    `keeps_recipients`: a controller said who they are; no import changes that.
    """

    processing_id: UUID
    record: ProcessingRecord
    verdict: Verdict
    changes: tuple[FieldChange, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    organisation_ids: tuple[UUID, ...] = ()
    recipient_ids: tuple[UUID | None, ...] = ()
    reused_ids: tuple[UUID, ...] = ()
    keeps_recipients: bool = False


@dataclass(frozen=True, slots=True)
class ReportEntry:
    """One record of the report."""

    subject: Subject
    id: UUID
    name: str
    verdict: Verdict
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do: one entry per record kept, and the findings."""

    source: Source
    entries: tuple[ReportEntry, ...]
    findings: tuple[Finding, ...]

    def count(self, verdict: Verdict, subject: Subject | None = None) -> int:
        """How many records had this verdict."""
        return sum(
            entry.verdict is verdict and subject in (None, entry.subject) for entry in self.entries
        )

    @property
    def created(self) -> tuple[ReportEntry, ...]:
        return tuple(entry for entry in self.entries if entry.verdict is Verdict.CREATED)

    @property
    def updated(self) -> tuple[ReportEntry, ...]:
        return tuple(entry for entry in self.entries if entry.verdict is Verdict.UPDATED)

    @property
    def unchanged(self) -> tuple[ReportEntry, ...]:
        return tuple(entry for entry in self.entries if entry.verdict is Verdict.UNCHANGED)

    @property
    def refused(self) -> tuple[Finding, ...]:
        """The findings that kept a record out."""
        return tuple(one for one in self.findings if one.severity is Severity.REFUSED)


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """Everything an import would write, decided before anything is written."""

    source: Source
    organisations: tuple[OrganisationStep, ...]
    processings: tuple[ProcessingStep, ...]
    findings: tuple[Finding, ...]

    def report(self) -> ImportReport:
        """The plan as a person reads it."""
        entries = [
            ReportEntry(
                Subject.ORGANISATION, step.organisation_id, step.record.name, step.verdict,
                step.changes,
            )
            for step in self.organisations
        ] + [
            ReportEntry(
                Subject.PROCESSING, step.processing_id, step.record.title, step.verdict,
                step.changes,
            )
            for step in self.processings
        ]  # fmt: skip
        return ImportReport(self.source, tuple(entries), self.findings)
