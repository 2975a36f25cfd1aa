"""What goes to the CNIL: the file a person takes there, and complaints that the hub transmits.

Only complaints about the opt-out are transmitted (EHDS 71, 81); she is told of each step.
"""

import secrets
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select

from hub.domain.actors import Role
from hub.domain.audit_log import EventKind
from hub.domain.complaints import (
    LONGEST_COMPLAINT,
    ComplaintOutcome,
    ComplaintTooSoon,
    check_step_on,
    is_passed_on_to_cnil,
)
from hub.domain.directory import Channel
from hub.domain.references import REFERENCE_BYTES, new_complaint_number
from hub.domain.working_days import local_date
from hub.errors import Conflict, Invalid, NotFound
from hub.models.columns import new_id
from hub.models.delivery import DeliveryKind
from hub.models.directory import Organisation
from hub.models.member import Member, RoleRow
from hub.models.opt_out import CnilComplaint
from hub.models.rights_request import RightsRequest
from hub.sealing import Place
from hub.services.documents import open_documents
from hub.services.notifying import tell_organisation, tell_person
from hub.services.unit_of_work import Work

LONGEST_CNIL_NUMBER = 60


def record_cnil_file(
    work: Work,
    rights_request_id: UUID,
    *,
    sha256: str,
    referral_ids: Sequence[UUID],
    document_ids: Sequence[UUID],
) -> None:
    """One event for the file, and one for each document opened to be put in it.

    Its subject is the file's own id: a controller must learn neither that she turns to the CNIL
    nor to whom else she wrote.
    """
    open_documents(work, document_ids)
    work.record(
        EventKind.CNIL_FILE_MADE,
        rights_request_id,
        new_id(),
        sha256=sha256,
        referrals=[str(key) for key in referral_ids],
    )


def make_complaint(work: Work, rights_request_id: UUID, text: str) -> UUID:
    """Take a complaint about the opt-out, for the CNIL; those who transmit are told, not of what.

    Raises Invalid for an empty or too long text, NotFound for a request that is about another
    right, or before the law says that such complaints are transmitted.
    """
    words = text.strip()
    if not words or len(words) > LONGEST_COMPLAINT:
        reason = "too_long" if words else "empty"
        raise Invalid(field="text", reason=reason, most=LONGEST_COMPLAINT)
    filed = work.session.get(RightsRequest, rights_request_id)
    today, policy = local_date(work.now), work.ports.policies.opt_outs
    if filed is None or not is_passed_on_to_cnil(filed.right, today, policy):
        raise NotFound(rights_request_id=rights_request_id)
    key = new_id()
    place = Place(rights_request_id, "cnil_complaint.text_sealed", key)
    complaint = CnilComplaint(
        id=key,
        rights_request_id=rights_request_id,
        number=new_complaint_number(secrets.token_bytes(REFERENCE_BYTES)),
        text_sealed=work.keys.seal(place, words),
        made_at=work.now,
    )
    work.session.add(complaint)
    work.record(EventKind.CNIL_COMPLAINT_MADE, rights_request_id, key)
    _tell_liaison(work)
    return key


def read_complaint(work: Work, complaint_id: UUID) -> str:
    """The words of a complaint, for the one who transmits it: her reading is written down."""
    complaint = _complaint(work, complaint_id)
    request_id = complaint.rights_request_id
    work.record(EventKind.REQUEST_CONSULTED, request_id, complaint.id, reason=complaint.number)
    place = Place(request_id, "cnil_complaint.text_sealed", complaint.id)
    return work.keys.open(place, complaint.text_sealed)


def transmit_complaint(work: Work, complaint_id: UUID, on: date, cnil_number: str = "") -> None:
    """Record that a complaint has been handed to the CNIL; the person is told.

    Raises Invalid for a day before it was made or to come, Conflict when it was recorded already.
    """
    complaint = _complaint(work, complaint_id)
    if complaint.transmitted_on is not None:
        raise Conflict(already="transmitted")
    check_step_on("on", on, local_date(complaint.made_at), local_date(work.now))
    complaint.transmitted_on = on
    complaint.transmitted_at = work.now
    complaint.transmitted_by_name = work.actor.name
    complaint.cnil_number = cnil_number.strip()[:LONGEST_CNIL_NUMBER]
    _tell_step(work, complaint, EventKind.CNIL_COMPLAINT_TRANSMITTED, on)


def close_complaint(
    work: Work, complaint_id: UUID, outcome: ComplaintOutcome, on: date, cnil_number: str = ""
) -> None:
    """Record what the CNIL made of a complaint; the person is told.

    Raises ComplaintTooSoon before it was transmitted, Conflict when it is closed already, Invalid
    for a day before its transmission or to come.
    """
    complaint = _complaint(work, complaint_id)
    if complaint.transmitted_on is None:
        raise ComplaintTooSoon
    if complaint.outcome is not None:
        raise Conflict(already="closed")
    check_step_on("on", on, complaint.transmitted_on, local_date(work.now))
    complaint.outcome = outcome
    complaint.outcome_on = on
    complaint.outcome_at = work.now
    number = cnil_number.strip()[:LONGEST_CNIL_NUMBER]
    complaint.cnil_number = number or complaint.cnil_number
    _tell_step(work, complaint, EventKind.CNIL_COMPLAINT_CLOSED, on)


def _complaint(work: Work, complaint_id: UUID) -> CnilComplaint:
    found = work.session.get(CnilComplaint, complaint_id, with_for_update=True)
    if found is None:
        raise NotFound(complaint_id=complaint_id)
    return found


def _tell_step(work: Work, complaint: CnilComplaint, event: EventKind, on: date) -> None:
    filed = work.session.get_one(RightsRequest, complaint.rights_request_id)
    work.record(event, filed.id, complaint.id, on=on.isoformat())
    tell_person(work, filed, DeliveryKind.NEWS)


def _tell_liaison(work: Work) -> None:
    """Tell whoever transmits to the CNIL; without such a member, the organisation of the hub."""
    kind = DeliveryKind.COMPLAINT_TO_TRANSMIT
    liaisons = work.session.scalars(
        select(Member.id)
        .join(Member.roles)
        .where(Member.active, RoleRow.name == Role.CNIL_LIAISON.value)
        .order_by(Member.id)
    ).all()
    for member_id in liaisons:
        work.deliver(kind, Channel.EMAIL, f"member:{member_id}")
    if not liaisons:
        hubs = select(Organisation.id).where(Organisation.runs_hub).order_by(Organisation.id)
        hub_id = work.session.scalar(hubs.limit(1))
        if hub_id is not None:
            tell_organisation(work, hub_id, kind)
