"""What the cases of a year prove of the controls C01 to C13, C15, C17 and C20."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from hub.domain.answer_formats import MACHINE_READABLE
from hub.domain.clock import read_clock
from hub.domain.clock_ledger import ClockEvent, ClockEventKind
from hub.domain.clock_reading import StepKind
from hub.domain.controls import ControlPolicy, Evidence, Fault, Figure, is_too_often
from hub.domain.identity_documents import IdentityDocumentPolicy
from hub.domain.lifecycle import UNDELIVERED, ReferralState
from hub.domain.outcomes import GRANTING, REFUSING, Outcome
from hub.domain.rights import Right
from hub.domain.working_days import local_date, start_of_day
from hub.models.acknowledgement import AcknowledgementRow
from hub.models.answer import GIVEN, Answer, AnswerItem, Direction, Document
from hub.models.referral import ClockEntry, RecipientNotice, Referral
from hub.models.representation import RepresentationRow, Sighting
from hub.queries.calendar import added_holidays
from hub.queries.identity_documents import is_identity_copy
from hub.queries.indicators import Figures
from hub.queries.oversight import Chip, Scope, chip_counts

Conditions = tuple[ColumnElement[bool], ...]
_REFUSED_WHOLLY = (Outcome.REFUSED, Outcome.CANNOT_IDENTIFY)


@dataclass(frozen=True)
class ClockNotes:
    """How many cases were extended and paused, and what the replay of their clocks notes."""

    extended: int
    questioned: int
    steps: Mapping[StepKind, int]


def cases_of(scope: Scope, since_on: date) -> Conditions:
    """The referrals of a scope that were received since a day."""
    found: list[ColumnElement[bool]] = [Referral.received_at >= start_of_day(since_on)]
    if scope.organisation_id is not None:
        found.append(Referral.organisation_id == scope.organisation_id)
        found.append(Referral.state.not_in(UNDELIVERED))
    return tuple(found)


def on_receipt(session: Session, scope: Scope, cases: Conditions) -> list[Evidence]:
    """C01, C02 and C12: dated and under known rules, acknowledged, and received by each."""
    is_delivered = and_(
        Referral.delivered_at.is_not(None), Referral.delivered_at < start_of_day(scope.today)
    )
    of_case = AcknowledgementRow.referral_id == Referral.id
    found = _sums(
        session,
        cases,
        whole=Referral.id.is_not(None),
        incomplete=or_(Referral.rule_version == "", Referral.calendar_version == ""),
        delivered=is_delivered,
        without=and_(is_delivered, ~exists().where(of_case)),
        papers=exists().where(of_case, cast(AcknowledgementRow.missing, String) != "[]"),
        failed=Referral.state.in_([ReferralState.DELIVERY_FAILED, ReferralState.CONTACT_REVIEW]),
    )
    late = chip_counts(session, scope)[Chip.UNACKNOWLEDGED]
    return [
        Evidence("C01", {Figure.CASES: found["whole"]}, {Fault.INCOMPLETE: found["incomplete"]}),
        Evidence(
            "C02",
            {Figure.DELIVERED: found["delivered"]},
            {
                Fault.WITHOUT_ACKNOWLEDGEMENT: found["without"],
                Fault.PAPERS_INCOMPLETE: found["papers"],
            },
        ),
        Evidence(
            "C12",
            {Figure.CASES: found["whole"]},
            {Fault.UNACKNOWLEDGED: late, Fault.NOT_DELIVERED: found["failed"]},
        ),
    ]


def on_time(
    session: Session, cases: Conditions, figures: Figures, policy: ControlPolicy
) -> list[Evidence]:
    """C03 to C06: answered in time; extended and paused rarely, in time and with a reason."""
    notes = _notes_of_clocks(session, cases)
    extended, questioned, whole = notes.extended, notes.questioned, figures.received
    too_often = {
        "C05": is_too_often(figures.extended, whole, policy.most_extended_percent),
        "C06": is_too_often(questioned, whole, policy.most_questioned_percent),
    }
    return [
        Evidence(
            "C03",
            {Figure.ANSWERED: figures.answered, Figure.SHARE_ON_TIME: figures.on_time_share},
            {Fault.LATE: figures.late},
        ),
        Evidence(
            "C04",
            {Figure.EXTENSIONS: extended},
            {
                Fault.NOTIFIED_LATE: notes.steps[StepKind.EXTENSION_TOO_LATE],
                Fault.WITHOUT_REASON: notes.steps[StepKind.EXTENSION_WITHOUT_REASON],
            },
        ),
        Evidence(
            "C05",
            {
                Figure.CASES: whole,
                Figure.SHARE_EXTENDED: figures.extended_share,
                Figure.MOST_PERCENT: policy.most_extended_percent / 100 if whole else None,
            },
            {Fault.TOO_OFTEN: int(too_often["C05"])},
        ),
        Evidence(
            "C06",
            {
                Figure.IDENTITY_QUESTIONS: questioned,
                Figure.SHARE_QUESTIONED: questioned / whole if whole else None,
            },
            {
                Fault.ASKED_LATE: notes.steps[StepKind.PAUSE_ASKED_LATE],
                Fault.WITHOUT_REASON: notes.steps[StepKind.PAUSE_WITHOUT_REASON],
                Fault.TOO_OFTEN: int(too_often["C06"]),
            },
        ),
    ]


def on_identity(
    session: Session, cases: Conditions, scope: Scope, policy: IdentityDocumentPolicy
) -> list[Evidence]:
    """C07 and C17: no copy of a document stays, and no mandate that is over opens anything."""
    own = select(Referral.id).where(*cases)
    copies = session.execute(
        select(Document.created_at)
        .join(Referral, Referral.id == Document.referral_id)
        .where(*cases, is_identity_copy())
    ).all()
    longest = policy.longest_days if policy.takes_copies else 0
    overdue = [row for row in copies if (scope.today - local_date(row.created_at)).days > longest]
    sightings = session.scalar(select(func.count(Sighting.id)).where(Sighting.referral_id.in_(own)))
    acts = select(func.count(func.distinct(RepresentationRow.rights_request_id))).join(
        Referral, Referral.rights_request_id == RepresentationRow.rights_request_id
    )
    is_open = Referral.answered_at.is_(None) & Referral.closed_at.is_(None)
    expired = acts.where(
        *cases,
        is_open,
        RepresentationRow.ends_on < scope.today,
        RepresentationRow.revoked_at.is_(None),
        RepresentationRow.objection.is_(None),
    )
    return [
        Evidence(
            "C07",
            {Figure.IDENTITY_COPIES: len(copies), Figure.SIGHTINGS: sightings or 0},
            {Fault.COPIES_OVERDUE: len(overdue)},
            holds_at_nought=True,
        ),
        Evidence(
            "C17",
            {Figure.REPRESENTED: session.scalar(acts.where(*cases)) or 0},
            {Fault.EXPIRED: session.scalar(expired) or 0},
        ),
    ]


def on_answers(session: Session, cases: Conditions) -> list[Evidence]:
    """C08 to C11, C15 and C20: refusals whole, in their month and read; formats; withdrawals."""
    answers, refusals = _given(cases), _given(cases).where(Answer.outcome.in_(REFUSING))
    whole = _count(session, refusals)
    items = select(func.count(AnswerItem.id)).join(Answer).join(Referral).where(*_of_given(cases))
    unexplained = and_(
        AnswerItem.outcome.in_(REFUSING),
        or_(AnswerItem.ground.is_(None), AnswerItem.reasons_sealed.is_(None)),
    )
    unsigned = _count(session, refusals.where(Answer.author_name == ""))
    unread = and_(Answer.review_wanted, Answer.reviewed_at.is_(None))
    portable = answers.where(Referral.right == Right.PORTABILITY, Answer.outcome.in_(GRANTING))
    withdrawals = answers.where(Referral.right == Right.CONSENT_WITHDRAWAL)
    return [
        Evidence(
            "C08",
            {Figure.REFUSALS: whole},
            {Fault.INCOMPLETE: (session.scalar(items.where(unexplained)) or 0) + unsigned},
        ),
        Evidence(
            "C09",
            {Figure.REFUSALS: whole},
            {Fault.AFTER_ITS_MONTH: _refused_late(session, cases)},
        ),
        Evidence(
            "C10",
            {Figure.REFUSALS: whole},
            {
                Fault.TO_REVIEW: _count(session, refusals.where(unread)),
                Fault.READ_BY_ITS_AUTHOR: _count(
                    session, refusals.where(Answer.second_reader_id == Answer.author_id)
                ),
            },
        ),
        Evidence(
            "C11",
            {Figure.DECISIONS: session.scalar(items) or 0},
            {Fault.WITHOUT_VERSION: session.scalar(items.where(_is_without_version())) or 0},
        ),
        Evidence(
            "C15",
            {Figure.PORTABILITY_ANSWERS: _count(session, portable)},
            {Fault.NOT_MACHINE_READABLE: _count(session, portable.where(*_unreadable()))},
        ),
        Evidence(
            "C20",
            {Figure.WITHDRAWALS: _count(session, withdrawals)},
            {Fault.REFUSED: _count(session, withdrawals.where(Answer.outcome == Outcome.REFUSED))},
        ),
    ]


def on_recipients(session: Session, cases: Conditions) -> list[Evidence]:
    """C13: each recipient told of a change, or the reason why it is not (GDPR 19)."""
    wanted = (
        select(func.count(RecipientNotice.id))
        .join(Referral, Referral.id == RecipientNotice.referral_id)
        .where(*cases)
    )
    waiting = session.scalar(wanted.where(RecipientNotice.closed_at.is_(None)))
    return [
        Evidence(
            "C13",
            {Figure.NOTICES: session.scalar(wanted) or 0},
            {Fault.NOT_TOLD_YET: waiting or 0},
        )
    ]


def _sums(session: Session, cases: Conditions, **wanted: Any) -> Mapping[str, int]:
    """How many cases meet each condition, in one query."""
    columns = [
        func.sum(case((condition, 1), else_=0)).label(name) for name, condition in wanted.items()
    ]
    row = session.execute(select(*columns).select_from(Referral).where(*cases)).one()
    return {name: int(row._mapping[name] or 0) for name in wanted}


def _notes_of_clocks(session: Session, cases: Conditions) -> ClockNotes:
    """What the replay of each clock that was extended or paused notes against it."""
    acted = select(ClockEntry.referral_id).where(
        ClockEntry.kind.in_([ClockEventKind.EXTEND, ClockEventKind.PAUSE])
    )
    rows = session.execute(
        select(Referral, ClockEntry)
        .join(ClockEntry, ClockEntry.referral_id == Referral.id)
        .where(*cases, Referral.id.in_(acted))
    )
    referrals: dict[Any, Referral] = {}
    ledgers: dict[Any, list[ClockEvent]] = {}
    for referral, row in rows:
        referrals[referral.id] = referral
        event = ClockEvent(row.kind, row.effective_at, row.reason, recorded_at=row.recorded_at)
        ledgers.setdefault(referral.id, []).append(event)
    added = added_holidays(session)
    kinds, steps = Counter[ClockEventKind](), Counter[StepKind]()
    for key, events in ledgers.items():
        kinds.update({event.kind for event in events})
        zone = referrals[key].zone
        found = read_clock(events, zone=zone, extra_holidays=added.in_zone(zone))
        steps.update(step.kind for step in found.steps)
    return ClockNotes(kinds[ClockEventKind.EXTEND], kinds[ClockEventKind.PAUSE], steps)


def _given(cases: Conditions) -> Select[Any]:
    return select(Answer.id).join(Referral).where(*_of_given(cases))


def _of_given(cases: Conditions) -> Conditions:
    return (*cases, Answer.state.in_(GIVEN))


def _count(session: Session, wanted: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(wanted.subquery())) or 0


def _refused_late(session: Session, cases: Conditions) -> int:
    """Refusals given after their month, which no pause nor extension moves (GDPR 12(4))."""
    rows = session.execute(
        select(Answer.sent_at, Answer.outside_on, Referral.refusal_due_on)
        .join(Referral)
        .where(*_of_given(cases), Answer.outcome.in_(_REFUSED_WHOLLY), Answer.corrects_id.is_(None))
    )
    given = [(outside or (local_date(sent) if sent else None), due) for sent, outside, due in rows]
    return sum(on is not None and on > due for on, due in given)


def _is_without_version() -> ColumnElement[bool]:
    return or_(AnswerItem.matrix_version == "", AnswerItem.rule_version == "")


def _unreadable() -> Conditions:
    """Answers given in the hub, none of whose files another service can read (GDPR 20(1))."""
    of_answer = (Document.answer_id == Answer.id, Document.direction == Direction.TO_PERSON)
    known = [*MACHINE_READABLE, *(f".{one}" for one in MACHINE_READABLE)]
    return (
        Answer.outside_channel.is_(None),
        exists().where(*of_answer),
        ~exists().where(*of_answer, func.lower(Document.extension).in_(known)),
    )
