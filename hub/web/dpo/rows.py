"""Rows of the DPO's lists in words: for the screen, and for exports."""

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hub.domain.acknowledgements import Occasion
from hub.domain.clock import SOON_DAYS
from hub.domain.lifecycle import is_contested
from hub.domain.notices import NoticeKind
from hub.domain.retention import HoldReason
from hub.domain.rights import Right
from hub.domain.sightings import SeenKind, Verdict
from hub.models.hub_task import HubTaskKind
from hub.models.rights_request import IntakeChannel
from hub.queries.audit_trail import TrailRow
from hub.queries.oversight import CLOSED, Chip, OversightRow
from hub.web.acknowledgement_paper import occasion_words
from hub.web.filters import day
from hub.web.law_words import (
    event_words,
    outcome_words,
    referral_state_words,
    right_term,
    words_of,
)
from hub.web.representation_words import SEEN, TASK_KINDS, VERDICTS
from hub.web.retention_words import HOLD_REASONS

CASE_COLUMNS = (
    _l("Case no."),
    _l("Controller"),
    _l("Right"),
    _l("Received on"),
    _l("Acknowledged on"),
    _l("Due on"),
    _l("Date without pause or extension"),
    _l("Answered on"),
    _l("State"),
    _l("Outcome"),
)
_IN_WORDS: Mapping[str, tuple[tuple[type[StrEnum], Callable[[Any], object]], ...]] = {
    "by": ((IntakeChannel, words_of),),
    "channel": ((IntakeChannel, words_of),),
    "notice": ((NoticeKind, words_of),),
    "occasion": ((Occasion, occasion_words),),
    "paper": ((SeenKind, SEEN.__getitem__),),
    "reason": ((HoldReason, HOLD_REASONS.__getitem__), (HubTaskKind, TASK_KINDS.__getitem__)),
    "right": ((Right, right_term),),
    "verdict": ((Verdict, VERDICTS.__getitem__),),
}
_YES_OR_NO = {
    ("is_hers", True): _l("It is hers after all"),
    ("is_hers", False): _l("It is not hers"),
    ("notified_online", True): _l("Agreed to decisions notified online"),
}
_DAYS = frozenset({"on", "seen_on", "until_on"})
_IDS = frozenset({"answer", "member", "organisation", "transferred_from"})
TRAIL_COLUMNS = (_l("Line no."), _l("When"), _l("Who"), _l("What"), _l("Details"), _l("Hash"))


def chip_words(chip: Chip) -> str:
    """The name of a list."""
    return {
        Chip.ALL: _("All cases (list)"),
        Chip.LATE: _("Late"),
        Chip.OPEN: _("Open"),
        Chip.REFUSED: _("Refusals"),
        Chip.THIS_WEEK: _("Due within 7 days"),
        Chip.TO_REVIEW: _("Refusals to review"),
        Chip.UNACKNOWLEDGED: _("Not acknowledged"),
    }[chip]


def case_cells(row: OversightRow) -> list[Any]:
    """A referral as a line of an export."""
    return [
        row.number,
        row.controller,
        right_term(row.right),
        row.received_at,
        row.acknowledged_at,
        row.due_on,
        row.strict_on,
        row.answered_at,
        referral_state_words(row.state).staff,
        outcome_words(row.outcome).staff if row.outcome else "",
    ]


def listed(row: OversightRow, today: date) -> dict[str, Any]:
    """A referral as a line of the screen."""
    return {
        "number": {"text": row.number, "href": url_for("dpo.case", referral_id=row.id)},
        "controller": row.controller,
        "right": right_term(row.right),
        "received_at": row.received_at,
        "state": referral_state_words(row.state).staff,
        "outcome": outcome_words(row.outcome).staff if row.outcome else "",
        "due": due_tag(row, today),
        "answered_at": row.answered_at,
    }


def due_tag(row: OversightRow, today: date) -> dict[str, Any]:
    """Where a referral stands with its date: a word, a kind, the date and the days left."""
    if is_contested(row.state, was_answered=row.answered_at is not None):
        return {"kind": "soon", "word": _("Contested"), "on": None, "days": None}
    if row.state in CLOSED:
        return {"kind": "plain", "word": "", "on": row.due_on, "days": None}
    if row.due_on is None:
        return {"kind": "info", "word": _("Clock stopped"), "on": None, "days": None}
    days = (row.due_on - today).days
    if days < 0:
        return {"kind": "late", "word": _("Late"), "on": row.due_on, "days": days}
    kind = "soon" if days <= SOON_DAYS else "ok"
    return {"kind": kind, "word": "", "on": row.due_on, "days": days}


def trail_cells(row: TrailRow, *, with_ids: bool = False) -> list[Any]:
    """An act as a line: number, moment, who, what, details (with their ids or not), hash."""
    facts = {} if row.facts is None else dict(row.facts)
    facts.pop("actor", None)
    details = (
        _("destroyed at the end of its retention")
        if row.facts is None
        else _told(facts, with_ids=with_ids)
    )
    who = row.actor_name or words_of_actor(row.actor_kind)
    return [row.seq, row.at, who, event_words(row.kind).staff, details, row.hash.hex()]


def words_of_actor(kind: str) -> str:
    """Who acted, when it was no named member."""
    return {
        "api_client": _("A program of the organisation"),
        "colleague": _("A colleague without account"),
        "member": _("A member"),
        "person": _("The person"),
        "system": _("The hub"),
    }[kind]


def _told(facts: dict[str, Any], *, with_ids: bool) -> str:
    plain = {name: value for name, value in facts.items() if isinstance(value, str | int)}
    shown = [_fact(name, value) for name, value in plain.items()]
    return " · ".join(words for words, is_id in shown if words and (with_ids or not is_id))


def _fact(name: str, value: str | int) -> tuple[str, bool]:
    """One fact in words, and whether it is but an id; what has no words shows its code."""
    for kind, words in _IN_WORDS.get(name, ()):
        if value in set(kind):
            return str(words(kind(value))), False
    if isinstance(value, bool) and (name, value) in _YES_OR_NO:
        return str(_YES_OR_NO[name, value]), False
    if not value:
        return "", False
    if name in _DAYS:
        return day(date.fromisoformat(str(value))), False
    if name == "sha256":
        return f"SHA-256 {value}", False
    label = _("Reason") + _(": ") if name == "reason" else f"{name}: "
    return f"{label}{value}", name in _IDS
