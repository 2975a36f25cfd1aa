"""Holds back the deliveries to one organisation, at an operator's word, and lets them leave again.

The legal time of its cases goes on meanwhile: after three days the hub's DPO is told.
"""

from uuid import UUID

from hub.domain.actors import Role
from hub.domain.audit_log import EventKind
from hub.domain.grounds import says_something
from hub.domain.lifecycle import NotYours
from hub.errors import Invalid, NotFound
from hub.models.delivery import DeliverySuspension
from hub.models.directory import Organisation
from hub.services.circuits import organisation_recipient
from hub.services.unit_of_work import Work

LONGEST_REASON = 300


def suspend_deliveries(work: Work, organisation_id: UUID, reason: str) -> bool:
    """Hold back all that goes to an organisation; False when it is held back already.

    What has left already is not called back. Raises NotYours, NotFound, Invalid (`reason`).
    """
    _operators_only(work)
    if not says_something(reason):
        raise Invalid(field="reason", reason="empty")
    if len(reason) > LONGEST_REASON:
        raise Invalid(field="reason", reason="too_long")
    if work.session.get(Organisation, organisation_id, with_for_update=True) is None:
        raise NotFound(organisation_id=organisation_id)
    recipient = organisation_recipient(organisation_id)
    if work.session.get(DeliverySuspension, recipient) is not None:
        return False
    work.session.add(
        DeliverySuspension(
            recipient=recipient,
            organisation_id=organisation_id,
            reason=reason.strip(),
            suspended_at=work.now,
            suspended_by_name=work.actor.name,
        )
    )
    work.record(EventKind.DELIVERIES_SUSPENDED, organisation_id, reason=reason.strip())
    return True


def resume_deliveries(work: Work, organisation_id: UUID) -> bool:
    """Let all that was held back leave; False when nothing was. Raises NotYours."""
    _operators_only(work)
    recipient = organisation_recipient(organisation_id)
    row = work.session.get(DeliverySuspension, recipient, with_for_update=True)
    if row is None:
        return False
    work.session.delete(row)
    work.record(EventKind.DELIVERIES_RESUMED, organisation_id)
    return True


def _operators_only(work: Work) -> None:
    if Role.OPERATOR not in work.actor.roles:
        raise NotYours(action="suspend_deliveries")
