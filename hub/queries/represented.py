"""What the person represented sees by her own link: that something was filed, never what."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from hub.domain.identity_proof import IdentityMatch
from hub.domain.lifecycle import RequestState
from hub.domain.representation import UNDER_MANDATE, Capacity, address_of_person
from hub.models.answer import Document
from hub.models.identity_proof import IdentityProof
from hub.models.representation import RepresentationRow
from hub.models.rights_request import Identity, IntakeChannel, RightsRequest
from hub.sealing import Place, RequestKeys, Shredded

EARLIER = "earlier:"
"""A recipient that is the mailbox confirmed for an earlier request of the same person."""
_ALIVE = (RequestState.AWAITING_CONFIRMATION, RequestState.ACTIVE, RequestState.CLOSED)


@dataclass(frozen=True)
class InMyName:
    """One filing in her name; `is_refused`: who acts might not, and it was passed on to nobody.

    `capacity` is None where it was filed as if by herself.
    """

    id: UUID
    reference: str
    filed_at: datetime
    capacity: Capacity | None
    channel: IntakeChannel
    state: RequestState
    is_refused: bool
    is_partly_refused: bool
    ended_at: datetime | None
    code_waits: bool
    has_new_code: bool
    birth_date: date | None

    @property
    def may_dispute(self) -> bool:
        """Whether there is still something to stop."""
        return self.state is RequestState.ACTIVE

    @property
    def may_end_mandate(self) -> bool:
        """Whether a mandate holds that she may put an end to."""
        under_mandate = self.capacity in UNDER_MANDATE
        return under_mandate and self.ended_at is None and self.state is RequestState.ACTIVE

    @property
    def may_take_code(self) -> bool:
        """Whether her own code waits for her."""
        return self.is_code_waiting or (self.ended_at is not None and not self.has_new_code)

    @property
    def is_code_waiting(self) -> bool:
        """Whether nobody has had a code yet: the mandate leaves the answers to her."""
        is_first = self.code_waits and not self.has_new_code and self.ended_at is None
        return is_first and self.state in _ALIVE


def filed_in_my_name(
    session: Session, keys: RequestKeys, rights_request_id: UUID
) -> InMyName | None:
    """The filing of a link; None for none, and for one whose time is over.

    Who acts is not named: an association's name may tell an illness, and a mailbox may be shared.
    """
    row = session.execute(
        select(RightsRequest, RepresentationRow, Identity.sealed)
        .outerjoin(RepresentationRow, RepresentationRow.rights_request_id == RightsRequest.id)
        .join(Identity, Identity.rights_request_id == RightsRequest.id)
        .where(RightsRequest.id == rights_request_id)
    ).first()
    if row is None:
        return None
    filed, acting, sealed = row
    try:
        facts = keys.open_facts(Place(filed.id, "identity.sealed", filed.id), sealed)
    except Shredded:
        return None
    born = facts.get("birth_date")
    return InMyName(
        id=filed.id,
        reference=filed.reference,
        filed_at=filed.filed_at,
        capacity=acting.capacity if acting else None,
        channel=filed.channel,
        state=filed.state,
        is_refused=bool(acting and acting.objection) and filed.state is RequestState.INADMISSIBLE,
        is_partly_refused=bool(acting and acting.left_out),
        ended_at=acting.revoked_at if acting else None,
        code_waits=acting is not None and acting.code_waits,
        has_new_code=acting is not None and acting.code_renewed_at is not None,
        birth_date=date.fromisoformat(born) if born else None,
    )


def known_mailbox_of(session: Session, rights_request_id: UUID) -> UUID | None:
    """The last request whose confirmed mailbox is surely that of the person of this one, if any.

    The same name and birth date, filed by herself, opened by a proof that she is who she says; not
    where this request has that mailbox already.
    """
    earlier, hers = aliased(Identity), aliased(Identity)
    return session.scalar(
        select(earlier.rights_request_id)
        .join(hers, hers.person_index == earlier.person_index)
        .join(RightsRequest, RightsRequest.id == earlier.rights_request_id)
        .join(IdentityProof, IdentityProof.rights_request_id == earlier.rights_request_id)
        .where(
            hers.rights_request_id == rights_request_id,
            earlier.rights_request_id != rights_request_id,
            earlier.email_index.is_not(None),
            earlier.email_index.is_distinct_from(hers.email_index),
            IdentityProof.match == IdentityMatch.SAME,
            RightsRequest.confirmed_at.is_not(None),
            RightsRequest.state.in_((RequestState.ACTIVE, RequestState.CLOSED)),
            ~exists().where(RepresentationRow.rights_request_id == earlier.rights_request_id),
        )
        .order_by(RightsRequest.confirmed_at.desc(), RightsRequest.id.desc())
        .limit(1)
    )


def mailbox_told(
    session: Session, keys: RequestKeys, recipient: str, rights_request_id: UUID
) -> str | None:
    """The address of a person told of a filing: her own in that filing, or an earlier one.

    Raises Shredded.
    """
    told_by = recipient.removeprefix(EARLIER)
    key = UUID(told_by) if told_by != recipient else rights_request_id
    identity = session.get(Identity, key)
    sealed = identity.sealed if identity else None
    facts = keys.open_facts(Place(key, "identity.sealed", key), sealed)
    if key != rights_request_id:
        return facts.get("email")
    channel = session.get_one(RightsRequest, key).channel
    return address_of_person(facts, is_filers=is_filers_address(channel))


def is_sealed_to_former(session: Session, document: Document) -> bool:
    """Whether a file was sealed to a box renewed since: only the code of then would open it."""
    renewed_at = session.scalar(
        select(RightsRequest.box_renewed_at).where(RightsRequest.id == document.rights_request_id)
    )
    return renewed_at is not None and document.created_at < renewed_at


def is_filers_address(channel: IntakeChannel) -> bool:
    """On the site the address is the filer's own, which she confirms; elsewhere the person's."""
    return channel is IntakeChannel.WEB
