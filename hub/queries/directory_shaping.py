"""Turns loaded rows of the directory into what is shown of them."""

from hub.models.directory import ContactPoint, Controllership, Processing
from hub.queries.directory_rows import (
    ContactRow,
    ControllerRow,
    IdentifierRow,
    ProcessingRow,
    PurposeRow,
)


def processing_row(processing: Processing, *, with_contacts: bool = False) -> ProcessingRow:
    """A processing, its parts loaded, as a frozen row."""
    return ProcessingRow(
        id=processing.id,
        kind=processing.kind,
        title=processing.title,
        title_en=processing.title_en,
        summary=processing.summary,
        summary_en=processing.summary_en,
        data_from_on=processing.data_from_on,
        data_to_on=processing.data_to_on,
        answer_level=processing.answer_level,
        is_open=processing.is_open,
        overrides=processing.overrides or {},
        controllers=tuple(_controller(one, with_contacts) for one in processing.controllerships),
        purposes=tuple(
            PurposeRow(one.title, one.title_en, one.legal_basis, one.context)
            for one in processing.purposes
        ),
        identifiers_asked=tuple(
            IdentifierRow(one.identifier, one.is_required) for one in processing.identifiers_asked
        ),
    )


def _controller(part: Controllership, with_contacts: bool) -> ControllerRow:
    organisation = part.organisation
    points = organisation.contact_points if with_contacts else []
    return ControllerRow(
        id=organisation.id,
        name=organisation.name,
        acronym=organisation.acronym,
        siren=organisation.siren,
        kind=organisation.kind,
        is_contact=part.is_contact,
        resolves_identity=part.resolves_identity,
        answers=part.answers,
        contacts=tuple(_contact(point) for point in points if point.address),
    )


def _contact(point: ContactPoint) -> ContactRow:
    return ContactRow(point.role, point.channel, point.address or "", point.verified_at is not None)
