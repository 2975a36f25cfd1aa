"""Short words of the controllers' screens: the field's terms, shelves, turns, deadlines."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hub.domain.audit_log import EventKind
from hub.domain.clock import SOON_DAYS
from hub.domain.lifecycle import ENDED, WORKABLE, ReferralState, is_contested
from hub.models.referral import WaitingFor
from hub.queries.inbox_filters import Shelf
from hub.web.law_words import event_words

WAITING_TERMS = {
    WaitingFor.COLLEAGUE: _l("A colleague"),
    WaitingFor.CONTROLLER: _l("Us"),
    WaitingFor.NOBODY: _l("Nothing more"),
    WaitingFor.PERSON: _l("The person"),
    WaitingFor.SECOND_READER: _l("A second reader"),
    WaitingFor.TO_APPLY: _l("Us, to apply"),
}

SHELVES = {
    Shelf.TO_HANDLE: _l("To handle"),
    Shelf.LATE: _l("Late"),
    Shelf.THIS_WEEK: _l("Due in 7 days"),
    Shelf.WAITING_PERSON: _l("Waiting for the person"),
    Shelf.SECOND_READER: _l("Waiting for a second reader"),
    Shelf.TO_APPLY: _l("To apply"),
    Shelf.UNASSIGNED: _l("Unassigned"),
    Shelf.MINE: _l("Mine"),
    Shelf.CLOSED: _l("Answered or closed"),
    Shelf.ALL: _l("All requests"),
}

NOTHING_HERE = {
    Shelf.TO_HANDLE: _l("Nothing to handle."),
    Shelf.LATE: _l("Nothing is late."),
    Shelf.THIS_WEEK: _l("Nothing is due within 7 days."),
    Shelf.WAITING_PERSON: _l("Nobody’s reply is awaited."),
    Shelf.SECOND_READER: _l("No refusal waits for a second reader."),
    Shelf.TO_APPLY: _l("No decision waits to be applied."),
    Shelf.UNASSIGNED: _l("Every open case has somebody in charge."),
    Shelf.MINE: _l("No open case is assigned to you."),
    Shelf.CLOSED: _l("No case is answered or closed yet."),
    Shelf.ALL: _l("No request has arrived yet."),
}


@dataclass(frozen=True)
class DeadlineWords:
    """What a deadline tag shows: its kind, its word, its date and the days left."""

    kind: str
    word: str | None
    on: date | None
    days: int | None


def deadline_words(
    state: ReferralState,
    due_on: date | None,
    strict_on: date,
    today: date,
    waiting_for: WaitingFor = WaitingFor.CONTROLLER,
    *,
    was_answered: bool,
) -> DeadlineWords:
    """The deadline of a case on a day; a paused clock shows the date without pause.

    An answer that is contested has met its date, and the law sets no other.
    """
    if state in ENDED:
        return DeadlineWords("plain", _("Closed"), None, None)
    if state not in WORKABLE:
        if waiting_for is WaitingFor.TO_APPLY:
            return DeadlineWords("soon", _("To apply"), None, None)
        return DeadlineWords("ok", _("Answer sent"), None, None)
    if is_contested(state, was_answered=was_answered):
        return DeadlineWords("soon", _("Contested"), None, None)
    if due_on is None:
        return DeadlineWords("plain", _("Paused"), strict_on, None)
    days = (due_on - today).days
    if days < 0:
        return DeadlineWords("late", _("Late"), due_on, days)
    return DeadlineWords("soon" if days <= SOON_DAYS else "info", None, due_on, days)


def last_event_words(kind: str) -> str:
    """The last event of a case, for staff; an event unknown here shows its code."""
    try:
        return event_words(EventKind(kind)).staff
    except ValueError:
        return kind


def short_name(name: str) -> str:
    """A member's name in a dense list: "L. Martin"."""
    first, _space, rest = name.partition(" ")
    return f"{first[0]}. {rest}" if first and rest else name
