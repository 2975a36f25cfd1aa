"""From which day the time to go to court runs, told to the person and to the public body."""

from datetime import date, datetime

from flask_babel import gettext as _

from hub.domain.directory import OrganisationKind
from hub.domain.notification import Notification, Notified, notified
from hub.domain.outcomes import REFUSING
from hub.domain.working_days import local_date
from hub.queries.referral_rows import AnswerLine
from hub.queries.tracking_rows import TrackedAnswer
from hub.web.filters import day

Sent = TrackedAnswer | AnswerLine


def words_for_person(answer: Sent, kind: OrganisationKind, today: date, *, agreed: bool) -> str:
    """What she reads under the way to court; empty where no such time runs (CRPA R112-17)."""
    found = _notified(answer, kind, today, agreed=agreed)
    if found is None or found.how is Notification.WAITING:
        return ""
    if found.how is Notification.NOT_AGREED:
        return _(
            "The two months start when the organisation’s own letter reaches you by post: you did "
            "not ask to be notified here."
        )
    if found.how is Notification.UNREAD:
        return _(
            "The two months run from %(date)s, the day this decision was put here: it was not "
            "opened for 15 days, and you had agreed to be notified here.",
            date=day(found.on),
        )
    return _("The two months run from %(date)s, the day you opened it.", date=day(found.on))


def words_for_staff(answer: Sent, kind: OrganisationKind, today: date, *, agreed: bool) -> str:
    """What its author reads under a refusal that was sent; empty where no such time runs."""
    found = _notified(answer, kind, today, agreed=agreed)
    if found is None:
        return ""
    if found.how is Notification.NOT_AGREED:
        return _(
            "The person did not agree to be notified online (CRPA R112-17): send this letter by "
            "post too, or her time to go to court does not run."
        )
    if found.how is Notification.WAITING:
        return _(
            "Not opened yet. Still unread after %(last)s, it will count as notified on %(date)s "
            "(CRPA R112-20).",
            last=day(found.unread_after),
            date=day(found.put_on),
        )
    if found.how is Notification.UNREAD:
        return _(
            "Counts as notified on %(date)s: left unread for 15 days (CRPA R112-20).",
            date=day(found.on),
        )
    return _("Counts as notified on %(date)s, when the person opened it.", date=day(found.on))


def _notified(
    answer: Sent, kind: OrganisationKind, today: date, *, agreed: bool
) -> Notified | None:
    """For a decision against her, of a public body, that was sent through the hub."""
    against = any(one.outcome in REFUSING for one in answer.items)
    if not kind.is_public or not against or answer.sent_at is None or answer.outside_on:
        return None
    sent_on, opened_on = local_date(answer.sent_at), _day_of(answer.read_at)
    return notified(sent_on, opened_on, today, agreed=agreed)


def _day_of(instant: datetime | None) -> date | None:
    return None if instant is None else local_date(instant)
