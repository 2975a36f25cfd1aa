"""Keeps the list of objections that were accepted, by a keyed identifier alone."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select, update

from hub.domain.audit_log import EventKind
from hub.domain.outcomes import GRANTING
from hub.domain.rights import OBJECTING
from hub.domain.working_days import local_date
from hub.models.columns import new_id
from hub.models.objection import ObjectionEntry
from hub.models.referral import Referral, ReferralItem
from hub.models.rights_request import Identity
from hub.services.unit_of_work import Work


def keep_objections(
    work: Work, referral: Referral, items: Sequence[ReferralItem], granted_before: Collection[UUID]
) -> None:
    """Enter each use that an answer lets a person refuse; end what a correction gives back.

    `granted_before`: the processings that the answer in force until now had granted. A use that
    an earlier request refused stays refused, whatever this one is answered. Without a birth date
    nobody can be known again, and nothing is entered.
    """
    if referral.right not in OBJECTING:
        return
    own = select(Identity.person_index).where(
        Identity.rights_request_id == referral.rights_request_id
    )
    index = work.session.scalar(own)
    if index is None:
        return
    of_person = (
        ObjectionEntry.person_index == index,
        ObjectionEntry.organisation_id == referral.organisation_id,
    )
    today = local_date(work.now)
    stands = (*of_person, ObjectionEntry.ended_on.is_(None))
    known = set(work.session.scalars(select(ObjectionEntry.processing_id).where(*stands)))
    given_back = [
        item.processing_id
        for item in items
        if item.processing_id in granted_before and item.outcome not in GRANTING
    ]
    if given_back:
        ended = update(ObjectionEntry).where(*stands, ObjectionEntry.processing_id.in_(given_back))
        work.session.execute(ended.values(ended_on=today))
    for item in items:
        if item.outcome in GRANTING and item.processing_id not in known:
            _enter(work, referral, item, index)


def _enter(work: Work, referral: Referral, item: ReferralItem, index: bytes) -> None:
    """Add a line; one that began and ended today simply goes on."""
    today = local_date(work.now)
    row = work.session.scalar(
        select(ObjectionEntry).where(
            ObjectionEntry.person_index == index,
            ObjectionEntry.processing_id == item.processing_id,
            ObjectionEntry.organisation_id == referral.organisation_id,
            ObjectionEntry.decided_on == today,
        )
    )
    if row is None:
        work.session.add(_entry(referral, item, index, today))
    else:
        row.ended_on = None


def record_list_read(
    work: Work, organisation_id: UUID, processing_id: UUID, on: date, count: int
) -> None:
    """Write down that a program read the list of a project as of a day, and how many it got."""
    work.record(
        EventKind.OBJECTION_LIST_READ,
        organisation_id,
        processing_id,
        on=on.isoformat(),
        count=count,
    )


def _entry(referral: Referral, item: ReferralItem, index: bytes, today: date) -> ObjectionEntry:
    return ObjectionEntry(
        id=new_id(),
        person_index=index,
        organisation_id=referral.organisation_id,
        processing_id=item.processing_id,
        decided_on=today,
    )
