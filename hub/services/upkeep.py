"""What the hub tidies by itself: finished visits, and referrals whose case is over."""

from datetime import timedelta

from sqlalchemy import delete, exists, func, or_, select

from hub.domain.audit_log import EventKind
from hub.domain.course import COURSE
from hub.domain.lifecycle import ENDED, Action, ReferralState, RequestState
from hub.domain.outcomes import GRANTING
from hub.domain.rights import APPLIED_AFTER_DECISION
from hub.models.answer_link import LinkVisit
from hub.models.referral import Referral, ReferralItem, WaitingFor
from hub.models.rights_request import FailedVisit, RightsRequest, Visit
from hub.queries.named_outside import is_searched
from hub.services.referrals import move
from hub.services.unit_of_work import Work, rows_changed

CLOSES_AFTER = timedelta(days=COURSE.closing_days)


def forget_visits(work: Work) -> int:
    """Delete visits that are over, with what opened a box in them, and yesterday's wrong tries."""
    yesterday = work.now - timedelta(days=1)
    work.session.execute(delete(FailedVisit).where(FailedVisit.last_at <= yesterday))
    work.session.execute(delete(LinkVisit).where(LinkVisit.expires_at <= work.now))
    return rows_changed(work.session, delete(Visit).where(Visit.expires_at <= work.now))


def close_finished(work: Work, limit: int = 200) -> int:
    """Close rights requests whose referrals are all over; their retention runs from then.

    An organisation that was named and is still looked for keeps its request open.
    """
    still_open = exists().where(
        Referral.rights_request_id == RightsRequest.id,
        or_(Referral.state.not_in(ENDED), is_searched()),
    )
    finished = select(RightsRequest).where(RightsRequest.state == RequestState.ACTIVE, ~still_open)
    rows = work.session.scalars(finished.limit(limit).with_for_update(skip_locked=True)).all()
    for row in rows:
        last = select(func.max(Referral.closed_at)).where(Referral.rights_request_id == row.id)
        row.state = RequestState.CLOSED
        row.closed_at = work.session.scalar(last) or work.now
        work.record(EventKind.REQUEST_CLOSED, row.id, row.id)
    return len(rows)


def close_settled(work: Work, limit: int = 200) -> int:
    """Close answered referrals 30 days after, once every granted item is applied."""
    still_to_apply = exists().where(
        ReferralItem.referral_id == Referral.id,
        ReferralItem.outcome.in_(GRANTING),
        ReferralItem.applied_on.is_(None),
    )
    settled = select(Referral).where(
        Referral.state == ReferralState.ANSWERED,
        Referral.last_event_at <= work.now - CLOSES_AFTER,
        Referral.waiting_for.not_in([WaitingFor.SECOND_READER, WaitingFor.TO_APPLY]),
        ~(Referral.right.in_(APPLIED_AFTER_DECISION) & still_to_apply),
    )
    rows = work.session.scalars(settled.limit(limit)).all()
    for referral in rows:
        referral.closed_at = work.now
        move(
            work,
            referral,
            Action.CLOSE,
            EventKind.REFERRAL_CLOSED,
            waiting_for=WaitingFor.NOBODY,
        )
    return len(rows)
