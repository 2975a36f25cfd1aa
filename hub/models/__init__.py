"""What the hub remembers: one file per aggregate, no rules; importing this maps every table."""

from hub.models import (
    acknowledgement,
    answer,
    audit_event,
    calendar,
    delivery,
    directory,
    exchange,
    hub_task,
    intake_batch,
    member,
    notice,
    opt_out,
    referral,
    representation,
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
    "hub_task",
    "intake_batch",
    "member",
    "notice",
    "opt_out",
    "referral",
    "representation",
    "retention",
    "rights_request",
]
