"""What people do with a mail that came back: read it, put it with a case, set it aside."""

from uuid import UUID

from sqlalchemy import select

from hub.domain.actors import Role
from hub.domain.audit_log import EventKind
from hub.domain.lifecycle import UNDELIVERED, ActionNotAllowed
from hub.errors import Invalid, NotFound
from hub.models.inbound_mail import WAITING, InboundMail, MailState
from hub.models.referral import Referral
from hub.services.receiving_mail import hub_stream
from hub.services.unit_of_work import Work


def look_at_mail(work: Work, mail_id: UUID) -> None:
    """Write down that a mail was read. Raises NotFound for another organisation's."""
    _record(work, _mail(work, mail_id), EventKind.MAIL_OPENED)


def file_mail(work: Work, mail_id: UUID, number: str) -> UUID:
    """Put a held mail with a case, by the case's number; a member then decides what it is.

    Raises NotFound, ActionNotAllowed when it waits no more, Invalid (`number`) for no such case
    of this organisation. The id of the case.
    """
    row = _waiting_mail(work, mail_id)
    referral = work.session.scalar(select(Referral).where(Referral.number == number.strip()))
    if referral is None or not _may_file_with(work, row, referral):
        raise Invalid(field="number", reason="unknown")
    row.organisation_id = referral.organisation_id
    row.referral_id, row.rights_request_id = referral.id, referral.rights_request_id
    row.state, row.reason = MailState.PROPOSED, None
    row.decided_by_name = work.actor.name
    _record(work, row, EventKind.MAIL_FILED)
    return referral.id


def set_mail_aside(work: Work, mail_id: UUID) -> None:
    """Say that a mail answers nothing; it is kept as long as the rest. Raises as `file_mail`."""
    row = _waiting_mail(work, mail_id)
    row.state, row.decided_at, row.decided_by_name = (
        MailState.SET_ASIDE,
        work.now,
        work.actor.name,
    )
    _record(work, row, EventKind.MAIL_SET_ASIDE)


def mail_answered(work: Work, mail_id: UUID, referral_id: UUID, answer_id: UUID) -> None:
    """Say which answer a member made of a mail. Raises as `file_mail`."""
    row = _waiting_mail(work, mail_id)
    if row.referral_id != referral_id:
        raise NotFound(mail_id=mail_id)
    row.state, row.answer_id = MailState.ANSWERED, answer_id
    row.decided_at, row.decided_by_name = work.now, work.actor.name


def _may_file_with(work: Work, row: InboundMail, referral: Referral) -> bool:
    if referral.state in UNDELIVERED:
        return False
    own = work.actor.organisation_id == referral.organisation_id
    return own or (Role.HUB_AGENT in work.actor.roles and row.organisation_id is None)


def _mail(work: Work, mail_id: UUID) -> InboundMail:
    row = work.session.get(InboundMail, mail_id, with_for_update=True)
    if row is None or row.purged_at is not None or not _is_hers(work, row):
        raise NotFound(mail_id=mail_id)
    return row


def _is_hers(work: Work, row: InboundMail) -> bool:
    """Her organisation's mail; what is nobody's is for the agents of the hub."""
    if row.organisation_id is None:
        return Role.HUB_AGENT in work.actor.roles
    return row.organisation_id == work.actor.organisation_id


def _waiting_mail(work: Work, mail_id: UUID) -> InboundMail:
    row = _mail(work, mail_id)
    if row.state not in WAITING:
        raise ActionNotAllowed(action="mail", by=row.decided_by_name)
    return row


def _record(work: Work, row: InboundMail, kind: EventKind) -> None:
    stream = row.rights_request_id or row.organisation_id or hub_stream(work)
    if stream:
        work.record(kind, stream, row.id)
