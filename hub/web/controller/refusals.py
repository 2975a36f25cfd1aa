"""What was refused, said to the member: the sentence, and beside which field it belongs."""

from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hub.domain.lifecycle import ActionNotAllowed, ReferralState
from hub.errors import HubError
from hub.queries.last_acts import last_act_of
from hub.web.controller.words import last_event_words
from hub.web.filters import moment
from hub.web.law_words import referral_state_words
from hub.web.work import reading, request_keys

SENTENCES = {
    "alone_without_reason": _l("Say why no second reader looks at this refusal."),
    "answer_awaits_reader": _l(
        "An answer already waits for its second reader: it must be approved or sent back first."
    ),
    "already_paused": _l("An identity check is already open: the clock is already stopped."),
    "clock_already_stopped": _l("This case is answered or ended: its clock can no longer move."),
    "conflict": _l("Somebody else did it first. Reload the case to see where it stands."),
    "deadline_already_extended": _l("The time limit was already extended; the law allows it once."),
    "earlier_not_named": _l(
        "Name in your evidence, by its number, the earlier request that you mean: they are listed."
    ),
    "evidence_missing": _l("This ground needs its evidence: the burden of proof is yours."),
    "extension_before_receipt": _l(
        "The request had not arrived yet on this date: no time runs that could be extended (GDPR, "
        "article 12(3))."
    ),
    "extension_too_late": _l(
        "The last day to announce an extension has passed: the answer remains due on its date "
        "(GDPR, article 12(3): the person is told within one month)."
    ),
    "extension_without_reason": _l("Choose a cause and explain it in your own words."),
    "filing_disputed": _l(
        "The person says that this request is not hers: tell nobody anything until the hub has "
        "checked with her. You are told as soon as it has."
    ),
    "ground_missing": _l("Choose the ground of the refusal."),
    "ground_not_applicable": _l("This ground cannot hold for this right and these data."),
    "never_excessive": _l(
        "The last earlier request of this person to you is too long ago to make this one "
        "excessive (GDPR 12(5))."
    ),
    "not_alike": _l(
        "These two requests cannot be treated as one, or no longer can. Nothing was changed."
    ),
    "not_found": _l("This case does not exist, or is not your organisation’s."),
    "not_machine_readable": _l(
        "Portability needs a file that another service can read: CSV, JSON or Excel. "
        "A PDF is none, but may go with it."
    ),
    "not_paused": _l("The clock is not stopped."),
    "not_yours": _l("Your role does not allow this act."),
    "own_answer": _l("You wrote this answer: another member must read it."),
    "pause_after_deadline": _l(
        "The first month is over: asking for an identity can no longer stop the clock."
    ),
    "pause_before_receipt": _l(
        "The request had not arrived yet on this date: no time runs that could be stopped (GDPR, "
        "article 12(6))."
    ),
    "pause_without_reason": _l("Write down the reasonable doubt: without it the clock runs on."),
    "reasons_missing": _l("Give the reasons of the refusal, in law and in fact."),
    "right_never_refused": _l("This right cannot be refused."),
    "storage_full": _l("The disk of the hub is full. Nothing was recorded; tell the operator."),
    "storage_unavailable": _l(
        "The hub could not write just now. Nothing was recorded: wait a moment and try again."
    ),
}

INVALID = {
    ("applied_on", "out_of_range"): _l("Give a date between the decision and today."),
    ("items", "every_item_needs_an_outcome"): _l(
        "What is asked changed meanwhile: look at each item again."
    ),
    ("label", "too_long"): _l("60 characters at most."),
    ("files", "unknown"): _l("A file that you kept was removed meanwhile: look at the list again."),
    ("organisation", "unknown"): _l("Choose another organisation of the directory."),
    ("outside_on", "out_of_range"): _l("Give a date between the receipt of the request and today."),
    ("proof", "empty"): _l("Say what proves it, or add a file."),
    ("reason", "empty"): _l("Say why it is not told."),
    ("reply_by_on", "in_the_past"): _l("Give a date from today on."),
    ("seen_on", "in_the_future"): _l("Not after today."),
    ("text", "empty"): _l("Write something."),
    ("text", "too_long"): _l("This text is too long."),
    ("told_on", "out_of_range"): _l("Give a date between the decision and today."),
    ("what", "empty"): _l("Say what was done."),
    ("words", "empty"): _l("Tell the author what to change."),
    ("words", "too_long"): _l("4,000 characters at most."),
}

FIELDS = {
    "evidence_missing": "evidence",
    "extension_without_reason": "words",
    "ground_missing": "ground",
    "ground_not_applicable": "ground",
    "pause_without_reason": "doubt",
    "reasons_missing": "reasons",
}


def refusal_words(refusal: HubError, referral_id: UUID | None = None) -> str:
    """Why an act was not done; where somebody else was quicker, who did what and when."""
    if isinstance(refusal, ActionNotAllowed):
        return _overtaken(referral_id)
    known = INVALID.get((refusal.facts.get("field", ""), str(refusal.facts.get("reason", ""))))
    sentence = known or SENTENCES.get(refusal.code)
    return str(sentence) if sentence else _("This could not be done. Nothing was recorded.")


def field_of(refusal: HubError) -> str:
    """The name of the field at fault, or an empty text when it is none."""
    return str(refusal.facts.get("field") or FIELDS.get(refusal.code, ""))


def _overtaken(referral_id: UUID | None) -> str:
    act = last_act_of(reading(), request_keys(), referral_id) if referral_id else None
    if act is None:
        return _("The case is no longer in a state that allows this. Nothing was recorded.")
    facts = {
        "state": referral_state_words(act.state).staff,
        "event": last_event_words(act.kind),
        "at": moment(act.at),
        "name": act.actor_name,
    }
    if act.state is ReferralState.WITHDRAWN:
        return _(
            "Not recorded: the person withdrew her request, %(at)s. Nothing more is owed to her "
            "and nothing more may be sent.",
            **facts,
        )
    if act.actor_name:
        return _(
            "Not recorded: the case is now “%(state)s”. Last event: %(event)s, by %(name)s, "
            "%(at)s.",
            **facts,
        )
    return _("Not recorded: the case is now “%(state)s”. Last event: %(event)s, %(at)s.", **facts)
