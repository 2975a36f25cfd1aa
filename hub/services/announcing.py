"""Puts a call in the outbox for each referral that reached an inbox, where its owner asked for it.

The inbox keeps the referral whatever becomes of the call; the call spares its owner the asking.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from hub.domain.directory import Channel
from hub.models.delivery import ORGANISATION, DeliveryKind
from hub.models.webhook import EndpointState, WebhookEndpoint
from hub.services.unit_of_work import Work


def announce(work: Work, recipient: str, arrived: Iterable[tuple[UUID, UUID]]) -> None:
    """Announce these (referral, rights request) where their controller has a confirmed endpoint."""
    if not recipient.startswith(ORGANISATION):
        return
    confirmed = select(WebhookEndpoint.id).where(
        WebhookEndpoint.organisation_id == UUID(recipient.removeprefix(ORGANISATION)),
        WebhookEndpoint.state == EndpointState.CONFIRMED,
    )
    if work.session.scalar(confirmed) is None:
        return
    for referral_id, rights_request_id in arrived:
        work.deliver(
            DeliveryKind.REFERRAL_ANNOUNCED,
            Channel.WEBHOOK,
            recipient,
            rights_request_id=rights_request_id,
            referral_id=referral_id,
        )
