"""Keeps the list of objections that were accepted, by a keyed identifier alone."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import delete, select

from hub.domain.outcomes import GRANTING
from hub.domain.rights import Right
from hub.domain.working_days import local_date
from hub.models.columns import new_id
from hub.models.objection import ObjectionEntry
from hub.models.referral import Referral, ReferralItem
from hub.models.rights_request import Identity
from hub.services.unit_of_work import Work

OBJECTING = frozenset({Right.OBJECTION, Right.SECONDARY_USE_OPT_OUT})


def keep_objections(
    work: Work, referral: Referral, items: Sequence[ReferralItem], granted_before: Collection[UUID]
) -> None:
    """Enter each use that an answer lets a person refuse; take out what a correction gives back.

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
    known = set(work.session.scalars(select(ObjectionEntry.processing_id).where(*of_person)))
    given_back = [
        item.processing_id
        for item in items
        if item.processing_id in granted_before and item.outcome not in GRANTING
    ]
    if given_back:
        gone = delete(ObjectionEntry).where(
            *of_person, ObjectionEntry.processing_id.in_(given_back)
        )
        work.session.execute(gone)
    for item in items:
        if item.outcome in GRANTING and item.processing_id not in known:
            work.session.add(_entry(work, referral, item, index))


def _entry(work: Work, referral: Referral, item: ReferralItem, index: bytes) -> ObjectionEntry:
    return ObjectionEntry(
        id=new_id(),
        person_index=index,
        organisation_id=referral.organisation_id,
        processing_id=item.processing_id,
        decided_on=local_date(work.now),
    )
