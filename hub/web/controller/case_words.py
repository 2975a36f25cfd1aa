"""The page of a case in words: what to do now, who asks, why it came here, what happened."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from hub.domain.actors import ActorKind
from hub.domain.audit_log import EventKind
from hub.domain.directory import Identifier
from hub.domain.lifecycle import ENDED, WORKABLE, ReferralState, is_contested
from hub.domain.outcomes import GRANTING
from hub.domain.representation import Capacity, Limit, representation_from, stand
from hub.domain.routing import RouteKind, RouteReason
from hub.models.exchange import ASKED
from hub.models.referral import WaitingFor
from hub.queries.readers import Reader
from hub.queries.referral_rows import ActLine, Asked, ReferralPage
from hub.web.filters import day
from hub.web.law_words import event_words, identifier_words, right_term
from hub.web.representation_words import (
    CAPACITIES_FOR_STAFF,
    PURPOSES,
    limit_sentence,
    objection_words,
)
from hub.web.routing_words import route_words

PERSON_FIELDS = (
    "given_names",
    "family_name",
    "birth_date",
    "email",
    "reply_address",
    "phone",
    "postal_address",
)


def next_act_words(
    case: ReferralPage, today: date, readers: Sequence[Reader] = ()
) -> dict[str, str]:
    """The band that opens the page: its kind, what to do and by when, and why."""
    if case.state in ENDED or case.is_disputed:
        return _standing_still(case)
    if case.pending:
        return _waiting_reader(case, readers, today)
    if case.state not in WORKABLE:
        return _after_answer(case)
    if case.waiting_for is WaitingFor.PERSON:
        return _waiting_person(case)
    if case.waiting_for is WaitingFor.COLLEAGUE:
        title = _("A colleague’s reply is awaited.")
        return {"kind": "info", "title": title, "text": _answer_by(case, today)}
    if _is_contested(case):
        text = _(
            "The person contests your answer. The law sets no new date: answer her without delay, "
            "she can go to the CNIL at any time."
        )
        return {"kind": "todo", "title": _("Look at your answer again."), "text": text}
    late = case.clock.due_on is not None and case.clock.due_on < today
    kind = "late" if late else "todo"
    if case.state is ReferralState.DELIVERED:
        title = _("Acknowledge receipt, then answer.")
        return {"kind": kind, "title": title, "text": _answer_by(case, today)}
    return {"kind": kind, "title": _answer_by(case, today), "text": ""}


def _is_contested(case: ReferralPage) -> bool:
    return is_contested(case.state, was_answered=case.clock.stopped_on is not None)


def _standing_still(case: ReferralPage) -> dict[str, str]:
    if case.files_asked_again and not case.is_disputed:
        return _files_asked_again(case)
    if case.state in ENDED:
        return {"kind": "info", "title": _("Nothing to do: this case is over."), "text": ""}
    text = _(
        "The person says that this request was not made with her agreement. Tell nobody "
        "anything: the hub checks with her, then you are told. The clock runs on."
    )
    return {"kind": "late", "title": _("Do not answer for now."), "text": text}


def _files_asked_again(case: ReferralPage) -> dict[str, str]:
    asked_on = min(one.asked_again_at for one in case.files_asked_again if one.asked_again_at)
    text = _(
        "On %(date)s the person asked for them again: her secret code was renewed, and what was "
        "sealed for the former one opens to nobody. Your answer does not change.",
        date=day(asked_on),
    )
    return {"kind": "todo", "title": _("Send the files again."), "text": text}


def _waiting_reader(case: ReferralPage, readers: Sequence[Reader], today: date) -> dict[str, str]:
    names = ", ".join(one.name for one in readers)
    who = _("Who may: %(names)s.", names=names) if names else _("Nobody else can at present.")
    if case.state not in WORKABLE:
        due = _("The answer already sent stays in force meanwhile.")
    else:
        due = " ".join((_("The clock runs on."), _answer_by(case, today)))
    if _is_contested(case):
        due = _("The law sets no new date: answer her without delay.")
    late = case.clock.due_on is not None and case.clock.due_on < today
    runs = case.state in WORKABLE and not _is_contested(case)
    kind = "late" if late and runs else "todo"
    title = _("A second reader must approve this refusal before it leaves.")
    return {"kind": kind, "title": title, "text": f"{who} {due}"}


def _after_answer(case: ReferralPage) -> dict[str, str]:
    if case.files_asked_again:
        return _files_asked_again(case)
    if case.waiting_for is WaitingFor.TO_APPLY:
        title = _("Apply the decision, then record the proof.")
        text = _("What is granted must be done, not only decided.")
        left = [one for one in case.recipients if one.closed_at is None]
        if left:
            recipients = ngettext(
                "%(num)s recipient must be told of it.",
                "%(num)s recipients must be told of it.",
                len(left),
            )
            is_done = all(one.applied_on for one in case.items if one.outcome in GRANTING)
            title = _("Tell the recipients of the data.") if is_done else title
            text = recipients if is_done else f"{text} {recipients}"
        return {"kind": "todo", "title": title, "text": text}
    text = _("The person was told. The case closes by itself once 30 days have passed.")
    return {"kind": "ok", "title": _("Nothing to do: the answer was sent."), "text": text}


def _waiting_person(case: ReferralPage) -> dict[str, str]:
    dates = [
        one.reply_by_on
        for one in case.messages
        if one.kind in ASKED
        and one.replied_at is None
        and one.closed_at is None
        and one.reply_by_on
    ]
    title = _("Nothing to do: the person’s reply is awaited.")
    if dates:
        title = _("Nothing to do: the person’s reply is awaited by %(date)s.", date=day(min(dates)))
    if case.clock.paused_since:
        return {"kind": "ok", "title": title, "text": _("The clock is stopped meanwhile.")}
    if _is_contested(case):
        return {"kind": "ok", "title": title, "text": _("The law sets no new date meanwhile.")}
    due = day(case.clock.due_on)
    return {"kind": "ok", "title": title, "text": _("The clock runs: answer due %(due)s.", due=due)}


def _answer_by(case: ReferralPage, today: date) -> str:
    due_on = case.clock.due_on
    if due_on is None:
        return _(
            "The clock is stopped; the date without pause is %(date)s.",
            date=day(case.clock.strict_on),
        )
    if due_on < today:
        return _("Answer now: it was due on %(date)s.", date=day(due_on))
    return _("Answer by %(date)s.", date=day(due_on))


def person_rows(person: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Who asks: only what was given."""
    labels = {
        "given_names": _("Given names"),
        "family_name": _("Family name"),
        "birth_date": _("Born on"),
        "email": _("E-mail address"),
        "reply_address": _("E-mail address, to which you write yourself"),
        "phone": _("Telephone"),
        "postal_address": _("Postal address"),
    }
    rows = [(labels[name], str(person[name])) for name in PERSON_FIELDS if person.get(name)]
    rows = [(label, _readable_date(value)) for label, value in rows]
    for name, value in (person.get("identifiers") or {}).items():
        if value:
            rows.append((identifier_label(name), str(value)))
    return rows


