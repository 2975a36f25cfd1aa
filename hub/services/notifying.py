"""Tells the person and the controllers: one outbox row per thing to tell, never any content."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from hub.domain.directory import Channel
from hub.domain.notices import NoticePreference, leaves_at
from hub.models.delivery import DeliveryKind
from hub.models.directory import Organisation
from hub.models.member import Member
from hub.models.referral import Referral
from hub.models.rights_request import RightsRequest
from hub.services.unit_of_work import Work, delivery_row


def tell_person(
    work: Work,
    rights_request: RightsRequest,
    kind: DeliveryKind,
    referral: Referral | None = None,
    **details: Any,
) -> None:
    """Put a contentless e-mail to the person in the outbox, if she gave an address.

    What happened itself waits in her tracking page.
    """
    if not rights_request.has_email:
        return
    work.deliver(
        kind,
        Channel.EMAIL,
        f"person:{rights_request.id}",
        rights_request_id=rights_request.id,
        referral_id=referral.id if referral else None,
        **details,
    )


def tell_controller(work: Work, referral: Referral, kind: DeliveryKind) -> None:
    """Put a contentless e-mail to the controller's service in the outbox."""
    tell_organisation(work, referral.organisation_id, kind, referral)


def tell_organisation(
    work: Work, organisation_id: UUID, kind: DeliveryKind, referral: Referral | None = None
) -> None:
    """The same, for an act that may concern no single referral."""
    work.deliver(
        kind,
        Channel.EMAIL,
        f"organisation:{organisation_id}",
        rights_request_id=referral.rights_request_id if referral else None,
        referral_id=referral.id if referral else None,
    )


def tell_member(work: Work, member_id: UUID, kind: DeliveryKind, referral: Referral) -> None:
    """Put an e-mail to one member in the outbox: the number of the case and its date, no more.

    Who wants one mail a day finds it in the next one.
    """
    due_on = referral.due_on or referral.strict_on
    row = delivery_row(kind, Channel.EMAIL, f"member:{member_id}", work.now) | {
        "rights_request_id": referral.rights_request_id,
        "referral_id": referral.id,
        "details": {"about": kind.value, "due_on": due_on.isoformat()},
    }
    notices, zone = work.session.execute(
        select(Member.notices, Organisation.holiday_zone)
        .join(Organisation, Organisation.id == Member.organisation_id)
        .where(Member.id == member_id)
    ).one()
    if NoticePreference(notices) is NoticePreference.DIGEST:
        row["kind"] = DeliveryKind.NOTICES_DIGEST
        row["next_at"] = leaves_at(
            work.now, NoticePreference.DIGEST, zone, work.ports.policies.chasing
        )
    work.deliveries.append(row)
