"""The band that opens her page: the one thing to do now and by when, then what else waits."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from hub.domain.lifecycle import ReferralState, RequestState
from hub.queries.tracking_rows import Question, TrackedReferral, TrackedRequest
from hub.web.filters import day
from hub.web.public.tracking_standing import DONE, RUNNING, days_late


@dataclass(frozen=True)
class Band:
    """Kind, title and text of the band; `action` is a link, `answer_id` an answer to open."""

    kind: str
    title: str
    text: str = ""
    action: dict[str, str] | None = None
    answer_id: UUID | None = None
    more: list[dict[str, str]] = field(default_factory=list)


def band_of(found: TrackedRequest, today: date) -> Band:
    """What to do now; the most urgent first, the others listed under it."""
    closed = _closed(found)
    if found.state is RequestState.CLOSED and closed:
        return closed[0]
    if found.state is not RequestState.ACTIVE:
        return _not_running(found)
    waiting = [
        *_questions(found, today),
        *_unread(found),
        *_late(found, today),
        *_not_found(found),
        *_closed(found),
    ]
    if not waiting:
        return _nothing(found, today)
    first, *others = waiting
    more = [
        {"text": one.title, "href": one.action["href"] if one.action else f"#r-{one.answer_id}"}
        for one in others
    ]
    return Band(first.kind, first.title, first.text, first.action, first.answer_id, more)


def _questions(found: TrackedRequest, today: date) -> list[Band]:
    asked = [
        (question, referral)
        for referral in found.referrals
        if referral.state in RUNNING
        for question in referral.open_questions
    ]
    asked.sort(key=lambda pair: pair[0].reply_by_on or date.max)
    return [_question(question, referral, today) for question, referral in asked]


def _question(question: Question, referral: TrackedReferral, today: date) -> Band:
    name, by = referral.organisation_name, question.reply_by_on
    href = url_for("tracking_acts.reply", message_id=question.id)
    action = {"text": _("Read the question and reply"), "href": href}
    text = _("Its time to answer you runs on meanwhile.")
    if referral.clock.paused_since and question.is_identity_check:
        text = _("Its time to answer you stands still until you reply.")
    title = _("A question to answer by %(date)s: %(name)s.", date=day(by), name=name)
    if by is None or by < today:
        title = _("A question still waits for your reply: %(name)s.", name=name)
    if question.is_completion:
        return _completion(question, name, action, today)
    return Band("todo", title, text, action)


def _completion(question: Question, name: str, action: dict[str, str], today: date) -> Band:
    by = question.reply_by_on
    action = action | {"text": _("See what is missing and supply it")}
    title = _("Something is missing from your request: %(name)s.", name=name)
    if by is not None and by >= today:
        facts = {"name": name, "date": day(by)}
        title = _("Something to supply by %(date)s: %(name)s.", **facts)
    return Band("todo", title, _("Its time to answer you runs on meanwhile."), action)


def _closed(found: TrackedRequest) -> list[Band]:
    """Questions closed without her reply: nothing presses any more, and a reply still counts."""
    return [
        Band(
            "info",
            _("A question was closed without your reply: %(name)s.", name=name),
            _("You can still reply: the question then opens again."),
            {
                "text": _("Read the question and reply"),
                "href": url_for("tracking_acts.reply", message_id=question.id),
            },
        )
        for referral in found.referrals
        for name in [referral.organisation_name]
        for question in referral.closed_questions
    ]


def _unread(found: TrackedRequest) -> list[Band]:
    return [
        Band(
            "todo",
            _("An answer to read: %(name)s.", name=referral.organisation_name),
            _("It came on %(date)s.", date=day(referral.answer.sent_at)),
            answer_id=referral.answer.id,
        )
        for referral in found.referrals
        if referral.state in DONE
        and referral.answer
        and referral.answer.read_at is None
        and referral.answer.deleted_at is None
    ]


def _late(found: TrackedRequest, today: date) -> list[Band]:
    late = [one for one in found.referrals if days_late(one, today) and not one.open_questions]
    return [
        Band(
            "late",
            _("%(name)s is late.", name=one.organisation_name),
            _(
                "Its answer was due on %(date)s. You can complain to the CNIL.",
                date=day(one.clock.due_on),
            ),
            {"text": _("See what I can do"), "href": url_for("tracking_cnil.path")},
        )
        for one in sorted(late, key=lambda one: one.clock.due_on or date.max)
    ]


def _not_found(found: TrackedRequest) -> list[Band]:
    return [
        Band(
            "todo",
            *_not_found_words(one.transferred_to),
            {"text": _("See what I can do"), "href": f"#todo-{one.id}"},
        )
        for one in found.referrals
        if one.search_ended_at and one.state is ReferralState.DECLINED_NOT_CONTROLLER
    ]


def _not_found_words(named: str) -> tuple[str, str]:
    if named:
        return (
            _("We could not find %(name)s.", name=named),
            _("Nobody has your request there. You can write to it yourself, or go to the CNIL."),
        )
    return (
        _("We could not find who holds these data."),
        _("Nobody has your request there. You can go to the CNIL."),
    )


def _nothing(found: TrackedRequest, today: date) -> Band:
    running = [one for one in found.referrals if one.state in RUNNING]
    timed = [one for one in running if not one.is_contested]
    dated = sorted((one.clock.due_on, one.organisation_name) for one in timed if one.clock.due_on)
    if dated:
        first = dated[0][0]
        names = [name for on, name in dated if on == first]
        text = ngettext(
            "Next date: %(date)s. Answer expected: %(names)s.",
            "Next date: %(date)s. Answers expected: %(names)s.",
            len(names),
            date=day(first),
            names=", ".join(names),
        )
        return Band("ok", _("Nothing to do."), text)
    if any(one.is_searched for one in found.referrals):
        text = _("We are looking for the organisation in charge, and write to you.")
        return Band("ok", _("Nothing to do."), text)
    if running:
        return Band("ok", _("Nothing to do."), _("We watch the dates and write to you."))
    action = {"text": _("See the summary"), "href": url_for("tracking_summary.summary")}
    text = ngettext(
        "The organisation has answered.",
        "All the organisations have answered.",
        len(found.referrals),
    )
    return Band("ok", _("Nothing to do: your request is complete."), text, action)


def _not_running(found: TrackedRequest) -> Band:
    again = {"text": _("Make a new request"), "href": "/demander"}
    if found.state is RequestState.AWAITING_CONFIRMATION:
        title = _("Confirm your e-mail address by %(date)s.", date=day(found.lapses_at))
        return Band("todo", title, _("Nothing is sent to the organisations before that."))
    if found.state is RequestState.LAPSED:
        text = _("It was never sent: the e-mail address was not confirmed in time.")
        return Band("info", _("This request is over."), text, again)
    if found.state is RequestState.WITHDRAWN:
        text = _("You withdrew this request. Answers already given stay readable below.")
        return Band("info", _("Nothing to do: you withdrew this request."), text, again)
    if found.state is RequestState.CLOSED:
        if lost := _not_found(found):
            return lost[0]
        action = {"text": _("See the summary"), "href": url_for("tracking_summary.summary")}
        return Band("ok", _("Nothing to do: your request is complete."), "", action)
    text = _("We cannot go on with what we have. Our number is at the foot of each page.")
    return Band("todo", _("Please call us."), text)
