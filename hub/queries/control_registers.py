"""What the registers and the file of the hub prove: C14, C16, C18, C19 and C21 to C30."""

from datetime import timedelta
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from hub.domain.audit_log import breaks_in
from hub.domain.complaints import ComplaintState
from hub.domain.controls import Evidence, Fault, Figure, Number
from hub.domain.hub_records import HubRecordPolicy, RecordKind, RecordStanding
from hub.domain.opt_outs import OptOutAct
from hub.domain.outcomes import GRANTING
from hub.domain.recipients import Completeness
from hub.domain.retention import HoldReason, RetentionPolicy, log_lines_kept_days
from hub.domain.rights import OBJECTING
from hub.domain.working_days import local_date
from hub.models.objection import ObjectionEntry
from hub.models.opt_out import OptOutEntry
from hub.models.referral import Referral, ReferralItem
from hub.models.retention import RetentionHold
from hub.models.rights_request import DataKey, Identity, KeyClass
from hub.queries.audit_trail import entries_of_streams
from hub.queries.complaints import complaint_counts
from hub.queries.hub_records import FileLine, HubFile, hub_file
from hub.queries.incidents import Register
from hub.queries.oversight import Scope
from hub.queries.recipients import completeness_counts
from hub.queries.retention import last_runs

RUN_EVERY = timedelta(days=2)
CHAINS_READ = 100
"""The newest cases whose chain is read again; the whole log is verified by the command."""

_DATED = {
    RecordKind.REGISTER_ENTRY: Figure.REGISTER_ENTRY_ON,
    RecordKind.IMPACT_ASSESSMENT: Figure.IMPACT_ASSESSMENT_ON,
    RecordKind.INFORMATION_NOTICE: Figure.INFORMATION_NOTICE_ON,
    RecordKind.WRITTEN_PROCEDURE: Figure.PROCEDURE_ON,
    RecordKind.TRAINING: Figure.TRAINING_ON,
    RecordKind.ACCESSIBILITY_AUDIT: Figure.ACCESSIBILITY_AUDIT_ON,
    RecordKind.QUALITY_CHECK: Figure.QUALITY_CHECK_ON,
    RecordKind.ACTIVITY_REPORT: Figure.ACTIVITY_REPORT_ON,
}


def on_registers(session: Session, scope: Scope) -> list[Evidence]:
    """C14, C16, C18 and C19: recipients named, no fee, minors kept in confidence, objections."""
    counts = completeness_counts(session, scope.organisation_id)
    return [
        Evidence(
            "C14",
            {Figure.DATABASES: sum(counts.values())},
            {Fault.LACKING: counts[Completeness.LACKING]},
        ),
        Evidence("C16", {Figure.FEES: 0}, holds_at_nought=True),
        Evidence("C18"),
        _objections(session, scope),
    ]


def on_keeping(session: Session, scope: Scope, policy: RetentionPolicy) -> list[Evidence]:
    """C21 and C22: what is over is deleted each day, and the log holds together."""
    runs = last_runs(session, 1)
    last_on = local_date(runs[0].started_at) if runs else None
    is_late = last_on is None or scope.today - last_on > RUN_EVERY
    streams = _newest_streams(session, scope)
    breaks = sum(len(breaks_in(one)) for one in entries_of_streams(session, streams).values())
    return [
        Evidence("C21", {Figure.LAST_RUN_ON: last_on}, {Fault.WITHOUT_RUN: int(is_late)}),
        Evidence(
            "C22",
            {Figure.CHAINS: len(streams), Figure.LOG_DAYS: log_lines_kept_days(policy)},
            {Fault.BREAKS: breaks},
        ),
    ]


def on_breaches(session: Session, scope: Scope, register: Register) -> Evidence:
    """C23: each answer in the wrong hands is in the register, decided upon within 72 hours."""
    tally = register.tally()
    figures: dict[Figure, Number] = {
        Figure.INCIDENTS: tally.incidents,
        Figure.INCIDENTS_OPEN: tally.still_open,
    }
    if scope.organisation_id is None:
        holds = select(func.count(RetentionHold.id)).where(
            RetentionHold.reason == HoldReason.DATA_BREACH, RetentionHold.lifted_at.is_(None)
        )
        figures[Figure.BREACH_HOLDS] = session.scalar(holds) or 0
    faults = {Fault.UNDECIDED: tally.undecided, Fault.UNEXPLAINED: tally.unexplained}
    return Evidence("C23", figures, faults)


