"""What the hub remembers: one file per aggregate, no rules; importing this maps every table."""

from hub.models import (
    acknowledgement,
    answer,
    audit_event,
    calendar,
    delivery,
    directory,
    exchange,
    intake_batch,
    member,
    notice,
    objection,
    referral,
    retention,
    rights_request,
)

__all__ = [
    "acknowledgement",
    "answer",
    "audit_event",
    "calendar",
    "delivery",
    "directory",
    "exchange",
    "intake_batch",
    "member",
    "notice",
    "objection",
    "referral",
    "retention",
    "rights_request",
]