def representative_rows(person: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Who acts for the person, as given."""
    facts = person.get("representative") or {}
    said = representation_from(facts)
    if said is None:
        return [(str(name), str(value)) for name, value in facts.items() if value]
    rights = ", ".join(right_term(one) for one in said.rights)
    rows = [
        (_("Acting as"), str(CAPACITIES_FOR_STAFF[said.capacity])),
        (_("Name"), said.name),
        (_("Mandate for"), rights or said.object),
        (_("Mandate until"), day(said.ends_on)),
        (_("Mandate ended on"), day(said.ended_on)),
        (_("Purpose"), str(PURPOSES[said.purpose]) if said.purpose else ""),
    ]
    return [(label, value) for label, value in rows if value]


def representation_limits(case: ReferralPage, today: date, *, kept_out: bool) -> list[str]:
    """What may be said to whom, what to see, and first why who acts may not, where so.

    `kept_out`: the same minor asked this controller that her parents be told nothing.
    """
    said = representation_from(case.person.get("representative") or {})
    if said is None:
        alone = case.person.get("keeps_parents_out")
        return [limit_sentence(Limit.TELL_NO_PARENT)] if alone else []
    born = case.person.get("birth_date")
    standing = stand(said, case.right, date.fromisoformat(born) if born else None, today)
    objection = [objection_words(standing.objection)] if standing.objection else []
    if kept_out and said.capacity is Capacity.PARENT:
        objection.append(limit_sentence(Limit.PARENTS_KEPT_OUT))
    return [*objection, *(limit_sentence(one) for one in standing.limits)]


def identifier_label(name: str) -> str:
    """The words of an identifier; one unknown shows its own name."""
    try:
        return identifier_words(Identifier(name)).label
    except ValueError:
        return name


def why_here(item: Asked, organisations: Mapping[str, str]) -> list[str]:
    """Why an item came to this controller; never which illness or place the person named."""
    return [words for reason in item.reasons if (words := _why(reason, organisations))]


def _why(reason: Mapping[str, Any], organisations: Mapping[str, str]) -> str:
    if reason.get("kind") == "transferred":
        name = organisations.get(str(reason.get("from")), "")
        return _("Transferred by %(name)s.", name=name) if name else _("Transferred to you.")
    try:
        kind = RouteKind(str(reason.get("kind")))
    except ValueError:
        return ""
    return route_words(RouteReason(kind, tuple(reason.get("values", ()))))


def timeline_rows(case: ReferralPage, today: date) -> list[dict[str, Any]]:
    """What happened, the last act first, after what comes next or should have."""
    rows = [_act_row(act) for act in reversed(case.acts)]
    if case.state in WORKABLE and case.clock.due_on and not _is_contested(case):
        state = "next" if case.clock.due_on >= today else "now"
        rows.insert(0, {"title": _("Answer due"), "at": case.clock.due_on, "state": state})
    return rows


def _act_row(act: ActLine) -> dict[str, Any]:
    by = act.actor_name
    if not by and act.actor_kind == ActorKind.PERSON.value:
        by = _("The person")
    quiet = act.kind in (EventKind.REFERRAL_OPENED, EventKind.DOCUMENT_OPENED)
    return {"title": event_words(act.kind).staff, "at": act.at, "text": by, "quiet": quiet}


def _readable_date(value: str) -> str:
    try:
        return day(date.fromisoformat(value))
    except ValueError:
        return value
