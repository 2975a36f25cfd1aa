"""Which other way leads to the recipient of a delivery: another channel, or another mailbox."""

from dataclasses import dataclass
from uuid import UUID

from hub.domain.audit_log import EventKind
from hub.domain.delivery_ways import next_channel
from hub.domain.directory import Channel
from hub.models.delivery import Delivery, DeliveryKind
from hub.queries.addresses import mailboxes_of
from hub.services.circuits import ORGANISATION
from hub.services.unit_of_work import Work

OPEN_TO_REFERRALS = frozenset({Channel.PORTAL})
"""Channels that can bring a referral to any controller without being set up with it."""


@dataclass(frozen=True)
class OtherWay:
    """The channel to take next; the same one means the next mailbox of the recipient."""

    channel: Channel


def another_way(work: Work, row: Delivery) -> OtherWay | None:
    """The way after the present one; None when a person must find one."""
    if not row.recipient.startswith(ORGANISATION):
        return None
    if row.kind is DeliveryKind.REFERRAL:
        channel = next_channel(row.channel, OPEN_TO_REFERRALS)
        return OtherWay(channel) if channel else None
    if row.channel is not Channel.EMAIL:
        return None
    organisation_id = UUID(row.recipient.removeprefix(ORGANISATION))
    mailboxes = mailboxes_of(work.session, organisation_id, row.kind)
    return OtherWay(Channel.EMAIL) if row.way + 1 < len(mailboxes) else None


def take(work: Work, row: Delivery, way: OtherWay) -> None:
    """Send a waiting delivery by another way, at once; the log says so."""
    stream = row.rights_request_id or UUID(row.recipient.removeprefix(ORGANISATION))
    work.record(
        EventKind.DELIVERY_REROUTED,
        stream,
        row.referral_id,
        before=row.channel.value,
        after=way.channel.value,
        error=row.last_error,
    )
    row.channel = way.channel
    row.way += 1
    row.next_at = work.now
