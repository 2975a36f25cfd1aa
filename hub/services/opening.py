"""Opening a case is an act: written once a day for each member, and told to the person."""

from uuid import UUID

from hub.domain.audit_log import EventKind
from hub.domain.lifecycle import Action
from hub.models.answer import Document
from hub.services.documents import open_document
from hub.services.referrals import referral_for
from hub.services.unit_of_work import Work


def open_referral(work: Work, referral_id: UUID) -> None:
    """Write down that a member opened a case; the first one leaves its instant on it.

    Raises NotFound for another organisation's case, NotYours for a role that may not look.
    """
    referral = referral_for(work, referral_id, Action.VIEW)
    referral.opened_at = referral.opened_at or work.now
    work.record(
        EventKind.REFERRAL_OPENED,
        referral.rights_request_id,
        referral.id,
        member=str(work.actor.id),
    )


def open_case_document(work: Work, referral_id: UUID, document: Document) -> None:
    """Write down that a member opened a document of a case that she may see."""
    referral_for(work, referral_id, Action.VIEW)
    open_document(work, document)
