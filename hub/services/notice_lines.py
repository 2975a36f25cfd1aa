"""What a mail of reminders lists: numbers and dates of what still waits when it leaves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.domain.lifecycle import ENDED, UNDELIVERED, WORKABLE, ReferralState
from hub.models.delivery import DeliveryKind
from hub.models.referral import Referral, WaitingFor
from hub.services.delivering import Claimed

SECTIONS = (
    DeliveryKind.HUB_DPO_ALERT,
    DeliveryKind.DPO_ALERT,
    DeliveryKind.DEADLINE_PASSED,
    DeliveryKind.DEADLINE_NEAR,
    DeliveryKind.SECOND_READING,
    DeliveryKind.ANSWER_SENT_BACK,
    DeliveryKind.ACKNOWLEDGEMENT_MISSING,
)
"""What staff are reminded of, in the order of a digest."""
TO_STAFF = frozenset(SECTIONS) | {DeliveryKind.NOTICES_DIGEST}
BEFORE_THE_DATE = frozenset(
    {
        DeliveryKind.ACKNOWLEDGEMENT_MISSING,
        DeliveryKind.ANSWER_SENT_BACK,
        DeliveryKind.DEADLINE_NEAR,
        DeliveryKind.SECOND_READING,
    }
)
TO_DPOS = frozenset({DeliveryKind.DPO_ALERT, DeliveryKind.HUB_DPO_ALERT})
MOST_LINES = 100


@dataclass(frozen=True, order=True)
class NoticeLine:
    """One case in a mail to staff: its date and its number, nothing else."""

    due_on: date
    number: str


@dataclass(frozen=True)
class NoticeSection:
    """The cases of which one same thing is said; `left_out` are more than a mail should list."""

    about: str
    lines: tuple[NoticeLine, ...]
    left_out: int = 0


def sections_of(session: Session, group: Sequence[Claimed]) -> tuple[NoticeSection, ...]:
    """What still holds of these reminders: nothing answered, withdrawn, suspended or moved."""
    lines: dict[DeliveryKind, set[NoticeLine]] = {}
    for one, referral in holding(session, group):
        line = NoticeLine(date.fromisoformat(one.details["due_on"]), referral.number)
        lines.setdefault(DeliveryKind(one.details["about"]), set()).add(line)
    return tuple(_section(about, lines[about]) for about in SECTIONS if about in lines)


def holding(session: Session, group: Sequence[Claimed]) -> list[tuple[Claimed, Referral]]:
    """The reminders that still say something true, each with its referral."""
    ids = {one.referral_id for one in group if one.referral_id}
    rows = {row.id: row for row in session.scalars(select(Referral).where(Referral.id.in_(ids)))}
    found = [(one, rows[one.referral_id]) for one in group if one.referral_id in rows]
    return [(one, row) for one, row in found if still_holds(row, one)]


def still_holds(referral: Referral, one: Claimed) -> bool:
    """Whether the case still waits for what the reminder says, at the same date."""
    about = one.details["about"]
    if about == DeliveryKind.SECOND_READING:
        return referral.waiting_for is WaitingFor.SECOND_READER
    if about == DeliveryKind.ANSWER_SENT_BACK:
        return referral.state not in ENDED
    if referral.state not in WORKABLE | UNDELIVERED or referral.answered_at:
        return False
    due_on = referral.due_on.isoformat() if referral.due_on else None
    if referral.is_suspended or due_on != one.details["due_on"]:
        return False
    if about == DeliveryKind.ACKNOWLEDGEMENT_MISSING:
        return referral.state is ReferralState.DELIVERED
    return True


def notice_facts(sections: Iterable[NoticeSection], url: str) -> dict[str, Any]:
    """The facts of a mail of reminders; `reply_by_on` is the first date still to come."""
    kept = tuple(sections)
    kinds = {DeliveryKind(one.about) for one in kept}
    ahead = [one for one in kept if one.about in BEFORE_THE_DATE]
    page = "dossiers"
    if kinds & TO_DPOS:
        page = "dpo/dossiers" if kinds <= TO_DPOS else "connexion/suite"
    return {
        "link": f"{url}/{page}",
        "sections": kept,
        "reply_by_on": min((one.lines[0].due_on for one in ahead), default=None),
    }


def _section(about: DeliveryKind, lines: set[NoticeLine]) -> NoticeSection:
    ordered = sorted(lines)
    return NoticeSection(
        about.value, tuple(ordered[:MOST_LINES]), max(0, len(ordered) - MOST_LINES)
    )