def on_hub(session: Session, scope: Scope, policy: HubRecordPolicy) -> list[Evidence]:
    """C24 to C30, as far as the hub keeps them: its file, its agreements, its complaints."""
    found = hub_file(session, scope.today, policy, scope.organisation_id)
    documents = {
        "C24": (
            RecordKind.REGISTER_ENTRY,
            RecordKind.IMPACT_ASSESSMENT,
            RecordKind.INFORMATION_NOTICE,
        ),
        "C26": (RecordKind.TRAINING, RecordKind.WRITTEN_PROCEDURE),
        "C28": (RecordKind.ACCESSIBILITY_AUDIT,),
        "C29": (RecordKind.QUALITY_CHECK,),
        "C30": (RecordKind.ACTIVITY_REPORT,),
    }
    rows = [_documents(code, found, kinds) for code, kinds in documents.items()]
    rows.append(
        Evidence("C25", {Figure.AGREEMENTS: len(found.agreements)}, _missing(found.agreements))
    )
    return [*rows, _complaints(session, scope)]


def _complaints(session: Session, scope: Scope) -> Evidence:
    """C27, which the DPO of one organisation does not see."""
    if scope.organisation_id is not None:
        return Evidence("C27")
    complaints = complaint_counts(session)
    return Evidence(
        "C27",
        {
            Figure.COMPLAINTS: sum(complaints.by_state.values()),
            Figure.FILES_MADE: complaints.files_made,
        },
        {Fault.TO_TRANSMIT: complaints.by_state[ComplaintState.TO_TRANSMIT]},
    )


def _objections(session: Session, scope: Scope) -> Evidence:
    """C19: who is kept out, and who was granted an objection that no list can hold."""
    kept = select(func.count(ObjectionEntry.id)).where(ObjectionEntry.ended_on.is_(None))
    granted = (
        select(func.count(ReferralItem.id))
        .join(Referral, Referral.id == ReferralItem.referral_id)
        .join(Identity, Identity.rights_request_id == Referral.rights_request_id)
        .where(
            Referral.right.in_(OBJECTING),
            ReferralItem.outcome.in_(GRANTING),
            Identity.person_index.is_(None),
            exists().where(
                DataKey.rights_request_id == Referral.rights_request_id,
                DataKey.key_class == KeyClass.CONTENT,
                DataKey.destroyed_at.is_(None),
            ),
        )
    )
    figures: dict[Figure, Number] = {}
    if scope.organisation_id is not None:
        kept = kept.where(ObjectionEntry.organisation_id == scope.organisation_id)
        granted = granted.where(Referral.organisation_id == scope.organisation_id)
    else:
        figures[Figure.OPT_OUTS] = session.scalar(_standing_opt_outs()) or 0
    figures[Figure.PERSONS_KEPT_OUT] = session.scalar(kept) or 0
    return Evidence("C19", figures, {Fault.NOT_LISTED: session.scalar(granted) or 0})


def _standing_opt_outs() -> Any:
    last = (
        select(OptOutEntry.rights_request_id, func.max(OptOutEntry.position).label("position"))
        .group_by(OptOutEntry.rights_request_id)
        .subquery()
    )
    return (
        select(func.count(OptOutEntry.id))
        .join(
            last,
            (last.c.rights_request_id == OptOutEntry.rights_request_id)
            & (last.c.position == OptOutEntry.position),
        )
        .where(OptOutEntry.act == OptOutAct.REGISTERED)
    )


def _newest_streams(session: Session, scope: Scope) -> list[Any]:
    found = select(Referral.rights_request_id, func.max(Referral.received_at).label("at"))
    if scope.organisation_id is not None:
        found = found.where(Referral.organisation_id == scope.organisation_id)
    newest = (
        found.group_by(Referral.rights_request_id)
        .order_by(func.max(Referral.received_at).desc(), Referral.rights_request_id)
        .limit(CHAINS_READ)
    )
    return list(session.scalars(newest))


def _documents(code: str, found: HubFile, kinds: tuple[RecordKind, ...]) -> Evidence:
    lines = found.of(*kinds)
    figures: dict[Figure, Number] = {
        _DATED[line.kind]: line.current.dated_on if line.current else None for line in lines
    }
    return Evidence(code, figures, _missing(lines))


def _missing(lines: tuple[FileLine, ...]) -> dict[Fault, int]:
    standings = [line.standing for line in lines]
    return {
        Fault.MISSING: standings.count(RecordStanding.MISSING),
        Fault.TO_REVIEW: standings.count(RecordStanding.TO_REVIEW),
    }
