"""Questions to which no reply came, and for which something is due; a missed run loses nothing.

The conditions say in SQL what `domain.course` decides, so that a run reads only what it does.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from hub.domain.course import COURSE, CoursePolicy, notice_days
from hub.domain.lifecycle import WORKABLE, RequestState
from hub.domain.working_days import end_of_day, local_date
from hub.models.exchange import ASKED, Message
from hub.models.referral import Referral
from hub.models.rights_request import RightsRequest


def unreplied_questions(
    session: Session, now: datetime, limit: int, policy: CoursePolicy = COURSE
) -> Sequence[Message]:
    """The questions to remind of or to close today, the oldest first, locked against another run.

    Only of open referrals, and of persons who can be written to: without an address nobody would
    tell them that a question closes.
    """
    today = local_date(now)

    def long_ago(days: int) -> datetime:
        return end_of_day(today - timedelta(days=days))

    to_remind = and_(
        Message.reminded_at.is_(None), Message.sent_at <= long_ago(policy.question_reminder_days)
    )
    to_close = and_(
        Message.reminded_at <= long_ago(notice_days(policy)),
        Message.sent_at <= long_ago(policy.question_closing_days),
        or_(Message.reply_by_on.is_(None), Message.reply_by_on < today),
    )
    found = (
        select(Message)
        .join(Referral, Referral.id == Message.referral_id)
        .join(RightsRequest, RightsRequest.id == Referral.rights_request_id)
        .where(
            Message.kind.in_(ASKED),
            Message.replied_at.is_(None),
            Message.closed_at.is_(None),
            Referral.state.in_(WORKABLE),
            Referral.answered_at.is_(None),
            RightsRequest.state == RequestState.ACTIVE,
            RightsRequest.has_email,
            or_(to_remind, to_close),
        )
        .order_by(Message.sent_at, Message.id)
        .limit(limit)
        .with_for_update(of=Message, skip_locked=True)
    )
    return session.scalars(found).all()
