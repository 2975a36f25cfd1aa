"""The last act on a case: what a member who comes second must be told."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from hub.domain.audit_log import EventKind
from hub.domain.lifecycle import ReferralState
from hub.models.referral import Referral
from hub.queries.referral_page import acts_of
from hub.sealing import RequestKeys

NO_ACTS = frozenset(
    {
        EventKind.ANSWER_DELETED,
        EventKind.ANSWER_DELETION_TOLD,
        EventKind.DELAY_TOLD,
        EventKind.DOCUMENT_OPENED,
        EventKind.NOTICE_ESCALATED,
        EventKind.NOTICE_SENT,
        EventKind.REFERRAL_OPENED,
    }
)
"""Looking, reminding and the end of a retention decide nothing of a case."""


@dataclass(frozen=True)
class LastAct:
    """Where a case stands, and the act that brought it there."""

    state: ReferralState
    kind: str
    at: datetime
    actor_name: str


def last_act_of(session: Session, keys: RequestKeys, referral_id: UUID) -> LastAct | None:
    """The last act that changed a case, or None for an unknown one."""
    referral = session.get(Referral, referral_id)
    if referral is None:
        return None
    acts = acts_of(session, keys, referral.rights_request_id, referral_id)
    last = next((act for act in reversed(acts) if act.kind not in NO_ACTS), None)
    return LastAct(
        referral.state,
        referral.last_event_kind,
        referral.last_event_at,
        last.actor_name if last else "",
    )
