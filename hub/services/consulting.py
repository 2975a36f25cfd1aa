"""Looking at the content of a case is an act, and owes its reason."""

from uuid import UUID

from hub.domain.audit_log import EventKind
from hub.errors import Invalid
from hub.services.unit_of_work import Work

SHORTEST_REASON = 10


def consult_content(work: Work, rights_request_id: UUID, referral_id: UUID, reason: str) -> None:
    """Write down that the content of a case is read, and the reason given for it."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise Invalid(field="reason", reason="too_short", least=SHORTEST_REASON)
    work.record(EventKind.REQUEST_CONSULTED, rights_request_id, referral_id, reason=reason.strip())
