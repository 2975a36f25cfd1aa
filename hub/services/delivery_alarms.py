"""What has not reached an organisation for three days: the hub's DPO is told, once.

Found by a catch-up query, as what is held back is never tried and so never fails by itself.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from hub.domain.actors import Role
from hub.domain.audit_log import EventKind
from hub.domain.delivery_retries import POLICY
from hub.domain.directory import Channel
from hub.models.delivery import (
    EVERYBODY,
    Delivery,
    DeliveryCircuit,
    DeliveryKind,
    DeliveryState,
)
from hub.models.directory import Organisation
from hub.models.member import Member, RoleRow
from hub.queries.held_back import is_suspended
from hub.services.circuits import LINK, ORGANISATION, organisation_recipient
from hub.services.delivering import needs_person
from hub.services.delivery_ways import another_way, take
from hub.services.unit_of_work import Work

ONE_MAIL_IN = timedelta(days=1)
NO_TURN = "circuit_open"
"""Why a delivery that was never tried needs a person: its way was closed all the time."""


def move_held_back(work: Work, limit: int) -> int:
    """Find another way, or a person, for what an open circuit holds back too long.

    One day for another way, three for a person. Says how many it moved.
    """
    moved = 0
    for row in _held_back(work, limit):
        age = work.now - (row.first_tried_at or row.next_at)
        row.last_error = row.last_error or NO_TURN
        way = another_way(work, row)
        if age >= POLICY.person_after:
            needs_person(work, row)
        elif way is not None and age >= POLICY.falls_back_after * (row.way + 1):
            take(work, row, way)
        else:
            continue
        moved += 1
    return moved


def raise_alarms(work: Work, limit: int) -> int:
    """Tell the hub's DPOs of deliveries to organisations that are three days old; says how many.

    Each delivery raises one alarm; the mail says nothing of any, and leaves once a day at most.
    """
    rows = _alarming(work, limit)
    for row in rows:
        row.alarmed_at = work.now
        stream = row.rights_request_id or UUID(row.recipient.removeprefix(ORGANISATION))
        work.record(EventKind.DELIVERY_ALARMED, stream, row.referral_id)
    if rows:
        for recipient in _untold(work, _hub_dpos(work)):
            work.deliver(DeliveryKind.DELIVERY_ALARM, Channel.EMAIL, recipient)
    return len(rows)


def _held_back(work: Work, limit: int) -> Sequence[Delivery]:
    blocked = exists().where(
        DeliveryCircuit.channel == Delivery.channel,
        DeliveryCircuit.recipient.in_([Delivery.recipient, EVERYBODY]),
        DeliveryCircuit.open_until.is_not(None),
    )
    found = (
        select(Delivery)
        .where(
            Delivery.state == DeliveryState.WAITING,
            _since() <= work.now - POLICY.falls_back_after,
            blocked,
            ~is_suspended(),
        )
        .order_by(Delivery.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return work.session.scalars(found).all()


def _alarming(work: Work, limit: int) -> Sequence[Delivery]:
    found = (
        select(Delivery)
        .where(
            or_(*(Delivery.recipient.startswith(one) for one in (ORGANISATION, LINK))),
            Delivery.kind != DeliveryKind.DELIVERY_ALARM,
            Delivery.alarmed_at.is_(None),
            or_(
                Delivery.state == DeliveryState.NEEDS_PERSON,
                and_(Delivery.state == DeliveryState.WAITING, is_suspended()),
            ),
            _since() <= work.now - POLICY.person_after,
        )
        .order_by(Delivery.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return work.session.scalars(found).all()


def _since() -> ColumnElement[object]:
    return func.coalesce(Delivery.first_tried_at, Delivery.next_at)


def _hub_dpos(work: Work) -> list[str]:
    members = work.session.scalars(
        select(Member.id)
        .join(Member.roles)
        .where(Member.active, RoleRow.name == Role.HUB_DPO.value)
        .order_by(Member.id)
    )
    found = [f"member:{one}" for one in members]
    if found:
        return found
    hubs = select(Organisation.id).where(Organisation.runs_hub).order_by(Organisation.id).limit(1)
    return [organisation_recipient(one) for one in work.session.scalars(hubs)]


def _untold(work: Work, recipients: list[str]) -> list[str]:
    told = set(
        work.session.scalars(
            select(Delivery.recipient).where(
                Delivery.kind == DeliveryKind.DELIVERY_ALARM,
                Delivery.recipient.in_(recipients),
                Delivery.created_at > work.now - ONE_MAIL_IN,
            )
        )
    )
    return [one for one in recipients if one not in told]
