"""Where her request stands at one controller, in a word, what was said, and what she can do."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from hub.domain.audit_log import EventKind
from hub.domain.clock import days_left
from hub.domain.lifecycle import OPEN, UNDELIVERED, ReferralState, RequestState
from hub.domain.outcomes import GRANTING, REFUSING
from hub.domain.rights import APPLIED_AFTER_DECISION, Right
from hub.queries.tracking_rows import TrackedReferral
from hub.web.filters import day
from hub.web.law_words import outcome_words, referral_state_words

RUNNING = OPEN | UNDELIVERED
DONE = frozenset({ReferralState.ANSWERED, ReferralState.CLOSED})
NOT_SENT = frozenset({RequestState.AWAITING_CONFIRMATION, RequestState.LAPSED})


@dataclass(frozen=True)
class Standing:
    """A tag (its kind and its word), what the controller said or owes, what she can do."""

    kind: str
    word: str
    said: str = ""
    to_do: str = ""


def days_late(referral: TrackedReferral, today: date) -> int:
    """How many days the answer is late; 0 when it is not, or was given and is contested."""
    left = days_left(referral.clock, today)
    if referral.state not in RUNNING or left is None:
        return 0
    return max(0, -left)


def standing_of(referral: TrackedReferral, state: RequestState, today: date) -> Standing:
    """Where the request stands at this controller today."""
    if state is RequestState.LAPSED:
        return Standing("plain", _("Never sent"), "", _("You can make a new request."))
    if state in NOT_SENT:
        return Standing("plain", _("Not sent yet"), "", _("Confirm your e-mail address."))
    if referral.state in DONE:
        return _answered(referral)
    if referral.state in RUNNING:
        return _running(referral, today)
    return _left(referral)


def _running(referral: TrackedReferral, today: date) -> Standing:
    late = days_late(referral, today)
    if referral.open_questions:
        return _asked(referral, today)
    if referral.is_contested:
        return _contested()
    if late:
        word = ngettext("%(num)s day late", "%(num)s days late", late)
        said = _("Should have answered by %(date)s.", date=day(referral.clock.due_on))
        return Standing("late", word, said, _("You can complain to the CNIL, free of charge."))
    kind = "soon" if referral.state is ReferralState.DELIVERY_FAILED else "info"
    word = referral_state_words(referral.state).person
    said = ""
    if referral.state in UNDELIVERED - {ReferralState.QUEUED}:
        said = _(
            "We are looking for another way to reach it. Its time to answer runs all the same."
        )
    elif referral.clock.extended:
        said = _("Asked for more time on %(date)s.", date=day(referral.clock.extended_on))
    due_on = referral.clock.due_on
    to_do = _("Nothing. Next date: %(date)s.", date=day(due_on)) if due_on else _("Nothing.")
    return Standing(kind, word, said, to_do)


def _asked(referral: TrackedReferral, today: date) -> Standing:
    question = referral.open_questions[0]
    said = _("Asked you a question on %(date)s.", date=day(question.sent_at))
    if question.is_completion:
        said = _("Said on %(date)s that something is missing.", date=day(question.sent_at))
    if referral.clock.paused_since:
        said = _(
            "Asked you on %(date)s to show who you are; its time to answer stands still meanwhile.",
            date=day(question.sent_at),
        )
    to_do = _("Reply by %(date)s.", date=day(question.reply_by_on))
    if question.reply_by_on is None or question.reply_by_on < today:
        to_do = _("You can still reply.")
    return Standing("soon", _("Waits for your reply"), said, to_do)


def _contested() -> Standing:
    word = referral_state_words(ReferralState.CONTESTED).person
    said = _("It must look at its answer again. The law gives it no new date for that.")
    to_do = _("You can complain to the CNIL at any time, without waiting.")
    return Standing("info", word, said, to_do)


def _answered(referral: TrackedReferral) -> Standing:
    answer = referral.answer
    outcome = answer.outcome if answer else referral.outcome
    if referral.closed_questions:
        return _closed_unreplied(referral)
    if answer is None or outcome is None:
        return Standing("ok", referral_state_words(referral.state).person, "", _("Nothing."))
    said = _("Answered on %(date)s.", date=day(answer.sent_at))
    kind = "ok" if outcome not in REFUSING else "soon"
    word = outcome_words(outcome).person
    if answer.read_at is None and answer.deleted_at is None:
        return Standing(kind, word, said, _("Read the answer."))
    if outcome in REFUSING:
        to_do = _("You can contest the answer once, or complain to the CNIL.")
        if referral.contested_once or referral.state is ReferralState.CLOSED:
            to_do = _("You can complain to the CNIL, free of charge.")
        return Standing(kind, word, said, to_do)
    return Standing(kind, word, said, _("Nothing."))


def _closed_unreplied(referral: TrackedReferral) -> Standing:
    closed_on = day(referral.closed_questions[0].closed_at)
    said = _(
        "Closed on %(date)s: it could not be sure who you are, and no reply came.", date=closed_on
    )
    to_do = _("You can still reply: your request to it then opens again.")
    return Standing("soon", _("Closed without your reply"), said, to_do)


def _left(referral: TrackedReferral) -> Standing:
    word = referral_state_words(referral.state).person
    named = referral.transferred_to
    on = _ended_on(referral)
    if referral.state is ReferralState.WITHDRAWN:
        return Standing("plain", word, _("Withdrawn on %(date)s.", date=on), _("Nothing."))
    if referral.state is ReferralState.TRANSFERRED:
        said = _("Passed on to %(name)s on %(date)s.", name=named, date=on)
        return Standing("plain", word, said, _("Nothing. %(name)s will answer you.", name=named))
    if referral.search_ended_at:
        return _not_found(referral)
    said = _("Says that it does not hold these data (%(date)s).", date=on)
    to_do = _("Call us: we look for the right organisation with you.")
    if referral.is_searched:
        to_do = _("Nothing. We look for it and pass your request on; its date does not change.")
    if named:
        said = _("Says that %(name)s is in charge (%(date)s).", name=named, date=on)
    return Standing("plain", word, said, to_do)


def _not_found(referral: TrackedReferral) -> Standing:
    if not referral.transferred_to:
        said = _(
            "It named nobody. We looked for who holds these data and could not find it (%(date)s).",
            date=day(referral.search_ended_at),
        )
        return Standing("soon", _("Organisation not found"), said, _("You can go to the CNIL."))
    said = _(
        "It named %(name)s. We looked for it and could not find it (%(date)s).",
        name=referral.transferred_to,
        date=day(referral.search_ended_at),
    )
    to_do = _("You can write to it yourself, or go to the CNIL.")
    return Standing("soon", _("Organisation not found"), said, to_do)


def _ended_on(referral: TrackedReferral) -> str:
    ends = {
        EventKind.REFERRAL_WITHDRAWN,
        EventKind.REFERRAL_TRANSFERRED,
        EventKind.REFERRAL_DECLINED,
    }
    dates = [act.at for act in referral.acts if act.kind in ends]
    return day(dates[-1]) if dates else ""


def is_still_to_apply(referral: TrackedReferral, right: Right) -> bool:
    """Whether something was granted that remains to be done."""
    return right in APPLIED_AFTER_DECISION and any(
        item.outcome in GRANTING and item.applied_on is None for item in referral.items
    )
