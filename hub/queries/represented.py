"""What the person represented sees by her own link: that something was filed, never what."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.domain.lifecycle import RequestState
from hub.domain.representation import UNDER_MANDATE, Capacity
from hub.models.answer import Document
from hub.models.representation import RepresentationRow
from hub.models.rights_request import Identity, IntakeChannel, RightsRequest
from hub.sealing import Place, RequestKeys, Shredded

_ALIVE = (RequestState.AWAITING_CONFIRMATION, RequestState.ACTIVE, RequestState.CLOSED)


@dataclass(frozen=True)
class InMyName:
    """One filing in her name; `is_refused`: who acts might not, and it was passed on to nobody."""

    id: UUID
    reference: str
    filed_at: datetime
    capacity: Capacity
    state: RequestState
    is_refused: bool
    is_partly_refused: bool
    disputed_at: datetime | None
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
    """The filing of a link; None for none, for one not represented, and for one whose time is over.

    Who acts is not named: an association's name may tell an illness, and a mailbox may be shared.
    """
    row = session.execute(
        select(RightsRequest, RepresentationRow, Identity.sealed)
        .join(RepresentationRow, RepresentationRow.rights_request_id == RightsRequest.id)
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
        capacity=acting.capacity,
        state=filed.state,
        is_refused=acting.objection is not None and filed.state is RequestState.INADMISSIBLE,
        is_partly_refused=bool(acting.left_out),
        disputed_at=acting.disputed_at,
        ended_at=acting.revoked_at,
        code_waits=acting.code_waits,
        has_new_code=acting.code_renewed_at is not None,
        birth_date=date.fromisoformat(born) if born else None,
    )


def is_sealed_to_former(session: Session, document: Document) -> bool:
    """Whether a file was sealed to a box renewed since: only the code of then would open it."""
    renewed_at = session.scalar(
        select(RightsRequest.box_renewed_at).where(RightsRequest.id == document.rights_request_id)
    )
    return renewed_at is not None and document.created_at < renewed_at


def is_filers_address(channel: IntakeChannel) -> bool:
    """On the site the address is the filer's own, which she confirms; elsewhere the person's."""
    return channel is IntakeChannel.WEB
