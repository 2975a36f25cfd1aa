"""What the directory already knows, looked up by an import in a constant number of queries."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from hub.domain.directory import Source, fold
from hub.domain.directory_records import DirectoryRecords, OrganisationRecord, ReuseRecord
from hub.domain.legal_bases import Context
from hub.models.directory import (
    Controllership,
    Organisation,
    Processing,
    Purpose,
    RecipientStatement,
)


@dataclass
class KnownDirectory:
    """Indexes of the directory as it stands, completed by the plan as it creates rows."""

    source: Source
    organisations: dict[UUID, Organisation] = field(default_factory=dict)
    by_key: dict[str, UUID] = field(default_factory=dict)
    by_siren: dict[str, UUID] = field(default_factory=dict)
    by_name: dict[str, UUID] = field(default_factory=dict)
    names: dict[UUID, str] = field(default_factory=dict)
    acronyms: dict[UUID, str] = field(default_factory=dict)
    processings: dict[str, Processing] = field(default_factory=dict)
    processing_ids: dict[str, UUID] = field(default_factory=dict)
    by_title: dict[str, UUID] = field(default_factory=dict)
    by_context: dict[Context, UUID] = field(default_factory=dict)
    recipients_said: frozenset[UUID] = frozenset()

    def remember(self, organisation_id: UUID, record: OrganisationRecord) -> None:
        """Note an organisation that the plan creates, so that its twin is not created too."""
        self.by_key.setdefault(record.key, organisation_id)
        self.names.setdefault(organisation_id, record.name)
        self.acronyms.setdefault(organisation_id, record.acronym or "")
        if record.siren:
            self.by_siren.setdefault(record.siren, organisation_id)
        self.by_name.setdefault(fold(record.name), organisation_id)

    def find(self, record: OrganisationRecord) -> tuple[UUID | None, bool]:
        """The organisation a record is about, and whether only its name says so."""
        if found := self.by_key.get(record.key):
            return found, False
        if record.siren and (found := self.by_siren.get(record.siren)):
            return found, False
        found = self.by_name.get(fold(record.name))
        known = self.organisations.get(found) if found else None
        if known and known.siren and record.siren and known.siren != record.siren:
            return None, False
        return found, found is not None

    def reused(self, reuse: ReuseRecord) -> UUID | None:
        """The processing that a project says it reuses, or None when it is not known."""
        if reuse.key and (found := self.processing_ids.get(reuse.key)):
            return found
        if reuse.context and (found := self.by_context.get(reuse.context)):
            return found
        return self.by_title.get(fold(reuse.title)) if reuse.title else None


def read_known_directory(session: Session, records: DirectoryRecords) -> KnownDirectory:
    """Everything an import compares with: a handful of queries, whatever the file's size."""
    known = KnownDirectory(records.source)
    found = session.scalars(select(Organisation).options(selectinload(Organisation.contact_points)))
    for organisation in found:
        _index_organisation(known, organisation)
    if records.processings:
        _index_processings(session, known)
    return known


def _index_organisation(known: KnownDirectory, organisation: Organisation) -> None:
    known.organisations[organisation.id] = organisation
    known.names[organisation.id] = organisation.name
    known.acronyms[organisation.id] = organisation.acronym or ""
    if organisation.source is known.source and organisation.source_key:
        known.by_key[organisation.source_key] = organisation.id
    if organisation.siren:
        known.by_siren.setdefault(organisation.siren, organisation.id)
    known.by_name.setdefault(fold(organisation.name), organisation.id)


def _index_processings(session: Session, known: KnownDirectory) -> None:
    titles = select(Processing.id, Processing.title, Processing.title_en).order_by(Processing.id)
    for processing_id, title, title_en in session.execute(titles):
        for words in (title, title_en):
            if words:
                known.by_title.setdefault(fold(words), processing_id)
    contexts = select(Purpose.context, Purpose.processing_id).order_by(Purpose.processing_id)
    for context, processing_id in session.execute(contexts):
        known.by_context.setdefault(context, processing_id)
    own = (
        select(Processing)
        .where(Processing.source == known.source)
        .options(
            selectinload(Processing.controllerships).joinedload(Controllership.organisation),
            selectinload(Processing.purposes),
            selectinload(Processing.recipients),
            selectinload(Processing.identifiers_asked),
            selectinload(Processing.reused),
        )
    )
    for processing in session.scalars(own):
        if processing.source_key:
            known.processings[processing.source_key] = processing
            known.processing_ids[processing.source_key] = processing.id
    known.recipients_said = frozenset(session.scalars(select(RecipientStatement.processing_id)))
