"""The card of one controller in words: dates and how they were found, why it, what happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from hub.domain.audit_log import EventKind
from hub.domain.clock import SOON_DAYS, ExtensionReason
from hub.domain.lifecycle import RequestState
from hub.domain.medical_file import medical_file_times
from hub.domain.routing import read_reasons
from hub.queries.tracking_rows import TrackedAct, TrackedItem, TrackedReferral, TrackedRequest
from hub.web.acknowledgement_paper import paper_rows
from hub.web.clock_sentences import EXTENSION_REASONS
from hub.web.clock_words import explain
from hub.web.filters import day
from hub.web.law_words import event_words
from hub.web.locale import current_language
from hub.web.medical_file_words import medical_file_words_today
from hub.web.public.tracking_standing import (
    NOT_SENT,
    RUNNING,
    Standing,
    days_late,
    is_still_to_apply,
    standing_of,
)
from hub.web.routing_words import route_words_to_person

LAST_ACTS = 3


@dataclass(frozen=True)
class Deadline:
    """What the tag of a date shows; `note` stands under its explanation."""

    kind: str
    word: str | None
    on: date | None
    days: int | None


@dataclass(frozen=True)
class CardWords:
    """One controller's card, worded."""

    referral: TrackedReferral
    standing: Standing
    deadline: Deadline | None
    explanation: list[str]
    why: list[tuple[str, list[str]]]
    earlier: list[dict[str, Any]]
    steps: list[dict[str, Any]]
    papers: list[dict[str, str]]
    extension: str
    pause: str
    medical_file: str
    is_late: bool
    is_not_found: bool
    is_running: bool
    is_to_apply: bool


def card_words(found: TrackedRequest, referral: TrackedReferral, today: date) -> CardWords:
    """Everything the card of a controller says today."""
    sent = found.state not in NOT_SENT
    running = referral.state in RUNNING and found.state is RequestState.ACTIVE
    acts = [_act_row(act, referral) for act in _worth_telling(referral)]
    steps = acts[-LAST_ACTS:]
    timed = running and not referral.is_contested
    if timed and referral.clock.due_on:
        title, on = _("Answer at the latest"), referral.clock.due_on
        steps = [*steps, {"title": title, "at": on, "state": "next" if on >= today else "now"}]
    return CardWords(
        referral=referral,
        standing=standing_of(referral, found.state, today),
        deadline=_deadline(referral, today) if timed else None,
        explanation=explain(referral.clock, current_language(), _) if sent else [],
        why=[
            (item.title_in(current_language()), why_words(item, found.names))
            for item in referral.items
        ],
        earlier=acts[:-LAST_ACTS],
        steps=steps if sent else [],
        papers=paper_rows(referral.acknowledgements, _paper_address),
        extension=_extension(referral),
        pause=_pause(referral) if running else "",
        medical_file=_medical_file(found, referral, today) if timed else "",
        is_late=running and bool(days_late(referral, today)),
        is_not_found=bool(referral.search_ended_at) and not running,
        is_running=running,
        is_to_apply=is_still_to_apply(referral, found.right),
    )


def _medical_file(found: TrackedRequest, referral: TrackedReferral, today: date) -> str:
    has_record = any(item.is_patient_record for item in referral.items)
    times = medical_file_times(found.right, referral.clock, has_patient_record=has_record)
    return medical_file_words_today(times, today)


def _paper_address(acknowledgement_id: UUID) -> str:
    return url_for("tracking_papers.acknowledgement", acknowledgement_id=acknowledgement_id)


def why_words(item: TrackedItem, names: Mapping[str, str]) -> list[str]:
    """Why this went to them, said to the person."""
    said = []
    for reason in item.reasons:
        if reason.get("kind") == "transferred":
            name = names.get(str(reason.get("from")), "")
            said.append(_("%(name)s passed your request on to it.", name=name))
            continue
        try:
            said += [route_words_to_person(one) for one in read_reasons([reason])]
        except (KeyError, ValueError):  # a reason of a later version of the hub
            continue
    return said


def _worth_telling(referral: TrackedReferral) -> list[TrackedAct]:
    """Its acts; that it was prepared says nothing more once it was sent."""
    if referral.delivered_at is None:
        return list(referral.acts)
    return [act for act in referral.acts if act.kind is not EventKind.REFERRAL_CREATED]


def _act_row(act: TrackedAct, referral: TrackedReferral) -> dict[str, Any]:
    text = f"“{act.words}”" if act.words else ""
    if act.words and current_language() == "fr":
        text = f"«\u00a0{act.words}\u00a0»"
    if act.kind is EventKind.REFERRAL_TRANSFERRED and referral.transferred_to:
        title = _("Your request was passed on to %(name)s.", name=referral.transferred_to)
        return {"title": title, "at": act.at, "text": text, "state": "done"}
    return {"title": event_words(act.kind).person, "at": act.at, "text": text, "state": "done"}


def _deadline(referral: TrackedReferral, today: date) -> Deadline:
    due_on = referral.clock.due_on
    if due_on is None:
        return Deadline("plain", _("Time stands still"), None, None)
    days = (due_on - today).days
    if days < 0:
        return Deadline("late", _("Answer due"), due_on, None)
    return Deadline("soon" if days <= SOON_DAYS else "info", _("Answer due"), due_on, days)


def _extension(referral: TrackedReferral) -> str:
    if not referral.clock.extended:
        return ""
    cause = referral.extension_cause
    named = _(EXTENSION_REASONS[ExtensionReason(cause)]) if cause in set(ExtensionReason) else ""
    on = day(referral.clock.extended_on)
    if not named:
        return _("It asked for two more months on %(date)s.", date=on)
    return _(
        "It asked for two more months on %(date)s, because of %(cause)s.", date=on, cause=named
    )


def _pause(referral: TrackedReferral) -> str:
    since = referral.clock.paused_since
    if since is None:
        return ""
    return _(
        "It wants to be sure who you are. Its time to answer has stood still since %(date)s, and "
        "runs again as soon as you reply.",
        date=day(since),
    )
