"""Chases late answers: each reminder once, found by a catch-up query, sent after the commit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy.dialects import postgresql, sqlite

from hub.domain.audit_log import EventKind
from hub.domain.directory import Channel
from hub.domain.notices import Notice as DueNotice
from hub.domain.notices import NoticeKind, NoticePreference, leaves_at, notices_due
from hub.domain.working_days import local_date
from hub.models.columns import new_id
from hub.models.delivery import DeliveryKind
from hub.models.notice import Notice
from hub.queries.chased import ChasedReferral, referrals_to_chase
from hub.services.chasing_circle import Circle, Recipient, circle_of
from hub.services.unit_of_work import Work, delivery_row

MAILS = MappingProxyType(
    {
        NoticeKind.TEN_DAYS_BEFORE: DeliveryKind.DEADLINE_NEAR,
        NoticeKind.FIVE_DAYS_BEFORE: DeliveryKind.DEADLINE_NEAR,
        NoticeKind.ONE_DAY_BEFORE: DeliveryKind.DEADLINE_NEAR,
        NoticeKind.DUE_TODAY: DeliveryKind.DEADLINE_NEAR,
        NoticeKind.OVERDUE_WEEKLY: DeliveryKind.DEADLINE_PASSED,
        NoticeKind.DPO_OVERDUE: DeliveryKind.DPO_ALERT,
        NoticeKind.HUB_DPO_OVERDUE: DeliveryKind.HUB_DPO_ALERT,
        NoticeKind.PERSON_OVERDUE: DeliveryKind.DATE_PASSED,
        NoticeKind.SECOND_READER_WAITING: DeliveryKind.SECOND_READING,
        NoticeKind.UNACKNOWLEDGED: DeliveryKind.ACKNOWLEDGEMENT_MISSING,
    }
)
_EVENTS = MappingProxyType(
    {
        NoticeKind.DPO_OVERDUE: EventKind.NOTICE_ESCALATED,
        NoticeKind.HUB_DPO_OVERDUE: EventKind.NOTICE_ESCALATED,
        NoticeKind.PERSON_OVERDUE: EventKind.DELAY_TOLD,
    }
)


@dataclass(frozen=True)
class _Reminder:
    """One reminder of one referral, about to be entered."""

    referral: ChasedReferral
    notice: DueNotice


def send_due_notices(work: Work, limit: int) -> int:
    """Enter every reminder due for up to `limit` referrals; says how many it entered.

    The rows of `notice` and of the outbox are written in this unit, in a number of queries that
    does not grow; a reminder that another run entered meanwhile is left to it.
    """
    referrals = referrals_to_chase(work.session, work.now, limit, work.ports.policies.chasing)
    reminders = list(_reminders(work, referrals))
    if not reminders:
        return 0
    entered = _enter(work, reminders)
    circle = circle_of(work.session, referrals)
    told: set[tuple[UUID, Recipient]] = set()
    for reminder in reminders:
        if (reminder.referral.id, reminder.notice) in entered:
            _send(work, reminder, circle, told)
    return len(entered)


def _reminders(work: Work, referrals: Sequence[ChasedReferral]) -> Iterator[_Reminder]:
    today = local_date(work.now)
    for referral in referrals:
        for notice in notices_due(
            referral.facts, today, referral.already, work.ports.policies.chasing
        ):
            if notice.kind is NoticeKind.PERSON_OVERDUE and not referral.may_tell_person:
                continue
            yield _Reminder(referral, notice)


def _enter(work: Work, reminders: Sequence[_Reminder]) -> set[tuple[UUID, DueNotice]]:
    """Insert or ignore; gives those that this unit entered, and so that it alone may send."""
    table = Notice.__table__
    is_sqlite = work.session.connection().dialect.name == "sqlite"
    insert = sqlite.insert(table) if is_sqlite else postgresql.insert(table)
    statement = insert.on_conflict_do_nothing().returning(
        table.c.referral_id, table.c.due_on, table.c.kind
    )
    rows = [
        {
            "id": new_id(),
            "referral_id": one.referral.id,
            "kind": one.notice.kind,
            "due_on": one.notice.due_on,
            "sent_at": work.now,
        }
        for one in reminders
    ]
    kept = work.session.execute(statement, rows)
    return {(referral_id, DueNotice(due_on, kind)) for referral_id, due_on, kind in kept}


def _send(
    work: Work, reminder: _Reminder, circle: Circle, told: set[tuple[UUID, Recipient]]
) -> None:
    """Put one reminder in the outbox for each recipient not yet told in this run.

    The person gets one mail for all her late referrals, and each has its event: a controller
    must not learn from its own case that another is late.
    """
    referral, kind = reminder.referral, reminder.notice.kind
    is_to_person = kind is NoticeKind.PERSON_OVERDUE
    about_id = referral.rights_request_id if is_to_person else referral.id
    recipients = circle.recipients(referral, kind)
    new = [one for one in recipients if (about_id, one) not in told]
    told.update((about_id, one) for one in new)
    work.deliveries.extend(_delivery(work, reminder, one) for one in new)
    if new or is_to_person:
        work.record(
            _EVENTS.get(kind, EventKind.NOTICE_SENT),
            referral.rights_request_id,
            referral.id,
            notice=kind.value,
        )


def _delivery(work: Work, reminder: _Reminder, recipient: Recipient) -> dict[str, Any]:
    referral = reminder.referral
    about = _mail_of(reminder, work)
    is_digest = recipient.preference is NoticePreference.DIGEST
    kind = DeliveryKind.NOTICES_DIGEST if is_digest else about
    due_on = referral.facts.due_on
    return delivery_row(kind, Channel.EMAIL, recipient.name, work.now) | {
        "rights_request_id": referral.rights_request_id,
        "referral_id": referral.id,
        "details": {"about": about.value, "due_on": due_on.isoformat() if due_on else None},
        "next_at": leaves_at(
            work.now, recipient.preference, recipient.zone, work.ports.policies.chasing
        ),
    }


def _mail_of(reminder: _Reminder, work: Work) -> DeliveryKind:
    """A reminder of the day itself that comes late says that the date has passed."""
    kind, due_on = reminder.notice.kind, reminder.notice.due_on
    if kind is NoticeKind.DUE_TODAY and due_on < local_date(work.now):
        return DeliveryKind.DEADLINE_PASSED
    return MAILS[kind]
