"""What a measurement delivers: controllers of its own, and cases held back until it begins."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from hub.domain.actors import SYSTEM, Actor, ActorKind
from hub.domain.directory import Channel, ContactRole, OrganisationKind, ProcessingKind
from hub.domain.rights import Right
from hub.domain.working_days import HolidayZone
from hub.extensions import db
from hub.models.columns import new_id
from hub.models.delivery import UNFINISHED, Delivery, DeliveryKind, DeliveryState
from hub.models.directory import ContactPoint, Controllership, Organisation, Processing
from hub.models.member import TokenScope
from hub.models.referral import Referral
from hub.models.rights_request import IntakeChannel
from hub.models.webhook import EndpointState, WebhookEndpoint
from hub.ports import Ports
from hub.services.endpoints import set_endpoint
from hub.services.filing import file_request
from hub.services.filing_drafts import FilingDraft, PersonGiven, PlannedItem, PlannedReferral
from hub.services.filing_plans import FilingPlan, plan_filing
from hub.services.tokens import create_token
from hub.services.unit_of_work import Work, delivery_row, unit_of_work

CONTROLLERS = 20
REFERRALS = 5
"""Of each filing."""
AT_ONCE = 100
HELD_FOR = timedelta(days=1)


@dataclass(frozen=True)
class Controller:
    """One controller, its processing, and the token of its program."""

    organisation_id: UUID
    processing_id: UUID
    token: str


def work_of(ports: Ports) -> Any:
    """A unit of work on the hub that is measured."""
    db.session.rollback()
    return unit_of_work(SYSTEM, engine=db.engine, ports=ports)


def add_controllers(ports: Ports) -> list[Controller]:
    """Controllers whose programs read their inboxes, each with one database and one mailbox."""
    with work_of(ports) as work:
        return [_controller(work, number) for number in range(CONTROLLERS)]


def _controller(work: Work, number: int) -> Controller:
    dated = {"search_text": "", "created_at": work.now, "updated_at": work.now}
    kind = OrganisationKind.PUBLIC_HOSPITAL
    organisation = Organisation(id=new_id(), name=f"Essai {number}", kind=kind, **dated)
    processing = Processing(
        id=new_id(), kind=ProcessingKind.DATABASE, title=f"Essai {number}", **dated
    )
    work.session.add_all([organisation, processing])
    work.session.flush()
    work.session.add_all(
        [
            Controllership(
                processing_id=processing.id, organisation_id=organisation.id, is_contact=True
            ),
            ContactPoint(
                organisation_id=organisation.id,
                role=ContactRole.RIGHTS_REQUESTS,
                channel=Channel.EMAIL,
                address=f"droits{number}@essai.example",
            ),
        ]
    )
    token = create_token(work, organisation.id, [TokenScope.FILE, TokenScope.ANSWER], "bench")
    return Controller(organisation.id, processing.id, token)


def hold_referrals(ports: Ports, controllers: Sequence[Controller], how_many: int) -> None:
    """File so many referrals, five a filing, that no inbox receives yet."""

    def hold(plan: FilingPlan) -> None:
        for row in plan.rows_of(Delivery):
            row["next_at"] += HELD_FOR

    filings = -(-how_many // REFERRALS)
    _file(ports, [random.sample(controllers, REFERRALS) for _ in range(filings)], hold)


def hold_mails(ports: Ports, controllers: Sequence[Controller], how_many: int) -> None:
    """As many mails as persons, each of a case of her own, that do not leave yet."""

    def hold(plan: FilingPlan) -> None:
        about = plan.receipt.rights_request_id
        at = plan.rows_of(Delivery)[0]["next_at"] + HELD_FOR
        row = delivery_row(DeliveryKind.NEWS, Channel.EMAIL, f"person:{about}", at)
        plan.rows_of(Delivery)[:] = [row | {"rights_request_id": about}]

    _file(ports, [random.sample(controllers, 1) for _ in range(how_many)], hold)


def _file(
    ports: Ports, filings: Sequence[Sequence[Controller]], hold: Callable[[FilingPlan], None]
) -> None:
    for start in range(0, len(filings), AT_ONCE):
        drafts = [_draft(chosen) for chosen in filings[start : start + AT_ONCE]]
        plans = [plan_filing(draft, ports.keyring, ports.clock.now()) for draft in drafts]
        with work_of(ports) as work:
            for plan in plans:
                hold(plan)
                file_request(work, plan)


def _draft(chosen: Sequence[Controller]) -> FilingDraft:
    mark = secrets.token_hex(8)
    return FilingDraft(
        right=Right.ACCESS,
        person=PersonGiven("Camille", f"Essai {mark}", date(1970, 1, 1), email=f"{mark}@p.example"),
        statement="Je souhaite une copie de mes données.",
        language="fr",
        channel=IntakeChannel.API,
        referrals=tuple(
            PlannedReferral(
                one.organisation_id, HolidayZone.METROPOLE, (PlannedItem(one.processing_id),)
            )
            for one in chosen
        ),
        idempotency_key=mark,
        idempotency_scope="bench",
        actor=Actor(ActorKind.API_CLIENT, organisation_id=chosen[0].organisation_id),
        active_at_once=True,
        tells_person=False,
    )


def hold_calls(ports: Ports, controllers: Sequence[Controller], how_many: int) -> None:
    """Announcements of referrals that arrived, one a referral, that are not made yet."""
    with work_of(ports) as work:
        found = work.session.execute(
            select(Referral.id, Referral.rights_request_id, Referral.organisation_id)
            .where(
                Referral.organisation_id.in_([one.organisation_id for one in controllers]),
                Referral.delivered_at.is_not(None),
            )
            .limit(how_many)
        )
        kind, at = DeliveryKind.REFERRAL_ANNOUNCED, work.now + HELD_FOR
        for referral_id, about, organisation_id in found.all():
            row = delivery_row(kind, Channel.WEBHOOK, f"organisation:{organisation_id}", at)
            work.deliveries.append(row | {"rights_request_id": about, "referral_id": referral_id})


def add_endpoints(ports: Ports, controllers: Sequence[Controller], port: int) -> None:
    """Each controller's endpoint is on this port; the hub sends it its challenge."""
    with work_of(ports) as work:
        for one in controllers:
            set_endpoint(work, one.organisation_id, f"http://127.0.0.1:{port}/")


def unconfirmed_endpoints() -> int:
    """How many endpoints have not answered their challenge yet."""
    db.session.rollback()
    waiting = WebhookEndpoint.state != EndpointState.CONFIRMED
    return db.session.scalar(select(func.count()).where(waiting)) or 0


def release(ports: Ports, channel: Channel) -> None:
    """What was held back by this channel is due from now on."""
    with work_of(ports) as work:
        work.session.execute(
            update(Delivery)
            .where(
                Delivery.state == DeliveryState.WAITING,
                Delivery.channel == channel,
                Delivery.next_at > work.now,
                Delivery.attempts == 0,
            )
            .values(next_at=work.now)
            .execution_options(synchronize_session=False)
        )


def left(channel: Channel) -> int:
    """How many deliveries by this channel have not been made."""
    db.session.rollback()
    waiting = select(func.count()).where(
        Delivery.state.in_(UNFINISHED), Delivery.channel == channel
    )
    return db.session.scalar(waiting) or 0
